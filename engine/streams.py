"""Named random streams: every draw of a run comes from one of them."""

import hashlib
from typing import final

import numpy as np

from tokenspice.engine.variation import Branch

__all__ = ["RandomStreams", "derive"]


def derive(seed: int, name: str) -> bytes:
    """Return 32 bytes that depend on `seed` and `name` alone, the same on every machine."""
    return hashlib.sha256(f"tokenspice/{seed}/{name}".encode()).digest()


@final
class RandomStreams:
    """Generators by name, each derived from (seed, name).

    A stream does not know of the others: adding an agent leaves everyone else's draws as they were.

    Attributes:
        seed: of the run.
        branches: those that were taken so far, in their order.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.branches: tuple[Branch, ...] = ()
        self._streams: dict[str, np.random.Generator] = {}

    def __repr__(self) -> str:
        return f"RandomStreams(seed {self.seed}: {', '.join(self.names()) or 'none drawn from'})"

    def names(self) -> list[str]:
        """Of the streams that were drawn from so far."""
        return list(self._streams)

    def __call__(self, name: str) -> np.random.Generator:
        """Return the stream called `name`; the same object at every call, so that it goes on."""
        if name not in self._streams:
            self._streams[name] = self._new(name)
        return self._streams[name]

    def branch(self, branch: Branch) -> None:
        """Draw everything anew from here on, also what is first drawn later.

        Streams are reseeded in place, for agents keep them; what they draw does not depend on what was drawn before.
        """
        self.branches += (branch,)
        for name, stream in self._streams.items():
            stream.bit_generator.state = self._new(name).bit_generator.state

    def derive(self, name: str) -> bytes:
        """Return 32 bytes that depend on the seed, the branches so far and `name` alone."""
        digest = derive(self.seed, name)
        for branch in self.branches:
            digest = hashlib.sha256(digest + f"/branch/{branch.tick}:{branch.salt}".encode()).digest()
        return digest

    def _new(self, name: str) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(int.from_bytes(self.derive(name), "big")))
