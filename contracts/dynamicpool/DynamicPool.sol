// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {MovingWeights} from "./MovingWeights.sol";
import {ONE} from "./Numbers.sol";
import {WeightedMath} from "./WeightedMath.sol";

interface IERC20 {
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

/// A pool of two to eight ERC-20s with 18 decimals, whose invariant is the product of the reserves to the power of their
/// weights. The weights move in straight lines over time; where they go, its runner says. What is paid in pays a fee,
/// which stays in the pool, less the protocol's share. Rounding is in the pool's favour.
contract DynamicPool is MovingWeights {
    error WrongTerms(string what);
    error IsOpen();
    error IsNotOpen();
    error SameToken(uint256 token);
    error TradeTooLarge(uint256 token, uint256 amount, uint256 most);
    error InvariantFalls(int256 change);
    error TooLittle(uint256 offered, uint256 least);
    error TooMuch(uint256 asked, uint256 most);
    error NotHeld(uint256 held, uint256 needed);
    error TransferFailed(address token);

    event Traded(address indexed who, uint256[] amountsIn, uint256[] amountsOut);
    event Swapped(address indexed who, uint256 tokenIn, uint256 tokenOut, uint256 amountIn, uint256 amountOut);
    event Joined(address indexed who, uint256 shares, uint256[] amounts);
    event Left(address indexed who, uint256 shares, uint256[] amounts);

    uint256 private constant UNIT = 1e18;
    uint256 public constant MOST_FEE = 1e17;
    int256 public constant LEAST_WEIGHT = 1e16;
    uint256 public constant FIRST_SHARES = 100e18;
    /// Of the reserves of a token, what one trade may move.
    uint256 public immutable mostTraded;
    /// Of the fees, what the owner collects.
    uint256 public immutable protocolShare;

    IERC20[] private _tokens;
    uint256[] private _reserves;
    uint256[] private _owed;
    uint256 public fee;
    uint256 public totalShares;
    mapping(address => uint256) public sharesOf;

    constructor(
        IERC20[] memory tokens_,
        int256[] memory weights_,
        uint256 fee_,
        uint256 protocolShare_,
        uint256 mostTraded_,
        bool pokes_
    ) MovingWeights(weights_, pokes_) {
        uint256 n = tokens_.length;
        if (n < 2 || n > 8) revert WrongTerms("two to eight tokens");
        if (weights_.length != n) revert WrongLength(weights_.length, n);
        if (fee_ > MOST_FEE) revert WrongTerms("a fee of at most 10 %");
        if (protocolShare_ > UNIT || mostTraded_ > UNIT || mostTraded_ == 0) revert WrongTerms("shares of at most 1");
        int256 total;
        for (uint256 i = 0; i < n; i++) {
            if (weights_[i] < LEAST_WEIGHT) revert WrongTerms("weights of at least 1 %");
            for (uint256 j = 0; j < i; j++) if (tokens_[i] == tokens_[j]) revert SameToken(i);
            total += weights_[i];
            _reserves.push(0);
            _owed.push(0);
        }
        // Decimal strings of binary floats miss 1 by some units.
        if (total - ONE > 1e6 || ONE - total > 1e6) revert WrongTerms("weights with sum 1");
        _tokens = tokens_;
        fee = fee_;
        protocolShare = protocolShare_;
        mostTraded = mostTraded_;
    }

    modifier whileOpen() {
        if (totalShares == 0) revert IsNotOpen();
        _;
    }

    // What it is.

    function tokens() external view returns (IERC20[] memory) {
        return _tokens;
    }

    function reserves() external view returns (uint256[] memory) {
        return _reserves;
    }

    function owed() external view returns (uint256[] memory) {
        return _owed;
    }

    // Who governs it.

    function setFee(uint256 fee_) external onlyOwner {
        if (fee_ > MOST_FEE) revert WrongTerms("a fee of at most 10 %");
        fee = fee_;
    }

    /// Gives the owner its share of the fees.
    function collect() external onlyOwner returns (uint256[] memory amounts) {
        amounts = _owed;
        for (uint256 i = 0; i < amounts.length; i++) {
            _owed[i] = 0;
            _reserves[i] -= amounts[i];
            _give(i, amounts[i]);
        }
    }

    // Shares.

    /// Puts in the first reserves, for FIRST_SHARES.
    function open(uint256[] calldata amounts) external {
        if (totalShares != 0) revert IsOpen();
        _check(amounts.length);
        totalShares = sharesOf[msg.sender] = FIRST_SHARES;
        _reserves = amounts;
        for (uint256 i = 0; i < amounts.length; i++) {
            if (amounts[i] == 0) revert WrongTerms("some of every token");
            _take(i, amounts[i]);
        }
        emit Joined(msg.sender, FIRST_SHARES, amounts);
    }

    /// Puts in all tokens in the pool's proportion, at most as much as given, for `shares`.
    function join(uint256 shares, uint256[] calldata most) external whileOpen returns (uint256[] memory amounts) {
        amounts = new uint256[](_tokens.length);
        _check(most.length);
        for (uint256 i = 0; i < amounts.length; i++) {
            // Rounded up, so that a share of those who were here before is worth no less.
            amounts[i] = ((_reserves[i] - _owed[i]) * shares + totalShares - 1) / totalShares;
            if (amounts[i] > most[i]) revert TooMuch(amounts[i], most[i]);
        }
        totalShares += shares;
        sharesOf[msg.sender] += shares;
        for (uint256 i = 0; i < amounts.length; i++) {
            _reserves[i] += amounts[i];
            _take(i, amounts[i]);
        }
        emit Joined(msg.sender, shares, amounts);
    }

    /// Gives shares back for their part of all tokens.
    function leave(uint256 shares, uint256[] calldata least) external whileOpen returns (uint256[] memory amounts) {
        uint256 held = sharesOf[msg.sender];
        if (shares > held || shares == 0 || shares == totalShares) revert NotHeld(held, shares);
        amounts = new uint256[](_tokens.length);
        _check(least.length);
        for (uint256 i = 0; i < amounts.length; i++) {
            amounts[i] = (_reserves[i] - _owed[i]) * shares / totalShares;
            if (amounts[i] < least[i]) revert TooLittle(amounts[i], least[i]);
        }
        totalShares -= shares;
        sharesOf[msg.sender] = held - shares;
        for (uint256 i = 0; i < amounts.length; i++) {
            _reserves[i] -= amounts[i];
            _give(i, amounts[i]);
        }
        emit Left(msg.sender, shares, amounts);
    }

    /// Puts tokens in, for nobody in particular.
    function donate(uint256[] calldata amounts) external whileOpen {
        _check(amounts.length);
        for (uint256 i = 0; i < amounts.length; i++) {
            _reserves[i] += amounts[i];
            _take(i, amounts[i]);
        }
    }

    // Trades.

    /// What a swap would give.
    function quoteIn(uint256 tokenIn, uint256 tokenOut, uint256 amountIn) public view returns (uint256) {
        int256[] memory w = _weightsForTrade(tokenIn, tokenOut);
        return WeightedMath.outFor(
            _reserves[tokenIn], _reserves[tokenOut], w[tokenIn], w[tokenOut], amountIn, fee
        );
    }

    /// What a swap would take for `amountOut`.
    function quoteOut(uint256 tokenIn, uint256 tokenOut, uint256 amountOut) public view returns (uint256) {
        int256[] memory w = _weightsForTrade(tokenIn, tokenOut);
        return WeightedMath.inFor(
            _reserves[tokenIn], _reserves[tokenOut], w[tokenIn], w[tokenOut], amountOut, fee
        );
    }

    /// Gives `amountIn` of one token for at least `leastOut` of another, or nothing at all.
    function swapIn(uint256 tokenIn, uint256 tokenOut, uint256 amountIn, uint256 leastOut)
        external
        whileOpen
        returns (uint256 amountOut)
    {
        amountOut = quoteIn(tokenIn, tokenOut, amountIn);
        if (amountOut < leastOut) revert TooLittle(amountOut, leastOut);
        _swap(tokenIn, tokenOut, amountIn, amountOut);
    }

    /// Gives at most `mostIn` of one token for `amountOut` of another, or nothing at all.
    function swapOut(uint256 tokenIn, uint256 tokenOut, uint256 amountOut, uint256 mostIn)
        external
        whileOpen
        returns (uint256 amountIn)
    {
        amountIn = quoteOut(tokenIn, tokenOut, amountOut);
        if (amountIn > mostIn) revert TooMuch(amountIn, mostIn);
        _swap(tokenIn, tokenOut, amountIn, amountOut);
    }

    /// Trades any number of tokens for any others at once, if the invariant does not fall by what is left after the fee.
    function trade(uint256[] calldata amountsIn, uint256[] calldata amountsOut) external whileOpen {
        _check(amountsIn.length);
        _check(amountsOut.length);
        int256[] memory w = weights();
        int256 change;
        for (uint256 i = 0; i < w.length; i++) {
            _limit(i, amountsIn[i]);
            _limit(i, amountsOut[i]);
            if (amountsIn[i] == 0 && amountsOut[i] == 0) continue;
            if (amountsIn[i] > 0 && amountsOut[i] > 0) revert SameToken(i);
            change += WeightedMath.logChange(_reserves[i], w[i], amountsIn[i], amountsOut[i], fee);
        }
        if (change < WeightedMath.LOGARITHM_ERROR) revert InvariantFalls(change);
        for (uint256 i = 0; i < w.length; i++) {
            _reserves[i] = _reserves[i] + amountsIn[i] - amountsOut[i];
            _owed[i] += amountsIn[i] * fee / UNIT * protocolShare / UNIT;
        }
        for (uint256 i = 0; i < w.length; i++) _take(i, amountsIn[i]);
        for (uint256 i = 0; i < w.length; i++) _give(i, amountsOut[i]);
        emit Traded(msg.sender, amountsIn, amountsOut);
    }

    function _swap(uint256 tokenIn, uint256 tokenOut, uint256 amountIn, uint256 amountOut) private {
        _limit(tokenIn, amountIn);
        _limit(tokenOut, amountOut);
        _reserves[tokenIn] += amountIn;
        _reserves[tokenOut] -= amountOut;
        _owed[tokenIn] += amountIn * fee / UNIT * protocolShare / UNIT;
        emit Swapped(msg.sender, tokenIn, tokenOut, amountIn, amountOut);
        _take(tokenIn, amountIn);
        _give(tokenOut, amountOut);
    }

    function _limit(uint256 token, uint256 amount) private view {
        uint256 most = _reserves[token] * mostTraded / UNIT;
        if (amount > most) revert TradeTooLarge(token, amount, most);
    }

    function _weightsForTrade(uint256 tokenIn, uint256 tokenOut) private view returns (int256[] memory) {
        if (tokenIn == tokenOut) revert SameToken(tokenIn);
        if (tokenIn >= _tokens.length || tokenOut >= _tokens.length) revert WrongTerms("a token of the pool");
        return weights();
    }

    function _check(uint256 length) private view {
        if (length != _reserves.length) revert WrongLength(length, _reserves.length);
    }

    function _take(uint256 token, uint256 amount) private {
        if (amount > 0 && !_tokens[token].transferFrom(msg.sender, address(this), amount)) {
            revert TransferFailed(address(_tokens[token]));
        }
    }

    function _give(uint256 token, uint256 amount) private {
        if (amount > 0 && !_tokens[token].transfer(msg.sender, amount)) {
            revert TransferFailed(address(_tokens[token]));
        }
    }
}
