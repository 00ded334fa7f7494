"""What makes a run that very run, besides the sources: parameters, seed, branches, silenced agents."""

import hashlib
import json
import shlex
from dataclasses import dataclass
from typing import final

from tokenspice.engine.variables import Value
from tokenspice.engine.variation import Branch, Variation

__all__ = ["Identity"]


@final
@dataclass(frozen=True)
class Identity:
    """A run, by all that tells it from the study's other runs.

    Args:
        settings: (name, value) of each parameter that is set; an amount is text, in tokens.
        seed: as `tsp run --seed` takes it.
        branches: (tick, salt) of each point from which the random streams are others.
        silenced: the agents that never step.
    """

    settings: tuple[tuple[str, Value], ...]
    seed: int
    branches: tuple[tuple[int, int], ...] = ()
    silenced: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Value]:
        """The settings, by name."""
        return dict(self.settings)

    @property
    def texts(self) -> dict[str, str]:
        """The settings as `--set` takes them."""
        return {name: as_text(value) for name, value in self.settings}

    def key(self, facts: bytes) -> bytes:
        """Return the SHA-256 of this run and of the `facts` of the study; 1 and 1.0 are two values."""
        return hashlib.sha256(facts + b"\0" + self.line.encode()).digest()

    @property
    def variation(self) -> Variation:
        """Its branches and silenced agents, as a run takes them."""
        return Variation(tuple(Branch(*branch) for branch in self.branches), self.silenced)

    @property
    def line(self) -> str:
        """All of it in one line of JSON, the settings by name."""
        settings = [[name, type(value).__name__, as_text(value)] for name, value in sorted(self.settings)]
        return json.dumps([settings, self.seed, self.branches, sorted(self.silenced)], separators=(",", ":"))

    @property
    def options(self) -> str:
        """The options of `tsp run` that make this run."""
        words = [
            f"--seed {self.seed}",
            *(f"--set {shlex.quote(f'{name}={text}')}" for name, text in self.texts.items()),
        ]
        return " ".join([*words, *self.variation.options])

    def command(self, netlist: str, out_dir: str = "runs/again") -> str:
        """Return the one command line that repeats the run."""
        return f"tsp run {shlex.quote(netlist)} {shlex.quote(out_dir)} {self.options}"


def as_text(value: Value) -> str:
    """Write a value as `--set` reads it, to the last digit."""
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, float) else str(value)
