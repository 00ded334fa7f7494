"""What a batch runs many times, seen from the batch. A subject travels to the workers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenspice.engine.observer import Observer
from tokenspice.engine.variation import Variation

__all__ = ["Run", "Subject"]


@dataclass(frozen=True)
class Run:
    """One run of a batch.

    Args:
        number: its place in the batch, from 0.
        set: the place of its parameter set.
        seed: an int that `tsp run --seed` takes.
        parameters: what is swept, as the subject takes it.
        columns: the same, as the tables show it; amounts are floats of tokens.
        variation: where a netlist's chance branches, and which agents stand still.
    """

    number: int
    set: int
    seed: int
    parameters: dict[str, Any]
    columns: dict[str, bool | int | float | str]
    variation: Variation = Variation()

    @property
    def name(self) -> str:
        """Of its folder and of its part of the table."""
        return f"{self.number:06}"


class Subject(ABC):
    """IMPLEMENT all of these: what a batch asks of a netlist, or of a function."""

    @property
    @abstractmethod
    def types(self) -> Mapping[str, Any]:
        """The type of every parameter that can be swept, by name."""

    @property
    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """What is run, for batch.json."""

    @property
    def tables(self) -> Mapping[str, str]:
        """The files of the tables that a run has besides data.csv, by the table's name; none unless overridden."""
        return {}

    @abstractmethod
    def checked(self, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a set's parameters as `run` takes them, and as the tables show them.

        Raises:
            StrategyError: one is unknown, of the wrong type or out of range.
        """

    @abstractmethod
    def run(self, run: Run, folder: Path, observers: Sequence[Observer]) -> Any:
        """Do it, and return its result. What it logs goes to `folder`/data.csv, and `observers` are told of ticks."""

    @abstractmethod
    def limits(self, timeout: float | None) -> tuple[float, float]:
        """Return how many seconds may pass before the first tick has ended, and between two; 0 is for ever."""

    @abstractmethod
    def shown(self, run: Run) -> dict[str, Any]:
        """Return a run's parameters as whoever asked for the batch knows them."""

    @abstractmethod
    def command(self, run: Run) -> str:
        """Return what to type to run this one run again."""
