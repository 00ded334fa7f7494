// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface IERC20 {
    function approve(address spender, uint256 value) external returns (bool);
}

interface IPool {
    function base() external view returns (IERC20);
    function quote() external view returns (IERC20);
    function swap(IERC20 tokenIn, uint256 amountIn, uint256 leastOut) external returns (uint256 amountOut);
}

/// Holds a searcher's tokens, and ties the second of two swaps to the first: what `front` bought, and nothing else,
/// `back` sells; if `front` failed, `back` fails too.
contract Searcher {
    error NotOwner(address sender);
    error NothingBought();

    address public immutable owner;
    IPool public immutable pool;
    IERC20 public tokenBought;
    uint256 public bought;

    constructor(IPool pool_) {
        owner = msg.sender;
        pool = pool_;
        pool_.base().approve(address(pool_), type(uint256).max);
        pool_.quote().approve(address(pool_), type(uint256).max);
    }

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    function front(IERC20 tokenIn, uint256 amountIn, uint256 leastOut) external onlyOwner {
        bought = pool.swap(tokenIn, amountIn, leastOut);
        tokenBought = tokenIn == pool.base() ? pool.quote() : pool.base();
    }

    function back() external onlyOwner {
        if (bought == 0) revert NothingBought();
        uint256 amount = bought;
        bought = 0;
        pool.swap(tokenBought, amount, 0);
    }
}
