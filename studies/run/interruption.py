"""Ends a run that was asked to end, also where an agent did not let it."""

from typing import final

from tokenspice.engine.observer import Observer
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.run.signals import Signals

__all__ = ["Interruption"]


@final
class Interruption(Observer):
    """Ends a run after the tick in which an agent swallowed the KeyboardInterrupt."""

    def tick(self, state: SimStateBase) -> None:
        if Signals.n_heard:
            raise KeyboardInterrupt
