"""Points that training came upon, looked at as a whole, and the choice among them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.pools.history import follow
from tokenspice.markets.prices.table import Prices, Window
from tokenspice.markets.scenario import Scenario
from tokenspice.studies.pools.metrics import METRICS, Course, measure
from tokenspice.studies.pools.training.gradient import shifted
from tokenspice.studies.pools.training.journal import Journal
from tokenspice.studies.pools.training.segments import Segments
from tokenspice.studies.pools.training.space import Space

__all__ = ["LOOKED_AT", "Candidate", "Candidates", "Progress", "courses", "pool_in_window"]

# What is known of every candidate, whichever measure chooses.
LOOKED_AT = (
    *("sharpe_daily", "sharpe_minute", "log_sharpe_daily", "return", "return_over_hodl", "return_over_uniform_hodl"),
    *(
        "return_per_year",
        "return_over_hodl_per_year",
        "return_over_uniform_hodl_per_year",
        "ulcer",
        "calmar",
        "sterling",
    ),
)

# Called with what was done of how much, and the best measure so far.
Progress: TypeAlias = Callable[[int, int, float], None]


def pool_in_window(scenario: Scenario, close: Floats, window: Window, start_row: int) -> tuple[Course, Floats, Floats]:
    """A scenario's pool in any window of a history, its reserves and its weights.

    Args:
        scenario: whose costs may change in time.
        close: [rows, n] dollars; the window's rows and those before.
        window: where.
        start_row: the row of the scenario's own start, from which its changes are counted.
    """
    chunk = scenario.strategy.chunk_minutes if scenario.strategy is not None else 1
    offset = window.first % chunk
    rows, path = close[window.first : window.end], None
    if scenario.strategy is not None:
        path = scenario.strategy.weights(close[offset : window.end], window.first - offset, window.minutes)
    frictions = shifted(scenario.frictions, window.first - start_row)
    history = follow(scenario.pool, rows, scenario.value_USD, frictions, path)
    first_reserves = scenario.pool.start(scenario.value_USD, rows[0]).reserves
    if path is not None:
        first_reserves = path.starts[0] * scenario.value_USD / rows[0]
    course = Course(history.value_USD, rows, np.asarray(first_reserves), history.fee_income_USD)
    return course, history.reserves, history.weights


def courses(scenario: Scenario, close: Floats, segments: Segments) -> dict[str, Course]:
    """One pool from the start of training on, seen in its parts: as far as the prices go, and the parts have minutes."""
    parts = {"train": segments.train, "validation": segments.validation, "test": segments.test}
    parts = {name: part for name, part in parts.items() if part.minutes and part.end <= len(close)}
    first, end = segments.train.first, max(part.end for part in parts.values())
    whole, reserves, _ = pool_in_window(scenario, close, Window(first, end - first), first)
    found = {}
    for name, part in parts.items():
        at = slice(part.first - first, part.end - first)
        start = whole.first_reserves if part.first == first else reserves[part.first - first]
        found[name] = Course(whole.value_USD[at], whole.prices[at], start, whole.fee_income_USD[at])
    return found


@final
@dataclass(frozen=True)
class Candidate:
    """A point, and what it is worth.

    Attributes:
        x: [d] coordinates.
        iteration, parameter_set: where training came upon it; set −1 is an average of several.
        train, validation: the choosing measure there; NaN without validation.
        returns: [days] of the training segment, simple returns.
        measures: of "train" and "validation", those of `LOOKED_AT` by name; none of a point that is no number.
    """

    x: Floats
    iteration: int
    parameter_set: int
    train: float
    validation: float
    returns: tuple[float, ...]
    measures: Mapping[str, Mapping[str, float]]

    @property
    def worth(self) -> float:
        """By what it is chosen; what is no number is worth least."""
        value = self.train if np.isnan(self.validation) else self.validation
        return value if np.isfinite(value) else -np.inf


@final
class Candidates:
    """All candidates of a training, in the order in which they were found.

    Args:
        space: whose points.
        prices: that may be known.
        segments: of them.
        measure: that chooses.
        journal: of the training.

    Attributes:
        all: these.
        tries: how many points the method judged by, those that are no candidates included.
    """

    def __init__(self, space: Space, prices: Prices, segments: Segments, measure: str, journal: Journal) -> None:
        self.space, self.close, self.measure, self.journal = space, prices.close, measure, journal
        self.segments = replace(segments, test=Window(segments.known_end, 0))
        self.all: list[Candidate] = []
        self.tries = 0

    def tried(self, points: int) -> None:
        """Count points that a method has judged by."""
        self.tries += points

    def look(self, x: Floats, iteration: int, parameter_set: int) -> Candidate:
        """A point, followed through training and validation, and kept."""
        found = self.journal.record("candidate", x, lambda: self.judge(x))
        worth = found["train"], found["validation"]
        candidate = Candidate(x, iteration, parameter_set, *worth, tuple(found["returns"]), found["measures"])
        self.all.append(candidate)
        return candidate

    def judge(self, x: Floats) -> Mapping[str, Any]:
        """The measures of a point."""
        if not np.isfinite(x).all():
            return {"train": float("nan"), "validation": float("nan"), "returns": [], "measures": {}}
        parts = courses(self.space.scenario_at(x), self.close, self.segments)
        days = parts["train"].value_USD[::1440]
        measured = {name: float(METRICS[self.measure](course)) for name, course in parts.items()}
        return {
            "train": measured["train"],
            "validation": measured.get("validation", float("nan")),
            "returns": (days[1:] / days[:-1] - 1).tolist(),
            "measures": {name: measure(course, *LOOKED_AT) for name, course in parts.items()},
        }

    @property
    def best(self) -> Candidate:
        """The first of those that are worth most."""
        return max(self.all, key=lambda candidate: candidate.worth)
