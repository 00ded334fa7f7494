"""In what a run differs from the one that its seed and its parameters give: branches of chance, and silenced agents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, final

from tokenspice.engine.errors import ConfigError

__all__ = ["Branch", "Variation"]


class Branch(NamedTuple):
    """From the work of `tick` on, all chance is drawn anew, from the seed, the salts so far and the stream's name."""

    tick: int
    salt: int


@final
@dataclass(frozen=True)
class Variation:
    """What a run does other than its seed says. Part of the run's identity.

    Args:
        branches: in the order of their ticks; rows up to a branch's tick, that one included, are as without it.
        silenced: names of agents that never step. They keep their wallets, and others may deal with them.

    Raises:
        ConfigError: a tick or a salt is negative, or two branches are at one tick.
    """

    branches: tuple[Branch, ...] = ()
    silenced: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        branches = tuple(Branch(*branch) for branch in self.branches)
        if odd := [branch for branch in branches if min(branch) < 0]:
            raise ConfigError(f"the branch {odd[0].tick}:{odd[0].salt} has a number below 0. Write 0 or more.")
        ticks = [branch.tick for branch in branches]
        if sorted(set(ticks)) != ticks:
            raise ConfigError(
                f"the branches are at ticks {', '.join(map(str, ticks))}. Write each tick once, and earlier ones first."
            )
        object.__setattr__(self, "branches", branches)
        object.__setattr__(self, "silenced", tuple(sorted(set(self.silenced))))

    def __bool__(self) -> bool:
        return bool(self.branches or self.silenced)

    @property
    def facts(self) -> dict[str, Any]:
        """As run.json holds it."""
        return {"branches": [list(branch) for branch in self.branches], "silenced": list(self.silenced)}

    @property
    def options(self) -> list[str]:
        """Words of a command line that say the same."""
        branches = [f"--branch {branch.tick}:{branch.salt}" for branch in self.branches]
        return branches + [f"--silence {name}" for name in self.silenced]

    @staticmethod
    def of_facts(facts: dict[str, Any]) -> "Variation":
        """Read what run.json holds; a record without them is one of a run that nothing varied.

        Raises:
            ConfigError: it holds something else.
        """
        branches, silenced = facts.get("branches", []), facts.get("silenced", [])
        pairs = isinstance(branches, list) and all(map(is_pair, branches))
        if not pairs or not isinstance(silenced, list) or not all(isinstance(name, str) for name in silenced):
            raise ConfigError(f"branches are {branches!r} and silenced agents {silenced!r}, which no run writes.")
        return Variation(tuple(Branch(*pair) for pair in branches), tuple(silenced))

    @staticmethod
    def read(branches: Sequence[str], silenced: Sequence[str]) -> "Variation":
        """Read the words of a command line: "31:7", and names.

        Raises:
            ConfigError: a branch is no such text.
        """
        return Variation(tuple(sorted(map(read_branch, branches))), tuple(silenced))


def is_pair(branch: object) -> bool:
    return isinstance(branch, list) and len(branch) == 2 and all(type(number) is int for number in branch)


def read_branch(text: str) -> Branch:
    if not (found := re.fullmatch(r"(\d{1,18}):(\d{1,18})", text.strip())):
        raise ConfigError(f'--branch "{text}": write TICK:SALT, two whole numbers, such as 31:7.')
    return Branch(int(found[1]), int(found[2]))
