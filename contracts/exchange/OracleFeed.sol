// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// Data for settlement, termination and funding. A reading is signed by a publisher, whoever brings it; of each key the
/// latest counts.
contract OracleFeed {
    error NotOwner(address sender);
    error NotPublisher(address signer);
    error NotNewer(uint64 latest, uint64 offered);
    error NothingPublished(bytes32 key);

    event Published(bytes32 indexed key, int256 value, uint64 time, address indexed publisher);

    struct Reading {
        int256 value;
        uint64 time;
        address publisher;
    }

    address public immutable owner;
    mapping(address => bool) public isPublisher;
    mapping(bytes32 => Reading) private readings;

    constructor() {
        owner = msg.sender;
    }

    function setPublisher(address publisher, bool isOne) external {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        isPublisher[publisher] = isOne;
    }

    /// Publishes a reading; the transaction's signature is the publisher's.
    function publish(bytes32 key, int256 value, uint64 time) external {
        _publish(key, value, time, msg.sender);
    }

    /// Publishes a reading that a publisher signed elsewhere, as an EIP-191 message of the digest of (this, key, value, time).
    function publishSigned(bytes32 key, int256 value, uint64 time, uint8 v, bytes32 r, bytes32 s) external {
        bytes32 signed = keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", digest(key, value, time)));
        _publish(key, value, time, ecrecover(signed, v, r, s));
    }

    function digest(bytes32 key, int256 value, uint64 time) public view returns (bytes32) {
        return keccak256(abi.encode(address(this), key, value, time));
    }

    function latest(bytes32 key) external view returns (int256 value, uint64 time, address publisher) {
        Reading memory found = readings[key];
        if (found.publisher == address(0)) revert NothingPublished(key);
        return (found.value, found.time, found.publisher);
    }

    function _publish(bytes32 key, int256 value, uint64 time, address publisher) private {
        if (publisher == address(0) || !isPublisher[publisher]) revert NotPublisher(publisher);
        uint64 before = readings[key].time;
        if (readings[key].publisher != address(0) && time <= before) revert NotNewer(before, time);
        readings[key] = Reading(value, time, publisher);
        emit Published(key, value, time, publisher);
    }
}
