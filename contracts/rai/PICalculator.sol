// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {RAY, RAY_SIGNED, WAD, magnitude} from "./FixedPoint.sol";
import {Calculator} from "./Calculator.sol";

/// A proportional-integral controller that works per second. Its error is the redemption price minus the market price;
/// its integral grows by trapezoids, and what it held before leaks. Prices: market in wad, redemption in ray.
/// Gains in wad, everything else in ray; the integral in ray times seconds.
abstract contract PICalculator is Calculator {
    struct Observation {
        uint256 timestamp;
        int256 proportional;
        int256 integral;
    }

    int256 internal proportionalGain;
    int256 internal integralGain;
    uint256 internal perSecondLeak;
    uint256 internal period; // least seconds between two updates
    int256 internal cumulative; // the integral
    Observation[] internal observations;
    int256[] internal cumulatives;

    /// Takes over a controller's memory: time of its last update, proportional and integral term, integral, time of that
    /// observation (0: there is none).
    function importState(int256[] memory state) internal {
        lastUpdateTime = uint256(state[0]);
        cumulative = state[3];
        if (state[4] > 0) observations.push(Observation(uint256(state[4]), state[1], state[2]));
        cumulatives.push(cumulative);
    }

    function checkImported(int256[] memory state) internal view {
        check(state.length == 5 && state[0] >= 0 && uint256(state[0]) <= block.timestamp, "invalid-imported-time");
    }

    function setGains(int256 kp, int256 ki) internal {
        check(magnitude(kp) <= WAD, "invalid-sg");
        check(magnitude(ki) <= WAD, "invalid-ag");
        (proportionalGain, integralGain) = (kp, ki);
    }

    function setPeriod(uint256 value) internal {
        check(value > 0, "invalid-ips");
        period = value;
    }

    /// The error in ray: redemption price minus market price, as it is or as a share of the redemption price.
    function deviation(uint256 marketPrice, uint256 redemptionPrice) internal pure virtual returns (int256);

    /// The rate of an output, in ray.
    function rateOf(int256 output) internal view virtual returns (uint256);

    /// Whether an output is more than noise.
    function counts(int256 output, uint256 redemptionPrice) internal view virtual returns (bool);

    function modifyParameters(bytes32 parameter, uint256 value) external isAuthority {
        if (parameter == "ips") {
            setPeriod(value);
        } else if (parameter == "pscl") {
            check(value <= RAY, "invalid-pscl");
            perSecondLeak = value;
        } else if (parameter == "allReaderToggle") {
            allReaderToggle = value;
        } else {
            check(modifyMore(parameter, value), "modify-unrecognized-param");
        }
    }

    function modifyParameters(bytes32 parameter, int256 value) external isAuthority {
        if (parameter == "sg") {
            setGains(value, integralGain);
        } else if (parameter == "ag") {
            setGains(proportionalGain, value);
        } else if (parameter == "pdc") {
            check(integralGain == 0, "cannot-set-pdc");
            cumulative = value;
        } else {
            check(modifyMore(parameter, value), "modify-unrecognized-param");
        }
    }

    function modifyMore(bytes32 parameter, uint256 value) internal virtual returns (bool);

    function modifyMore(bytes32 parameter, int256 value) internal virtual returns (bool);

    function sg() external view isReader returns (int256) {
        return proportionalGain;
    }

    function ag() external view isReader returns (int256) {
        return integralGain;
    }

    function ips() external view isReader returns (uint256) {
        return period;
    }

    function pscl() external view isReader returns (uint256) {
        return perSecondLeak;
    }

    function pdc() external view isReader returns (int256) {
        return cumulative;
    }

    function oll() public view isReader returns (uint256) {
        return observations.length;
    }

    function dos(uint256 i) external view isReader returns (uint256, int256, int256) {
        Observation memory seen = observations[i];
        return (seen.timestamp, seen.proportional, seen.integral);
    }

    function hcd(uint256 i) external view isReader returns (int256) {
        return cumulatives[i];
    }

    function adat() external view isReader returns (uint256) {
        return delay(period);
    }

    function getLastProportionalTerm() public view isReader returns (int256) {
        return observations.length == 0 ? int256(0) : observations[observations.length - 1].proportional;
    }

    function getLastIntegralTerm() external view isReader returns (int256) {
        return observations.length == 0 ? int256(0) : observations[observations.length - 1].integral;
    }

    function getBoundedRedemptionRate(int256 output) external view isReader returns (uint256, uint256) {
        return (rateOf(output), 1);
    }

    /// The integral after another error, and the area that this adds, if it were observed at this block's time.
    function getNextPriceDeviationCumulative(int256 proportional, uint256 accumulatedLeak)
        public
        view
        isReader
        returns (int256, int256)
    {
        int256 elapsed = lastUpdateTime == 0 ? int256(0) : int256(block.timestamp - lastUpdateTime);
        int256 area = (proportional + getLastProportionalTerm()) / 2 * elapsed;
        return (int256(accumulatedLeak) * cumulative / RAY_SIGNED + area, area);
    }

    function getGainAdjustedTerms(int256 proportional, int256 integral) public view isReader returns (int256, int256) {
        return (proportional * proportionalGain / int256(WAD), integral * integralGain / int256(WAD));
    }

    function getGainAdjustedPIOutput(int256 proportional, int256 integral) public view isReader returns (int256) {
        (int256 adjustedP, int256 adjustedI) = getGainAdjustedTerms(proportional, integral);
        return adjustedP + adjustedI;
    }

    /// What `computeRate` would return at this block's time: rate, proportional term, integral, and how long it holds.
    function getNextRedemptionRate(uint256 marketPrice, uint256 redemptionPrice, uint256 accumulatedLeak)
        external
        view
        isReader
        returns (uint256, int256, int256, uint256)
    {
        int256 proportional = deviation(marketPrice, redemptionPrice);
        (int256 integral,) = getNextPriceDeviationCumulative(proportional, accumulatedLeak);
        return (rateAt(proportional, integral, redemptionPrice), proportional, integral, 1);
    }

    /// Takes the prices into account and returns the new rate, in ray per second.
    function computeRate(uint256 marketPrice, uint256 redemptionPrice, uint256 accumulatedLeak)
        external
        returns (uint256)
    {
        checkCaller(period);
        int256 proportional = deviation(marketPrice, redemptionPrice);
        (cumulative,) = getNextPriceDeviationCumulative(proportional, accumulatedLeak);
        cumulatives.push(cumulative);
        observations.push(Observation(block.timestamp, proportional, cumulative));
        lastUpdateTime = block.timestamp;
        return rateAt(proportional, cumulative, redemptionPrice);
    }

    function rateAt(int256 proportional, int256 integral, uint256 redemptionPrice) internal view returns (uint256) {
        int256 output = getGainAdjustedPIOutput(proportional, integral);
        return output != 0 && counts(output, redemptionPrice) ? rateOf(output) : RAY;
    }
}
