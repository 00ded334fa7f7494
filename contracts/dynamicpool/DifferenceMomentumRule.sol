// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Estimators} from "./Estimators.sol";
import {ONE, over} from "./Numbers.sol";
import {SignalRule} from "./UpdateRule.sol";

/// With the difference of two moving averages of a price, relative to the fast one.
contract DifferenceMomentumRule is SignalRule {
    int256[] internal decay;
    int256[] internal slowDecay;
    int256[] internal averages;
    int256[] internal slowAverages;

    constructor(
        int256[] memory decay_,
        int256[] memory slowDecay_,
        int256[] memory gains_,
        int256[] memory averages_,
        int256[] memory slow
    ) SignalRule(gains_) {
        uint256 n = averages_.length;
        _check(decay_, n);
        _check(slowDecay_, n);
        _check(gains_, n);
        _check(slow, n);
        decay = decay_;
        slowDecay = slowDecay_;
        averages = averages_;
        slowAverages = slow;
    }

    /// The second is empty: this rule has no sums.
    function state() external view returns (int256[] memory, int256[] memory, int256[] memory) {
        return (averages, new int256[](0), slowAverages);
    }

    function _see(uint256 i, int256 price) internal override returns (int256) {
        averages[i] = Estimators.average(averages[i], price, decay[i]);
        slowAverages[i] = Estimators.average(slowAverages[i], price, slowDecay[i]);
        return ONE - over(slowAverages[i], averages[i]);
    }
}
