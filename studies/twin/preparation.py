"""A recording made ready: sorted by block, without doubles, as arrays; irregular times stay, and gaps are said."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tokenspice.engine.errors import RunError
from tokenspice.engine.units import Floats
from tokenspice.studies.twin.history import FLOAT_COLUMNS, History
from tokenspice.studies.twin.records import GainsFrom, Recording, Snapshot

__all__ = ["prepare"]


def prepare(recording: Recording) -> History:
    """Sort a recording and turn it into arrays.

    Raises:
        RunError: it is empty, two snapshots of one block differ, or a later block has an earlier time.
    """
    if not recording.snapshots:
        raise RunError(f"{recording.name} has no snapshot. Ask for a longer stretch, or for another record.")
    in_order = sorted(recording.snapshots, key=lambda snapshot: snapshot.block)
    kept = without_doubles(recording.name, in_order)
    check_times(recording.name, kept)
    return History(
        recording.name,
        recording.sha256,
        np.array([snapshot.block for snapshot in kept], np.int64),
        np.array([snapshot.time for snapshot in kept], np.int64),
        **{name: column(kept, name) for name in FLOAT_COLUMNS},
        gains=schedule(recording.gains),
        notes=tuple(notes(recording.snapshots, in_order, kept)),
    )


def without_doubles(name: str, in_order: Sequence[Snapshot]) -> list[Snapshot]:
    kept: list[Snapshot] = []
    for snapshot in in_order:
        if not kept or snapshot.block != kept[-1].block:
            kept.append(snapshot)
        elif snapshot != kept[-1]:
            raise RunError(f"{name} has two snapshots of block {snapshot.block} that differ. Remove one of them.")
    return kept


def check_times(name: str, kept: Sequence[Snapshot]) -> None:
    for one, other in pairwise(kept):
        if other.time <= one.time:
            raise RunError(
                f"{name}: block {other.block} comes after {one.block}, but its time {other.time} is not later than "
                f"{one.time}. Mend the times or the blocks."
            )


def column(kept: Sequence[Snapshot], name: str) -> Floats:
    values = [getattr(snapshot, name) for snapshot in kept]
    return np.array([np.nan if value is None else float(value) for value in values])


def schedule(gains: Sequence[GainsFrom]) -> Floats:
    rows = sorted((row.block, row.kp, row.ki, row.leak, row.period) for row in gains)
    return np.array(rows, float).reshape(-1, 5)


def notes(given: Sequence[Snapshot], in_order: Sequence[Snapshot], kept: Sequence[Snapshot]) -> list[str]:
    moved = sum(one is not other for one, other in zip(given, in_order, strict=True))
    doubles = len(in_order) - len(kept)
    found = [f"{moved} snapshots were not in the order of their blocks and were sorted."] if moved else []
    return found + ([f"{doubles} doubles were dropped."] if doubles else [])
