// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Authorised} from "./Relayers.sol";
import {RAY} from "./FixedPoint.sol";
import {SafeEngine} from "./SafeEngine.sol";

interface IERC20 {
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
    function approve(address spender, uint256 value) external returns (bool);
    function balanceOf(address account) external view returns (uint256);
}

/// The coin: an ERC-20 that authorised contracts mint.
contract Coin is Authorised {
    string public name;
    string public symbol;
    uint8 public constant decimals = 18;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    constructor(string memory name_, string memory symbol_) {
        (name, symbol) = (name_, symbol_);
    }

    function mint(address to, uint256 value) external isAuthorized {
        balanceOf[to] += value;
        totalSupply += value;
        emit Transfer(address(0), to, value);
    }

    function burn(address from, uint256 value) external {
        spend(from, value);
        totalSupply -= value;
        emit Transfer(from, address(0), value);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        spend(from, value);
        balanceOf[to] += value;
        emit Transfer(from, to, value);
        return true;
    }

    function spend(address from, uint256 value) internal {
        if (from != msg.sender && allowance[from][msg.sender] != type(uint256).max) {
            allowance[from][msg.sender] -= value;
        }
        balanceOf[from] -= value;
    }
}

/// Takes collateral tokens in and gives them out, for balances in the engine.
contract CollateralJoin {
    SafeEngine public immutable safeEngine;
    bytes32 public immutable collateralType;
    IERC20 public immutable collateral;

    constructor(SafeEngine safeEngine_, bytes32 collateralType_, IERC20 collateral_) {
        (safeEngine, collateralType, collateral) = (safeEngine_, collateralType_, collateral_);
    }

    function join(address account, uint256 wad) external {
        safeEngine.modifyCollateralBalance(collateralType, account, int256(wad));
        require(collateral.transferFrom(msg.sender, address(this), wad), "CollateralJoin/failed-transfer");
    }

    function exit(address account, uint256 wad) external {
        require(wad <= uint256(type(int256).max), "CollateralJoin/overflow");
        // The engine has no balance below zero, so nobody takes out more than he has.
        safeEngine.transferCollateral(collateralType, msg.sender, address(this), wad);
        safeEngine.modifyCollateralBalance(collateralType, address(this), -int256(wad));
        require(collateral.transfer(account, wad), "CollateralJoin/failed-transfer");
    }
}

/// Changes the engine's coins into the ERC-20 and back.
contract CoinJoin {
    SafeEngine public immutable safeEngine;
    Coin public immutable coin;

    constructor(SafeEngine safeEngine_, Coin coin_) {
        (safeEngine, coin) = (safeEngine_, coin_);
    }

    function join(address account, uint256 wad) external {
        safeEngine.transferInternalCoins(address(this), account, RAY * wad);
        coin.burn(msg.sender, wad);
    }

    function exit(address account, uint256 wad) external {
        safeEngine.transferInternalCoins(msg.sender, address(this), RAY * wad);
        coin.mint(account, wad);
    }
}

