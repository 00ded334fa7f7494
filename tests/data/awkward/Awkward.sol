// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// Passes ether on to an address, as a plain payment.
contract Payer {
    function pay(address payable to) external payable {
        (bool success, ) = to.call{value: msg.value}("");
        require(success, "refused");
    }
}

/// A token whose transfer returns nothing, as some that are older than ERC-20 do.
contract SilentToken {
    mapping(address => uint256) public balanceOf;

    function give(address to, uint256 value) external {
        balanceOf[to] += value;
    }

    function transfer(address to, uint256 value) external {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
    }
}

/// A token whose transfer says false instead of failing.
contract UnwillingToken {
    mapping(address => uint256) public balanceOf;

    function give(address to, uint256 value) external {
        balanceOf[to] += value;
    }

    function transfer(address, uint256) external pure returns (bool) {
        return false;
    }
}

interface IReleases {
    function release() external;
}

/// A beneficiary that takes no ether.
contract Refuser {}

/// A beneficiary that asks again while it is being paid.
contract Greedy {
    bool private asked;

    receive() external payable {
        if (asked) return;
        asked = true;
        IReleases(msg.sender).release();
    }
}
