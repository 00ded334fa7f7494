// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface IERC20 {
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

/// A pool of two ERC-20s in which the product of the reserves never falls: each swap is paid at the price that keeps
/// it, less a fee that stays in the pool. Tokens that are sent here without a call are nobody's and change no price.
contract ConstantProductPool {
    error NotTraded(address token);
    error TooLittle(uint256 offered, uint256 least);
    error TransferFailed(address token);
    error NothingAdded();
    error NotHeld(uint256 held, uint256 needed);

    event Swap(address indexed who, bool indexed sellsBase, uint256 amountIn, uint256 amountOut);
    event Added(address indexed who, uint256 base, uint256 quote, uint256 shares);
    event Removed(address indexed who, uint256 base, uint256 quote, uint256 shares);

    uint256 private constant MILLION = 1_000_000;

    IERC20 public immutable base;
    IERC20 public immutable quote;
    uint256 public immutable feeMillionths; // of what goes in

    uint256 public reserveBase;
    uint256 public reserveQuote;
    uint256 public totalShares;
    mapping(address => uint256) public sharesOf;

    constructor(IERC20 base_, IERC20 quote_, uint256 feeMillionths_) {
        require(feeMillionths_ < MILLION && base_ != quote_, "fee below 1, tokens that differ");
        base = base_;
        quote = quote_;
        feeMillionths = feeMillionths_;
    }

    /// What a swap of `amountIn` would give now.
    function quoteSwap(IERC20 tokenIn, uint256 amountIn) public view returns (uint256 amountOut) {
        if (tokenIn != base && tokenIn != quote) revert NotTraded(address(tokenIn));
        (uint256 reserveIn, uint256 reserveOut) =
            tokenIn == base ? (reserveBase, reserveQuote) : (reserveQuote, reserveBase);
        uint256 afterFee = amountIn * (MILLION - feeMillionths);
        return reserveOut * afterFee / (reserveIn * MILLION + afterFee);
    }

    /// Gives `amountIn` of one token for at least `leastOut` of the other, or nothing at all.
    function swap(IERC20 tokenIn, uint256 amountIn, uint256 leastOut) external returns (uint256 amountOut) {
        amountOut = quoteSwap(tokenIn, amountIn);
        if (amountOut < leastOut || amountOut == 0) revert TooLittle(amountOut, leastOut);
        bool sellsBase = tokenIn == base;
        if (sellsBase) {
            reserveBase += amountIn;
            reserveQuote -= amountOut;
        } else {
            reserveQuote += amountIn;
            reserveBase -= amountOut;
        }
        emit Swap(msg.sender, sellsBase, amountIn, amountOut);
        _take(tokenIn, amountIn);
        _give(sellsBase ? quote : base, amountOut);
    }

    /// Adds both tokens in the pool's proportion, at most the amounts given; the first deposit sets the proportion.
    function addLiquidity(uint256 mostBase, uint256 mostQuote) external returns (uint256 shares) {
        (uint256 inBase, uint256 inQuote) = (mostBase, mostQuote);
        if (totalShares == 0) {
            shares = _root(mostBase * mostQuote);
        } else {
            uint256 byBase = mostBase * totalShares / reserveBase;
            uint256 byQuote = mostQuote * totalShares / reserveQuote;
            shares = byBase < byQuote ? byBase : byQuote;
            // Rounded up, so that a share of those who were here before is worth no less.
            inBase = (shares * reserveBase + totalShares - 1) / totalShares;
            inQuote = (shares * reserveQuote + totalShares - 1) / totalShares;
        }
        if (shares == 0) revert NothingAdded();
        totalShares += shares;
        sharesOf[msg.sender] += shares;
        reserveBase += inBase;
        reserveQuote += inQuote;
        emit Added(msg.sender, inBase, inQuote, shares);
        _take(base, inBase);
        _take(quote, inQuote);
    }

    /// Gives shares back for their part of both reserves.
    function removeLiquidity(uint256 shares, uint256 leastBase, uint256 leastQuote)
        external
        returns (uint256 outBase, uint256 outQuote)
    {
        uint256 held = sharesOf[msg.sender];
        if (held < shares || shares == 0) revert NotHeld(held, shares);
        outBase = shares * reserveBase / totalShares;
        outQuote = shares * reserveQuote / totalShares;
        if (outBase < leastBase) revert TooLittle(outBase, leastBase);
        if (outQuote < leastQuote) revert TooLittle(outQuote, leastQuote);
        sharesOf[msg.sender] = held - shares;
        totalShares -= shares;
        reserveBase -= outBase;
        reserveQuote -= outQuote;
        emit Removed(msg.sender, outBase, outQuote, shares);
        _give(base, outBase);
        _give(quote, outQuote);
    }

    function _take(IERC20 token, uint256 amount) private {
        if (!token.transferFrom(msg.sender, address(this), amount)) revert TransferFailed(address(token));
    }

    function _give(IERC20 token, uint256 amount) private {
        if (!token.transfer(msg.sender, amount)) revert TransferFailed(address(token));
    }

    /// The square root, rounded down, by Newton's method from above.
    function _root(uint256 square) private pure returns (uint256 root) {
        root = square;
        uint256 next = square / 2 + 1;
        while (next < root) {
            root = next;
            next = (square / next + next) / 2;
        }
    }
}
