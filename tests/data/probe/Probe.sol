// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// Does on demand what a chain has to be able to do, so that tests can watch it.
contract Probe {
    struct Point {
        int256 x;
        uint8[] tags;
    }

    error TooMuch(address who, uint256 asked);

    event Stored(address indexed who, string indexed topic, uint256 value, bytes note);

    uint256 public value;
    address public immutable maker;
    mapping(uint256 => uint256) private filled;

    constructor(uint256 first) payable {
        require(first != 13, "no luck");
        value = first;
        maker = msg.sender;
    }

    function store(uint256 next) external payable {
        value = next;
        emit Stored(msg.sender, "store", next, abi.encodePacked(next));
    }

    function failWithString() external {
        value = 1;
        revert("because");
    }

    function failWithPanic(uint256 divisor) external returns (uint256) {
        value = 100 / divisor;
        return value;
    }

    function failWithError(uint256 asked) external view {
        revert TooMuch(msg.sender, asked);
    }

    function failWithNothing() external pure {
        revert();
    }

    function failWithInvalidOpcode() external pure {
        assembly {
            invalid()
        }
    }

    function loop() external {
        // Fresh storage costs the most gas for the least of the node's time.
        for (uint256 slot = 0; ; slot++) filled[slot] = 1;
    }

    function spin() external view returns (uint256 turns) {
        while (turns < type(uint256).max) turns += value;
    }

    function clock() external view returns (uint256 time, uint256 number) {
        return (block.timestamp, block.number);
    }

    function echo(Point[] calldata points) external pure returns (Point[] memory) {
        return points;
    }

    function pick(uint256 number) external pure returns (string memory) {
        return number == 0 ? "zero" : "number";
    }

    function pick(address) external pure returns (string memory) {
        return "address";
    }

    function pick(uint256, uint256) external pure returns (string memory) {
        return "two";
    }
}

/// Its code is one byte longer than EIP-170 allows.
contract TooBig {
    constructor() {
        assembly {
            return(0, 24577)
        }
    }
}
