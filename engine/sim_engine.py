"""The loop: five beats a tick, until it is time to stop."""

from collections.abc import Mapping, Sequence
from typing import final

from tokenspice.engine.errors import ConfigError, NetlistError, TokenSpiceError
from tokenspice.engine.log import LogRow, time_columns
from tokenspice.engine.observer import Observer, listeners
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.tables import DATA, LogFunction
from tokenspice.engine.variation import Variation

__all__ = ["SimEngine"]


@final
class SimEngine:
    """Runs a state from its tick to the strategy's `max_ticks`. Everything that simulates does it here.

    Each tick: log if due, stop if it is time, let the agents and then the KPIs step, let the worlds'
    clocks advance. A row thus shows the state before the work of its tick; row 0 is the beginning,
    and the last row, at `max_ticks`, the end, whether or not it falls on the log interval.

    Args:
        state: what is simulated.
        log: returns the columns of data.csv for a state; or a function for each table, by its name.
        observers: who is told of rows and ticks, in this order. Without one that takes rows, nothing is logged.
        variation: where chance branches, and which agents stand still.

    Raises:
        ConfigError: no agent is called as one that is silenced, or a branch comes after the last tick.
    """

    def __init__(
        self,
        state: SimStateBase,
        log: LogFunction | Mapping[str, LogFunction],
        observers: Sequence[Observer] = (),
        variation: Variation = Variation(),
    ) -> None:
        self.state = state
        self._log = log if isinstance(log, Mapping) else {DATA: log}
        self._take_row = listeners(observers, "row")
        self._take_tick = listeners(observers, "tick")
        self._shown = -1  # the tick whose rows were written last
        self._branches = {branch.tick: branch for branch in variation.branches}
        check_variation(variation, state)
        state.silenced = frozenset(variation.silenced)

    @property
    def is_over(self) -> bool:
        """Whether the last tick has been taken."""
        return self.state.tick >= self.state.ss.max_ticks

    def run(self, until: int | None = None) -> None:
        """Take steps until tick `until`, the last one unless given, and write the row there if it is due.

        It may be called again, with a later tick: the run goes on where it stands, as if it had never stopped.
        """
        last = self.state.ss.max_ticks if until is None else until
        self.show()
        while self.state.tick < last:
            self.step()

    def step(self) -> None:
        """Take one tick: its row if that is not written yet, its work, its end, and the row after it if one is due."""
        self.show()
        self.takeStep()
        for take_tick in self._take_tick:
            take_tick(self.state)
        self.show()

    def show(self) -> None:
        """Write the rows of the present tick if they are due, once."""
        if self._shown != self.state.tick:
            self._shown = self.state.tick
            if self._take_row:
                self._write_rows_if_due()

    def takeStep(self) -> None:
        """Let everyone step once and the clocks advance by one tick."""
        state = self.state
        for world in state.worlds:
            world.tick = state.tick
        self.branch_if_due()
        state.takeStep()
        try:
            for world in state.worlds:
                world.advance(state.ss.time_step)
        except TokenSpiceError as error:
            raise error.at(f"tick {state.tick}") from error.__cause__
        state.tick += 1

    def branch_if_due(self) -> None:
        """Draw chance anew if the run branches at this tick, and has not done so yet."""
        branch = self._branches.get(self.state.tick)
        if branch and branch not in self.state.streams.branches:
            self.state.branch(branch)

    def _write_rows_if_due(self) -> None:
        state = self.state
        if state.every(state.ss.log_interval) or state.tick == state.ss.max_ticks:
            try:
                for table in self._log:
                    self._write_rows(table)
            except TokenSpiceError as error:
                raise error.at(f"tick {state.tick}") from error.__cause__

    def _write_rows(self, table: str) -> None:
        logged = self._log[table](self.state)
        for data in (logged,) if isinstance(logged, dict) else logged:
            row = self._timed(data)
            for take_row in self._take_row:
                take_row(table, row)

    def _timed(self, data: LogRow) -> LogRow:
        time = time_columns(self.state.tick, self.state.elapsed)
        if taken := sorted(time.keys() & data.keys()):
            raise NetlistError(f"the netlist logs {', '.join(taken)}, which every row begins with. Rename the column.")
        return time | data


def check_variation(variation: Variation, state: SimStateBase) -> None:
    """Refuse what would change nothing, for somebody mistyped it."""
    for name in variation.silenced:
        if name not in state.agents and not state.tick:
            raise ConfigError(f'--silence "{name}": no agent is called so. There are: {", ".join(state.agents)}.')
    for branch in variation.branches:
        if branch.tick >= state.ss.max_ticks:
            raise ConfigError(
                f"--branch {branch.tick}:{branch.salt}: the run's last step is at tick {state.ss.max_ticks - 1}. Write "
                "an earlier tick."
            )
