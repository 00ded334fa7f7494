// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// What every calculator has: who may change it, who may read it, and one caller whose updates count.
abstract contract Calculator {
    mapping(address => uint256) public authorities;
    mapping(address => uint256) public readers;
    /// 1 lets everybody read.
    uint256 public allReaderToggle;
    address public seedProposer;
    uint256 internal lastUpdateTime;

    constructor() {
        authorities[msg.sender] = 1;
        readers[msg.sender] = 1;
    }

    modifier isAuthority() {
        check(authorities[msg.sender] == 1, "not-an-authority");
        _;
    }

    modifier isReader() {
        checkReader();
        _;
    }

    /// The contract's name, which its errors begin with.
    function name() public pure virtual returns (string memory);

    function addAuthority(address account) external isAuthority {
        authorities[account] = 1;
    }

    function removeAuthority(address account) external isAuthority {
        authorities[account] = 0;
    }

    function addReader(address account) external isAuthority {
        readers[account] = 1;
    }

    function removeReader(address account) external isAuthority {
        readers[account] = 0;
    }

    /// Whoever proposes must be able to read; the one before loses that right, whatever else it is.
    function modifyParameters(bytes32 parameter, address account) external isAuthority {
        check(parameter == "seedProposer", "modify-unrecognized-param");
        readers[seedProposer] = 0;
        seedProposer = account;
        readers[account] = 1;
    }

    /// The rate of a controller that does nothing.
    function drr() external view isReader returns (uint256) {
        return 1e27;
    }

    /// How long the rate is meant to hold, in seconds: the rate is per second.
    function dgt() external view isReader returns (uint256) {
        return 1;
    }

    function rt(uint256, uint256, uint256) external view isReader returns (uint256) {
        return 1;
    }

    function lut() external view isReader returns (uint256) {
        return lastUpdateTime;
    }

    /// Seconds since the last update; 0 before the first.
    function tlv() public view isReader returns (uint256) {
        return lastUpdateTime == 0 ? 0 : block.timestamp - lastUpdateTime;
    }

    function checkCaller(uint256 period) internal view {
        check(msg.sender == seedProposer, "invalid-msg-sender");
        check(lastUpdateTime == 0 || block.timestamp - lastUpdateTime >= period, "wait-more");
    }

    function delay(uint256 period) internal view returns (uint256) {
        uint256 elapsed = lastUpdateTime == 0 ? 0 : block.timestamp - lastUpdateTime;
        return elapsed > period ? elapsed - period : 0;
    }

    function checkReader() internal view {
        check(allReaderToggle == 1 || readers[msg.sender] == 1, "not-a-reader");
    }

    function check(bool holds, string memory reason) internal pure {
        if (!holds) revert(string.concat(name(), "/", reason));
    }
}
