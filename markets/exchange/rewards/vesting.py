"""Rewards that become free bit by bit."""

from collections.abc import Mapping
from typing import final

from tokenspice.markets.exchange.config import Asset
from tokenspice.markets.exchange.ledger import AccountType, Ledger, TransferKind
from tokenspice.markets.exchange.network_parameters import NetworkParameters
from tokenspice.markets.exchange.numbers import ONE, ceil_div, factor
from tokenspice.markets.exchange.programmes.activity import ActivityStreaks

__all__ = ["Vesting"]


@final
class Vesting:
    """What parties were rewarded with and cannot use yet.

    Attributes:
        streaks: let rewards of parties that were active epoch after epoch become free faster.
        locked: by (party, asset): amounts that do not vest yet, each with the epochs that it waits.
    """

    def __init__(self, ledger: Ledger, network: NetworkParameters, assets: Mapping[str, Asset]) -> None:
        self.ledger = ledger
        self.network = network
        self.assets = assets
        self.streaks = ActivityStreaks()
        self.locked: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self.holders: dict[tuple[str, str], None] = {}

    def __repr__(self) -> str:
        return f"Vesting({len(self.holders)} accounts)"

    def add(self, party: str, asset: str, amount: int, lock_period: int) -> None:
        """Count what came into a party's vesting account; it begins to vest after `lock_period` epochs."""
        self.holders[party, asset] = None
        if lock_period:
            self.locked.setdefault((party, asset), []).append((amount, lock_period))

    def end_epoch(self) -> None:
        """Move a part of each account, what is locked aside, to the party's vested account.

        The part is the base rate, but at least the least transfer, and never more than there is.
        """
        rate, least = self.network["rewards.vesting.baseRate"], self.network["rewards.vesting.minimumTransfer"]
        for party, asset in list(self.holders):
            account = self.ledger.account(party, asset, AccountType.VESTING)
            free = account.balance - self.still_locked(party, asset)
            smallest = ceil_div(least * self.assets[asset].quantum, ONE)
            faster = factor(self.streaks.benefits(party).vesting_multiplier)
            amount = min(max(free * rate * faster // (ONE * ONE), smallest), free)
            vested = self.ledger.account(party, asset, AccountType.VESTED)
            self.ledger.transfer(account, vested, amount, TransferKind.VESTING)
            if not account.balance:
                del self.holders[party, asset]

    def still_locked(self, party: str, asset: str) -> int:
        """Let an epoch pass for what is locked; return what waited in it."""
        waiting = self.locked.get((party, asset))
        if waiting is None:
            return 0
        left = [(amount, epochs - 1) for amount, epochs in waiting if epochs > 1]
        if left:
            self.locked[party, asset] = left
        else:
            del self.locked[party, asset]
        return sum(amount for amount, _ in waiting)
