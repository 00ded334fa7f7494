"""Chance that is the same in every run of a seed."""

from typing import final

from tokenspice.engine.streams import derive

__all__ = ["Lottery"]


@final
class Lottery:
    """Draws that depend on a seed and on how many there were before."""

    __slots__ = ("count", "seed")

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.count = 0

    def draw(self) -> float:
        """Return a number from 0 up to 1."""
        self.count += 1
        return int.from_bytes(derive(self.seed, f"exchange lottery {self.count}")[:6]) / 2**48
