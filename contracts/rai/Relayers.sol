// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IOracle} from "./Oracles.sol";
import {RAY, rpower} from "./FixedPoint.sol";

interface ICalculator {
    function computeRate(uint256 marketPrice, uint256 redemptionPrice, uint256 accumulatedLeak) external returns (uint256);
    function pscl() external view returns (uint256);
    function tlv() external view returns (uint256);
}

interface ISafeEngineTerms {
    function modifyParameters(bytes32 collateralType, bytes32 parameter, uint256 value) external;
}

abstract contract Authorised {
    mapping(address => uint256) public authorizedAccounts;

    constructor() {
        authorizedAccounts[msg.sender] = 1;
    }

    modifier isAuthorized() {
        require(authorizedAccounts[msg.sender] == 1, "account-not-authorized");
        _;
    }

    function addAuthorization(address account) external isAuthorized {
        authorizedAccounts[account] = 1;
    }

    function removeAuthorization(address account) external isAuthorized {
        authorizedAccounts[account] = 0;
    }
}

/// Keeps the redemption price, in ray, and lets it grow by the redemption rate, in ray per second, whenever it is asked.
contract OracleRelayer is Authorised {
    struct CollateralType {
        IOracle oracle;
        uint256 safetyCRatio; // ray
        uint256 liquidationCRatio; // ray
    }

    ISafeEngineTerms public immutable safeEngine;
    mapping(bytes32 => CollateralType) public collateralTypes;
    /// The price as it was last asked for.
    uint256 public lastRedemptionPrice = RAY;
    uint256 public redemptionRate = RAY;
    uint256 public redemptionPriceUpdateTime;
    uint256 public redemptionRateUpperBound = RAY * WAD_;
    uint256 public redemptionRateLowerBound = 1;
    uint256 public contractEnabled = 1;

    uint256 internal constant WAD_ = 1e18;

    event UpdateRedemptionPrice(uint256 redemptionPrice);
    event UpdateCollateralPrice(bytes32 indexed collateralType, uint256 feed, uint256 safetyPrice, uint256 liquidationPrice);

    constructor(ISafeEngineTerms safeEngine_) {
        safeEngine = safeEngine_;
        redemptionPriceUpdateTime = block.timestamp;
    }

    function redemptionPrice() public returns (uint256) {
        if (block.timestamp > redemptionPriceUpdateTime) {
            uint256 growth = rpower(redemptionRate, block.timestamp - redemptionPriceUpdateTime, RAY);
            uint256 price = growth * lastRedemptionPrice / RAY;
            lastRedemptionPrice = price == 0 ? 1 : price;
            redemptionPriceUpdateTime = block.timestamp;
            emit UpdateRedemptionPrice(lastRedemptionPrice);
        }
        return lastRedemptionPrice;
    }

    function modifyParameters(bytes32 parameter, uint256 value) external isAuthorized {
        require(contractEnabled == 1, "OracleRelayer/contract-not-enabled");
        require(value > 0, "OracleRelayer/null-data");
        if (parameter == "redemptionPrice") {
            lastRedemptionPrice = value;
        } else if (parameter == "redemptionRate") {
            require(block.timestamp == redemptionPriceUpdateTime, "OracleRelayer/redemption-price-not-updated");
            uint256 rate = value > redemptionRateUpperBound ? redemptionRateUpperBound : value;
            redemptionRate = rate < redemptionRateLowerBound ? redemptionRateLowerBound : rate;
        } else if (parameter == "redemptionRateUpperBound") {
            require(value > RAY, "OracleRelayer/invalid-redemption-rate-upper-bound");
            redemptionRateUpperBound = value;
        } else if (parameter == "redemptionRateLowerBound") {
            require(value < RAY, "OracleRelayer/invalid-redemption-rate-lower-bound");
            redemptionRateLowerBound = value;
        } else {
            revert("OracleRelayer/modify-unrecognized-param");
        }
    }

    /// Names a collateral's oracle and its ratios, in ray; liquidation at or below safety.
    function modifyParameters(bytes32 collateralType, IOracle oracle, uint256 safetyCRatio, uint256 liquidationCRatio)
        external
        isAuthorized
    {
        require(liquidationCRatio >= RAY, "OracleRelayer/liquidation-ratio-below-one");
        require(safetyCRatio >= liquidationCRatio, "OracleRelayer/safety-lower-than-liquidation-cratio");
        collateralTypes[collateralType] = CollateralType(oracle, safetyCRatio, liquidationCRatio);
    }

    /// Tells the engine what a unit of collateral is worth in coins, at each of the two ratios; nothing if the oracle is
    /// not valid.
    function updateCollateralPrice(bytes32 collateralType) external {
        (uint256 feed, bool valid) = collateralTypes[collateralType].oracle.getResultWithValidity();
        uint256 redemption = redemptionPrice();
        uint256 worth = valid ? feed * 1e9 * RAY / redemption : 0;
        uint256 safety = worth * RAY / collateralTypes[collateralType].safetyCRatio;
        uint256 liquidation = worth * RAY / collateralTypes[collateralType].liquidationCRatio;
        safeEngine.modifyParameters(collateralType, "safetyPrice", safety);
        safeEngine.modifyParameters(collateralType, "liquidationPrice", liquidation);
        emit UpdateCollateralPrice(collateralType, feed, safety, liquidation);
    }

    /// The redemption price as it was last asked for, when that was, and the rate since.
    function redemptionState() external view returns (uint256, uint256, uint256) {
        return (lastRedemptionPrice, redemptionPriceUpdateTime, redemptionRate);
    }

    function disableContract() external isAuthorized {
        contractEnabled = 0;
        redemptionRate = RAY;
    }
}

