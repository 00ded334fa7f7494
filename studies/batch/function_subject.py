"""A function of (chain, seed, **parameters), called many times."""

import hashlib
import inspect
import pickle
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, final

import cloudpickle
import numpy as np

from tokenspice.engine.errors import ConfigError, RunError, StrategyError
from tokenspice.engine.observer import Observer
from tokenspice.engine.parameters import Parameter
from tokenspice.engine.text import not_among
from tokenspice.engine.typed_values import base_type
from tokenspice.engine.units import Amount, in_tokens
from tokenspice.studies.batch.run_specs import Run, Subject
from tokenspice.studies.netlist.pickled_modules import modules_of
from tokenspice.studies.record.run_log import RunLog
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import check_network

__all__ = ["Function", "FunctionSubject", "function_subject"]

NUMBERS = (bool, int, float, np.bool_, np.integer, np.floating)

Function = Callable[..., Any]  # of (chain, seed, **parameters)


@final
@dataclass(frozen=True)
class FunctionSubject(Subject):
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
    def name(self) -> str:
        return name_of(self.function)

    @property
    def types(self) -> Mapping[str, Any]:
        return types_of(self.function)

    @property
    def facts(self) -> dict[str, Any]:
        saved = {"saved_chain": sha256(self.saved.read_bytes())} if self.saved else {}
        try:
            text = inspect.getsource(self.function).encode()
        except (OSError, TypeError):
            text = self.pickled  # it was typed where nothing keeps its source
        fixed = {name: repr(value) for name, value in self.fixed.items()}
        modules = {name: sha256(file.read_bytes()) for name, file in sorted(modules_of(self.pickled).items())}
        return {"function": self.name, "source": sha256(text), "modules": modules, "fixed": fixed} | saved

    def checked(self, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        known, given = self.types, values | self.fixed
        for name in given:
            if name not in known:
                raise StrategyError(f'{self.name} has no parameter "{name}". {not_among(name, known, "It has")}')
        if missing := [name for name in needed(self.function) if name not in given]:
            raise StrategyError(f"{self.name} needs {', '.join(missing)}. Sweep it, or give it one value for all runs.")
        read = {name: as_value(name, known[name], value) for name, value in values.items()}
        columns = {name: as_column(known[name], value) for name, value in read.items()}
        return read, columns

    def run(self, run: Run, folder: Path, observers: Sequence[Observer]) -> Any:
        with closing(open_chain(self.config, seed=run.seed, saved=self.saved)) as chain:
            result = self.function(chain, run.seed, **self.fixed, **run.parameters)
        if not self.logs:
            return result
        rows = [result] if isinstance(result, dict) else result
        if not isinstance(rows, list) or not rows or not all(map(is_row, rows)):
            raise RunError(
                f"{self.name} returned {str(result)[:80]}. Return a dict of numbers, or a list of "
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
        return f"{self.name}(chain, seed={run.seed}{values})"


class AnyName(dict[str, Any]):
    """The types of a function's parameters, where it takes others too."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Any:
        return inspect.Parameter.empty


def function_subject(
    function: Function, config: Config, fixed: Mapping[str, Any], saved: Path | None, logs: bool
) -> FunctionSubject:
    """Return the subject that calls a function; the arguments are FunctionSubject's.

    Raises:
        ConfigError: there is no such network, or no such file.
        StrategyError: the function takes no (chain, seed).
        RunError: it cannot be sent to other processes.
    """
    check_network(config.network)
    if saved and not saved.is_file():
        raise ConfigError(f"{saved}: there is no such file of a chain. Write one with save_chain.")
    if len(inspect.signature(function).parameters) < 2:
        raise StrategyError(f"{name_of(function)} is called with a chain and a seed. Write def f(chain, seed, …).")
    known = types_of(function)
    read = {name: as_value(name, known[name], value) if name in known else value for name, value in fixed.items()}
    try:
        return FunctionSubject(cloudpickle.dumps(function), config, read, saved, logs)
    except Exception as error:
        raise RunError(f"{name_of(function)} cannot be sent to other processes: {error}.") from error


def name_of(function: Function) -> str:
    return str(getattr(function, "__qualname__", function))


def types_of(function: Function) -> Mapping[str, Any]:
    """Return the type of each of a function's parameters after chain and seed."""
    named = list(inspect.signature(function, eval_str=True).parameters.values())[2:]
    found = {p.name: base_type(p.annotation) for p in named if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)}
    return AnyName(found) if any(p.kind is p.VAR_KEYWORD for p in named) else found


def needed(function: Function) -> list[str]:
    """Return the parameters after chain and seed that have no default."""
    named = list(inspect.signature(function).parameters.values())[2:]
    return [p.name for p in named if p.default is p.empty and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]


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
        return Parameter(name, kind).read(value)
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
        isinstance(name, str) and isinstance(value, NUMBERS) for name, value in row.items()
    )


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
