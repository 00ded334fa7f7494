// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// A price with 8 decimals that its owner posts, read as Chainlink's aggregators are: latestAnswer().
contract Aggregator {
    error NotOwner(address sender);

    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);

    address public immutable owner;
    int256 public latestAnswer;
    uint256 public latestRound;

    constructor(address owner_, int256 answer) {
        owner = owner_;
        latestAnswer = answer;
    }

    function post(int256 answer) external {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        latestAnswer = answer;
        emit AnswerUpdated(answer, ++latestRound, block.timestamp);
    }
}
