// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ONE, over, times} from "./Numbers.sol";

/// What is remembered of one token's prices, step by step.
library Estimators {
    /// Moving average, after one more value.
    function average(int256 old, int256 value, int256 decay) internal pure returns (int256) {
        return old + times(ONE - decay, value - old);
    }

    /// Decayed sum of the errors of a moving average, after one more value.
    function running(int256 old, int256 value, int256 average_, int256 decay) internal pure returns (int256) {
        return times(decay, old) + over(value - average_, ONE - decay);
    }

    /// Relative change of price per step. The sum is multiplied step by step, because a long memory's (1 - decay)^3
    /// alone has few digits.
    function gradient(int256 running_, int256 denominator, int256 decay) internal pure returns (int256) {
        int256 forgotten = ONE - decay;
        int256 scaled = times(times(times(running_, forgotten), forgotten), forgotten);
        return over(scaled, times(decay, denominator));
    }

    /// Decayed sum of squared deviations, after one more value, whose mean was `before` and is `after_`.
    function spread(int256 old, int256 value, int256 before, int256 after_, int256 decay)
        internal
        pure
        returns (int256)
    {
        return times(decay, old) + times(value - before, value - after_);
    }
}