interface ITreasury {
    function pullFunds(address to, uint256 wad) external;
    function getAllowance(address account) external view returns (uint256);
}

/// Hands a new rate on to the oracle relayer, and rewards who asked for it, the more the later.
contract SetterRelayer is Authorised {
    OracleRelayer public immutable oracleRelayer;
    ITreasury public treasury;
    address public setter;
    uint256 public lastUpdateTime;
    uint256 public relayDelay; // seconds
    uint256 public baseUpdateCallerReward; // wad
    uint256 public maxUpdateCallerReward; // wad
    uint256 public perSecondCallerRewardIncrease = RAY;

    event RelayRate(address setter, uint256 redemptionRate);

    constructor(OracleRelayer oracleRelayer_, uint256 relayDelay_) {
        require(relayDelay_ > 0, "SetterRelayer/invalid-relay-delay");
        (oracleRelayer, relayDelay) = (oracleRelayer_, relayDelay_);
    }

    function modifyParameters(bytes32 parameter, address account) external isAuthorized {
        require(account != address(0), "SetterRelayer/null-addr");
        if (parameter == "setter") setter = account;
        else if (parameter == "treasury") treasury = ITreasury(account);
        else revert("SetterRelayer/modify-unrecognized-param");
    }

    function modifyParameters(bytes32 parameter, uint256 value) external isAuthorized {
        if (parameter == "relayDelay") relayDelay = value;
        else if (parameter == "baseUpdateCallerReward") baseUpdateCallerReward = value;
        else if (parameter == "maxUpdateCallerReward") maxUpdateCallerReward = value;
        else if (parameter == "perSecondCallerRewardIncrease") perSecondCallerRewardIncrease = value;
        else revert("SetterRelayer/modify-unrecognized-param");
        require(perSecondCallerRewardIncrease >= RAY, "SetterRelayer/invalid-reward-increase");
        require(maxUpdateCallerReward >= baseUpdateCallerReward, "SetterRelayer/invalid-max-caller-reward");
    }

    function relayRate(uint256 rate, address feeReceiver) external {
        require(msg.sender == setter, "SetterRelayer/invalid-caller");
        require(feeReceiver != address(0), "SetterRelayer/null-fee-receiver");
        require(feeReceiver != setter, "SetterRelayer/setter-cannot-receive-fees");
        uint256 elapsed = block.timestamp - lastUpdateTime;
        require(elapsed >= relayDelay || lastUpdateTime == 0, "SetterRelayer/wait-more");
        uint256 reward = callerReward(lastUpdateTime == 0 ? 0 : elapsed - relayDelay);
        lastUpdateTime = block.timestamp;
        oracleRelayer.redemptionPrice();
        oracleRelayer.modifyParameters("redemptionRate", rate);
        emit RelayRate(setter, rate);
        if (reward > 0) treasury.pullFunds(feeReceiver, reward);
    }

    /// What the caller of an update gets that comes `late` seconds after it was due, in wad.
    function callerReward(uint256 late) public view returns (uint256) {
        if (baseUpdateCallerReward == 0 || address(treasury) == address(0)) return 0;
        uint256 most = treasury.getAllowance(address(this));
        if (most > maxUpdateCallerReward) most = maxUpdateCallerReward;
        uint256 reward = baseUpdateCallerReward;
        if (late > 0) reward = rpower(perSecondCallerRewardIncrease, late, RAY) * reward / RAY;
        return reward > most ? most : reward;
    }
}

