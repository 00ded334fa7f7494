// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// What a controller asks for a price, in wad; `valid` is false when it must not be used.
interface IOracle {
    function getResultWithValidity() external view returns (uint256 price, bool valid);
}

/// A price that its owner sets, in wad: an outside market.
contract SettableOracle is IOracle {
    address public immutable owner;
    uint256 public price;

    constructor(uint256 price_) {
        owner = msg.sender;
        price = price_;
    }

    function set(uint256 price_) external {
        require(msg.sender == owner, "SettableOracle/not-the-owner");
        price = price_;
    }

    function getResultWithValidity() external view returns (uint256, bool) {
        return (price, price > 0);
    }
}

/// The price of an oracle as it was an update ago, and an update is due once in `delay` seconds.
contract DelayedOracle is IOracle {
    IOracle public immutable source;
    uint256 public immutable delay;
    uint256 public lastUpdateTime;
    uint256 internal current;
    uint256 internal next;

    event UpdateResult(uint256 newMedian, uint256 lastUpdateTime);

    constructor(IOracle source_, uint256 delay_) {
        require(delay_ > 0, "DelayedOracle/null-delay");
        (source, delay, lastUpdateTime) = (source_, delay_, block.timestamp);
        (uint256 price, bool valid) = source_.getResultWithValidity();
        if (valid) (current, next) = (price, price);
    }

    function passedDelay() public view returns (bool) {
        return block.timestamp >= lastUpdateTime + delay;
    }

    function updateResult() external {
        require(passedDelay(), "DelayedOracle/not-passed");
        (uint256 price, bool valid) = source.getResultWithValidity();
        if (!valid) return;
        (current, next, lastUpdateTime) = (next, price, block.timestamp);
        emit UpdateResult(current, block.timestamp);
    }

    function getResultWithValidity() external view returns (uint256, bool) {
        return (current, current > 0);
    }

    function getNextResultWithValidity() external view returns (uint256, bool) {
        return (next, next > 0);
    }
}
