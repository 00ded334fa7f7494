// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {NEGATIVE_RATE_LIMIT, RAY, RAY_SIGNED, WAD} from "./FixedPoint.sol";
import {Calculator} from "./Calculator.sol";

/// A calculator whose output has bounds, and a barrier below which it is taken for noise.
abstract contract Bounded is Calculator {
    uint256 internal noiseBarrier; // wad; 1e18 lets everything pass
    uint256 internal upperBound; // ray
    int256 internal lowerBound; // ray, negative

    function nb() external view isReader returns (uint256) {
        return noiseBarrier;
    }

    function foub() external view isReader returns (uint256) {
        return upperBound;
    }

    function folb() external view isReader returns (int256) {
        return lowerBound;
    }

    /// Whether an output, in ray, is more than noise at a redemption price in ray.
    function breaksNoiseBarrier(uint256 output, uint256 redemptionPrice) public view isReader returns (bool) {
        uint256 threshold = redemptionPrice * (2 * WAD - noiseBarrier) / WAD - redemptionPrice;
        return output >= threshold;
    }

    /// The rate of an output, both in ray, within the bounds.
    function boundedRate(int256 output) internal view returns (uint256) {
        int256 bound = output;
        if (bound < lowerBound) bound = lowerBound;
        if (bound > int256(upperBound)) bound = int256(upperBound);
        if (bound <= -RAY_SIGNED) return uint256(NEGATIVE_RATE_LIMIT);
        return uint256(RAY_SIGNED + bound);
    }

    function setUpperBound(uint256 value) internal {
        check(value > 0 && value < type(uint256).max - RAY - 1, "invalid-foub");
        upperBound = value;
    }

    function setLowerBound(int256 value) internal {
        check(value < 0 && value >= -NEGATIVE_RATE_LIMIT, "invalid-folb");
        lowerBound = value;
    }

    function setNoiseBarrier(uint256 value) internal {
        check(value > 0 && value <= WAD, "invalid-nb");
        noiseBarrier = value;
    }
}
