"""Seeds of runs, and what chance chooses for each: a draw depends on the run's seed alone, so a study can grow."""

from collections.abc import Iterator
from typing import final

import numpy as np

from tokenspice.engine.streams import RandomStreams, derive
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.batch.design import distinct_seeds
from tokenspice.studies.design.space import Cloud

__all__ = ["Seeds", "child_seed", "normals_of", "random_settings", "seed_at"]

FIRST = 1024  # seeds that are drawn at once


@final
class Seeds:
    """The seeds s_0, s_1, … of a study's runs, each once; as many as are asked for.

    Args:
        seed: the study's.
        purpose: "" is that of `tsp batch`; any other word, such as "confirmation", has seeds of its own.
    """

    def __init__(self, seed: int, purpose: str = "") -> None:
        self._seed = child_seed(seed, purpose) if purpose else seed
        self._drawn: list[int] = []

    def __getitem__(self, place: int) -> int:
        if place >= len(self._drawn):
            # Without a purpose the first are those of `tsp batch`, whatever their number.
            self._drawn = distinct_seeds(self._seed, max(FIRST, 2 * (place + 1)))
        return self._drawn[place]

    def first(self, n: int) -> list[int]:
        """Return s_0 to s_(n-1)."""
        return [self[place] for place in range(n)]

    def between(self, begin: int, end: int) -> list[int]:
        """Return s_begin to s_(end-1)."""
        return [self[place] for place in range(begin, end)]

    def __iter__(self) -> Iterator[int]:
        place = 0
        while True:
            yield self[place]
            place += 1


def child_seed(seed: int, purpose: str) -> int:
    """Return another seed, which depends on `seed` and `purpose` alone: search and confirmation never share one."""
    return int.from_bytes(derive(seed, f"study/{purpose}")[:8], "big")


def normals_of(cloud: Cloud, seed: int) -> Floats:
    """Return the independent normal numbers of a run's random variables, each from a stream of its own."""
    streams = RandomStreams(seed)
    return np.array([streams(f"study/{name}").standard_normal() for name in cloud.names])


def random_settings(cloud: Cloud, seed: int) -> dict[str, Value]:
    """Return the random variables of the run with this seed."""
    return cloud.settings(normals_of(cloud, seed))


def seed_at(u: float) -> int:
    """Return the seed at `u` of [0, 1): chance as one more coordinate."""
    return min(int(u * 2**32), 2**32 - 1)
