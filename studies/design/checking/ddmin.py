"""The least part of some things that still does something: delta debugging (Zeller & Hildebrandt, IEEE TSE 28, 2002)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["ddmin", "one_by_one"]

Thing = TypeVar("Thing")


def ddmin(things: Sequence[Thing], does: Callable[[tuple[Thing, ...]], bool]) -> tuple[Thing, ...]:
    """Return a part that still does it, and no longer does it if any single thing is taken from it.

    Args:
        things: which together do it.
        does: whether a part, in its order, does it; asked again about a part that it was asked about.
    """
    kept, n_parts = tuple(things), 2
    if kept and does(()):
        return ()
    while len(kept) >= 2:
        parts = pieces(kept, n_parts)
        if found := next((part for part in parts if does(part)), None):
            kept, n_parts = found, 2
        elif n_parts > 2 and (found := next((rest for part in parts if does(rest := without(kept, part))), None)):
            kept, n_parts = found, n_parts - 1
        elif n_parts < len(kept):
            n_parts = min(len(kept), 2 * n_parts)
        else:
            break
    return kept


def one_by_one(things: Sequence[Thing], does: Callable[[tuple[Thing, ...]], bool]) -> tuple[Thing, ...]:
    """Return what `ddmin` may, of few things that are nearly all needed: each is left out in turn, until none can be."""
    kept, place = tuple(things), 0
    n_needed = 0
    while kept and n_needed < len(kept):
        place %= len(kept)
        if does(rest := kept[:place] + kept[place + 1 :]):
            kept, n_needed = rest, 0
        else:
            place, n_needed = place + 1, n_needed + 1
    return kept


def pieces(things: tuple[Thing, ...], n: int) -> list[tuple[Thing, ...]]:
    """Cut things into `n` pieces of nearly one length, in order."""
    ends = [len(things) * number // n for number in range(n + 1)]
    return [things[begin:end] for begin, end in zip(ends, ends[1:], strict=False)]


def without(things: tuple[Thing, ...], part: tuple[Thing, ...]) -> tuple[Thing, ...]:
    gone = set(part)
    return tuple(thing for thing in things if thing not in gone)
