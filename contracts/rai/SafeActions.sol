// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {CoinJoin, CollateralJoin, IERC20, LiquidationSale, Coin} from "./Joins.sol";
import {RAY} from "./FixedPoint.sol";
import {SafeEngine} from "./SafeEngine.sol";

/// One call for what the engine and its joins want done in several. Who uses it approves it, as account and for both tokens.
contract SafeActions {
    SafeEngine public immutable engine;
    CollateralJoin public immutable collateralJoin;
    CoinJoin public immutable coinJoin;
    LiquidationSale public immutable sale;
    bytes32 public immutable collateralType;
    IERC20 internal immutable collateral;
    Coin internal immutable coin;

    constructor(CollateralJoin collateralJoin_, CoinJoin coinJoin_, LiquidationSale sale_) {
        (collateralJoin, coinJoin, sale) = (collateralJoin_, coinJoin_, sale_);
        (engine, collateralType) = (collateralJoin_.safeEngine(), collateralJoin_.collateralType());
        (collateral, coin) = (collateralJoin_.collateral(), coinJoin_.coin());
        collateral.approve(address(collateralJoin_), type(uint256).max);
        coin.approve(address(coinJoin_), type(uint256).max);
        engine.approveSAFEModification(address(coinJoin_));
        engine.approveSAFEModification(address(collateralJoin_));
        engine.approveSAFEModification(address(sale_));
    }

    /// Changes the caller's SAFE: locks his tokens or frees them, draws coins to him or wipes principal with his.
    function change(int256 deltaCollateral, int256 deltaDebt) external {
        if (deltaCollateral > 0) {
            collateral.transferFrom(msg.sender, address(this), uint256(deltaCollateral));
            collateralJoin.join(msg.sender, uint256(deltaCollateral));
        }
        if (deltaDebt < 0) pull((uint256(-deltaDebt) * rate() + RAY - 1) / RAY, msg.sender);
        engine.modifySAFECollateralization(
            collateralType, msg.sender, msg.sender, msg.sender, deltaCollateral, deltaDebt
        );
        if (deltaDebt > 0) {
            uint256 wad = uint256(deltaDebt) * rate() / RAY;
            engine.transferInternalCoins(msg.sender, address(this), wad * RAY);
            coinJoin.exit(msg.sender, wad);
        }
        if (deltaCollateral < 0) {
            engine.transferCollateral(collateralType, msg.sender, address(this), uint256(-deltaCollateral));
            collateralJoin.exit(msg.sender, uint256(-deltaCollateral));
        }
    }

    /// Confiscates a SAFE and buys what its collateral costs, with at most `wad` of the caller's coins.
    function liquidate(address safe, uint256 wad) external returns (uint256 bought) {
        return buy(sale.liquidateSAFE(safe), wad);
    }

    /// Buys collateral of a sale with at most `wad` of the caller's coins, and returns to him what was not needed.
    function buy(uint256 id, uint256 wad) public returns (uint256 bought) {
        pull(wad, address(this));
        bought = sale.buyCollateral(id, wad);
        uint256 left = engine.coinBalance(address(this)) / RAY;
        if (left > 0) coinJoin.exit(msg.sender, left);
        collateralJoin.exit(msg.sender, bought);
    }

    function pull(uint256 wad, address account) internal {
        coin.transferFrom(msg.sender, address(this), wad);
        coinJoin.join(account, wad);
    }

    function rate() internal view returns (uint256 accumulatedRate) {
        (, accumulatedRate,,,,) = engine.collateralTypes(collateralType);
    }
}
