"""One run of a study in a worker: a netlist's, or a call of a function; its rows become metrics where they are."""

import hashlib
import inspect
import time
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, final

import cloudpickle
import numpy as np

from tokenspice.engine.errors import StudyError, TokenSpiceError
from tokenspice.engine.metrics import Metric, Rows
from tokenspice.engine.observer import Observer
from tokenspice.engine.variables import Value
from tokenspice.studies.batch.netlist_subject import NetlistSubject
from tokenspice.studies.batch.run_specs import Run, Subject
from tokenspice.studies.design.early_end import early_end
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.keeper import Keeper, SeenEnough
from tokenspice.studies.design.rows import RowCollector, keep_rows
from tokenspice.studies.run.simulate import begin, simulate, telling_the_end

__all__ = ["Found", "Function", "FunctionWork", "NetlistWork", "Questions", "Work"]

Function: TypeAlias = Callable[..., Mapping[str, Any]]
"""f(settings, seed) → metrics by name; or columns by name, from which a study's metrics are taken."""


@dataclass(frozen=True)
class Found:
    """What came of a run.

    Attributes:
        metrics: by name.
        columns: what was logged.
        wrong: why a metric cannot be told from what was logged; it is the study's fault, not the run's.
        extra: what a tool keeps of a run besides.
        wiring: how many seconds it took until the first tick.
    """

    metrics: Mapping[str, float] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    wrong: str | None = None
    extra: Mapping[str, Any] | None = None
    wiring: float = 0.0


@dataclass(frozen=True)
class Questions:
    """What is asked of every run.

    Args:
        metrics: by name.
        rows: the folder that keeps rows, if one does; a file has the name of the run's key.
        keeper: what a tool keeps of a run besides.
    """

    metrics: Mapping[str, Metric]
    rows: Path | None = None
    keeper: Keeper | None = None

    def answer(self, rows: Rows, key: str, watched: Sequence[Observer] = ()) -> Found:
        """Answer them by what a run logged, and by what the keeper's observers saw."""
        found = self._measured(rows, key)
        return replace(found, extra=self.keeper.keep(rows, watched)) if self.keeper else found

    def _measured(self, rows: Rows, key: str) -> Found:
        if self.rows:
            keep_rows(self.rows / f"{key}.parquet", rows)
        try:
            with np.errstate(all="ignore"):
                found = {name: metric(rows) for name, metric in self.metrics.items()}
        except StudyError as error:
            return Found(columns=tuple(rows), wrong=str(error))
        except Exception as error:  # a metric is the user's own function
            text = f"{type(error).__name__}: {error}. There are columns: {', '.join(rows)}"
            return Found(columns=tuple(rows), wrong=f"a metric fails of its rows with {text}.")
        return Found(found, tuple(rows), not_a_number(found))


