"""Referral sets and teams: who brought whom."""

from dataclasses import dataclass, field
from typing import final

from tokenspice.markets.exchange.orders import Reason

__all__ = ["ReferralSet", "ReferralSets", "Team"]


@dataclass(frozen=True)
class Team:
    """A set that shows itself.

    Args:
        closed: only those on the list may join.
        allowed: parties on the list.
    """

    name: str
    url: str = ""
    avatar: str = ""
    closed: bool = False
    allowed: tuple[str, ...] = ()


@final
@dataclass
class ReferralSet:
    """A referrer and its referees.

    Attributes:
        referees: each with the epoch in which it joined.
    """

    id: str
    referrer: str
    created: int
    team: Team | None = None
    referees: dict[str, int] = field(default_factory=dict)

    @property
    def members(self) -> list[str]:
        return [self.referrer, *self.referees]


@final
class ReferralSets:
    """All sets. A party is in one at most; a referee may move to another team, a referrer stays."""

    def __init__(self) -> None:
        self.sets: dict[str, ReferralSet] = {}
        self._of: dict[str, ReferralSet] = {}
        self._made = 0

    def __repr__(self) -> str:
        return f"ReferralSets({len(self.sets)})"

    def of(self, party: str) -> ReferralSet | None:
        """The set that a party is in."""
        return self._of.get(party)

    def teams(self) -> dict[str, tuple[str, ...]]:
        """Return the members of each set that is a team, by its id."""
        return {id: tuple(each.members) for id, each in self.sets.items() if each.team}

    def create(self, referrer: str, epoch: int, team: Team | None = None) -> ReferralSet | Reason:
        """Make a set. A party that is in one already makes none."""
        if referrer in self._of:
            return Reason.ALREADY_IN_A_SET
        if team and any(other.team and other.team.name == team.name for other in self.sets.values()):
            return Reason.TEAM_NAME_TAKEN
        self._made += 1
        made = ReferralSet(f"R{self._made}", referrer, epoch, team)
        self.sets[made.id] = self._of[referrer] = made
        return made

    def update(self, referrer: str, set_id: str, team: Team | None) -> Reason:
        """Change what a set shows; its referrer alone may."""
        found = self.sets.get(set_id)
        if found is None:
            return Reason.NO_SUCH_SET
        if found.referrer != referrer:
            return Reason.NOT_THE_REFERRER
        found.team = team
        return Reason.NONE

    def join(self, party: str, set_id: str, epoch: int) -> Reason:
        """Become a referee; leave the set one is a referee of, if the new one is a team."""
        found, present = self.sets.get(set_id), self._of.get(party)
        if found is None:
            return Reason.NO_SUCH_SET
        if present is not None and (present is found or party == present.referrer or found.team is None):
            return Reason.ALREADY_IN_A_SET
        if found.team and found.team.closed and party not in found.team.allowed:
            return Reason.TEAM_CLOSED
        if present is not None:
            del present.referees[party]
        found.referees[party] = epoch
        self._of[party] = found
        return Reason.NONE
