"""A netlist, run many times."""

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, final

from tokenspice.engine.errors import ConfigError, StrategyError, TokenSpiceError
from tokenspice.engine.observer import Observer
from tokenspice.engine.parameters import parameters
from tokenspice.engine.sim_strategy import SimStrategyBase, parameter_values
from tokenspice.engine.units import Amount
from tokenspice.studies.batch.run_specs import Run, Subject
from tokenspice.studies.batch.warm_starts import Starts
from tokenspice.studies.netlist.cells import unpickled_netlist
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record.provenance import data_beside
from tokenspice.studies.resume.warm_start import WarmStart, check_saveable
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import check_network
from tokenspice.web3engine.url import is_url, masked

__all__ = ["NetlistSubject", "netlist_subject"]

SECONDS_PER_TICK = 60.0  # that a netlist may take unless it is given more or less
TICKS_TO_SET_UP = 10  # as many ticks' time a netlist may take to build its state


@final
@dataclass(frozen=True)
class NetlistSubject(Subject):
    """Runs a netlist.

    Args:
        path: the netlist's file.
        sources: the hash of what it says, so that a worker that stays does not run what it said before.
        config: says on which chain.
        fixed: parameters that are the same in all runs, as text.
        starts: what the runs start from, if they do not wire themselves.
        pickled: the netlist itself, where it has no file. It goes from this process to its own workers.
    """

    path: Path
    sources: str
    config: Config
    fixed: dict[str, str]
    starts: Starts | None = None
    pickled: bytes = b""

    @property
    def netlist(self) -> Netlist:
        if self.pickled:
            return unpickled_netlist(self.pickled, self.path.parent)
        return loaded(self.path, self.sources)

    @property
    def types(self) -> Mapping[str, Any]:
        return {parameter.name: parameter.type for parameter in parameters(self.netlist.strategy())}

    @property
    def facts(self) -> dict[str, Any]:
        strategy = parameter_values(self.netlist.strategy(self.fixed))
        del strategy["seed"]  # each run has its own
        facts = {"netlist": str(self.path), "sources": self.netlist.sources, "strategy": strategy}
        return facts | {"data": data_beside(self.path)}

    @property
    def tables(self) -> Mapping[str, str]:
        return {name: table.file_name(name) for name, table in self.netlist.tables.items()}

    def checked(self, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        if "seed" in values | self.fixed:
            raise StrategyError("every run has a seed of its own. Write --seeds, or --seed to draw others.")
        texts = {name: str(value) for name, value in values.items()}
        strategy = self.netlist.strategy(self.fixed | texts)
        shown, types = parameter_values(strategy), self.types
        columns = {name: float(shown[name]) if types[name] is Amount else shown[name] for name in values}
        return texts, columns

    def run(self, run: Run, folder: Path, observers: Sequence[Observer]) -> None:
        options = RunOptions(start=self.start(run), synced=False, variation=run.variation, identifies=False)
        run_once(self.netlist, self.strategy(run), folder, self.config, options, observers)

    def start(self, run: Run) -> WarmStart | None:
        """Return what a run starts from, if it does not wire itself."""
        strategy = self.strategy(run)
        if not (self.starts and self.netlist.starts_chain(strategy)):
            return None
        return self.starts.of(run, self.netlist, strategy, self.config)

    def check_start(self, runs: Sequence[Run]) -> None:
        """Wire the first of some runs, and refuse all of them if they cannot start from that.

        Raises:
            ConfigError: it cannot be wired, or not be kept, or not for these runs' seeds.
        """
        try:
            start = self.start(runs[0])
        except TokenSpiceError as error:
            raise ConfigError(f"parameter set {runs[0].set} cannot be wired beforehand: {error}") from error
        if self.starts and start:
            self.starts.check_seeds(start, runs)

    def strategy(self, run: Run) -> SimStrategyBase:
        """Return a run's parameters, its seed among them."""
        return self.netlist.strategy(self.fixed | run.parameters | {"seed": str(run.seed)})

    def limits(self, timeout: float | None) -> tuple[float, float]:
        limit = SECONDS_PER_TICK if timeout is None else timeout
        return TICKS_TO_SET_UP * limit, limit

    def shown(self, run: Run) -> dict[str, Any]:
        return dict(run.columns)

    def command(self, run: Run) -> str:
        network = masked(self.config.network) if is_url(self.config.network) else self.config.network
        settings = [f"--set {shlex.quote(f'{name}={text}')}" for name, text in (self.fixed | run.parameters).items()]
        chain = [f"--network {network}"] if self.netlist.needs_chain else []
        if self.netlist.needs_chain and (record := self.config.fork_cache_file):
            chain.append(f"--fork-cache {shlex.quote(str(record))}")  # which holds all that the run has read
        if self.starts and self.starts.path(run).exists():
            chain.append(f"--start {shlex.quote(str(self.starts.path(run)))}")
        where = [shlex.quote(str(self.path)), f"runs/again-{run.name}"]
        return " ".join(["tsp run", *where, f"--seed {run.seed}", *settings, *run.variation.options, *chain])


def netlist_subject(
    netlist: Netlist, config: Config, fixed: Mapping[str, Any], starts: Starts | None = None
) -> NetlistSubject:
    """Return the subject that runs a netlist.

    Raises:
        ConfigError: it needs a chain, and there is no such network; or its wiring cannot be kept in `starts`.
    """
    if netlist.needs_chain:
        check_network(config.network)
    if starts:
        if not netlist.needs_chain:
            raise ConfigError(
                f"{netlist.path.parent.name} needs no chain, so it has nothing to wire once. Leave --warm out."
            )
        check_saveable(config)
    sources = hashlib.sha256(repr(netlist.sources).encode()).hexdigest()
    plain = {name: str(value) for name, value in fixed.items()}
    return NetlistSubject(netlist.path, sources, config, plain, starts, netlist.pickled)


@cache
def loaded(path: Path, sources: str) -> Netlist:
    """Import each version of a netlist once per process."""
    return load_netlist(path)
