"""The least run that still fails: fewer ticks, fewer agents, fewer parameters that differ from their defaults."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias, final

from tokenspice.engine.variables import Value
from tokenspice.studies.design.checking.ddmin import ddmin, one_by_one
from tokenspice.studies.design.checking.invariants import Violation
from tokenspice.studies.design.identity import Identity

__all__ = ["Shrinker", "Shrunk", "Step"]

TICKS = "max_ticks"

Least: TypeAlias = Callable[[Sequence[str], Callable[[tuple[str, ...]], bool]], object]
SLACK = 2  # times as many ticks as the run that was found took to fail
HALVINGS = 3  # of each parameter, towards its default, at most


class OutOfRuns(Exception):
    """As many runs were asked for as shrinking may take."""


@final
@dataclass(frozen=True)
class Step:
    """How large a failing run was, after so many runs of shrinking."""

    n_runs: int
    ticks: int
    agents: int
    differing: int


@final
@dataclass(frozen=True)
class Shrunk:
    """A run that fails.

    Attributes:
        identity: the run.
        violation: where it fails.
        agents: those that are not silenced, in their order.
        differing: the parameters that differ from their defaults, besides `max_ticks`.
        n_runs: runs that shrinking asked for.
        steps: how it grew smaller, from the run that was found.
        is_minimal: whether it no longer fails if any one agent more is silenced, or any one parameter is at its default.
    """

    identity: Identity
    violation: Violation
    agents: tuple[str, ...]
    differing: tuple[str, ...]
    n_runs: int
    steps: tuple[Step, ...]
    is_minimal: bool


@final
class Shrinker:
    """Makes a failing run smaller, as long as the same invariant fails.

    Args:
        violation_of: runs an identity, and returns where the invariant fails; None if it holds, or the run cannot be.
        agents: all names, in their order.
        defaults: of all parameters.
        most_runs: that may be asked for.
    """

    def __init__(
        self,
        violation_of: Callable[[Identity], Violation | None],
        agents: Sequence[str],
        defaults: Mapping[str, Value],
        most_runs: int = 200,
    ) -> None:
        self._violation_of = violation_of
        self._agents = tuple(agents)
        self._defaults = defaults
        self._most_runs = most_runs
        self._known: dict[str, Violation | None] = {}
        self._halved: dict[str, int] = {}

    def shrink(self, identity: Identity, violation: Violation) -> Shrunk:
        """Return the least run that was found.

        Args:
            identity: a run that fails.
            violation: where.
        """
        self._best, self._violation = identity, violation
        self._steps: list[Step] = []
        self._note()
        is_minimal = True
        try:
            self._shrink()
        except OutOfRuns:
            is_minimal = False
        agents = tuple(name for name in self._agents if name not in self._best.silenced)
        differing = tuple(self._differing())
        return Shrunk(self._best, self._violation, agents, differing, len(self._known), tuple(self._steps), is_minimal)

    def _shrink(self) -> None:
        self._most_ticks = self._slack()
        self._silence(ddmin)
        self._put_to_defaults()
        before = None
        while before != self._best.line:
            before = self._best.line
            self._silence(one_by_one)
            self._put_to_defaults()
            self._cut_ticks()

    def _slack(self) -> int | None:
        """Return how many ticks a smaller run may take: it may fail later than the one that was found, but not much."""
        most = self._best.values.get(TICKS, self._defaults.get(TICKS))
        return min(most, SLACK * self._violation.tick) if isinstance(most, int) else None

    def _cut_ticks(self) -> None:
        if self._best.values.get(TICKS, self._defaults.get(TICKS)) != self._violation.tick:
            self._try(with_value(self._best, TICKS, self._violation.tick))

    def _silence(self, least: Least) -> None:
        acting = [name for name in self._agents if name not in self._best.silenced]

        def fails(kept: tuple[str, ...]) -> bool:
            return self._try(self._longer(silenced=tuple(name for name in self._agents if name not in kept)))

        least(acting, fails)

    def _put_to_defaults(self) -> None:
        settings = self._best.settings

        def fails(kept: tuple[str, ...]) -> bool:
            return self._try(self._longer(settings=tuple(pair for pair in settings if pair[0] in kept)))

        if differing := self._differing():
            ddmin(differing, fails)
        for name in self._differing():
            while self._halved.get(name, 0) < HALVINGS:
                self._halved[name] = self._halved.get(name, 0) + 1
                half = halfway(self._best.values[name], self._defaults.get(name))
                if half is None or not self._try(with_value(self._longer(), name, half)):
                    break

    def _longer(self, **changes: Any) -> Identity:
        """Return the best run with some changes, and with the ticks that a smaller run may take."""
        changed = replace(self._best, **changes)
        return changed if self._most_ticks is None else with_value(changed, TICKS, self._most_ticks)

    def _differing(self) -> list[str]:
        return [name for name, value in self._best.settings if name != TICKS and value != self._defaults.get(name)]

    def _try(self, identity: Identity) -> bool:
        """Run it, and keep it if it fails."""
        if identity.line == self._best.line:
            return True
        if identity.line not in self._known:
            if len(self._known) == self._most_runs:
                raise OutOfRuns
            self._known[identity.line] = self._violation_of(identity)
        found = self._known[identity.line]
        if found is None or found.invariant != self._violation.invariant:
            return False
        self._best, self._violation = identity, found
        self._note()
        return True

    def _note(self) -> None:
        acting = len(self._agents) - len(self._best.silenced)
        self._steps.append(Step(len(self._known), self._violation.tick, acting, len(self._differing())))


def with_value(identity: Identity, name: str, value: Value) -> Identity:
    return replace(identity, settings=tuple((identity.values | {name: value}).items()))


def halfway(value: Value, default: Value | None) -> Value | None:
    """Return the number between a value and its default; None of what is no number, or where there is nothing between.

    Amounts, which are text, have a number between them too.
    """
    if isinstance(value, bool) or isinstance(default, bool) or default is None:
        return None
    if isinstance(value, int) and isinstance(default, int):
        half: Value = (value + default) // 2
    elif isinstance(value, str) and isinstance(default, str):
        half = between(value, default)
    else:
        half = (float(value) + float(default)) / 2
    return None if half in (value, default) else half


def between(value: str, default: str) -> str:
    try:
        return format((Decimal(value) + Decimal(default)) / 2, "f")
    except InvalidOperation:
        return value
