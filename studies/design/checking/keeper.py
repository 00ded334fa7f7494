"""Keeps the violations of each run of a check."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, final

from tokenspice.engine.errors import StudyError
from tokenspice.engine.metrics import Rows
from tokenspice.engine.observer import Observer
from tokenspice.engine.study import Invariant
from tokenspice.studies.design.checking.invariants import InvariantWatch, Violation
from tokenspice.studies.design.keeper import SeenEnough
from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["ViolationKeeper", "invariants_of", "kept_violations"]


@final
@dataclass(frozen=True)
class ViolationKeeper:
    """Watches the invariants that a netlist declares.

    Args:
        names: of those that are watched.
    """

    names: tuple[str, ...]

    def observers(self, netlist: Netlist) -> Sequence[Observer]:
        declared = invariants_of(netlist)
        return [InvariantWatch({name: declared[name] for name in self.names}, SeenEnough)]

    def keep(self, rows: Rows, observers: Sequence[Observer]) -> Mapping[str, Any]:
        watch = observers[0]
        assert isinstance(watch, InvariantWatch), "this keeper's only observer"
        return {"violations": [astuple(violation) for violation in watch.violations.values()]}

    def forgives(self, observers: Sequence[Observer]) -> bool:
        """Whether a run that broke down has told enough: what happens after a violation is no news."""
        return any(isinstance(watch, InvariantWatch) and watch.violations for watch in observers)


def invariants_of(netlist: Netlist) -> dict[str, Invariant]:
    """Return what a netlist declares.

    Raises:
        StudyError: it declares no invariants.
    """
    declared = dict(netlist.study.invariants) if netlist.study else {}
    if not declared:
        raise StudyError(
            f"{netlist.path} declares no invariants. Write netlist_study = Study(invariants={{'what is true': lambda "
            "state: …})."
        )
    return declared


def kept_violations(extra: Mapping[str, Any] | None) -> dict[str, Violation]:
    """Read what was kept of a run, by the invariant's name."""
    found = [Violation(*parts) for parts in (extra or {}).get("violations", [])]
    return {violation.invariant: violation for violation in found}
