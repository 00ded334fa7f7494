// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface IUniswapV3PoolState {
    function slot0() external view returns (uint160 sqrtPriceX96, int24, uint16, uint16, uint16, uint8, bool);
}

/// The present price of a Uniswap V3 pool, with 8 decimals, read as Chainlink's aggregators are: latestAnswer().
/// It is the price at the margin, not an average over time, so whoever moves the pool moves it. Both tokens have 18
/// decimals.
contract PoolAggregator {
    error PriceOutOfRange(uint160 sqrtPriceX96);

    IUniswapV3PoolState public immutable pool;
    bool public immutable baseIsToken0;

    constructor(IUniswapV3PoolState pool_, bool baseIsToken0_) {
        pool = pool_;
        baseIsToken0 = baseIsToken0_;
    }

    /// Quote tokens per base token.
    function latestAnswer() external view returns (int256) {
        (uint160 root,,,,,,) = pool.slot0();
        // Its square has to fit a word, and to be some price at 8 decimals: token1 per token0 from 2^-64 to 2^64.
        if (root < 2 ** 64 || root > type(uint128).max) revert PriceOutOfRange(root);
        uint256 square = uint256(root) * root; // token1 per token0, times 2^192
        uint256 price = baseIsToken0 ? ((square >> 64) * 10 ** 8) >> 128 : (uint256(10 ** 8) << 192) / square;
        return int256(price);
    }
}
