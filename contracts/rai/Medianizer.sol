// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IOracle} from "./Oracles.sol";

interface IPair {
    function token0() external view returns (address);
    function getReserves() external view returns (uint112, uint112, uint32);
    function price0CumulativeLast() external view returns (uint256);
    function price1CumulativeLast() external view returns (uint256);
}

/// The price of a coin in USD over a window of time: the mean price in ether of a Uniswap V2 pair, times the mean price of
/// ether, one observation a period. It is valid once more than `granularity` observations were made, and while the last
/// is young enough.
contract ConsecutiveSlotsMedianizer is IOracle {
    struct Observation {
        uint256 timestamp;
        uint256 etherTime; // USD per ether (wad) times seconds, since the first observation
        uint256 pairCumulative; // the pair's own sum, as UQ112x112 times seconds
    }

    IPair public immutable pair;
    IOracle public immutable converter;
    bool public immutable coinIsToken0;
    uint256 public immutable windowSize;
    uint256 public immutable maxWindowSize;
    uint256 public immutable granularity;
    uint256 public immutable periodSize;

    Observation[] public observations;
    uint256 public medianPrice;

    event UpdateResult(uint256 medianPrice, uint256 lastUpdateTime);

    constructor(
        IPair pair_,
        address coin,
        IOracle converter_,
        uint256 windowSize_,
        uint256 maxWindowSize_,
        uint256 granularity_
    ) {
        require(granularity_ > 1, "ConsecutiveSlotsMedianizer/null-granularity");
        require(windowSize_ > 0 && windowSize_ % granularity_ == 0, "ConsecutiveSlotsMedianizer/uneven-window");
        require(maxWindowSize_ > windowSize_, "ConsecutiveSlotsMedianizer/invalid-max-window-size");
        (pair, converter, coinIsToken0) = (pair_, converter_, pair_.token0() == coin);
        (windowSize, maxWindowSize, granularity) = (windowSize_, maxWindowSize_, granularity_);
        periodSize = windowSize_ / granularity_;
    }

    function updates() external view returns (uint256) {
        return observations.length;
    }

    /// Observe. At most once a period.
    function updateResult() external {
        uint256 n = observations.length;
        uint256 pairCumulative = currentCumulative();
        if (n == 0) {
            observations.push(Observation(block.timestamp, 0, pairCumulative));
            return;
        }
        Observation memory last = observations[n - 1];
        uint256 elapsed = block.timestamp - last.timestamp;
        require(elapsed >= periodSize, "ConsecutiveSlotsMedianizer/not-enough-time-elapsed");
        (uint256 ether_, bool valid) = converter.getResultWithValidity();
        require(valid, "ConsecutiveSlotsMedianizer/invalid-converter");
        uint256 etherTime = last.etherTime + ether_ * elapsed;
        observations.push(Observation(block.timestamp, etherTime, pairCumulative));
        Observation memory first = observations[n > granularity ? n - granularity : 0];
        uint256 window = block.timestamp - first.timestamp;
        uint256 inEther;
        // The pair's sums wrap around, as its own contract means them to.
        unchecked {
            inEther = (((pairCumulative - first.pairCumulative) / window) * 1e18) >> 112;
        }
        medianPrice = inEther * ((etherTime - first.etherTime) / window) / 1e18;
        emit UpdateResult(medianPrice, block.timestamp);
    }

    function getResultWithValidity() external view returns (uint256, bool) {
        uint256 n = observations.length;
        bool young = n > 0 && block.timestamp - observations[n - 1].timestamp <= maxWindowSize;
        return (medianPrice, medianPrice > 0 && n > granularity && young);
    }

    /// The pair's sum as it would be if the pair were touched at this block.
    function currentCumulative() internal view returns (uint256 sum) {
        (uint112 reserve0, uint112 reserve1, uint32 touched) = pair.getReserves();
        sum = coinIsToken0 ? pair.price0CumulativeLast() : pair.price1CumulativeLast();
        (uint256 own, uint256 other) = coinIsToken0 ? (reserve0, reserve1) : (reserve1, reserve0);
        unchecked {
            uint32 elapsed = uint32(block.timestamp) - touched;
            if (elapsed > 0 && own > 0) sum += ((other << 112) / own) * elapsed;
        }
    }
}
