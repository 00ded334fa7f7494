// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface IERC20 {
    function totalSupply() external view returns (uint256);
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

/// Votes on what an exchange does, by tokens that are locked when the vote closes. Whoever listens to `Enacted` does it.
contract ExchangeGovernance {
    error NotEnough(uint256 locked, uint256 needed);
    error WrongTimes(uint64 close, uint64 enact);
    error NoSuchProposal(uint256 proposal);
    error Closed(uint256 proposal);
    error NotDue(uint256 proposal, uint64 due);
    error AlreadyDone(uint256 proposal);
    error NotPassed(uint256 proposal);
    error TransferFailed(uint256 amount);

    event StakeChanged(address indexed party, uint256 locked);
    event Proposed(uint256 indexed proposal, address indexed party, bytes terms, uint64 close, uint64 enact);
    event Voted(uint256 indexed proposal, address indexed party, bool isYes);
    event Enacted(uint256 indexed proposal, bytes terms);

    struct Checkpoint {
        uint64 time;
        uint192 locked;
    }

    struct Proposal {
        bytes terms;
        uint64 close;
        uint64 enact;
        bool isDone;
        address[] voters;
    }

    uint256 public constant ONE = 1e18;

    IERC20 public immutable token;
    uint256 public immutable leastToPropose;
    uint256 public immutable participation; // of the supply, of 1e18
    uint256 public immutable majority; // of yes and no, of 1e18
    Proposal[] private proposals;
    mapping(address => Checkpoint[]) private history;
    mapping(uint256 => mapping(address => uint8)) private votes; // 1 for yes, 2 for no

    constructor(IERC20 token_, uint256 leastToPropose_, uint256 participation_, uint256 majority_) {
        token = token_;
        leastToPropose = leastToPropose_;
        participation = participation_;
        majority = majority_;
    }

    function lock(uint256 amount) external {
        _setStake(msg.sender, stake(msg.sender) + amount);
        if (!token.transferFrom(msg.sender, address(this), amount)) revert TransferFailed(amount);
    }

    function unlock(uint256 amount) external {
        uint256 locked = stake(msg.sender);
        if (amount > locked) revert NotEnough(locked, amount);
        _setStake(msg.sender, locked - amount);
        if (!token.transfer(msg.sender, amount)) revert TransferFailed(amount);
    }

    function propose(bytes calldata terms, uint64 close, uint64 enact) external returns (uint256 proposal) {
        if (stake(msg.sender) < leastToPropose) revert NotEnough(stake(msg.sender), leastToPropose);
        if (close <= block.timestamp || enact < close) revert WrongTimes(close, enact);
        proposal = proposals.length;
        proposals.push();
        Proposal storage made = proposals[proposal];
        (made.terms, made.close, made.enact) = (terms, close, enact);
        emit Proposed(proposal, msg.sender, terms, close, enact);
    }

    /// Votes; of several votes of a party the last one counts.
    function vote(uint256 proposal, bool isYes) external {
        Proposal storage found = _find(proposal);
        if (block.timestamp >= found.close) revert Closed(proposal);
        if (votes[proposal][msg.sender] == 0) found.voters.push(msg.sender);
        votes[proposal][msg.sender] = isYes ? 1 : 2;
        emit Voted(proposal, msg.sender, isYes);
    }

    /// Enacts a proposal that passed, once its time has come.
    function execute(uint256 proposal) external {
        Proposal storage found = _find(proposal);
        if (block.timestamp < found.enact) revert NotDue(proposal, found.enact);
        if (found.isDone) revert AlreadyDone(proposal);
        if (!hasPassed(proposal)) revert NotPassed(proposal);
        found.isDone = true;
        emit Enacted(proposal, found.terms);
    }

    function hasPassed(uint256 proposal) public view returns (bool) {
        (uint256 yes, uint256 no) = tally(proposal);
        uint256 voted = yes + no;
        return voted > 0 && voted * ONE >= participation * token.totalSupply() && yes * ONE >= majority * voted;
    }

    /// Yes and no, weighted by what each voter has locked when the vote closes; as things stand if it has not yet.
    function tally(uint256 proposal) public view returns (uint256 yes, uint256 no) {
        Proposal storage found = _find(proposal);
        for (uint256 i = 0; i < found.voters.length; i++) {
            uint256 weight = stakeAt(found.voters[i], found.close);
            if (votes[proposal][found.voters[i]] == 1) yes += weight;
            else no += weight;
        }
    }

    function stake(address party) public view returns (uint256) {
        Checkpoint[] storage found = history[party];
        return found.length == 0 ? 0 : found[found.length - 1].locked;
    }

    /// What a party had locked when a time came: changes in a block of that very time do not count.
    function stakeAt(address party, uint64 time) public view returns (uint256) {
        Checkpoint[] storage found = history[party];
        uint256 low = 0;
        uint256 high = found.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (found[middle].time < time) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? 0 : found[low - 1].locked;
    }

    function _setStake(address party, uint256 locked) private {
        Checkpoint[] storage found = history[party];
        uint64 time = uint64(block.timestamp);
        if (found.length > 0 && found[found.length - 1].time == time) {
            found[found.length - 1].locked = uint192(locked);
        } else {
            found.push(Checkpoint(time, uint192(locked)));
        }
        emit StakeChanged(party, locked);
    }

    function _find(uint256 proposal) private view returns (Proposal storage) {
        if (proposal >= proposals.length) revert NoSuchProposal(proposal);
        return proposals[proposal];
    }
}
