"""Named random streams: every draw of a run comes from one of them."""

import hashlib
from typing import final

import numpy as np

__all__ = ["RandomStreams", "derive"]


def derive(seed: int, name: str) -> bytes:
    """Return 32 bytes that depend on `seed` and `name` alone, the same on every machine."""
    return hashlib.sha256(f"tokenspice/{seed}/{name}".encode()).digest()


@final
class RandomStreams:
    """Generators by name, each derived from (seed, name).

    A stream does not know of the others: adding an agent leaves everyone else's draws as they were.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, np.random.Generator] = {}

    def names(self) -> list[str]:
        """Of the streams that were drawn from so far."""
        return list(self._streams)

    def __call__(self, name: str) -> np.random.Generator:
        """Return the stream called `name`; the same object at every call, so that it goes on."""
        if name not in self._streams:
            entropy = int.from_bytes(derive(self.seed, name), "big")
            self._streams[name] = np.random.default_rng(np.random.SeedSequence(entropy))
        return self._streams[name]
