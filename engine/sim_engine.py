"""The loop: five beats a tick, until it is time to stop."""

from collections.abc import Callable
from typing import final

from tokenspice.engine.errors import NetlistError, TokenSpiceError
from tokenspice.engine.log import LogRow, time_columns
from tokenspice.engine.sim_state import SimStateBase

__all__ = ["SimEngine"]


@final
class SimEngine:
    """Runs a state from its tick to the strategy's `max_ticks`.

    Each tick: log if due, stop if it is time, let the agents and then the KPIs step, let the worlds'
    clocks advance. A row thus shows the state before the work of its tick; row 0 is the beginning,
    and the last row, at `max_ticks`, the end, whether or not it falls on the log interval.

    Args:
        state: what is simulated.
        log_data: returns the netlist's own columns for a state.
        write_row: called with each row that is due, such as `RunLog.write`; None keeps no record.
        watch: called after each tick with the state, for instance to show progress.
    """

    def __init__(
        self,
        state: SimStateBase,
        log_data: Callable[[SimStateBase], LogRow],
        write_row: Callable[[LogRow], None] | None = None,
        watch: Callable[[SimStateBase], None] | None = None,
    ) -> None:
        self.state = state
        self._log_data = log_data
        self._write_row = write_row
        self._watch = watch

    def run(self) -> None:
        """Take steps until the last tick, then write the last row."""
        while True:
            self._write_row_if_due()
            if self.state.tick >= self.state.ss.max_ticks:
                return
            self.takeStep()
            if self._watch:
                self._watch(self.state)

    def takeStep(self) -> None:
        """Let everyone step once and the clocks advance by one tick."""
        state = self.state
        state.takeStep()
        try:
            for world in state.worlds:
                world.advance(state.ss.time_step)
        except TokenSpiceError as error:
            raise error.at(f"tick {state.tick}") from error.__cause__
        state.tick += 1

    def _write_row_if_due(self) -> None:
        state = self.state
        if self._write_row and (state.every(state.ss.log_interval) or state.tick == state.ss.max_ticks):
            try:
                self._write_row(self._row())
            except TokenSpiceError as error:
                raise error.at(f"tick {state.tick}") from error.__cause__

    def _row(self) -> LogRow:
        time, data = time_columns(self.state.tick, self.state.elapsed), self._log_data(self.state)
        if taken := sorted(time.keys() & data.keys()):
            raise NetlistError(f"the netlist logs {', '.join(taken)}, which every row begins with. Rename the column.")
        return time | data
