// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.0;
contract Token {
    string public name = "Token"; string public symbol = "TOK"; uint8 public constant decimals = 18;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);
    error Poor(address who, uint256 has, uint256 needs);
    constructor(uint256 supply) { totalSupply = supply; balanceOf[msg.sender] = supply; emit Transfer(address(0), msg.sender, supply); }
    function transfer(address to, uint256 value) external returns (bool) {
        uint256 has = balanceOf[msg.sender];
        require(has >= value, "too poor");
        unchecked { balanceOf[msg.sender] = has - value; }
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
        return true;
    }
    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value; emit Approval(msg.sender, spender, value); return true;
    }
    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        balanceOf[from] -= value; balanceOf[to] += value; emit Transfer(from, to, value); return true;
    }
    function strict(uint256 value) external view { if (balanceOf[msg.sender] < value) revert Poor(msg.sender, balanceOf[msg.sender], value); }
}
