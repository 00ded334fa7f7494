"""Activity streaks: who trades epoch after epoch gets more of what is given away."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from tokenspice.markets.exchange.programmes.tiers import best_tier, checked_tiers

__all__ = ["ActivityStreaks", "StreakTier"]


@final
@dataclass(frozen=True)
class StreakTier:
    """After `epochs` active epochs in a row, rewards and vesting go faster by these multiples."""

    epochs: int
    reward_multiplier: float = 1.0
    vesting_multiplier: float = 1.0

    @property
    def asks_for(self) -> tuple[float, ...]:
        return (self.epochs,)


@final
class ActivityStreaks:
    """Counts epochs in which a party was active, until it is inactive for longer than allowed.

    Args:
        tiers: each asks for more epochs than the one before; empty for no benefits.
        inactivity_limit: epochs without activity after which a streak is lost.
    """

    def __init__(self, tiers: tuple[StreakTier, ...] = (), inactivity_limit: int = 1) -> None:
        self.tiers = checked_tiers("ActivityStreaks", tiers) if tiers else ()
        self.inactivity_limit = inactivity_limit
        self._streaks: dict[str, tuple[int, int]] = {}

    def __repr__(self) -> str:
        return f"ActivityStreaks({len(self._streaks)} parties)"

    def end_epoch(self, active: Iterable[str]) -> None:
        """Count one more epoch for those who were active, and one without activity for the others."""
        were_active = dict.fromkeys(active)
        for party in [party for party in self._streaks if party not in were_active]:
            streak, inactive = self._streaks.pop(party)
            if inactive + 1 < self.inactivity_limit:
                self._streaks[party] = (streak, inactive + 1)
        for party in were_active:
            self._streaks[party] = (self.streak(party) + 1, 0)

    def streak(self, party: str) -> int:
        return self._streaks.get(party, (0, 0))[0]

    def benefits(self, party: str) -> StreakTier:
        """Return the tier that a party has reached; one without benefits if none."""
        return best_tier(self.tiers, (self.streak(party),)) or StreakTier(0)
