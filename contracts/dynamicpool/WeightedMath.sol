// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ONE, logarithm, over, power, times} from "./Numbers.sol";

/// What a weighted pool gives and takes, rounded in its favour.
library WeightedMath {
    error AllOfIt(uint256 amount, uint256 held);

    uint256 private constant UNIT = 1e18;
    /// By how much a mean of logarithms may be too high: each by less than 50 units, and some for products.
    int256 internal constant LOGARITHM_ERROR = 100;

    /// What comes out for `amountIn`: r_out (1 - (r_in / (r_in + what the fee leaves)) ** (w_in / w_out)).
    function outFor(uint256 heldIn, uint256 heldOut, int256 weightIn, int256 weightOut, uint256 amountIn, uint256 fee)
        internal
        pure
        returns (uint256)
    {
        uint256 grown = heldIn + afterFee(amountIn, fee);
        int256 left = _powerUp(_quotientUp(heldIn, grown), over(weightIn, weightOut));
        return left >= ONE ? 0 : heldOut * uint256(ONE - left) / UNIT;
    }

    /// What has to go in for `amountOut`.
    function inFor(uint256 heldIn, uint256 heldOut, int256 weightIn, int256 weightOut, uint256 amountOut, uint256 fee)
        internal
        pure
        returns (uint256)
    {
        if (amountOut >= heldOut) revert AllOfIt(amountOut, heldOut);
        int256 grown = _powerUp(_quotientUp(heldOut, heldOut - amountOut), over(weightOut, weightIn) + 1);
        uint256 needed = (heldIn * uint256(grown - ONE) + UNIT - 1) / UNIT;
        return (needed * UNIT + UNIT - fee - 1) / (UNIT - fee);
    }

    /// What one token's change adds to the logarithm of the invariant.
    function logChange(uint256 held, int256 weight, uint256 amountIn, uint256 amountOut, uint256 fee)
        internal
        pure
        returns (int256)
    {
        if (amountOut >= held) revert AllOfIt(amountOut, held);
        uint256 after_ = held + afterFee(amountIn, fee) - amountOut;
        return times(weight, logarithm(int256(after_ * UNIT / held)));
    }

    /// What the fee leaves of an amount.
    function afterFee(uint256 amount, uint256 fee) internal pure returns (uint256) {
        return amount * (UNIT - fee) / UNIT;
    }

    function _quotientUp(uint256 x, uint256 y) private pure returns (int256) {
        return int256((x * UNIT + y - 1) / y);
    }

    /// A power that is not below the true one: the logarithm may be too low by 50 units, and is multiplied by y.
    function _powerUp(int256 x, int256 y) private pure returns (int256) {
        int256 found = power(x, y);
        return found + times(found, 64 * (y / ONE + 1)) + 10;
    }
}
