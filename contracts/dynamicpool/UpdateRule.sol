// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Estimators} from "./Estimators.sol";
import {ONE, over, times} from "./Numbers.sol";
import {Signals} from "./Signals.sol";

/// What the weights of one pool should become. It remembers prices; whoever made it says who may show it new ones.
abstract contract UpdateRule {
    error NotRunner(address sender);
    error RunnerIsSet(address runner);
    error WrongLength(uint256 found, uint256 wanted);

    address public immutable owner = msg.sender;
    address public runner;

    function setRunner(address runner_) external {
        if (msg.sender != owner) revert NotRunner(msg.sender);
        if (runner != address(0)) revert RunnerIsSet(runner);
        runner = runner_;
    }

    /// The weights that it wants, not yet within guard rails, after one more price of each token.
    function update(int256[] calldata prices, int256[] calldata weights) external returns (int256[] memory) {
        if (msg.sender != runner) revert NotRunner(msg.sender);
        return _update(prices, weights);
    }

    function _update(int256[] calldata prices, int256[] calldata weights) internal virtual returns (int256[] memory);

    function _check(int256[] memory values, uint256 n) internal pure {
        if (values.length != n) revert WrongLength(values.length, n);
    }
}

/// A rule that changes weights by a signal of each token's prices, against the mean of all signals.
abstract contract SignalRule is UpdateRule {
    int256[] internal gains;

    constructor(int256[] memory gains_) {
        gains = gains_;
    }

    function _update(int256[] calldata prices, int256[] calldata weights)
        internal
        override
        returns (int256[] memory wanted)
    {
        uint256 n = gains.length;
        _check(prices, n);
        _check(weights, n);
        int256[] memory signals = new int256[](n);
        for (uint256 i = 0; i < n; i++) signals[i] = _see(i, prices[i]);
        wanted = Signals.zeroSum(signals, gains);
        for (uint256 i = 0; i < n; i++) wanted[i] += weights[i];
    }

    /// Remember one more price of a token.
    /// @return the signal after it.
    function _see(uint256 i, int256 price) internal virtual returns (int256);
}

/// A rule that follows gradients: relative changes of price per update.
abstract contract GradientRule is SignalRule {
    /// @param decay by which each token's estimator forgets.
    /// @param gains changes of weight for a signal of 1; negative ones go against it.
    /// @param averageDecay of the average that the gradient is relative to; empty for the estimator's own.
    /// @param rawPrice whether the gradient is relative to the price instead.
    /// @param previousAverage whether it is relative to the average before the update.
    struct Terms {
        int256[] decay;
        int256[] gains;
        int256[] averageDecay;
        bool rawPrice;
        bool previousAverage;
    }

    int256[] internal decay;
    int256[] internal averageDecay;
    bool internal rawPrice;
    bool internal previousAverage;
    int256[] internal averages;
    int256[] internal sums;
    int256[] internal slowAverages;

    constructor(Terms memory terms_, int256[] memory averages_, int256[] memory sums_, int256[] memory slow)
        SignalRule(terms_.gains)
    {
        uint256 n = averages_.length;
        _check(terms_.decay, n);
        _check(terms_.gains, n);
        _check(sums_, n);
        _check(slow, terms_.averageDecay.length);
        if (slow.length > 0) _check(slow, n);
        decay = terms_.decay;
        averageDecay = terms_.averageDecay;
        rawPrice = terms_.rawPrice;
        previousAverage = terms_.previousAverage;
        averages = averages_;
        sums = sums_;
        slowAverages = slow;
    }

    function state() external view returns (int256[] memory, int256[] memory, int256[] memory) {
        return (averages, sums, slowAverages);
    }

    function _see(uint256 i, int256 price) internal override returns (int256) {
        return _signal(i, _gradient(i, price));
    }

    function _gradient(uint256 i, int256 price) private returns (int256) {
        int256 before = averages[i];
        int256 average = Estimators.average(before, price, decay[i]);
        averages[i] = average;
        sums[i] = Estimators.running(sums[i], price, average, decay[i]);
        if (slowAverages.length > 0) {
            before = slowAverages[i];
            average = Estimators.average(before, price, averageDecay[i]);
            slowAverages[i] = average;
        }
        int256 denominator = rawPrice ? price : previousAverage ? before : average;
        return Estimators.gradient(sums[i], denominator, decay[i]);
    }

    function _signal(uint256 i, int256 gradient) internal view virtual returns (int256);
}

