"""Equity-like shares: who was early and stayed has a larger part of the fees than its stake alone gives.

A provider's virtual stake grows with the market's traded value; its share is its part of all virtual stakes. Virtual
stakes and averages are ints of 10⁻¹⁸ asset units, shares ints of 10⁻¹⁸.
"""

from typing import final

from tokenspice.markets.exchange.numbers import ONE

__all__ = ["EquityShares", "Stake"]


@final
class Stake:
    """What one provider has committed.

    Attributes:
        physical: in asset units.
        virtual: in 10⁻¹⁸ asset units.
        entry: the average of the sums of all virtual stakes at which it came in, in 10⁻¹⁸ asset units.
    """

    __slots__ = ("entry", "physical", "virtual")

    def __init__(self) -> None:
        self.physical = 0
        self.virtual = 0
        self.entry = 0

    def __repr__(self) -> str:
        return f"Stake({self.physical}, virtual {self.virtual / ONE})"


@final
class EquityShares:
    """Stakes of all providers of one market, and the growth of its traded value.

    Attributes:
        period: how many periods have ended since the market opened; the first is number 0, the bootstrap.
        average: the running mean of the traded value of the periods that have ended.
        traded: in the present period, in asset units.
        traded_before: in the period that ended last, which a successor market begins with.
        first: what counts as traded in period 0 of a successor, whatever is; None elsewhere.
    """

    def __init__(self) -> None:
        self.stakes: dict[str, Stake] = {}
        self.period = 0
        self.average = 0
        self.traded = 0
        self.traded_before = 0
        self.first: int | None = None

    def __repr__(self) -> str:
        return f"EquityShares({len(self.stakes)} providers, period {self.period})"

    def set_stake(self, party: str, amount: int) -> None:
        """Let a provider's stake become `amount`, in asset units; 0 takes the provider out.

        What is added adds to the virtual stake; what is taken away takes the same part of the virtual stake away.
        """
        if not amount:
            self.stakes.pop(party, None)
            return
        stake = self.stakes.get(party)
        if stake is None:
            stake = self.stakes[party] = Stake()
        before, stake.physical = stake.physical, amount
        change = amount - before
        if change < 0:
            stake.virtual = stake.virtual * amount // before
        else:
            stake.virtual += change * ONE
            stake.entry = (stake.entry * before + self.total() * change) // amount

    def carry(self, party: str, parent: Stake) -> None:
        """Start a provider with what it had in the parent market; its stake here is then set by `set_stake`."""
        stake = self.stakes[party] = Stake()
        stake.physical, stake.virtual, stake.entry = parent.physical, parent.virtual, parent.entry

    def total(self) -> int:
        """The sum of all virtual stakes."""
        return sum(stake.virtual for stake in self.stakes.values())

    def shares(self) -> dict[str, int]:
        """Every provider's part of all virtual stakes. They sum to 1: the last provider has what rounding leaves."""
        total = self.total()
        if not total:
            return {}
        parts = {party: stake.virtual * ONE // total for party, stake in self.stakes.items()}
        last = next(reversed(parts))
        parts[last] += ONE - sum(parts.values())
        return parts

    def end_period(self) -> None:
        """Close a period: the running mean moves on, and virtual stakes grow as it does."""
        n, before = self.period, self.average
        if n == 0 and self.first is not None:
            self.traded = self.first
        self.average = (before * n + self.traded * ONE) // (n + 1)
        self.traded, self.traded_before = 0, self.traded
        self.period = n + 1
        grows = n > 1 and before > 0 and self.average > 0
        for stake in self.stakes.values():
            floor = stake.physical * ONE
            stake.virtual = max(floor, stake.virtual * self.average // before) if grows else floor
