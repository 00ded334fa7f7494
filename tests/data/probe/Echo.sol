// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// Returns what it is given, so that tests can see how an argument was read.
contract Echo {
    struct Order {
        address maker;
        uint256 amount;
    }

    struct Range {
        uint256 low;
        uint256 high;
    }

    Order public first;
    bytes32 public word;

    constructor(Order memory order, bytes32 word_) payable {
        first = order;
        word = word_;
    }

    function number(uint256 x) external pure returns (uint256) {
        return x;
    }

    function small(uint8 x) external pure returns (uint8) {
        return x;
    }

    function signed(int256 x) external pure returns (int256) {
        return x;
    }

    function flag(bool x) external pure returns (bool) {
        return x;
    }

    function who(address x) external pure returns (address) {
        return x;
    }

    function word32(bytes32 x) external pure returns (bytes32) {
        return x;
    }

    function word4(bytes4 x) external pure returns (bytes4) {
        return x;
    }

    function blob(bytes calldata x) external pure returns (bytes memory) {
        return x;
    }

    function text(string calldata x) external pure returns (string memory) {
        return x;
    }

    function list(uint256[] calldata x) external pure returns (uint256[] memory) {
        return x;
    }

    function pair(uint256[2] calldata x) external pure returns (uint256[2] memory) {
        return x;
    }

    function grid(uint8[][] calldata x) external pure returns (uint8[][] memory) {
        return x;
    }

    function order(Order calldata x) external pure returns (Order memory) {
        return x;
    }

    function orders(Order[] calldata x) external pure returns (Order[] memory) {
        return x;
    }

    function span(Range calldata x) external pure returns (Range memory) {
        return x;
    }

    /// Each answers with a word that is out of its type's range.
    function oddFlag() external pure returns (bool) {
        answer(2);
    }

    function oddSmall() external pure returns (uint8) {
        answer(256);
    }

    function oddSigned() external pure returns (int8) {
        answer(200);
    }

    function oddWho() external pure returns (address) {
        answer(1 << 200);
    }

    function oddWord() external pure returns (bytes4) {
        answer(1);
    }

    function answer(uint256 word_) private pure {
        assembly {
            mstore(0, word_)
            return(0, 32)
        }
    }

    function keep(Order calldata x) external payable {
        first = x;
    }

    fallback(bytes calldata data) external payable returns (bytes memory) {
        return abi.encodePacked(uint8(7), data);
    }

    receive() external payable {}
}
