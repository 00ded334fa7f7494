// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ONE, exponential, over, power, size, sum, times} from "./Numbers.sol";

/// From signals to changes of weights.
library Signals {
    int256 internal constant PI = 3_141592653589793238;

    /// Changes of weights whose sum is 0: each token's signal against the mean, weighted by the gains.
    function zeroSum(int256[] memory signal, int256[] memory gains) internal pure returns (int256[] memory change) {
        change = new int256[](signal.length);
        int256 mean;
        for (uint256 i = 0; i < signal.length; i++) mean += times(gains[i], signal[i]);
        int256 total = sum(gains);
        if (total != 0) mean = over(mean, total);
        for (uint256 i = 0; i < signal.length; i++) change[i] = times(gains[i], signal[i] - mean);
    }

    /// sign(g) · |g / (2 scale)| ** exponent.
    function powered(int256 gradient, int256 exponent, int256 scale) internal pure returns (int256) {
        if (gradient == 0) return 0;
        int256 found = power(over(size(gradient), 2 * scale), exponent);
        return gradient < 0 ? -found : found;
    }

    /// Against the movement inside a channel of gradients, with it outside. Each part has its gradient.
    /// @param peak what the wave is divided by.
    function channel(
        int256 wave,
        int256 trend,
        int256 envelope,
        int256 width,
        int256 amplitude,
        int256 exponent,
        int256 scale,
        int256 peak
    ) internal pure returns (int256) {
        int256 ratio = over(envelope, width);
        int256 inside = exponential(-times(ratio, ratio) / 2);
        int256 against = times(times(amplitude, inside), _height(over(wave, width), peak));
        return times(ONE - inside, powered(trend, exponent, scale)) - against;
    }

    function _height(int256 ratio, int256 peak) private pure returns (int256) {
        int256 u = times(PI, ratio) / 3;
        return over(u - times(times(u, u), u) / 6, peak);
    }

    /// Weights in inverse proportion to variances; a token without variance counts as one with very little.
    function inverse(int256[] memory variance) internal pure returns (int256[] memory weights) {
        weights = new int256[](variance.length);
        for (uint256 i = 0; i < weights.length; i++) weights[i] = over(ONE, variance[i] > 0 ? variance[i] : int256(1));
        int256 total = sum(weights);
        for (uint256 i = 0; i < weights.length; i++) weights[i] = over(weights[i], total);
    }
}
