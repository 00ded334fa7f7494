"""A run that is ready for its first tick, and the one loop that simulates it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tokenspice.engine.errors import TokenSpiceError
from tokenspice.engine.observer import Observer, Outcome, listeners
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.variation import Variation
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.resume.warm_start import WarmStart, wire
from tokenspice.studies.run.odd_values import naming_odd_values
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.studies.run.signals import code_of_others
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import check_network
from tokenspice.web3engine.transaction import Transaction

__all__ = ["Run", "begin", "begun_engine", "simulate", "stepping", "telling_the_end", "transaction_listener"]


@dataclass(frozen=True)
class Run:
    """A run that is ready for its next tick. Close it after the last one.

    Attributes:
        chain: what its agents act on, if the netlist needs one.
        start: how its state was built, where that is known.
        variation: where chance branches, and which agents stand still.
    """

    netlist: Netlist
    state: SimStateBase
    chain: Chain | None = None
    start: WarmStart | None = None
    variation: Variation = Variation()

    def close(self) -> None:
        """Stop the chain."""
        if self.chain:
            self.chain.close()


def begin(
    netlist: Netlist,
    ss: SimStrategyBase,
    config: Config,
    start: WarmStart | None = None,
    records_start: bool = False,
    on_transaction: Callable[[Transaction], None] | None = None,
) -> Run:
    """Build a run's state, on a chain if it needs one.

    Args:
        start: a warm start, whose deployments need not be done again.
        records_start: whether the run is to know how its state was built, so that checkpoints can be written.
        on_transaction: called with each transaction.

    Raises:
        TokenSpiceError: the state cannot be built.
    """
    with naming_odd_values(netlist, ss):
        return begun(netlist, ss, config, start, records_start, on_transaction)


def begun(
    netlist: Netlist,
    ss: SimStrategyBase,
    config: Config,
    start: WarmStart | None,
    records_start: bool,
    on_transaction: Callable[[Transaction], None] | None,
) -> Run:
    if start:
        start.check_rules(config)
        return Run(netlist, *start.state(netlist, ss, config, on_transaction=on_transaction), start)
    if records_start:
        return Run(netlist, *wire(netlist, ss, config, on_transaction))
    if not netlist.starts_chain(ss):
        return Run(netlist, netlist.state(ss))
    check_network(config.network)
    chain = open_chain(config, netlist.path, ss.seed, on_transaction)
    try:
        return Run(netlist, netlist.state(ss, chain), chain)
    except BaseException:
        chain.close()
        raise


def simulate(run: Run, observers: Sequence[Observer] = (), until: int | None = None) -> None:
    """Tell observers that a run begins, then take its steps to the end, or until tick `until`.

    Raises:
        TokenSpiceError: the run fails, or an observer does.
    """
    engine = begun_engine(run, observers)
    with stepping(run):
        engine.run(until)


def begun_engine(run: Run, observers: Sequence[Observer] = ()) -> SimEngine:
    """Tell observers that a run begins, and return what takes its steps, each inside `stepping`."""
    for take_begin in listeners(observers, "begin"):
        take_begin(run)
    return SimEngine(run.state, run.netlist.log_functions(), observers, run.variation)


@contextmanager
def stepping(run: Run) -> Iterator[None]:
    """Take steps of a run inside the block: signals reach it, and its errors name the parameters that are odd."""
    with code_of_others(), naming_odd_values(run.netlist, run.state.ss):
        yield


def transaction_listener(observers: Sequence[Observer]) -> Callable[[Transaction], None] | None:
    """Return what a chain calls after each transaction; None, which costs nothing, if nobody listens."""
    found = listeners(observers, "transaction")
    if len(found) < 2:
        return found[0] if found else None

    def take_transaction(transaction: Transaction) -> None:
        for take in found:
            take(transaction)

    return take_transaction


@contextmanager
def telling_the_end(observers: Sequence[Observer]) -> Iterator[None]:
    """Tell each observer how the run inside the block has ended."""
    try:
        yield
    except BaseException as error:
        for take_end in listeners(observers, "end"):
            with suppress(TokenSpiceError):  # the error that ended the run is the one to report
                take_end(outcome_of(error))
        raise
    for take_end in listeners(observers, "end"):
        take_end(Outcome("finished"))


def outcome_of(error: BaseException) -> Outcome:
    """Return how a run ended that an exception ended."""
    return Outcome("interrupted") if isinstance(error, KeyboardInterrupt) else Outcome("failed", str(error))
