// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IERC20} from "./Joins.sol";

interface ITradedPair {
    function token0() external view returns (address);
    function getReserves() external view returns (uint112, uint112, uint32);
    function swap(uint256 out0, uint256 out1, address to, bytes calldata data) external;
    function mint(address to) external returns (uint256);
    function burn(address to) external returns (uint256, uint256);
}

/// One call for what a Uniswap V2 pair wants done in two: send tokens to it, and say what for.
contract Exchange {
    ITradedPair public immutable pair;
    IERC20 public immutable coin;
    IERC20 public immutable weth;
    bool public immutable coinIsToken0;

    constructor(ITradedPair pair_, IERC20 coin_, IERC20 weth_) {
        (pair, coin, weth, coinIsToken0) = (pair_, coin_, weth_, pair_.token0() == address(coin_));
    }

    /// Gives `amount` coins, or ether, for at least `least` of the other.
    function swap(bool givesCoin, uint256 amount, uint256 least) external returns (uint256 out) {
        (uint256 reserveIn, uint256 reserveOut) = reserves();
        if (!givesCoin) (reserveIn, reserveOut) = (reserveOut, reserveIn);
        uint256 afterFee = amount * 997;
        out = afterFee * reserveOut / (reserveIn * 1000 + afterFee);
        require(out >= least, "Exchange/too-little");
        (givesCoin ? coin : weth).transferFrom(msg.sender, address(pair), amount);
        bool outIs0 = givesCoin != coinIsToken0;
        pair.swap(outIs0 ? out : 0, outIs0 ? 0 : out, msg.sender, "");
    }

    /// Adds at most these amounts, in the pair's proportion.
    function addLiquidity(uint256 coins, uint256 ether_) external returns (uint256 shares) {
        (uint256 reserveCoin, uint256 reserveEther) = reserves();
        if (reserveCoin > 0) {
            uint256 fitting = coins * reserveEther / reserveCoin;
            if (fitting <= ether_) ether_ = fitting;
            else coins = ether_ * reserveCoin / reserveEther;
        }
        coin.transferFrom(msg.sender, address(pair), coins);
        weth.transferFrom(msg.sender, address(pair), ether_);
        shares = pair.mint(msg.sender);
    }

    /// Takes out what `shares` of the pair are worth. Approve them first.
    function removeLiquidity(uint256 shares) external {
        IERC20(address(pair)).transferFrom(msg.sender, address(pair), shares);
        pair.burn(msg.sender);
    }

    /// What the pair holds: coins, and ether.
    function reserves() public view returns (uint256, uint256) {
        (uint112 reserve0, uint112 reserve1,) = pair.getReserves();
        return coinIsToken0 ? (reserve0, reserve1) : (reserve1, reserve0);
    }
}
