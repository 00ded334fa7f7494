// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.0;
contract Child { uint256 public x; constructor(uint256 y) payable { x = y; } function kill(address payable to) external { selfdestruct(to); } }
contract Proxy {
    address immutable target;
    constructor(address t) { target = t; }
    fallback() external payable {
        address t = target;
        assembly { calldatacopy(0,0,calldatasize()) let ok := delegatecall(gas(), t, 0, calldatasize(), 0, 0) returndatacopy(0,0,returndatasize()) switch ok case 0 { revert(0,returndatasize()) } default { return(0,returndatasize()) } }
    }
}
contract Zoo {
    struct Point { uint256 x; int128 y; }
    struct Box { string label; Point[] points; bytes4 tag; }
    error Custom(uint256 code, string text);
    event Many(uint256 indexed a, string indexed text, bytes data, Point point);
    mapping(uint256 => uint256) public slots;
    uint256 public counter;
    address public last;
    function set(uint256 k, uint256 v) external { slots[k] = v; }
    function setMany(uint256 from, uint256 n, uint256 v) external { for (uint256 i = from; i < from + n; i++) slots[i] = v; }
    function fail(string calldata text) external pure { revert(text); }
    function failCustom(uint256 code) external pure { revert Custom(code, "no"); }
    function failEmpty() external pure { revert(); }
    function panicDiv(uint256 a) external pure returns (uint256) { return 1 / a; }
    function panicIndex(uint256 i) external pure returns (uint256) { uint256[] memory a = new uint256[](2); return a[i]; }
    function invalid() external pure { assembly { invalid() } }
    function loop() external { while (true) counter++; }
    function deep(uint256 n) external returns (uint256) { if (n == 0) return gasleft() > 0 ? 1 : 0; return 1 + this.deep(n - 1); }
    function tryFail() external returns (bool ok) { try this.fail("inner") { ok = true; } catch { counter++; } }
    function create(uint256 y) external payable returns (address) { last = address(new Child{value: msg.value}(y)); return last; }
    function create2(uint256 y, bytes32 salt) external payable returns (address) { last = address(new Child{value: msg.value, salt: salt}(y)); return last; }
    function createAndKill(uint256 y, bytes32 salt) external payable { Child c = new Child{value: msg.value, salt: salt}(y); last = address(c); c.kill(payable(msg.sender)); }
    function killLast() external { Child(last).kill(payable(msg.sender)); }
    function lastCode() external view returns (uint256) { return last.code.length; }
    function emitMany(uint256 a, string calldata text, bytes calldata data, Point calldata p) external { emit Many(a, text, data, p); }
    function echo(Box calldata b, int8 small, bytes calldata raw, address[] calldata who, uint256[2] calldata pair, bool flag) external pure returns (Box memory, int8, bytes memory, address[] memory, uint256[2] memory, bool) { return (b, small, raw, who, pair, flag); }
    function over(uint256 a) external pure returns (uint256) { return a + 1; }
    function over(uint256 a, uint256 b) external pure returns (uint256) { return a + b; }
    function over(address) external pure returns (uint256) { return 7; }
    function precompile(uint256 which, bytes calldata input) external returns (bool ok, bytes memory out) { (ok, out) = address(uint160(which)).call(input); last = address(uint160(which)); }
    function precompileView(uint256 which, bytes calldata input) external view returns (bool ok, bytes memory out) { (ok, out) = address(uint160(which)).staticcall(input); }
    function environment() external view returns (uint256, uint256, address, uint256, uint256, uint256, bytes32, uint256) {
        return (block.number, block.timestamp, block.coinbase, block.basefee, block.gaslimit, block.chainid, blockhash(block.number - 1), tx.gasprice);
    }
    function hashes(uint256 n) external view returns (bytes32) { return blockhash(n); }
    function pay(address payable to) external payable { (bool ok,) = to.call{value: msg.value}(""); require(ok, "pay failed"); }
    function nothing() external payable {}
    receive() external payable {}
}
contract Big { constructor() { bytes memory code = new bytes(24577); assembly { return(add(code, 32), 24577) } } }
contract JustFits { constructor() { bytes memory code = new bytes(24576); assembly { return(add(code, 32), 24576) } } }
