// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ConsecutiveSlotsMedianizer} from "./Medianizer.sol";
import {Exchange} from "./Exchange.sol";
import {IERC20, CollateralJoin, LiquidationSale} from "./Joins.sol";
import {OracleRelayer} from "./Relayers.sol";
import {SafeEngine} from "./SafeEngine.sol";

/// Looks at the whole system in one call.
contract Lens {
    Exchange internal immutable exchange;
    ConsecutiveSlotsMedianizer internal immutable medianizer;
    OracleRelayer internal immutable relayer;
    CollateralJoin internal immutable join;
    LiquidationSale internal immutable sale;

    constructor(
        Exchange exchange_,
        ConsecutiveSlotsMedianizer medianizer_,
        OracleRelayer relayer_,
        CollateralJoin join_,
        LiquidationSale sale_
    ) {
        (exchange, medianizer, relayer, join, sale) = (exchange_, medianizer_, relayer_, join_, sale_);
    }

    /// Reserves of coin and ether; redemption price, its time and its rate; medianizer's price and whether it is valid;
    /// principal, accumulated rate, safety and liquidation price; collateral in SAFEs.
    function look() external view returns (uint256[12] memory seen) {
        SafeEngine engine = join.safeEngine();
        bytes32 kind = join.collateralType();
        (seen[0], seen[1]) = exchange.reserves();
        (seen[2], seen[3]) = (relayer.lastRedemptionPrice(), relayer.redemptionPriceUpdateTime());
        seen[4] = relayer.redemptionRate();
        bool valid;
        (seen[5], valid) = medianizer.getResultWithValidity();
        seen[6] = valid ? 1 : 0;
        (seen[7], seen[8], seen[9],,, seen[10]) = engine.collateralTypes(kind);
        seen[11] = join.collateral().balanceOf(address(join)) - engine.tokenCollateral(kind, address(sale));
    }

    /// Collateral (wad) and debt with interest (wad) of each SAFE.
    function lookAt(address[] calldata owners) external view returns (uint256[] memory locked, uint256[] memory debts) {
        SafeEngine engine = join.safeEngine();
        bytes32 kind = join.collateralType();
        (, uint256 rate,,,,) = engine.collateralTypes(kind);
        (locked, debts) = (new uint256[](owners.length), new uint256[](owners.length));
        for (uint256 i = 0; i < owners.length; i++) {
            uint256 principal;
            (locked[i], principal) = engine.safes(kind, owners[i]);
            debts[i] = principal * rate / 1e27;
        }
    }
}