/// With the movement of prices; against it, if the gains are negative.
contract MomentumRule is GradientRule {
    constructor(Terms memory terms_, int256[] memory averages_, int256[] memory sums_, int256[] memory slow)
        GradientRule(terms_, averages_, sums_, slow)
    {}

    function _signal(uint256, int256 gradient) internal pure override returns (int256) {
        return gradient;
    }
}

/// With the movement of prices, more than in proportion.
contract PowerChannelRule is GradientRule {
    int256[] internal exponent;
    int256[] internal scale;

    constructor(
        Terms memory terms_,
        int256[] memory averages_,
        int256[] memory sums_,
        int256[] memory slow,
        int256[] memory exponent_,
        int256[] memory scale_
    ) GradientRule(terms_, averages_, sums_, slow) {
        _check(exponent_, averages_.length);
        _check(scale_, averages_.length);
        exponent = exponent_;
        scale = scale_;
    }

    function _signal(uint256 i, int256 gradient) internal view override returns (int256) {
        return Signals.powered(gradient, exponent[i], scale[i]);
    }
}

/// Towards weights in inverse proportion to the variances of the tokens' returns.
contract MinVarianceRule is UpdateRule {
    int256[] internal decay;
    int256[] internal blend;
    int256[] internal lastPrices;
    int256[] internal means;
    int256[] internal spreads;
    bool internal hasReturn;

    /// @param blend_ the part of the old weights that each update keeps.
    /// @param hasReturn_ whether means and spreads have seen a return; if not, the first one makes all tokens alike.
    constructor(
        int256[] memory decay_,
        int256[] memory blend_,
        int256[] memory lastPrices_,
        int256[] memory means_,
        int256[] memory spreads_,
        bool hasReturn_
    ) {
        uint256 n = lastPrices_.length;
        _check(decay_, n);
        _check(blend_, n);
        _check(means_, n);
        _check(spreads_, n);
        decay = decay_;
        blend = blend_;
        lastPrices = lastPrices_;
        means = means_;
        spreads = spreads_;
        hasReturn = hasReturn_;
    }

    function state() external view returns (int256[] memory, int256[] memory, int256[] memory, bool) {
        return (lastPrices, means, spreads, hasReturn);
    }

    function _update(int256[] calldata prices, int256[] calldata weights)
        internal
        override
        returns (int256[] memory wanted)
    {
        uint256 n = lastPrices.length;
        _check(prices, n);
        _check(weights, n);
        int256[] memory variance = new int256[](n);
        for (uint256 i = 0; i < n; i++) variance[i] = _variance(i, prices[i]);
        hasReturn = true;
        wanted = Signals.inverse(variance);
        for (uint256 i = 0; i < n; i++) wanted[i] = times(blend[i], weights[i]) + times(ONE - blend[i], wanted[i]);
    }

    function _variance(uint256 i, int256 price) private returns (int256) {
        int256 gain = over(price, lastPrices[i]) - ONE;
        lastPrices[i] = price;
        if (!hasReturn) {
            means[i] = gain;
            return ONE;
        }
        int256 before = means[i];
        means[i] = Estimators.average(before, gain, decay[i]);
        spreads[i] = Estimators.spread(spreads[i], gain, before, means[i], decay[i]);
        return times(ONE - decay[i], spreads[i]);
    }
}
