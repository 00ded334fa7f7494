"""Letters above marks that are near each other: written side by side, each once, so that none touch."""

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["apart"]

LETTER = 0.012  # of a chart's width, with what must be free beside a letter


class Group(NamedTuple):
    """Letters that are written together, over the places from `first` to `last`."""

    first: float
    last: float
    letters: str

    @property
    def middle(self) -> float:
        return (self.first + self.last) / 2


def apart(placed: Iterable[tuple[float, str]], left: float, right: float) -> list[tuple[float, str]]:
    """Return texts of letters and where their middles are; letters that would touch become one text.

    Args:
        placed: each letter and where it belongs.
        left: the beginning of the x axis.
        right: its end.
    """
    letter = LETTER * (right - left)
    groups: list[Group] = []
    for x, text in sorted(placed):
        group = Group(x, x, text)
        while groups and group.middle - groups[-1].middle < (width(group) + width(groups[-1])) / 2 * letter:
            before = groups.pop()
            group = Group(before.first, group.last, "".join(dict.fromkeys(before.letters + group.letters)))
        groups.append(group)
    return [(group.middle, " ".join(group.letters)) for group in groups]


def width(group: Group) -> int:
    """Return the width of a group's text, in letters, of which half stand for the spaces between."""
    return 2 * len(group.letters) - 1