class Work(Subject):
    """IMPLEMENT these besides Subject's."""

    @abstractmethod
    def do(self, identity: Identity, key: str, observers: Sequence[Observer] = ()) -> Found:
        """Do a run.

        Raises:
            TokenSpiceError, or any other: it failed.
        """

    def run(self, run: Run, folder: Path, observers: Sequence[Observer]) -> Found:
        return self.do(run.parameters["identity"], run.parameters["key"], observers)

    def checked(self, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        return values, {}

    def shown(self, run: Run) -> dict[str, Any]:
        return dict(run.parameters["identity"].settings)


@final
@dataclass(frozen=True)
class NetlistWork(Work):
    """Runs a netlist.

    Args:
        base: which, on which chain, with which parameters in all runs.
        questions: pickled on their way to another process; the netlist's own metrics are taken from the netlist.
        own_metrics: the names of these.
    """

    base: NetlistSubject
    questions: bytes
    own_metrics: tuple[str, ...]

    @property
    def types(self) -> Mapping[str, Any]:
        return self.base.types

    @property
    def facts(self) -> dict[str, Any]:
        return self.base.facts

    def do(self, identity: Identity, key: str, observers: Sequence[Observer] = ()) -> Found:
        netlist = self.base.netlist
        asked = unpacked_questions(self.questions)
        own = netlist.study.metrics if netlist.study else {}
        questions = Questions(
            {**asked.metrics, **{name: own[name] for name in self.own_metrics}}, asked.rows, asked.keeper
        )
        run = Run(0, set_number(identity), identity.seed, identity.texts, {})
        collector = RowCollector()
        kept = questions.keeper.observers(netlist) if questions.keeper else ()
        early = [] if questions.keeper or questions.rows else early_end(questions.metrics)
        watching = [collector, *observers, *kept, *early]
        began = time.monotonic()
        with telling_the_end(watching):
            begun = begin(netlist, self.base.strategy(run), self.base.config, self.base.start(run))
            wiring = time.monotonic() - began
            with closing(replace(begun, variation=identity.variation)) as started, suppress(SeenEnough):
                try:
                    simulate(started, watching)
                except TokenSpiceError:
                    if not (questions.keeper and questions.keeper.forgives(kept)):
                        raise
        return replace(questions.answer(collector.rows, key, kept), wiring=wiring)

    def limits(self, timeout: float | None) -> tuple[float, float]:
        return self.base.limits(timeout)

    def command(self, run: Run) -> str:
        return str(run.parameters["identity"].command(str(self.base.path)))


@final
@dataclass(frozen=True)
class FunctionWork(Work):
    """Calls f(settings, seed); with branches=… or silenced=… too, if it has such parameters.

    Args:
        function: what is called.
        questions: what is asked of the columns that it returns, if these are what it returns.
    """

    function: Function
    questions: Questions

    @property
    def types(self) -> Mapping[str, Any]:
        return {}

    @property
    def facts(self) -> dict[str, Any]:
        from tokenspice.studies.batch.function_subject import FunctionSubject
        from tokenspice.web3engine.config import Config

        facts = FunctionSubject(cloudpickle.dumps(self.function), Config(Path()), {}, None, False).facts
        return {name: facts[name] for name in ("function", "source", "modules")}

    def do(self, identity: Identity, key: str, observers: Sequence[Observer] = ()) -> Found:
        returned = self.function(identity.values, identity.seed, **self._further(identity))
        if not isinstance(returned, Mapping):
            raise StudyError(f"the function returned {str(returned)[:80]}. Return a dict of metrics by name.")
        if returned and all(np.ndim(value) == 1 for value in returned.values()):
            return self.questions.answer({name: np.asarray(value, float) for name, value in returned.items()}, key)
        metrics = {name: float(value) for name, value in returned.items()}
        lacking = [name for name in self.questions.metrics if name not in metrics]
        wrong = f"the function returned no {', '.join(lacking)}. It returned {', '.join(metrics)}." if lacking else None
        return Found(metrics, (), wrong or not_a_number(metrics))

    def limits(self, timeout: float | None) -> tuple[float, float]:
        return timeout or 0.0, timeout or 0.0

    def command(self, run: Run) -> str:
        identity: Identity = run.parameters["identity"]
        return call(self.function, identity)

    def _further(self, identity: Identity) -> dict[str, Any]:
        further = {"branches": identity.branches, "silenced": identity.silenced}
        known = accepted(self.function)
        if unknown := [name for name, value in further.items() if value and name not in known]:
            raise StudyError(f"the function has no parameter {unknown[0]}, so its runs cannot be {unknown[0]}.")
        return {name: value for name, value in further.items() if name in known}


def set_number(identity: Identity) -> int:
    """Return a number that tells sets of parameters apart, for what is wired once for each."""
    return int.from_bytes(hashlib.sha256(replace(identity, seed=0).line.encode()).digest()[:6], "big")


def call(function: Function, identity: Identity) -> str:
    """Return the call that repeats a run of a function."""
    varied = {"branches": identity.branches, "silenced": identity.silenced}
    further = "".join(f", {name}={value!r}" for name, value in varied.items() if value)
    return f"{getattr(function, '__qualname__', function)}({identity.values!r}, {identity.seed}{further})"


@cache
def accepted(function: Function) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)


@cache
def unpacked_questions(data: bytes) -> Questions:
    """Rebuild the questions once per process; they come from a living one, through no file."""
    questions: Questions = cloudpickle.loads(data)
    return questions


def not_a_number(metrics: Mapping[str, Value]) -> str | None:
    wrong = [name for name, value in metrics.items() if value != value]
    return f"the metric {wrong[0]} is no number (NaN). Write one that has a value for every run." if wrong else None