/// Confiscates SAFEs below their liquidation price and sells the collateral at a discount to whoever pays first.
contract LiquidationSale is Authorised {
    struct Sale {
        address safe;
        uint256 collateralLeft; // wad
        uint256 coinsLeft; // rad, still to be raised
    }

    SafeEngine public immutable safeEngine;
    bytes32 public immutable collateralType;
    address public immutable accounting; // receives debt without collateral, and the coins raised
    uint256 public penalty; // wad, 1.1e18 asks for a tenth more than the debt
    uint256 public discount; // wad, 0.95e18 sells for a twentieth below the oracle's price
    Sale[] public sales;

    event Liquidate(address indexed safe, uint256 indexed id, uint256 collateral, uint256 debt, uint256 toRaise);
    event BuyCollateral(uint256 indexed id, address indexed bidder, uint256 coins, uint256 collateral);

    constructor(
        SafeEngine safeEngine_,
        bytes32 collateralType_,
        address accounting_,
        uint256 penalty_,
        uint256 discount_
    ) {
        require(penalty_ >= 1e18, "LiquidationSale/invalid-penalty");
        require(discount_ > 0 && discount_ <= 1e18, "LiquidationSale/invalid-discount");
        (safeEngine, collateralType, accounting) = (safeEngine_, collateralType_, accounting_);
        (penalty, discount) = (penalty_, discount_);
    }

    function isLiquidatable(address safe) public view returns (bool) {
        (, uint256 rate,,,, uint256 liquidationPrice) = safeEngine.collateralTypes(collateralType);
        (uint256 locked, uint256 debt) = safeEngine.safes(collateralType, safe);
        return liquidationPrice > 0 && locked * liquidationPrice < debt * rate;
    }

    function liquidateSAFE(address safe) external returns (uint256 id) {
        require(isLiquidatable(safe), "LiquidationSale/safe-not-unsafe");
        (, uint256 rate,,,,) = safeEngine.collateralTypes(collateralType);
        (uint256 locked, uint256 debt) = safeEngine.safes(collateralType, safe);
        safeEngine.confiscateSAFECollateralAndDebt(
            collateralType, safe, address(this), accounting, -int256(locked), -int256(debt)
        );
        uint256 toRaise = debt * rate / 1e18 * penalty;
        sales.push(Sale(safe, locked, toRaise));
        id = sales.length - 1;
        emit Liquidate(safe, id, locked, debt, toRaise);
    }

    function nSales() external view returns (uint256) {
        return sales.length;
    }

    /// Buys collateral for at most `wad` coins of the engine, at a price in coins (ray) per collateral that `worth` gives.
    function buyCollateral(uint256 id, uint256 wad) external returns (uint256 bought) {
        Sale storage sale = sales[id];
        uint256 rad = wad * RAY;
        if (rad > sale.coinsLeft) rad = sale.coinsLeft;
        uint256 price = worth() * discount / 1e18;
        require(rad > 0 && price > 0, "LiquidationSale/nothing-to-sell");
        bought = rad / price;
        if (bought > sale.collateralLeft) (bought, rad) = (sale.collateralLeft, sale.collateralLeft * price);
        require(bought > 0, "LiquidationSale/too-little");
        safeEngine.transferInternalCoins(msg.sender, accounting, rad);
        safeEngine.transferCollateral(collateralType, address(this), msg.sender, bought);
        sale.collateralLeft -= bought;
        sale.coinsLeft -= rad;
        if (sale.coinsLeft == 0 && sale.collateralLeft > 0) {
            safeEngine.transferCollateral(collateralType, address(this), sale.safe, sale.collateralLeft);
            sale.collateralLeft = 0;
        }
        if (sale.collateralLeft == 0) sale.coinsLeft = 0;
        emit BuyCollateral(id, msg.sender, rad, bought);
    }

    /// Coins per collateral, in ray, by the oracle: the liquidation price without its ratio.
    function worth() public view returns (uint256) {
        (,,,,, uint256 liquidationPrice) = safeEngine.collateralTypes(collateralType);
        return liquidationPrice * liquidationRatio / RAY;
    }

    uint256 public liquidationRatio = RAY; // ray, as in the oracle relayer

    function modifyParameters(bytes32 parameter, uint256 value) external isAuthorized {
        require(parameter == "liquidationRatio", "LiquidationSale/modify-unrecognized-param");
        liquidationRatio = value;
    }
}

/// Where surplus, debt without collateral and the proceeds of sales meet.
contract Accounting {
    SafeEngine public immutable safeEngine;

    constructor(SafeEngine safeEngine_) {
        safeEngine = safeEngine_;
    }

    /// Pays debt with what coins there are.
    function settle() external {
        uint256 coins = safeEngine.coinBalance(address(this));
        uint256 debt = safeEngine.debtBalance(address(this));
        safeEngine.settleDebt(coins < debt ? coins : debt);
    }
}
