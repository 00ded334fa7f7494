"""Watches a run's invariants: after each tick, each of them, until it fails for the first time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from tokenspice.engine.errors import StudyError
from tokenspice.engine.observer import Observer, WatchedRun
from tokenspice.engine.sim_state import SimStateBase, describe
from tokenspice.engine.study import Invariant

__all__ = ["InvariantWatch", "Violation", "what_is_wrong"]


@final
@dataclass(frozen=True)
class Violation:
    """Where an invariant failed first.

    Attributes:
        invariant: its name.
        tick: of the state in which it fails; the work of the tick before led there.
        text: what is wrong, in the invariant's own words if it has any.
        agent: who had just stepped, where somebody has looked.
    """

    invariant: str
    tick: int
    text: str
    agent: str | None = None

    def check_begun(self) -> None:
        """Refuse what was never true.

        Raises:
            StudyError: the invariant fails before anybody has acted.
        """
        if not self.tick:
            raise StudyError(
                f'the invariant "{self.invariant}" fails at tick 0, before anybody has acted: {self.text}.'
            )

    def __str__(self) -> str:
        who = f", after {self.agent} had stepped" if self.agent else ""
        return f'the invariant "{self.invariant}" fails at tick {self.tick}{who}: {self.text}'


def what_is_wrong(name: str, invariant: Invariant, state: SimStateBase) -> str | None:
    """Ask an invariant; None if it holds.

    Raises:
        StudyError: it cannot be asked, or answers neither True, nor False, nor text.
    """
    try:
        answer: Any = invariant(state)
    except Exception as error:
        raise StudyError(f'the invariant "{name}" cannot be asked at tick {state.tick}: {describe(error)}.') from error
    if isinstance(answer, str):
        return answer
    if type(answer).__name__ not in ("bool", "bool_"):
        raise StudyError(
            f'the invariant "{name}" answers {str(answer)[:80]}. Write True, False, or text of what is wrong.'
        )
    return None if answer else "it does not hold"


@final
class InvariantWatch(Observer):
    """Notes the first violation of each invariant.

    Args:
        invariants: by name.
        ends: what is raised once there is nothing more to see; None lets the run go on.

    Attributes:
        violations: by the invariant's name, the first one first.
    """

    def __init__(self, invariants: Mapping[str, Invariant], ends: type[BaseException] | None = None) -> None:
        self._left = dict(invariants)
        self._ends = ends
        self.violations: dict[str, Violation] = {}

    def begin(self, run: WatchedRun) -> None:
        """Ask once before anybody has acted."""
        if not run.state.tick:
            self.tick(run.state)

    def tick(self, state: SimStateBase) -> None:
        for name, invariant in list(self._left.items()):
            if (wrong := what_is_wrong(name, invariant, state)) is not None:
                self.violations[name] = Violation(name, state.tick, wrong)
                del self._left[name]
        if not self._left and self._ends and self.violations:
            raise self._ends
