// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// A token of 6 decimals that one thing is wrong with, as its deployer chooses.
abstract contract OddToken {
    uint8 public constant decimals = 6;
    mapping(address => uint256) public balanceOf;

    constructor(uint256 supply) {
        balanceOf[msg.sender] = supply;
    }

    function move(address to, uint256 value, uint256 fee) internal {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value - fee;
    }
}

/// Its transfer returns nothing.
contract SilentToken is OddToken {
    constructor(uint256 supply) OddToken(supply) {}

    function transfer(address to, uint256 value) external {
        move(to, value, 0);
    }

    function approve(address, uint256) external {}
}

/// It answers false to whoever is on its list, and to who has too little, where others revert.
contract PoliteToken is OddToken {
    mapping(address => bool) public blocked;

    constructor(uint256 supply) OddToken(supply) {}

    function refuse(address who) external {
        blocked[who] = true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        if (blocked[to] || balanceOf[msg.sender] < value) return false;
        move(to, value, 0);
        return true;
    }

    function approve(address spender, uint256) external view returns (bool) {
        return !blocked[spender];
    }
}

/// It keeps a hundredth of what is sent.
contract FeeToken is OddToken {
    constructor(uint256 supply) OddToken(supply) {}

    function transfer(address to, uint256 value) external returns (bool) {
        move(to, value, value / 100);
        return true;
    }
}

/// What everybody takes for a token's interface.
contract AnyToken {
    function balanceOf(address) external view returns (uint256) {}
    function decimals() external view returns (uint8) {}
    function transfer(address, uint256) external returns (bool) {}
    function approve(address, uint256) external returns (bool) {}
}
