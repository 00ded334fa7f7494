// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ONE, over, size, sum, times} from "./Numbers.sol";

/// What a rule wants, made into weights that a pool may have, and into a change that is not too fast.
library GuardRails {
    error NoWeights(int256 total);
    error FloorTooHigh(int256 floor, uint256 tokens);

    /// Weights with sum 1 of which none is below `floor`: those below are raised to it, the others scaled to make room,
    /// until none is below. What rounding leaves goes to the largest, or to the first.
    function applied(int256[] memory wanted, int256 floor, bool restToFirst)
        internal
        pure
        returns (int256[] memory weights)
    {
        uint256 n = wanted.length;
        if (floor < 0 || floor * int256(n) > ONE) revert FloorTooHigh(floor, n);
        weights = _capped(wanted, ONE - int256(n - 1) * floor);
        bool[] memory low = new bool[](n);
        uint256 count = _mark(weights, low, floor);
        for (uint256 round = 0; round < n; round++) {
            if (count == n) {
                weights = _even(n);
                break;
            }
            int256[] memory raised = _raised(weights, low, count, floor);
            uint256 more = _mark(raised, low, floor);
            if (more == 0 || round == n - 1) {
                weights = raised;
                break;
            }
            count += more;
        }
        weights[restToFirst ? 0 : _largest(weights)] += ONE - sum(weights);
    }

    /// The change from `current` to `target`, scaled as a whole so that none is above `most`.
    /// @param undercut by how much more the limit is kept; 0 for none.
    function limited(int256[] memory current, int256[] memory target, int256 most, int256 undercut)
        internal
        pure
        returns (int256[] memory change)
    {
        change = new int256[](current.length);
        int256 fastest;
        for (uint256 i = 0; i < change.length; i++) {
            change[i] = target[i] - current[i];
            if (size(change[i]) > fastest) fastest = size(change[i]);
        }
        if (fastest <= most) return change;
        for (uint256 i = 0; i < change.length; i++) change[i] = over(times(change[i], most), fastest + undercut);
    }

    /// Scaled to the sum 1, and at most `cap`.
    function _capped(int256[] memory wanted, int256 cap) private pure returns (int256[] memory weights) {
        int256 total = sum(wanted);
        if (total <= 0) revert NoWeights(total);
        weights = new int256[](wanted.length);
        for (uint256 i = 0; i < weights.length; i++) {
            weights[i] = over(wanted[i], total);
            if (weights[i] > cap) weights[i] = cap;
        }
    }

    /// Marks those below the floor that are not yet marked, and counts them.
    function _mark(int256[] memory weights, bool[] memory low, int256 floor) private pure returns (uint256 count) {
        for (uint256 i = 0; i < weights.length; i++) {
            if (!low[i] && weights[i] < floor) {
                low[i] = true;
                count++;
            }
        }
    }

    function _raised(int256[] memory weights, bool[] memory low, uint256 count, int256 floor)
        private
        pure
        returns (int256[] memory raised)
    {
        raised = new int256[](weights.length);
        int256 rest;
        for (uint256 i = 0; i < weights.length; i++) if (!low[i]) rest += weights[i];
        int256 scale = over(ONE - int256(count) * floor, rest);
        for (uint256 i = 0; i < weights.length; i++) raised[i] = low[i] ? floor : times(weights[i], scale);
    }

    function _even(uint256 n) private pure returns (int256[] memory weights) {
        weights = new int256[](n);
        for (uint256 i = 0; i < n; i++) weights[i] = ONE / int256(n);
    }

    function _largest(int256[] memory weights) private pure returns (uint256 at) {
        for (uint256 i = 1; i < weights.length; i++) if (weights[i] > weights[at]) at = i;
    }
}