/// Asks the oracle for the market price and the calculator for a rate, and has the rate relayed. A relay that fails
/// does not undo the update.
contract RateSetter is Authorised {
    OracleRelayer public oracleRelayer;
    SetterRelayer public setterRelayer;
    IOracle public orcl;
    ICalculator public pidCalculator;
    uint256 public lastUpdateTime;
    uint256 public updateRateDelay; // seconds
    uint256 public defaultLeak = 1; // 1: nothing leaks, whatever the calculator's own leak

    event UpdateRedemptionRate(uint256 marketPrice, uint256 redemptionPrice, uint256 redemptionRate);
    event FailUpdateRedemptionRate(uint256 marketPrice, uint256 redemptionPrice, uint256 redemptionRate, bytes reason);

    constructor(
        OracleRelayer oracleRelayer_,
        SetterRelayer setterRelayer_,
        IOracle orcl_,
        ICalculator pidCalculator_,
        uint256 updateRateDelay_
    ) {
        require(address(oracleRelayer_) != address(0), "RateSetter/null-oracle-relayer");
        require(address(setterRelayer_) != address(0), "RateSetter/null-setter-relayer");
        require(address(orcl_) != address(0), "RateSetter/null-orcl");
        require(address(pidCalculator_) != address(0), "RateSetter/null-calculator");
        (oracleRelayer, setterRelayer, orcl, pidCalculator) = (oracleRelayer_, setterRelayer_, orcl_, pidCalculator_);
        updateRateDelay = updateRateDelay_;
    }

    function modifyParameters(bytes32 parameter, address account) external isAuthorized {
        require(account != address(0), "RateSetter/null-addr");
        if (parameter == "orcl") orcl = IOracle(account);
        else if (parameter == "oracleRelayer") oracleRelayer = OracleRelayer(account);
        else if (parameter == "setterRelayer") setterRelayer = SetterRelayer(account);
        else if (parameter == "pidCalculator") pidCalculator = ICalculator(account);
        else revert("RateSetter/modify-unrecognized-param");
    }

    function modifyParameters(bytes32 parameter, uint256 value) external isAuthorized {
        if (parameter == "updateRateDelay") {
            require(value > 0, "RateSetter/null-update-delay");
            updateRateDelay = value;
        } else if (parameter == "defaultLeak") {
            require(value <= 1, "RateSetter/invalid-default-leak");
            defaultLeak = value;
        } else {
            revert("RateSetter/modify-unrecognized-param");
        }
    }

    function updateRate(address feeReceiver) external {
        require(feeReceiver != address(0), "RateSetter/null-fee-receiver");
        require(
            lastUpdateTime == 0 || block.timestamp - lastUpdateTime >= updateRateDelay, "RateSetter/wait-more"
        );
        (uint256 marketPrice, bool valid) = orcl.getResultWithValidity();
        require(valid, "RateSetter/invalid-oracle-value");
        require(marketPrice > 0, "RateSetter/null-price");
        uint256 redemption = oracleRelayer.redemptionPrice();
        uint256 leak = defaultLeak == 1 ? RAY : rpower(pidCalculator.pscl(), pidCalculator.tlv(), RAY);
        uint256 rate = pidCalculator.computeRate(marketPrice, redemption, leak);
        lastUpdateTime = block.timestamp;
        try setterRelayer.relayRate(rate, feeReceiver) {
            emit UpdateRedemptionRate(marketPrice * 1e9, redemption, rate);
        } catch (bytes memory reason) {
            emit FailUpdateRedemptionRate(marketPrice * 1e9, redemption, rate, reason);
        }
    }

    function getMarketPrice() external view returns (uint256 price) {
        (price,) = orcl.getResultWithValidity();
    }
}
