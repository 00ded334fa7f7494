// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface IExchangeVault {
    function balanceOf(uint256 account) external view returns (uint256);
    function move(uint256 from, uint256 to, uint256 amount) external;
}

/// Bonds of liquidity providers: accounts of the vault that give back what is released, and lose what is slashed.
contract ExchangeBonds {
    error NotSequencer(address sender);
    error NotBonded(uint256 account);
    error MoreThanAll(uint256 fraction);
    error NotHeld(uint256 bonded, uint256 amount);

    event Locked(uint256 indexed bond, uint256 indexed from, uint256 amount);
    event Released(uint256 indexed bond, uint256 indexed to, uint256 amount);
    event Slashed(uint256 indexed bond, uint256 indexed insurance, uint256 amount);

    uint256 public constant ONE = 1e18;

    IExchangeVault public immutable vault;
    address public immutable sequencer;
    mapping(uint256 => bool) public isBond;

    constructor(IExchangeVault vault_) {
        vault = vault_;
        sequencer = msg.sender;
    }

    modifier onlySequencer() {
        if (msg.sender != sequencer) revert NotSequencer(msg.sender);
        _;
    }

    /// Moves money from an account into a bond.
    function lock(uint256 bond, uint256 from, uint256 amount) external onlySequencer {
        isBond[bond] = true;
        emit Locked(bond, from, amount);
        vault.move(from, bond, amount);
    }

    /// Gives a part of a bond back.
    function release(uint256 bond, uint256 to, uint256 amount) external onlySequencer {
        if (!isBond[bond]) revert NotBonded(bond);
        if (amount > vault.balanceOf(bond)) revert NotHeld(vault.balanceOf(bond), amount);
        emit Released(bond, to, amount);
        vault.move(bond, to, amount);
    }

    /// Takes a fraction of a bond, of 1e18, for the insurance pool, rounded down.
    function slash(uint256 bond, uint256 insurance, uint256 fraction) external onlySequencer returns (uint256 amount) {
        if (!isBond[bond]) revert NotBonded(bond);
        if (fraction > ONE) revert MoreThanAll(fraction);
        amount = vault.balanceOf(bond) * fraction / ONE;
        emit Slashed(bond, insurance, amount);
        vault.move(bond, insurance, amount);
    }
}
