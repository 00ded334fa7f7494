// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Estimators} from "./Estimators.sol";
import {GuardRails} from "./GuardRails.sol";
import {exponential, logarithm, over, power, times} from "./Numbers.sol";
import {Signals} from "./Signals.sol";

/// The single steps of rules, guard rails and numbers, for whoever wants to check one.
contract Steps {
    function product(int256 x, int256 y) external pure returns (int256) {
        return times(x, y);
    }

    function quotient(int256 x, int256 y) external pure returns (int256) {
        return over(x, y);
    }

    function raised(int256 x, int256 y) external pure returns (int256) {
        return power(x, y);
    }

    function ln(int256 x) external pure returns (int256) {
        return logarithm(x);
    }

    function exp(int256 x) external pure returns (int256) {
        return exponential(x);
    }

    function average(int256 old, int256 value, int256 decay) external pure returns (int256) {
        return Estimators.average(old, value, decay);
    }

    function running(int256 old, int256 value, int256 average_, int256 decay) external pure returns (int256) {
        return Estimators.running(old, value, average_, decay);
    }

    function gradient(int256 running_, int256 denominator, int256 decay) external pure returns (int256) {
        return Estimators.gradient(running_, denominator, decay);
    }

    function spread(int256 old, int256 value, int256 before, int256 after_, int256 decay)
        external
        pure
        returns (int256)
    {
        return Estimators.spread(old, value, before, after_, decay);
    }

    function zeroSum(int256[] memory signal, int256[] memory gains) external pure returns (int256[] memory) {
        return Signals.zeroSum(signal, gains);
    }

    function powered(int256 gradient_, int256 exponent, int256 scale) external pure returns (int256) {
        return Signals.powered(gradient_, exponent, scale);
    }

    function channel(int256 gradient_, int256 width, int256 amplitude, int256 exponent, int256 scale, int256 peak)
        external
        pure
        returns (int256)
    {
        return Signals.channel(gradient_, gradient_, gradient_, width, amplitude, exponent, scale, peak);
    }

    function inverse(int256[] memory variance) external pure returns (int256[] memory) {
        return Signals.inverse(variance);
    }

    function applied(int256[] memory wanted, int256 floor, bool restToFirst) external pure returns (int256[] memory) {
        return GuardRails.applied(wanted, floor, restToFirst);
    }

    function limited(int256[] memory current, int256[] memory target, int256 most, int256 undercut)
        external
        pure
        returns (int256[] memory)
    {
        return GuardRails.limited(current, target, most, undercut);
    }
}
