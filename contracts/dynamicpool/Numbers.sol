// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {sd} from "@prb/math/src/SD59x18.sol";

// Numbers with 18 decimals, by @prb/math. Products and quotients are rounded towards zero.

int256 constant ONE = 1e18;

function times(int256 x, int256 y) pure returns (int256) {
    return sd(x).mul(sd(y)).unwrap();
}

function over(int256 x, int256 y) pure returns (int256) {
    return sd(x).div(sd(y)).unwrap();
}

/// x above 0, to any power.
function power(int256 x, int256 y) pure returns (int256) {
    return sd(x).pow(sd(y)).unwrap();
}

function logarithm(int256 x) pure returns (int256) {
    return sd(x).ln().unwrap();
}

function exponential(int256 x) pure returns (int256) {
    return sd(x).exp().unwrap();
}

function size(int256 x) pure returns (int256) {
    return x < 0 ? -x : x;
}

function sum(int256[] memory values) pure returns (int256 total) {
    for (uint256 i = 0; i < values.length; i++) total += values[i];
}
