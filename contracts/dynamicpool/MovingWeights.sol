// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// Weights that move in straight lines over time; where they go, a runner says.
abstract contract MovingWeights {
    error NotOwner(address sender);
    error NotRunner(address sender);
    error WrongLength(uint256 found, uint256 wanted);

    event WeightsMove(int256[] start, int256[] perSecond, uint256 until);

    address public immutable owner = msg.sender;
    /// Whether weights move only when someone pokes, and not by time alone.
    bool public immutable pokes;

    int256[] private _start;
    int256[] private _perSecond;
    int256[] private _held; // weights of the last poke, while `move` has come since
    uint256 public since;
    uint256 public until;
    uint256 public poked;
    address public runner;

    constructor(int256[] memory weights_, bool pokes_) {
        _start = weights_;
        _perSecond = new int256[](weights_.length);
        pokes = pokes_;
        since = until = poked = block.timestamp;
    }

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    function setRunner(address runner_) external onlyOwner {
        runner = runner_;
    }

    /// From here and this second on, weights move by `perSecond` until a time.
    function move(int256[] calldata perSecond, uint256 until_) external {
        if (msg.sender != runner) revert NotRunner(msg.sender);
        if (perSecond.length != _start.length) revert WrongLength(perSecond.length, _start.length);
        if (pokes) _held = weights();
        _start = weightsNow();
        _perSecond = perSecond;
        (since, until) = (block.timestamp, until_);
        emit WeightsMove(_start, perSecond, until_);
    }

    /// Lets a pool that waits for it take the weights of this second.
    function poke() external {
        poked = block.timestamp;
    }

    /// The weights by which it trades.
    function weights() public view returns (int256[] memory) {
        if (!pokes) return weightsNow();
        return poked < since ? _held : _weightsAt(poked);
    }

    /// Where the weights are in this second, whether or not anybody poked.
    function weightsNow() public view returns (int256[] memory) {
        return _weightsAt(block.timestamp);
    }

    function path() external view returns (int256[] memory, int256[] memory, uint256, uint256) {
        return (_start, _perSecond, since, until);
    }

    function _weightsAt(uint256 time) private view returns (int256[] memory found) {
        int256 passed = int256((time < until ? time : until) - since);
        found = new int256[](_start.length);
        for (uint256 i = 0; i < found.length; i++) found[i] = _start[i] + _perSecond[i] * passed;
    }
}
