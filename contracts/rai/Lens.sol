// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ConsecutiveSlotsMedianizer} from "./Medianizer.sol";
import {Exchange, ITradedPair} from "./Exchange.sol";
import {IERC20, CollateralJoin, LiquidationSale} from "./Joins.sol";
import {OracleRelayer} from "./Relayers.sol";
import {SafeEngine} from "./SafeEngine.sol";

/// Looks at the whole system in one call.
contract Lens {
    ITradedPair internal immutable pair;
    bool internal immutable coinIsToken0;
    ConsecutiveSlotsMedianizer internal immutable medianizer;
    OracleRelayer internal immutable relayer;
    SafeEngine internal immutable engine;
    IERC20 internal immutable collateral;
    bytes32 internal immutable kind;
    address internal immutable join;
    address internal immutable sale;

    constructor(
        Exchange exchange,
        ConsecutiveSlotsMedianizer medianizer_,
        OracleRelayer relayer_,
        CollateralJoin join_,
        LiquidationSale sale_
    ) {
        (pair, coinIsToken0) = (exchange.pair(), exchange.coinIsToken0());
        (medianizer, relayer, join, sale) = (medianizer_, relayer_, address(join_), address(sale_));
        (engine, collateral, kind) = (join_.safeEngine(), join_.collateral(), join_.collateralType());
    }

    /// Reserves of coin and ether; redemption price, its time and its rate; medianizer's price and whether it is valid;
    /// principal, accumulated rate, safety and liquidation price; collateral in SAFEs.
    function look() external view returns (uint256[12] memory seen) {
        (uint256 reserve0, uint256 reserve1,) = pair.getReserves();
        (seen[0], seen[1]) = coinIsToken0 ? (reserve0, reserve1) : (reserve1, reserve0);
        (seen[2], seen[3], seen[4]) = relayer.redemptionState();
        bool valid;
        (seen[5], valid) = medianizer.getResultWithValidity();
        seen[6] = valid ? 1 : 0;
        (seen[7], seen[8], seen[9],,, seen[10]) = engine.collateralTypes(kind);
        seen[11] = collateral.balanceOf(join) - engine.tokenCollateral(kind, sale);
    }

    /// Collateral and principal of each SAFE, both in wad.
    function lookAt(address[] calldata owners) external view returns (uint256[] memory locked, uint256[] memory debts) {
        (locked, debts) = (new uint256[](owners.length), new uint256[](owners.length));
        for (uint256 i = 0; i < owners.length; i++) {
            (locked[i], debts[i]) = engine.safes(kind, owners[i]);
        }
    }
}
