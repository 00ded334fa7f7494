"""`tsp run --check`: a run that ends where an invariant fails first, and says who had just stepped."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from typing import final

from tokenspice.engine.errors import InvariantError
from tokenspice.engine.observer import Observer, WatchedRun
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.study import Invariant
from tokenspice.engine.variation import Variation
from tokenspice.studies.design.checking.culprit import with_culprit
from tokenspice.studies.design.checking.invariants import InvariantWatch, Violation
from tokenspice.studies.design.checking.keeper import invariants_of
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.provenance import plain_parameters
from tokenspice.studies.resume.warm_start import WarmStart
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.url import is_url

__all__ = ["FirstViolation", "checking"]


@final
class FirstViolation(Observer):
    """Ends a run with an error where an invariant fails first.

    Args:
        invariants: by name.

    Attributes:
        found: the violation, once there is one.
    """

    def __init__(self, invariants: dict[str, Invariant]) -> None:
        self._watch = InvariantWatch(invariants)
        self.found: Violation | None = None

    def begin(self, run: WatchedRun) -> None:
        """Ask once before anybody has acted.

        Raises:
            StudyError: an invariant fails.
        """
        self._watch.begin(run)
        for violation in self._watch.violations.values():
            violation.check_begun()

    def tick(self, state: SimStateBase) -> None:
        """Ask all invariants.

        Raises:
            InvariantError: one fails.
        """
        self._watch.tick(state)
        self.found = next(iter(self._watch.violations.values()), None)
        if self.found:
            raise InvariantError(f"{self.found}.")


@contextmanager
def checking(
    netlist: Netlist,
    ss: SimStrategyBase,
    config: Config,
    variation: Variation = Variation(),
    start: WarmStart | None = None,
) -> Iterator[list[Observer]]:
    """Yield who ends the run inside the block where an invariant fails, and then say who had just stepped.

    A run that cannot be repeated, for its chain is somebody's own, is not asked that.

    Raises:
        StudyError: the netlist declares no invariants.
        InvariantError: one failed.
    """
    declared = invariants_of(netlist)
    watch = FirstViolation(declared)
    try:
        yield [watch]
    except InvariantError as error:
        if watch.found is None or is_url(config.network) or start is not None:
            raise
        seen = with_culprit(watch.found, declared[watch.found.invariant], netlist, ss, config, variation)
        raise InvariantError(f"{seen}. The run: {words_of(netlist, ss, variation)}") from error


def words_of(netlist: Netlist, ss: SimStrategyBase, variation: Variation) -> str:
    """Return the seed and all that differs from the netlist's own parameters, as the command line takes it."""
    own, now = plain_parameters(netlist.strategy()), plain_parameters(ss)
    changed = [
        f"--set {shlex.quote(f'{name}={now[name]}')}" for name in now if now[name] != own[name] and name != "seed"
    ]
    return " ".join([f"--seed {ss.seed}", *changed, *variation.options])
