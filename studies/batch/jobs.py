"""What a batch runs many times: a netlist, or a function. A job travels to the workers."""

import hashlib
import inspect
import pickle
import shlex
import typing
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, final

import cloudpickle
import numpy as np

from engine.config import Config
from engine.errors import ConfigError, RunError, StrategyError
from engine.log import RunLog
from engine.netlist import Netlist, load_netlist
from engine.sim_state import SimStateBase
from engine.sim_strategy import kinds, parameters, read_value
from engine.units import Amount, in_tokens
from studies.run import open_chain, run_once
from web3engine.backends.json_rpc import masked
from web3engine.network import check_network, is_url

__all__ = ["FunctionJob", "Job", "NetlistJob", "Run", "make_job"]

SECONDS_PER_TICK = 60.0  # that a netlist may take unless it is given more or less
TICKS_TO_SET_UP = 10  # as many ticks' time a netlist may take to build its state
NUMBERS = (bool, int, float, np.bool_, np.integer, np.floating)

Function = Callable[..., Any]  # of (chain, seed, **parameters)


@dataclass(frozen=True)
class Run:
    """One run of a batch.

    Args:
        number: its place in the batch, from 0.
        set: the place of its parameter set.
        seed: an int that `tsp run --seed` takes.
        parameters: what is swept, as the job takes it.
        columns: the same, as the tables show it; amounts are floats of tokens.
    """

    number: int
    set: int
    seed: int
    parameters: dict[str, Any]
    columns: dict[str, bool | int | float | str]

    @property
    def name(self) -> str:
        """Of its folder and of its part of the table."""
        return f"{self.number:06}"


