"""A run that can be stepped, stopped where something happens, and taken back: for views, notebooks and nodes."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import final

from tokenspice.engine.errors import RunError, TokenSpiceError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import Observer, TickListener
from tokenspice.engine.sim_state import AgentDict, SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.tables import DATA
from tokenspice.engine.units import DAY
from tokenspice.studies.netlist.cells import rebuilt
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record.provenance import netlist_name
from tokenspice.studies.resume.moments import Moment, Moments
from tokenspice.studies.resume.warm_start import is_saveable
from tokenspice.studies.run.ambient_randomness import AmbientRandomness
from tokenspice.studies.run.run import RunOptions, new_folder, note_ending, noted, recorders
from tokenspice.studies.run.simulate import Run, begin, begun_engine, stepping, telling_the_end, transaction_listener
from tokenspice.studies.session_memory import Memory, Watch, Written
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config, find_project, read_config
from tokenspice.web3engine.transaction import Transaction
from tokenspice.web3engine.url import is_url

__all__ = ["Session"]


@final
class Session:
    """One run, which goes on only when it is told to. Use it in a `with` block, or close it.

    What it records is the bytes of a run that was never stopped, however it was stepped and taken back.

    Args:
        netlist: what is wired to what.
        strategy: its parameters, the seed among them; the netlist's own unless given.
        config: says on which chain, if the netlist needs one; that of a run without further settings unless given.
        out_dir: a new folder that records the run as `tsp run` does; without it, memory alone does.
        options: what else is recorded there, and how the run is varied.
        observers: who watches. After `rewind` they are told of a beginning again.

    Attributes:
        netlist: as given; imported again, if going back needed that.
        strategy: as given.

    Raises:
        TokenSpiceError: the run cannot begin.
    """

    def __init__(
        self,
        netlist: Netlist,
        strategy: SimStrategyBase | None = None,
        config: Config | None = None,
        *,
        out_dir: Path | None = None,
        options: RunOptions = RunOptions(),
        observers: Sequence[Observer] = (),
    ) -> None:
        self.netlist = netlist
        self.strategy = strategy or netlist.strategy()
        self._config = config or read_config(find_project())
        self._options = options
        self._memory = Memory()
        self._error: BaseException | None = None
        self._is_closed = False
        self._stack = ExitStack()
        self._folder = new_folder(netlist, self.strategy, out_dir, self._config, options) if out_dir else None
        facts = self._folder.facts if self._folder else {}
        self._observers: list[Observer] = [self._memory, AmbientRandomness(facts), *observers]
        with self._noting(), self._stack:  # until the run has begun, whatever goes wrong ends it
            if self._folder:
                self._stack.enter_context(self._folder)
                self._observers = [*recorders(self._folder, netlist), *self._observers]
            self._stack.enter_context(telling_the_end(self._observers))
            self._run = self._begun()
            self._stack.callback(lambda: self._run.close())
            self._moments = Moments(self._run)
            self._go_on()
            self._stack = self._stack.pop_all()

    def _begun(self) -> Run:
        """Build the state, in a way that it can be returned to if its chain allows that."""
        listener = transaction_listener(self._observers)
        keeps = self._options.start is None and is_saveable(self.netlist, self.strategy, self._config)
        run = begin(self.netlist, self.strategy, self._config, self._options.start, keeps, listener)
        return replace(run, variation=self._options.variation)

    def _go_on(self) -> None:
        """Tell observers that the run begins, and write its first row."""
        keeper = TickListener(lambda state: self._moments.keep(state.tick, self._written))
        self._engine = begun_engine(self._run, [*self._observers, keeper])
        self._moments.keep(self._run.state.tick, self._written)
        with self._stepping():
            self._engine.show()

    def _written(self) -> Written:
        own = self._memory.written
        if not self._folder:
            return own
        parts = self._folder.transactions.position() if self._folder.transactions else None
        tables, worlds = self._folder.tables.positions, self._folder.world_tables.positions()
        return replace(own, tables=tables, parts=parts, world_tables=worlds)

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        name, last = netlist_name(self.netlist.path), self.strategy.max_ticks
        return f"Session({name}, seed {self.strategy.seed}, tick {self.tick} of {last}, day {self.day:g})"

    @property
    def state(self) -> SimStateBase:
        """What exists now. `rewind` makes another one."""
        return self._run.state

    @property
    def chain(self) -> Chain:
        """What agents act on. `rewind` makes another one.

        Raises:
            RunError: this run needs none.
        """
        if self._run.chain is None:
            raise RunError(f"{netlist_name(self.netlist.path)} starts no chain.")
        return self._run.chain

    @property
    def agents(self) -> AgentDict:
        """By name."""
        return self.state.agents

    @property
    def tick(self) -> int:
        """The next one to be taken."""
        return self.state.tick

    @property
    def day(self) -> float:
        """Simulated days since the beginning."""
        return self.state.elapsed / DAY

    @property
    def is_over(self) -> bool:
        return self._engine.is_over

    @property
    def rows(self) -> list[LogRow]:
        """What data.csv holds so far."""
        return self._memory.rows[DATA]

    @property
    def tables(self) -> dict[str, list[LogRow]]:
        """The rows of all tables, by name."""
        return self._memory.rows

    @property
    def transactions(self) -> list[Transaction]:
        """Those that were mined or refused so far, from the wiring on."""
        return self._memory.transactions

    def step(self, n: int = 1) -> None:
        """Take `n` ticks, or as many as there are left.

        Raises:
            TokenSpiceError: the run fails. It can be taken back, and not go on from there.
        """
        self.run_until(tick=min(self.tick + n, self.strategy.max_ticks))

    def run_until(
        self,
        *,
        tick: int | None = None,
        day: float | None = None,
        column: str = "",
        above: float | None = None,
        below: float | None = None,
        event: str = "",
        reverted: bool = False,
    ) -> bool:
        """Take ticks until one of these happens, or the run is over.

        Args:
            tick: this tick comes next.
            day: so many simulated days have passed.
            column: of data.csv, whose value in a row to come is `above` or `below` a number.
            above: what the column is to exceed.
            below: what the column is to fall short of.
            event: a transaction to come emits an event of this name.
            reverted: a transaction to come reverts, runs out of gas, or is refused.

        Returns:
            Whether it happened.

        Raises:
            RunError: nothing is named, or nothing that can happen.
            TokenSpiceError: the run fails. It can be taken back, and not go on from there.
        """
        last = self._last(tick, day)
        watch = Watch(self, column, above, below, event, reverted)
        if tick is None and day is None and not watch:
            raise RunError(
                "run_until: write until when: tick=, day=, column= with above= or below=, event= or reverted=True."
            )
        with self._stepping():
            while self.tick < last and not self.is_over:
                self._engine.step()
                if watch.happened():
                    return True
        watch.check()
        return self.tick == last and (tick is not None or day is not None)

    def run(self) -> None:
        """Take all ticks that are left."""
        self.run_until(tick=self.strategy.max_ticks)

    def rewind(self, tick: int) -> None:
        """Go back to the moment before the work of `tick`, from the nearest moment that was kept, or from the beginning.

        State, agents and chain are others afterwards; what you hold of the old ones is of a run that ended there.

        Raises:
            RunError: the tick is still to come, or the run cannot begin again.
        """
        if not 0 <= tick <= self.tick:
            raise RunError(f"rewind: the run is at tick {self.tick}. Write a tick from 0 to {self.tick}, not {tick}.")
        if tick == self.tick and not self._error:
            return
        moment, before = self._moments.nearest(tick), self._run
        self._run = (self._returned(moment) if moment else None) or self._begun_again()
        before.close()
        self._error = None
        self._go_on()
        self.run_until(tick=tick)

    def close(self) -> None:
        """End the run where it stands; the record says "interrupted" if that is not its end."""
        stack, self._stack = self._stack, ExitStack()
        if self._folder and not self._is_closed:
            note_ending(self._folder, self._run, self._config)
        self._is_closed = True
        error = self._error or (None if self.is_over else KeyboardInterrupt())
        stack.__exit__(type(error) if error else None, error, None)

    def _last(self, tick: int | None, day: float | None) -> int:
        """Return the tick at which to stop, whatever happens before."""
        days = [] if day is None else [-(-ceil(day * DAY) // self.strategy.time_step)]
        last = min([*([] if tick is None else [tick]), *days], default=self.strategy.max_ticks)
        if last < self.tick:
            raise RunError(f"run_until: tick {last} has passed, the run is at {self.tick}. Write rewind({last}).")
        return last

    @contextmanager
    def _stepping(self) -> Iterator[None]:
        """Note what ends a step in its middle, after which the state is neither here nor there."""
        if self._is_closed:
            raise RunError("this session is closed. Begin another one.")
        if self._error:
            raise RunError(
                f"this run has failed ({str(self._error) or 'interrupted'}), in the middle of tick {self.tick}. Go back by "
                f"rewind({self.tick})."
            )
        try:
            with self._noting(), stepping(self._run):
                yield
        except BaseException as error:
            self._error = error
            raise

    def _noting(self) -> AbstractContextManager[None]:
        return noted(self._folder) if self._folder else nullcontext()

    def _returned(self, moment: Moment) -> Run | None:
        """Return the run at a moment; None if it cannot be had."""
        for imports in (False, True):  # because the run may have changed the netlist's own variables
            try:
                own = self._imported_again() if imports else self.netlist
                run = self._moments.restored(moment, own, self._run, self._config)
            except TokenSpiceError:
                continue
            self.netlist = own
            self._go_back(moment.written)
            if run.chain:
                run.chain.on_transaction = transaction_listener(self._observers)
            return run
        return None

    def _begun_again(self) -> Run:
        if is_url(self._config.network) and self._run.chain:
            raise RunError(
                "rewind: a chain at a URL keeps what the run did, so it cannot begin again there. Begin another session."
            )
        self.netlist = self._imported_again()
        self._go_back(Written({}, 0))
        run = self._begun()
        self._moments = Moments(run)
        return run

    def _imported_again(self) -> Netlist:
        again = rebuilt(self.netlist) if self.netlist.pickled else load_netlist(self.netlist.path)
        if again.sources != self.netlist.sources:
            raise RunError(f"rewind: {self.netlist.path} has changed since this session began. Begin another one.")
        return again

    def _go_back(self, written: Written) -> None:
        """Take back what was recorded after a moment."""
        self._memory.go_back(written)
        if self._folder:
            self._folder.tables.go_on(written.tables or {})
            self._folder.world_tables.go_on(written.world_tables)
        if self._folder and self._folder.transactions:
            self._folder.transactions.go_on(written.parts)
