// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface IERC20 {
    function balanceOf(address holder) external view returns (uint256);
    function transfer(address to, uint256 value) external returns (bool);
}

/// Holds ether and ERC-20 tokens for one beneficiary, and lets go of them linearly between two times.
///
/// Of each asset, the allocation is what is held and what was released before; so what arrives late vests as if it had
/// been there from the start. Anyone may call `release`; only the beneficiary is paid. Times are Unix seconds.
/// Division rounds down, in favour of the wallet. Its functions are named as in OpenZeppelin's contract of this name.
contract VestingWallet {
    error ZeroBeneficiary();
    error TransferFailed(address token, uint256 amount);

    event EtherReleased(uint256 amount);
    event ERC20Released(address indexed token, uint256 amount);

    address public immutable beneficiary;
    uint64 public immutable start;
    uint64 public immutable duration;
    uint256 private _releasedEther;
    mapping(address => uint256) private _releasedOf;

    /// @param beneficiary_ who is paid; an address that refuses ether can only be paid in tokens
    /// @param start_ Unix time before which nothing vests
    /// @param duration_ seconds from `start_` until all is vested; 0 vests all at once
    constructor(address beneficiary_, uint64 start_, uint64 duration_) payable {
        if (beneficiary_ == address(0)) revert ZeroBeneficiary();
        beneficiary = beneficiary_;
        start = start_;
        duration = duration_;
    }

    receive() external payable {}

    /// What was paid of the ether, in wei.
    function released() public view returns (uint256) {
        return _releasedEther;
    }

    /// What was paid of a token.
    function released(address token) public view returns (uint256) {
        return _releasedOf[token];
    }

    /// What of the ether is vested at a time, paid or not.
    function vestedAmount(uint64 timestamp) public view returns (uint256) {
        return _vested(address(this).balance + _releasedEther, timestamp);
    }

    /// What of a token is vested at a time, paid or not.
    function vestedAmount(address token, uint64 timestamp) public view returns (uint256) {
        return _vested(IERC20(token).balanceOf(address(this)) + _releasedOf[token], timestamp);
    }

    /// What `release()` would pay.
    function releasable() public view returns (uint256) {
        return vestedAmount(uint64(block.timestamp)) - _releasedEther;
    }

    /// What `release(token)` would pay.
    function releasable(address token) public view returns (uint256) {
        return vestedAmount(token, uint64(block.timestamp)) - _releasedOf[token];
    }

    /// Pay the ether that is vested and not paid yet.
    function release() external {
        uint256 amount = releasable();
        _releasedEther += amount;
        emit EtherReleased(amount);
        (bool success, ) = beneficiary.call{value: amount}("");
        if (!success) revert TransferFailed(address(0), amount);
    }

    /// Pay what of a token is vested and not paid yet.
    function release(address token) external {
        uint256 amount = releasable(token);
        _releasedOf[token] += amount;
        emit ERC20Released(token, amount);
        // Some tokens return nothing where ERC-20 asks for true.
        (bool success, bytes memory answer) = token.call(abi.encodeCall(IERC20.transfer, (beneficiary, amount)));
        if (!success || (answer.length > 0 && !abi.decode(answer, (bool)))) revert TransferFailed(token, amount);
    }

    function _vested(uint256 allocation, uint64 timestamp) private view returns (uint256) {
        if (timestamp < start) return 0;
        uint256 elapsed = timestamp - start;
        if (elapsed >= duration) return allocation;
        // Seconds have 64 bits, so an allocation may have 192.
        return (allocation * elapsed) / duration;
    }
}
