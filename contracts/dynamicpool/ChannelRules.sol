// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Estimators} from "./Estimators.sol";
import {Signals} from "./Signals.sol";
import {GradientRule, SignalRule, UpdateRule} from "./UpdateRule.sol";

/// A rule with a channel of gradients, in which it goes against movements.
abstract contract ChannelRule is UpdateRule {
    struct Shape {
        int256[] width;
        int256[] amplitude;
        int256[] exponent;
        int256[] scale;
        int256[] peak;
    }

    Shape internal shape;

    constructor(Shape memory shape_, uint256 n) {
        _check(shape_.width, n);
        _check(shape_.amplitude, n);
        _check(shape_.exponent, n);
        _check(shape_.scale, n);
        _check(shape_.peak, n);
        shape = shape_;
    }

    function _channel(uint256 i, int256 wave, int256 trend, int256 envelope) internal view returns (int256) {
        return Signals.channel(
            wave,
            trend,
            envelope,
            shape.width[i],
            shape.amplitude[i],
            shape.exponent[i],
            shape.scale[i],
            shape.peak[i]
        );
    }
}

/// Against small movements of prices, with large ones.
contract MeanReversionChannelRule is GradientRule, ChannelRule {
    constructor(
        Terms memory terms_,
        int256[] memory averages_,
        int256[] memory sums_,
        int256[] memory slow,
        Shape memory shape_
    ) GradientRule(terms_, averages_, sums_, slow) ChannelRule(shape_, averages_.length) {}

    function _signal(uint256 i, int256 gradient) internal view override returns (int256) {
        return _channel(i, gradient, gradient, gradient);
    }
}

/// A channel whose wave, trend and envelope each have a memory of their own. All three gradients are relative to one
/// average. Arrays of estimators have all tokens' waves, then all trends, then all envelopes.
contract TripleThreatRule is SignalRule, ChannelRule {
    int256[] internal decay;
    int256[] internal averageDecay;
    int256[] internal averages;
    int256[] internal sums;
    int256[] internal sharedAverages;

    constructor(
        int256[] memory decay_,
        int256[] memory averageDecay_,
        int256[] memory gains_,
        int256[] memory averages_,
        int256[] memory sums_,
        int256[] memory shared,
        Shape memory shape_
    ) SignalRule(gains_) ChannelRule(shape_, shared.length) {
        uint256 n = shared.length;
        _check(gains_, n);
        _check(averageDecay_, n);
        _check(decay_, 3 * n);
        _check(averages_, 3 * n);
        _check(sums_, 3 * n);
        decay = decay_;
        averageDecay = averageDecay_;
        averages = averages_;
        sums = sums_;
        sharedAverages = shared;
    }

    function state() external view returns (int256[] memory, int256[] memory, int256[] memory) {
        return (averages, sums, sharedAverages);
    }

    function _see(uint256 i, int256 price) internal override returns (int256) {
        uint256 n = sharedAverages.length;
        int256 average = Estimators.average(sharedAverages[i], price, averageDecay[i]);
        sharedAverages[i] = average;
        int256 wave = _gradient(i, price, average);
        int256 trend = _gradient(n + i, price, average);
        return _channel(i, wave, trend, _gradient(2 * n + i, price, average));
    }

    /// @param j index of the estimator.
    function _gradient(uint256 j, int256 price, int256 denominator) private returns (int256) {
        averages[j] = Estimators.average(averages[j], price, decay[j]);
        sums[j] = Estimators.running(sums[j], price, averages[j], decay[j]);
        return Estimators.gradient(sums[j], denominator, decay[j]);
    }
}
