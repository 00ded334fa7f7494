// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface IERC20 {
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

/// The money of an exchange that is matched elsewhere. Accounts are numbered from 0, in the order in which they are
/// opened; what they hold sums up to what came in. Only the sequencer moves money between them, and it can make none.
contract ExchangeVault {
    error NotSequencer(address sender);
    error NotOperator(address sender);
    error NoSuchAccount(uint256 account);
    error LengthsDiffer(uint256 accounts, uint256 amounts);
    error NotConserved(int256 sum);
    error Negative(uint256 account, uint256 held, int256 delta);
    error NotShared(uint256 winner, uint256 least, uint256 paid);
    error NotPaidOut(uint256 collected, uint256 paid);
    error TransferFailed(uint256 amount);

    event Opened(uint256 indexed account, bytes32 name);
    event Deposited(uint256 indexed account, address indexed from, uint256 amount);
    event Withdrawn(uint256 indexed account, address indexed to, uint256 amount);
    event Moved(uint256 indexed from, uint256 indexed to, uint256 amount);
    event Settled(uint256 indexed number, uint256 accounts, bytes32 stateHash);

    IERC20 public immutable token;
    address public immutable sequencer;
    uint256 public held; // by all accounts
    uint256 public settlements;
    bytes32 public stateHash; // of the exchange, at the last settlement
    uint256[] private balances;
    mapping(address => bool) public isOperator;

    constructor(IERC20 token_) {
        token = token_;
        sequencer = msg.sender;
    }

    modifier onlySequencer() {
        if (msg.sender != sequencer) revert NotSequencer(msg.sender);
        _;
    }

    /// Lets a contract, such as that of bonds, move money between accounts.
    function setOperator(address operator, bool isOne) external onlySequencer {
        isOperator[operator] = isOne;
    }

    /// Opens accounts that begin empty. Their names are hashes of whose they are.
    function open(bytes32[] calldata names) external onlySequencer {
        uint256 first = balances.length;
        for (uint256 i = 0; i < names.length; i++) {
            balances.push(0);
            emit Opened(first + i, names[i]);
        }
    }

    /// Pays tokens of the sender's into an account, whoever it belongs to.
    function deposit(uint256 account, uint256 amount) external {
        if (account >= balances.length) revert NoSuchAccount(account);
        balances[account] += amount;
        held += amount;
        emit Deposited(account, msg.sender, amount);
        if (!token.transferFrom(msg.sender, address(this), amount)) revert TransferFailed(amount);
    }

    /// Pays tokens out of an account.
    function withdraw(uint256 account, uint256 amount, address to) external onlySequencer {
        _change(account, -int256(amount));
        held -= amount;
        emit Withdrawn(account, to, amount);
        if (!token.transfer(to, amount)) revert TransferFailed(amount);
    }

    /// Settles all that changed hands since the last time, netted by account: nothing is made or lost, and no account
    /// falls below zero. `newState` is the hash of the exchange's state that the balances belong to.
    function applySettlement(uint256[] calldata accounts, int256[] calldata deltas, bytes32 newState)
        external
        onlySequencer
    {
        if (accounts.length != deltas.length) revert LengthsDiffer(accounts.length, deltas.length);
        int256 sum = 0;
        for (uint256 i = 0; i < accounts.length; i++) {
            sum += deltas[i];
            _change(accounts[i], deltas[i]);
        }
        if (sum != 0) revert NotConserved(sum);
        stateHash = newState;
        emit Settled(settlements++, accounts.length, newState);
    }

    /// Moves money between two accounts, for contracts that keep rules of their own.
    function move(uint256 from, uint256 to, uint256 amount) external {
        if (!isOperator[msg.sender]) revert NotOperator(msg.sender);
        _change(from, -int256(amount));
        _change(to, int256(amount));
        emit Moved(from, to, amount);
    }

    /// Refuses a sharing of losses that is not fair: what was collected is paid out in full, and each winner gets at least
    /// win * collected / sum of wins, rounded down.
    function checkShared(uint256[] calldata wins, uint256[] calldata paid, uint256 collected) external pure {
        if (wins.length != paid.length) revert LengthsDiffer(wins.length, paid.length);
        uint256 owed = 0;
        uint256 total = 0;
        for (uint256 i = 0; i < wins.length; i++) {
            owed += wins[i];
            total += paid[i];
        }
        if (total != collected) revert NotPaidOut(collected, total);
        for (uint256 i = 0; i < wins.length; i++) {
            uint256 least = wins[i] * collected / owed;
            if (paid[i] < least) revert NotShared(i, least, paid[i]);
        }
    }

    function accounts() external view returns (uint256) {
        return balances.length;
    }

    function balanceOf(uint256 account) external view returns (uint256) {
        if (account >= balances.length) revert NoSuchAccount(account);
        return balances[account];
    }

    /// What the accounts from `first` on hold, `count` of them at most.
    function balancesFrom(uint256 first, uint256 count) external view returns (uint256[] memory found) {
        uint256 end = first + count < balances.length ? first + count : balances.length;
        found = new uint256[](end > first ? end - first : 0);
        for (uint256 i = 0; i < found.length; i++) {
            found[i] = balances[first + i];
        }
    }

    function _change(uint256 account, int256 delta) private {
        if (account >= balances.length) revert NoSuchAccount(account);
        uint256 before = balances[account];
        if (delta < 0 && uint256(-delta) > before) revert Negative(account, before, delta);
        balances[account] = delta < 0 ? before - uint256(-delta) : before + uint256(delta);
    }
}
