"""Moments of a run that can be returned to, kept in memory: what a checkpoint is on the disk."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

from tokenspice.engine.errors import TokenSpiceError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.resume.checkpoint import state_delta_of
from tokenspice.studies.run.simulate import Run
from tokenspice.web3engine.backends.base import copyable
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config

__all__ = ["Moment", "Moments"]

MOST_KEPT = 16


@dataclass(frozen=True)
class Moment:
    """A run before the rows and the work of a tick.

    Attributes:
        memory: what had changed since the state was wired.
        chain: the chain's state; empty where there is none.
        written: how far the record was, as whoever keeps it says.
    """

    tick: int
    memory: dict[str, Any]
    chain: bytes
    written: Any


@final
class Moments:
    """Keeps some moments of a run, each as far from the next; their distance doubles where there are too many.

    Make it before the first step.

    Args:
        run: ready for its first tick.

    Attributes:
        kept: in the order of their ticks.
        hindrance: why this run cannot be returned to; empty as long as it can.
    """

    def __init__(self, run: Run) -> None:
        self.kept: list[Moment] = []
        self.hindrance = ""
        self._every = 1
        self._start = run.start
        self._attach(run.netlist, run.state, run.chain)

    def _attach(self, netlist: Netlist, state: SimStateBase, chain: Chain | None) -> None:
        self._chain = chain
        try:
            if self._start is None:
                self.hindrance = "its chain cannot be saved"
            elif self._start.content.get("unrepeatable"):
                self.hindrance = f"its wiring asks {self._start.content['unrepeatable']} of the chain"
            else:
                self._delta = state_delta_of(netlist, state, chain)
        except TokenSpiceError as error:
            self.hindrance = str(error)

    def keep(self, tick: int, written: Callable[[], Any]) -> None:
        """Keep the moment before `tick`, if one is due; a run that leads to what cannot be kept is kept no more.

        Args:
            tick: the next one.
            written: says how far the record is; asked only if the moment is kept.
        """
        if self.hindrance or tick % self._every or (self.kept and self.kept[-1].tick >= tick):
            return
        try:
            chain = copyable(self._chain.backend).to_bytes() if self._chain else b""
            self.kept.append(Moment(tick, self._delta.save(), chain, written()))
        except TokenSpiceError as error:
            self.hindrance = str(error)
            return
        if len(self.kept) > MOST_KEPT:
            self._every *= 2
            self.kept = [moment for moment in self.kept if moment.tick % self._every == 0]

    def nearest(self, tick: int) -> Moment | None:
        """Return the last moment at `tick` or before it, and forget later ones."""
        self.kept = [moment for moment in self.kept if moment.tick <= tick]
        return self.kept[-1] if self.kept else None

    def restored(self, moment: Moment, netlist: Netlist, run: Run, config: Config) -> Run:
        """Return the run as it was at a moment: a state and a chain of their own.

        Args:
            moment: one of `kept`.
            netlist: the run's, or the same imported again.
            run: whose moment it is.
            config: where contracts are found.

        Raises:
            RunError: the netlist builds its state differently now.
        """
        assert self._start, "only a run that knows how it was built is kept"
        state, chain = self._start.state(netlist, run.state.ss, config, moment.chain or None)
        delta = state_delta_of(netlist, state, chain)
        delta.restore(moment.memory)
        self._delta, self._chain = delta, chain
        return Run(netlist, state, chain, self._start, run.variation)
