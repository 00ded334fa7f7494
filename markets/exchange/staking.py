"""Tokens that give a say: those that a party has locked, and those that it holds freely."""

from typing import final

from tokenspice.markets.exchange.ledger import Account, AccountType, Ledger, TransferKind

__all__ = ["VOTE", "Staking"]

VOTE = "VOTE"
"""Symbol of the governance token, of 5 decimals."""


@final
class Staking:
    """Who has how much of the governance token.

    Args:
        symbol: of the governance token.
        held_counts: a token in a general account counts as one that is staked, as in the reference's simulations, where nobody
            locks any; otherwise locked ones alone.
    """

    def __init__(self, ledger: Ledger, symbol: str = VOTE, held_counts: bool = True) -> None:
        self.ledger = ledger
        self.symbol = symbol
        self.held_counts = held_counts

    def __repr__(self) -> str:
        return f"Staking({self.supply()} {self.symbol})"

    def stake(self, party: str, amount: int) -> bool:
        """Lock tokens; return whether the party had them."""
        return self.move(self.held(party), self.locked(party), amount)

    def unstake(self, party: str, amount: int) -> bool:
        """Free tokens; return whether the party had as many locked."""
        return self.move(self.locked(party), self.held(party), amount)

    def move(self, source: Account, target: Account, amount: int) -> bool:
        if not 0 < amount <= source.balance:
            return False
        self.ledger.transfer(source, target, amount, TransferKind.STAKING)
        return True

    def weight(self, party: str) -> int:
        """Return the tokens that count for a party, in base units."""
        locked = self.ledger.find(party, self.symbol, AccountType.LOCKED_FOR_STAKING)
        return locked + (self.ledger.find(party, self.symbol, AccountType.GENERAL) if self.held_counts else 0)

    def supply(self) -> int:
        """Return all tokens there are, in base units."""
        return self.ledger.deposited.get(self.symbol, 0)

    def held(self, party: str) -> Account:
        return self.ledger.account(party, self.symbol, AccountType.GENERAL)

    def locked(self, party: str) -> Account:
        return self.ledger.account(party, self.symbol, AccountType.LOCKED_FOR_STAKING)
