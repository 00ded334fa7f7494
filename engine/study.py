"""What is asked of a netlist, in one place: what is chosen, what chance does, what may happen, what must hold.

A netlist may define `netlist_study`. Every tool of studies/design reads it; a run of its own never does.
"""

import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from tokenspice.engine.errors import StudyError
from tokenspice.engine.metrics import (
    Metric,
    Rows,
    at,
    final,
    first_passage,
    highest,
    lowest,
    max_drawdown,
    mean,
    quantile,
    share_above,
    share_below,
)
from tokenspice.engine.variables import (
    Beta,
    Choice,
    Discrete,
    Empirical,
    LogNormal,
    Normal,
    Random,
    Range,
    Triangular,
    Uniform,
    Value,
    Variable,
)

__all__ = [
    "Beta",
    "Choice",
    "Discrete",
    "Empirical",
    "Falling",
    "Goal",
    "Invariant",
    "LogNormal",
    "Metric",
    "Normal",
    "Random",
    "Range",
    "Rising",
    "Rows",
    "Spec",
    "Study",
    "Triangular",
    "Uniform",
    "Value",
    "Variable",
    "at",
    "final",
    "first_passage",
    "highest",
    "lowest",
    "max_drawdown",
    "mean",
    "quantile",
    "share_above",
    "share_below",
]

Invariant: TypeAlias = Callable[[Any], bool | str]
"""Takes the netlist's own state; True, or False or text that says what is wrong."""

Goal: TypeAlias = Literal["minimise", "maximise"]


@typing.final
@dataclass(frozen=True)
class Rising:
    """A failure comes near as this column rises."""

    column: str


@typing.final
@dataclass(frozen=True)
class Falling:
    """A failure comes near as this column falls."""

    column: str


@typing.final
@dataclass(frozen=True)
class Spec:
    """A limit that a metric keeps.

    Args:
        metric: its name.
        at_most, at_least: the limit; one of them.
        unit: of the limit.
        in_share: the least share of runs that must keep it.
        nearness: which column shows how near a failure is; for rare failures.
        over: what the limit is on, if not on each run: "mean", or a quantile of all runs such as "q95".
    """

    metric: str
    at_most: float | None = None
    at_least: float | None = None
    unit: str = ""
    in_share: float = 0.99
    nearness: Rising | Falling | None = None
    over: str = "share"

    def __post_init__(self) -> None:
        if (self.at_most is None) == (self.at_least is None):
            raise StudyError(f"the spec of {self.metric} has no limit, or two. Write at_most=… or at_least=….")
        if not 0 < self.in_share < 1:
            raise StudyError(f"the spec of {self.metric}: in_share = {self.in_share}: write a share between 0 and 1.")
        if self.over not in ("share", "mean") and self.over_quantile is None:
            raise StudyError(f'the spec of {self.metric}: over = "{self.over}": write "mean", or such as "q95".')

    @property
    def limit(self) -> float:
        """The limit, whichever side it is on."""
        return float(self.at_most if self.at_most is not None else self.at_least or 0.0)

    @property
    def over_quantile(self) -> float | None:
        """Which quantile of all runs the limit is on, as a share; None if it is on something else."""
        digits = self.over.removeprefix("q")
        is_quantile = self.over.startswith("q") and digits.replace(".", "", 1).isdigit() and 0 < float(digits) < 100
        return float(digits) / 100 if is_quantile else None

    def __str__(self) -> str:
        sign = "<=" if self.at_most is not None else ">="
        what = self.metric if self.over == "share" else f"{self.over}({self.metric})"
        limit = " ".join(filter(None, (f"{self.limit:g}", self.unit)))
        return f"{what} {sign} {limit}" + (f" in {self.in_share:g}" if self.over == "share" else "")


@typing.final
@dataclass(frozen=True)
class Study:
    """What tools may vary of a netlist, and what they judge it by. Variables have the dotted names of `--set`.

    Args:
        design: what the designer chooses.
        random: what chance chooses, besides the random streams of a run.
        correlations: of pairs of random variables, Spearman's.
        environment: what may be as bad as it can be.
        metrics: numbers of a run, by names of one's own.
        specs: limits on metrics.
        invariants: what is true after each tick, by names of one's own.
        goals: which metrics are to be small, or large.
    """

    design: Mapping[str, Variable] = field(default_factory=dict)
    random: Mapping[str, Random] = field(default_factory=dict)
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    environment: Mapping[str, Variable] = field(default_factory=dict)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    specs: Sequence[Spec] = ()
    invariants: Mapping[str, Invariant] = field(default_factory=dict)
    goals: Mapping[str, Goal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [*self.design, *self.random, *self.environment]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise StudyError(f"{', '.join(twice)}: a variable has one role: design, random or environment.")
        self._check_correlations()
        for role, asked in (("spec", [spec.metric for spec in self.specs]), ("goal", list(self.goals))):
            if self.metrics and (unknown := [name for name in asked if name not in self.metrics]):
                raise StudyError(f'a {role} names the metric "{unknown[0]}". There are: {", ".join(self.metrics)}.')
        for name, goal in self.goals.items():
            if goal not in ("minimise", "maximise"):
                raise StudyError(f'the goal of {name} is "{goal}". Write "minimise" or "maximise".')

    @property
    def variables(self) -> dict[str, Variable | Random]:
        """All variables, whatever their role."""
        return {**self.design, **self.random, **self.environment}

    def _check_correlations(self) -> None:
        for (one, other), rank in self.correlations.items():
            if unknown := [name for name in (one, other) if name not in self.random]:
                raise StudyError(f'a correlation names "{unknown[0]}", which is no random variable of this study.')
            if one == other or not -1 < rank < 1:
                raise StudyError(f"the correlation of {one} and {other} is {rank}: write two names, and -1 < r < 1.")