class Job(ABC):
    """IMPLEMENT these seven."""

    @property
    @abstractmethod
    def kinds(self) -> Mapping[str, Any]:
        """The type of every parameter that can be swept, by name."""

    @property
    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """What is run, for batch.json."""

    @abstractmethod
    def checked(self, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a set's parameters as `run` takes them, and as the tables show them.

        Raises:
            StrategyError: one is unknown, of the wrong type or out of range.
        """

    @abstractmethod
    def run(self, run: Run, folder: Path, watch: Callable[[SimStateBase], None]) -> Any:
        """Do it, and return its result. What it logs goes to `folder`/data.csv."""

    @abstractmethod
    def limits(self, timeout: float | None) -> tuple[float, float]:
        """Return how many seconds may pass before the first call of `watch`, and between two; 0 is for ever."""

    @abstractmethod
    def shown(self, run: Run) -> dict[str, Any]:
        """Return a run's parameters as whoever asked for the batch knows them."""

    @abstractmethod
    def command(self, run: Run) -> str:
        """Return what to type to run this one run again."""


@final
@dataclass(frozen=True)
class NetlistJob(Job):
    """Runs a netlist.

    Args:
        path: the netlist's file.
        sources: the hash of what it says, so that a worker that stays does not run what it said before.
        config: says on which chain.
        fixed: parameters that are the same in all runs, as text.
    """

    path: Path
    sources: str
    config: Config
    fixed: dict[str, str]

    @property
    def netlist(self) -> Netlist:
        return loaded(self.path, self.sources)

    @property
    def kinds(self) -> Mapping[str, Any]:
        return kinds(self.netlist.strategy())

    @property
    def facts(self) -> dict[str, Any]:
        strategy = parameters(self.netlist.strategy(self.fixed))
        del strategy["seed"]  # each run has its own
        return {"netlist": str(self.path), "sources": self.netlist.sources, "strategy": strategy}

    def checked(self, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        if "seed" in values | self.fixed:
            raise StrategyError("every run has a seed of its own. Write --seeds, or --seed to draw others.")
        texts = {name: str(value) for name, value in values.items()}
        strategy = self.netlist.strategy(self.fixed | texts)
        shown, types = parameters(strategy), kinds(strategy)
        columns = {name: float(shown[name]) if types[name] is Amount else shown[name] for name in values}
        return texts, columns

    def run(self, run: Run, folder: Path, watch: Callable[[SimStateBase], None]) -> None:
        strategy = self.netlist.strategy(self.fixed | run.parameters | {"seed": str(run.seed)})
        run_once(self.netlist, strategy, folder, self.config, watch)

    def limits(self, timeout: float | None) -> tuple[float, float]:
        limit = SECONDS_PER_TICK if timeout is None else timeout
        return TICKS_TO_SET_UP * limit, limit

    def shown(self, run: Run) -> dict[str, Any]:
        return dict(run.columns)

    def command(self, run: Run) -> str:
        network = masked(self.config.network) if is_url(self.config.network) else self.config.network
        settings = [f"--set {shlex.quote(f'{name}={text}')}" for name, text in (self.fixed | run.parameters).items()]
        chain = [f"--network {network}"] if self.netlist.needs_chain else []
        where = [shlex.quote(str(self.path)), f"runs/again-{run.name}"]
        return " ".join(["tsp run", *where, f"--seed {run.seed}", *settings, *chain])


@final
@dataclass(frozen=True)
class FunctionJob(Job):
    """Calls f(chain, seed, **parameters), each time with a chain of its own.

    Args:
        pickled: the function. It goes from this process to its own workers, never through a file.
        config: says on which chain.
        fixed: parameters that are the same in all calls.
        saved: the file of the chain to start from, if not from an empty one.
        logs: whether what it returns is a row or rows, to be written to data.csv.
    """

    pickled: bytes
    config: Config
    fixed: dict[str, Any]
    saved: Path | None
    logs: bool

    @property
    def function(self) -> Function:
        return unpickled(self.pickled)

    @property
    def kinds(self) -> Mapping[str, Any]:
        hints = typing.get_type_hints(self.function, include_extras=True)
        named = [p for p in list(inspect.signature(self.function).parameters.values())[2:]]
        found = {p.name: hints.get(p.name, p.empty) for p in named if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)}
        return AnyName(found) if any(p.kind is p.VAR_KEYWORD for p in named) else found

    @property
    def facts(self) -> dict[str, Any]:
        saved = {"saved_chain": sha256(self.saved.read_bytes())} if self.saved else {}
        try:
            text = inspect.getsource(self.function).encode()
        except (OSError, TypeError):
            text = self.function.__code__.co_code
        fixed = {name: repr(value) for name, value in self.fixed.items()}
        return {"function": self.function.__qualname__, "source": sha256(text), "fixed": fixed} | saved

    def checked(self, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        known = self.kinds
        for name in values | self.fixed:
            if name not in known:
                raise StrategyError(
                    f'{self.function.__qualname__} has no parameter "{name}". It has: {", ".join(known)}.'
                )
        read = {name: as_value(name, known[name], value) for name, value in values.items()}
        columns = {name: as_column(known[name], value) for name, value in read.items()}
        return read, columns

    def run(self, run: Run, folder: Path, watch: Callable[[SimStateBase], None]) -> Any:
        with closing(open_chain(self.config, seed=run.seed, saved=self.saved)) as chain:
            result = self.function(chain, run.seed, **self.fixed, **run.parameters)
        if not self.logs:
            return result
        rows = [result] if isinstance(result, dict) else result
        if not isinstance(rows, list) or not rows or not all(map(is_row, rows)):
            raise RunError(
                f"{self.function.__qualname__} returned {str(result)[:80]}. Return a dict of numbers, or a list of "
                "them, where the results go to a folder."
            )
        folder.mkdir()
        with closing(RunLog(folder / "data.csv")) as log:
            for row in rows:
                log.write(row)
        return None

    def limits(self, timeout: float | None) -> tuple[float, float]:
        return timeout or 0.0, timeout or 0.0  # its whole call is one tick

    def shown(self, run: Run) -> dict[str, Any]:
        return dict(run.parameters)

    def command(self, run: Run) -> str:
        values = "".join(f", {name}={value!r}" for name, value in (self.fixed | run.parameters).items())
        return f"{self.function.__qualname__}(chain, seed={run.seed}{values})"


class AnyName(dict[str, Any]):
    """The types of a function's parameters, where it takes others too."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Any:
        return inspect.Parameter.empty


def make_job(what: Netlist | Function, config: Config, fixed: Mapping[str, Any], saved: Path | None, logs: bool) -> Job:
    """Return what the workers are to run.

    Raises:
        ConfigError: there is no such network.
        StrategyError: a netlist cannot start from a saved chain, or a function takes no (chain, seed).
        RunError: a function cannot be sent to other processes.
    """
    config = replace(config, port=0)  # nodes of several runs cannot listen on one port
    if isinstance(what, Netlist):
        if saved:
            raise StrategyError("only a function starts from a saved chain; a netlist builds its own.")
        if what.needs_chain:
            check_network(config.network)
        texts = {name: str(value) for name, value in fixed.items()}
        return NetlistJob(what.path, sha256(repr(what.sources).encode()), config, texts)
    check_network(config.network)
    if saved and not saved.is_file():
        raise ConfigError(f"{saved}: there is no such file of a chain. Write one with save_chain.")
    if len(inspect.signature(what).parameters) < 2:
        raise StrategyError(f"{what.__qualname__} is called with a chain and a seed. Write def f(chain, seed, …).")
    try:
        return FunctionJob(cloudpickle.dumps(what), config, dict(fixed), saved, logs)
    except Exception as error:
        raise RunError(f"{what.__qualname__} cannot be sent to other processes: {error}.") from error


@cache
def loaded(path: Path, sources: str) -> Netlist:
    """Import each version of a netlist once per process."""
    return load_netlist(path)


@cache
def unpickled(data: bytes) -> Function:
    """Rebuild a function once per process."""
    function: Function = pickle.loads(data)
    return function


def as_value(name: str, kind: Any, value: Any) -> Any:
    """Read a value that was written as text; of a parameter without a type, a number if it is one."""
    if not isinstance(value, str):
        return value
    if kind is not inspect.Parameter.empty:
        return read_value(name, kind, value)
    for parse in (int, float):
        try:
            return parse(value)
        except ValueError:
            continue
    return value


def as_column(kind: Any, value: Any) -> bool | int | float | str:
    """Return a parameter as a table can hold it."""
    if kind is Amount:
        return in_tokens(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value)
    for exact in (bool, int, float, str):
        if isinstance(value, exact):
            return exact(value)
    return repr(value)


def is_row(row: object) -> bool:
    """Tell whether data.csv can hold a row: names of columns, and real numbers."""
    return isinstance(row, dict) and all(
        isinstance(name, str) and isinstance(value, NUMBERS) and value == value for name, value in row.items()
    )


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
