// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

uint256 constant WAD = 1e18;
uint256 constant RAY = 1e27;
int256 constant RAY_SIGNED = 1e27;
// The lowest output of a controller: a rate of one part in 10^27 a second.
int256 constant NEGATIVE_RATE_LIMIT = 1e27 - 1;

/// x^n in fixed point, `base` being one; each product is rounded to the nearest, halves up.
function rpower(uint256 x, uint256 n, uint256 base) pure returns (uint256 z) {
    if (x == 0) return n == 0 ? base : 0;
    z = n % 2 == 1 ? x : base;
    uint256 half = base / 2;
    for (n /= 2; n > 0; n /= 2) {
        x = (x * x + half) / base;
        if (n % 2 == 1) z = (z * x + half) / base;
    }
}

function magnitude(int256 x) pure returns (uint256) {
    return x < 0 ? uint256(-x) : uint256(x);
}
