// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Authorised} from "./Relayers.sol";
import {RAY} from "./FixedPoint.sol";

/// Keeps SAFEs: who locked how much collateral and generated how much debt. Collateral and principal are in wad, rates
/// and prices in ray, coins and debt with interest in rad (10^45).
contract SafeEngine is Authorised {
    struct CollateralType {
        uint256 debtAmount; // principal, wad
        uint256 accumulatedRate; // ray
        uint256 safetyPrice; // coins per collateral that may be generated, ray
        uint256 debtCeiling; // rad
        uint256 debtFloor; // rad
        uint256 liquidationPrice; // coins per collateral below which a SAFE is confiscated, ray
    }

    struct Safe {
        uint256 lockedCollateral; // wad
        uint256 generatedDebt; // principal, wad
    }

    mapping(bytes32 => CollateralType) public collateralTypes;
    mapping(bytes32 => mapping(address => Safe)) public safes;
    mapping(bytes32 => mapping(address => uint256)) public tokenCollateral; // wad, not locked
    mapping(address => uint256) public coinBalance; // rad
    mapping(address => uint256) public debtBalance; // rad, without collateral
    mapping(address => mapping(address => uint256)) public safeRights;
    uint256 public globalDebt; // rad, all coins
    uint256 public globalUnbackedDebt; // rad
    uint256 public globalDebtCeiling; // rad
    uint256 public safeDebtCeiling = type(uint256).max; // principal, wad
    uint256 public contractEnabled = 1;

    event ModifySAFECollateralization(
        bytes32 indexed collateralType, address indexed safe, int256 deltaCollateral, int256 deltaDebt
    );
    event ConfiscateSAFE(bytes32 indexed collateralType, address indexed safe, int256 deltaCollateral, int256 deltaDebt);
    event UpdateAccumulatedRate(bytes32 indexed collateralType, int256 rateMultiplier);

    function initializeCollateralType(bytes32 collateralType) external isAuthorized {
        require(collateralTypes[collateralType].accumulatedRate == 0, "SAFEEngine/collateral-type-already-exists");
        collateralTypes[collateralType].accumulatedRate = RAY;
    }

    function modifyParameters(bytes32 parameter, uint256 value) external isAuthorized {
        if (parameter == "globalDebtCeiling") globalDebtCeiling = value;
        else if (parameter == "safeDebtCeiling") safeDebtCeiling = value;
        else revert("SAFEEngine/modify-unrecognized-param");
    }

    function modifyParameters(bytes32 collateralType, bytes32 parameter, uint256 value) external isAuthorized {
        CollateralType storage terms = collateralTypes[collateralType];
        if (parameter == "safetyPrice") terms.safetyPrice = value;
        else if (parameter == "liquidationPrice") terms.liquidationPrice = value;
        else if (parameter == "debtCeiling") terms.debtCeiling = value;
        else if (parameter == "debtFloor") terms.debtFloor = value;
        else revert("SAFEEngine/modify-unrecognized-param");
    }

    function disableContract() external isAuthorized {
        contractEnabled = 0;
    }

    function approveSAFEModification(address account) external {
        safeRights[msg.sender][account] = 1;
    }

    function denySAFEModification(address account) external {
        safeRights[msg.sender][account] = 0;
    }

    function canModifySAFE(address owner, address account) public view returns (bool) {
        return owner == account || safeRights[owner][account] == 1;
    }

    function modifyCollateralBalance(bytes32 collateralType, address account, int256 wad) external isAuthorized {
        tokenCollateral[collateralType][account] = add(tokenCollateral[collateralType][account], wad);
    }

    function transferCollateral(bytes32 collateralType, address from, address to, uint256 wad) external {
        require(canModifySAFE(from, msg.sender), "SAFEEngine/not-allowed");
        tokenCollateral[collateralType][from] -= wad;
        tokenCollateral[collateralType][to] += wad;
    }

    function transferInternalCoins(address from, address to, uint256 rad) external {
        require(canModifySAFE(from, msg.sender), "SAFEEngine/not-allowed");
        coinBalance[from] -= rad;
        coinBalance[to] += rad;
    }

    /// Locks or frees collateral, in wad, and draws or wipes principal, in wad.
    function modifySAFECollateralization(
        bytes32 collateralType,
        address safe,
        address collateralSource,
        address debtDestination,
        int256 deltaCollateral,
        int256 deltaDebt
    ) external {
        require(contractEnabled == 1, "SAFEEngine/contract-not-enabled");
        CollateralType storage terms = collateralTypes[collateralType];
        require(terms.accumulatedRate != 0, "SAFEEngine/collateral-type-not-initialized");
        Safe storage held = safes[collateralType][safe];
        held.lockedCollateral = add(held.lockedCollateral, deltaCollateral);
        held.generatedDebt = add(held.generatedDebt, deltaDebt);
        terms.debtAmount = add(terms.debtAmount, deltaDebt);
        int256 coins = int256(terms.accumulatedRate) * deltaDebt;
        globalDebt = add(globalDebt, coins);
        checkModified(collateralType, safe, collateralSource, debtDestination, deltaCollateral, deltaDebt);
        tokenCollateral[collateralType][collateralSource] =
            add(tokenCollateral[collateralType][collateralSource], -deltaCollateral);
        coinBalance[debtDestination] = add(coinBalance[debtDestination], coins);
        emit ModifySAFECollateralization(collateralType, safe, deltaCollateral, deltaDebt);
    }

    /// Takes collateral out of a SAFE; the debt that goes with it has no collateral any more.
    function confiscateSAFECollateralAndDebt(
        bytes32 collateralType,
        address safe,
        address collateralTo,
        address debtTo,
        int256 deltaCollateral,
        int256 deltaDebt
    ) external isAuthorized {
        Safe storage held = safes[collateralType][safe];
        CollateralType storage terms = collateralTypes[collateralType];
        held.lockedCollateral = add(held.lockedCollateral, deltaCollateral);
        held.generatedDebt = add(held.generatedDebt, deltaDebt);
        terms.debtAmount = add(terms.debtAmount, deltaDebt);
        int256 coins = int256(terms.accumulatedRate) * deltaDebt;
        tokenCollateral[collateralType][collateralTo] =
            add(tokenCollateral[collateralType][collateralTo], -deltaCollateral);
        debtBalance[debtTo] = add(debtBalance[debtTo], -coins);
        globalUnbackedDebt = add(globalUnbackedDebt, -coins);
        emit ConfiscateSAFE(collateralType, safe, deltaCollateral, deltaDebt);
    }

    /// Pays debt without collateral with one's own coins.
    function settleDebt(uint256 rad) external {
        debtBalance[msg.sender] -= rad;
        coinBalance[msg.sender] -= rad;
        globalUnbackedDebt -= rad;
        globalDebt -= rad;
    }

    /// Lets interest accrue; it goes to `surplusDestination`.
    function updateAccumulatedRate(bytes32 collateralType, address surplusDestination, int256 rateMultiplier)
        external
        isAuthorized
    {
        require(contractEnabled == 1, "SAFEEngine/contract-not-enabled");
        CollateralType storage terms = collateralTypes[collateralType];
        terms.accumulatedRate = add(terms.accumulatedRate, rateMultiplier);
        int256 surplus = int256(terms.debtAmount) * rateMultiplier;
        coinBalance[surplusDestination] = add(coinBalance[surplusDestination], surplus);
        globalDebt = add(globalDebt, surplus);
        emit UpdateAccumulatedRate(collateralType, rateMultiplier);
    }

    function checkModified(
        bytes32 collateralType,
        address safe,
        address collateralSource,
        address debtDestination,
        int256 deltaCollateral,
        int256 deltaDebt
    ) internal view {
        CollateralType memory terms = collateralTypes[collateralType];
        Safe memory held = safes[collateralType][safe];
        require(
            deltaDebt <= 0
                || (terms.debtAmount * terms.accumulatedRate <= terms.debtCeiling && globalDebt <= globalDebtCeiling),
            "SAFEEngine/ceiling-exceeded"
        );
        uint256 debt = terms.accumulatedRate * held.generatedDebt;
        bool safer = deltaDebt <= 0 && deltaCollateral >= 0;
        require(safer || debt <= held.lockedCollateral * terms.safetyPrice, "SAFEEngine/not-safe");
        require(safer || canModifySAFE(safe, msg.sender), "SAFEEngine/not-allowed-to-modify-safe");
        require(
            deltaCollateral <= 0 || canModifySAFE(collateralSource, msg.sender), "SAFEEngine/not-allowed-collateral-src"
        );
        require(deltaDebt >= 0 || canModifySAFE(debtDestination, msg.sender), "SAFEEngine/not-allowed-debt-dst");
        require(held.generatedDebt == 0 || debt >= terms.debtFloor, "SAFEEngine/dust");
        require(deltaDebt <= 0 || held.generatedDebt <= safeDebtCeiling, "SAFEEngine/above-debt-limit");
    }

    function add(uint256 x, int256 y) internal pure returns (uint256) {
        return y < 0 ? x - uint256(-y) : x + uint256(y);
    }
}
