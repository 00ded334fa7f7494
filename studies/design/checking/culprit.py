"""Who had just stepped when an invariant failed: the tick is taken again, with a look after each step."""

from contextlib import closing, suppress
from dataclasses import replace

from tokenspice.engine.errors import StudyError, TokenSpiceError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.study import Invariant
from tokenspice.engine.variation import Variation
from tokenspice.studies.design.checking.invariants import Violation, what_is_wrong
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.run.simulate import begin, simulate
from tokenspice.web3engine.config import Config

__all__ = ["with_culprit"]

TIME = "time passed"  # where the invariant held after every step, and not after the tick


def with_culprit(
    violation: Violation,
    invariant: Invariant,
    netlist: Netlist,
    ss: SimStrategyBase,
    config: Config,
    variation: Variation = Variation(),
) -> Violation:
    """Run again up to a violation, and say who had just stepped.

    Args:
        violation: what was seen after a tick.
        invariant: of that name.
        netlist, ss, config, variation: of the run.

    Returns:
        The violation with an agent's name, "the KPIs", or "time passed". Who stepped last after which the invariant
        failed, and kept failing to the end of the tick, is the one.
    """
    failed_after: list[tuple[str, bool]] = []
    with closing(replace(begin(netlist, ss, config), variation=variation)) as run:

        def look(who: str) -> None:
            failed_after.append((who, fails(violation.invariant, invariant, run.state)))

        with suppress(TokenSpiceError):
            simulate(run, until=violation.tick - 1)
            run.state.after_step = look
            simulate(run, until=violation.tick)
    return replace(violation, agent=turned_by(failed_after))


def turned_by(failed_after: list[tuple[str, bool]]) -> str:
    """Return whose step turned the answer, the last time it turned."""
    who, before = TIME, False
    for name, fails_now in failed_after:
        if fails_now and not before:
            who = name
        before = fails_now
    return who if before else TIME


def fails(name: str, invariant: Invariant, state: SimStateBase) -> bool:
    try:
        return what_is_wrong(name, invariant, state) is not None
    except StudyError:  # it is meant for the ends of ticks
        return False
