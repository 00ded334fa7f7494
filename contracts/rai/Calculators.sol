// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {NEGATIVE_RATE_LIMIT, RAY_SIGNED, WAD, magnitude} from "./FixedPoint.sol";
import {Bounded} from "./Bounded.sol";
import {Calculator} from "./Calculator.sol";
import {PICalculator} from "./PICalculator.sol";

abstract contract BoundedPICalculator is PICalculator, Bounded {
    constructor(
        int256 kp,
        int256 ki,
        uint256 leak,
        uint256 period_,
        uint256 barrier,
        uint256 upper,
        int256 lower,
        int256[] memory importedState
    ) {
        setUpperBound(upper);
        setLowerBound(lower);
        setPeriod(period_);
        checkImported(importedState);
        setNoiseBarrier(barrier);
        setGains(kp, ki);
        perSecondLeak = leak;
        importState(importedState);
    }

    function rateOf(int256 output) internal view override returns (uint256) {
        return boundedRate(output);
    }

    function counts(int256 output, uint256 redemptionPrice) internal view override returns (bool) {
        return breaksNoiseBarrier(magnitude(output), redemptionPrice);
    }

    function modifyMore(bytes32 parameter, uint256 value) internal override returns (bool) {
        if (parameter == "nb") setNoiseBarrier(value);
        else if (parameter == "foub") setUpperBound(value);
        else return false;
        return true;
    }

    function modifyMore(bytes32 parameter, int256 value) internal override returns (bool) {
        if (parameter != "folb") return false;
        setLowerBound(value);
        return true;
    }
}

/// The error is in USD per coin.
contract PIRawPerSecondCalculator is BoundedPICalculator {
    constructor(
        int256 kp,
        int256 ki,
        uint256 leak,
        uint256 period_,
        uint256 barrier,
        uint256 upper,
        int256 lower,
        int256[] memory importedState
    ) BoundedPICalculator(kp, ki, leak, period_, barrier, upper, lower, importedState) {}

    function name() public pure override returns (string memory) {
        return "PIRawPerSecondCalculator";
    }

    function deviation(uint256 marketPrice, uint256 redemptionPrice) internal pure override returns (int256) {
        return int256(redemptionPrice) - int256(marketPrice) * 1e9;
    }
}

/// The error is a share of the redemption price.
contract PIScaledPerSecondCalculator is BoundedPICalculator {
    constructor(
        int256 kp,
        int256 ki,
        uint256 leak,
        uint256 period_,
        uint256 barrier,
        uint256 upper,
        int256 lower,
        int256[] memory importedState
    ) BoundedPICalculator(kp, ki, leak, period_, barrier, upper, lower, importedState) {}

    function name() public pure override returns (string memory) {
        return "PIScaledPerSecondCalculator";
    }

    function deviation(uint256 marketPrice, uint256 redemptionPrice) internal pure override returns (int256) {
        return (int256(redemptionPrice) - int256(marketPrice) * 1e9) * RAY_SIGNED / int256(redemptionPrice);
    }
}

/// As raw, without barrier and bounds. An output of minus one a second or less gives a rate of all but one: the
/// published controller does so.
contract BasicPIRawPerSecondCalculator is PICalculator {
    constructor(int256 kp, int256 ki, uint256 leak, uint256 period_, int256[] memory importedState) {
        setPeriod(period_);
        checkImported(importedState);
        setGains(kp, ki);
        perSecondLeak = leak;
        importState(importedState);
    }

    function name() public pure override returns (string memory) {
        return "BasicPIRawPerSecondCalculator";
    }

    function deviation(uint256 marketPrice, uint256 redemptionPrice) internal pure override returns (int256) {
        return int256(redemptionPrice) - int256(marketPrice) * 1e9;
    }

    function rateOf(int256 output) internal pure override returns (uint256) {
        return output <= -RAY_SIGNED ? uint256(NEGATIVE_RATE_LIMIT) : uint256(RAY_SIGNED + output);
    }

    function counts(int256, uint256) internal pure override returns (bool) {
        return true;
    }

    function modifyMore(bytes32, uint256) internal pure override returns (bool) {
        return false;
    }

    function modifyMore(bytes32, int256) internal pure override returns (bool) {
        return false;
    }
}

/// The error alone counts, in USD per coin; there is no integral and no leak.
contract PRawPerSecondCalculator is Bounded {
    int256 internal proportionalGain; // wad
    uint256 internal period;

    constructor(int256 kp, uint256 period_, uint256 barrier, uint256 upper, int256 lower) {
        setUpperBound(upper);
        setLowerBound(lower);
        setPeriod(period_);
        setNoiseBarrier(barrier);
        setGain(kp);
    }

    function name() public pure override returns (string memory) {
        return "PRawPerSecondCalculator";
    }

    function modifyParameters(bytes32 parameter, uint256 value) external isAuthority {
        if (parameter == "ps") setPeriod(value);
        else if (parameter == "nb") setNoiseBarrier(value);
        else if (parameter == "foub") setUpperBound(value);
        else if (parameter == "allReaderToggle") allReaderToggle = value;
        else check(false, "modify-unrecognized-param");
    }

    function modifyParameters(bytes32 parameter, int256 value) external isAuthority {
        if (parameter == "sg") setGain(value);
        else if (parameter == "folb") setLowerBound(value);
        else check(false, "modify-unrecognized-param");
    }

    function sg() external view isReader returns (int256) {
        return proportionalGain;
    }

    function ps() external view isReader returns (uint256) {
        return period;
    }

    function pscl() external view isReader returns (uint256) {
        return 1e27;
    }

    function adat() external view isReader returns (uint256) {
        return delay(period);
    }

    function getBoundedRedemptionRate(int256 output) external view isReader returns (uint256, uint256) {
        return (boundedRate(output), 1);
    }

    function getNextRedemptionRate(uint256 marketPrice, uint256 redemptionPrice, uint256)
        external
        view
        isReader
        returns (uint256, int256, uint256)
    {
        return (rateAt(marketPrice, redemptionPrice), deviation(marketPrice, redemptionPrice), 1);
    }

    function computeRate(uint256 marketPrice, uint256 redemptionPrice, uint256) external returns (uint256 rate) {
        checkCaller(period);
        rate = rateAt(marketPrice, redemptionPrice);
        lastUpdateTime = block.timestamp;
    }

    function rateAt(uint256 marketPrice, uint256 redemptionPrice) internal view returns (uint256) {
        checkReader();
        int256 output = deviation(marketPrice, redemptionPrice) * proportionalGain / int256(WAD);
        return output != 0 && breaksNoiseBarrier(magnitude(output), redemptionPrice) ? boundedRate(output) : 1e27;
    }

    function deviation(uint256 marketPrice, uint256 redemptionPrice) internal pure returns (int256) {
        return int256(redemptionPrice) - int256(marketPrice) * 1e9;
    }

    function setGain(int256 kp) internal {
        check(magnitude(kp) <= WAD, "invalid-sg");
        proportionalGain = kp;
    }

    function setPeriod(uint256 value) internal {
        check(value > 0, "invalid-ps");
        period = value;
    }
}
