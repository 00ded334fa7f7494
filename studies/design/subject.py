"""What a study is about, a netlist or a function: its parameters, its facts, and the work that a worker does for it."""

import dataclasses
import hashlib
import inspect
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, final

import cloudpickle

from tokenspice.engine.errors import StrategyError, StudyError
from tokenspice.engine.metrics import Metric, OfColumn
from tokenspice.engine.parameters import Parameter, parameters
from tokenspice.engine.study import Study
from tokenspice.engine.variables import Choice, Value, Variable
from tokenspice.files import HOME
from tokenspice.studies.batch.design import Design
from tokenspice.studies.batch.netlist_subject import netlist_subject
from tokenspice.studies.batch.runs import check_chain, contract_hashes, fork_of
from tokenspice.studies.batch.warm_starts import Starts
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.design.identity import Identity, as_text
from tokenspice.studies.design.space import as_value
from tokenspice.studies.design.work import Function, FunctionWork, NetlistWork, Questions, Work, call
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.code_record import code_hash
from tokenspice.studies.record.provenance import netlist_name
from tokenspice.studies.record.run_folder import versions
from tokenspice.web3engine.url import is_url, masked

__all__ = ["Candidate", "FunctionCandidate", "NetlistCandidate", "check_study", "metric_text"]


class Candidate(Protocol):
    """What a study is about."""

    @property
    def name(self) -> str:
        """What it is called, with the parameters that all its runs share."""

    @property
    def types(self) -> Mapping[str, Any]:
        """The type of each parameter, by name; empty where anything goes."""

    @property
    def defaults(self) -> Mapping[str, Value]:
        """The nominal value of each parameter, by name."""

    @property
    def folder(self) -> Path | None:
        """Where its files lie."""

    def canonical(self, identity: Identity) -> Identity:
        """Return the same run with each value in its parameter's type, by name.

        Raises:
            StudyError, StrategyError: a name is unknown, or a value is of another type.
        """

    def refusal(self, identity: Identity) -> str | None:
        """Say why such parameters cannot be run; None if they can."""

    def facts(self) -> dict[str, Any]:
        """Return all that runs depend on, besides their identities."""

    def out_of_range(self, name: str, value: Value) -> str | None:
        """Say why a parameter cannot have a value, whatever the others have; None if it can."""

    def warnings(self, study: Study) -> list[str]:
        """Return what a reader must know of a study's runs."""

    def work(self, questions: Questions) -> Work:
        """Return what a worker does."""

    def command(self, identity: Identity) -> str:
        """Return what to type to repeat a run."""


@final
class NetlistCandidate:
    """A netlist.

    Raises:
        ConfigError: it needs a chain that there is not, or that runs cannot share.
        StrategyError: a fixed parameter is unknown, or of the wrong type.
    """

    def __init__(self, netlist: Netlist, fixed: Mapping[str, Any], workers: Workers, starts: Starts | None) -> None:
        config = dataclasses.replace(workers.config, port=0)
        self.base = netlist_subject(netlist, config, fixed, starts)
        self.netlist = netlist
        self._workers = workers
        self._refusals: dict[tuple[tuple[str, str], ...], str | None] = {}
        if "seed" in fixed:
            raise StrategyError("every run has a seed of its own. Write --seed to draw others.")
        self._known = {one.name: one for one in parameters(netlist.strategy(self.base.fixed))}
        check_chain(self.base, workers)

    @property
    def name(self) -> str:
        return named(netlist_name(self.netlist.path), self.base.fixed)

    @property
    def types(self) -> Mapping[str, Any]:
        return {name: parameter.type for name, parameter in self._known.items()}

    @property
    def defaults(self) -> Mapping[str, Value]:
        return {name: default_of(parameter) for name, parameter in self._known.items()}

    @property
    def folder(self) -> Path:
        return self.netlist.path.parent

    def canonical(self, identity: Identity) -> Identity:
        settings = [(name, as_value(value, self._kind(name), name)) for name, value in sorted(identity.settings)]
        return dataclasses.replace(identity, settings=tuple(settings), silenced=tuple(sorted(identity.silenced)))

    def refusal(self, identity: Identity) -> str | None:
        texts = tuple(identity.texts.items())
        if texts not in self._refusals:
            self._refusals[texts] = self._refusal(dict(texts))
        return self._refusals[texts]

    def out_of_range(self, name: str, value: Value) -> str | None:
        """Say why a parameter cannot have a value, whatever the others have; None if it can."""
        try:
            self._known[name].read(as_text(value))
        except StrategyError as error:
            return str(error)
        return None

    def facts(self) -> dict[str, Any]:
        config = self._workers.config
        network = masked(config.network) if is_url(config.network) else config.network
        chain = {"network": network, "hardfork": config.hardfork} if self.netlist.needs_chain else {}
        warm = {"warm": self.base.starts.seed} if self.base.starts else {}
        fork = fork_of(self.base, Design(), config)
        code = {"code": code_hash(), "contracts": contract_hashes(self.base, config), "versions": versions()}
        facts: dict[str, Any] = json.loads(json.dumps(self.base.facts | chain | warm | {"fork": fork} | code))
        return facts

    def warnings(self, study: Study) -> list[str]:
        outside = [self._outside(name, one) for name, one in {**study.design, **study.environment}.items()]
        strategy = self.netlist.strategy(self.base.fixed)
        extremes = [name for name, metric in study.metrics.items() if metric.text.startswith(("highest", "lowest"))]
        between = ""
        if strategy.log_interval > strategy.time_step and extremes:
            between = (
                f"{', '.join(extremes)}: rows are logged every {strategy.log_interval:,} s, and ticks take "
                f"{strategy.time_step:,} s; what happens between two rows is not seen."
            )
        warm = ""
        if self.base.starts:
            warm = (
                f"runs start from a wiring with seed {self.base.starts.seed}: to repeat one, write it with tsp wire, that "
                "seed and the same --set, and add --start FILE."
            )
        return [text for text in (*outside, between, warm) if text]

    def work(self, questions: Questions) -> Work:
        own = self.netlist.study.metrics if self.netlist.study else {}
        taken = tuple(name for name, metric in questions.metrics.items() if own.get(name) is metric)
        others = {name: metric for name, metric in questions.metrics.items() if name not in taken}
        # What is written in a netlist has no module that another process could import by name.
        package = sys.modules[self.netlist.package]
        cloudpickle.register_pickle_by_value(package)
        try:
            data = cloudpickle.dumps(dataclasses.replace(questions, metrics=others))
        finally:
            cloudpickle.unregister_pickle_by_value(package)
        return NetlistWork(self.base, data, taken)

    def command(self, identity: Identity) -> str:
        settings = tuple(self.base.fixed.items()) + identity.settings
        return dataclasses.replace(identity, settings=settings).command(short_path(self.netlist.path))

    def _outside(self, name: str, variable: Variable) -> str:
        default = self.defaults.get(name)
        if isinstance(variable, Choice) or default is None or isinstance(default, bool):
            return ""
        is_in = float(variable.low) <= float(default) <= float(variable.high)
        return "" if is_in else f"the default of {name}, {default}, lies outside {variable.low} to {variable.high}."

    def _kind(self, name: str) -> Any:
        if name not in self._known:
            raise StudyError(f'there is no parameter "{name}". There are: {", ".join(self._known)}.')
        return self._known[name].type

    def _refusal(self, texts: Mapping[str, str]) -> str | None:
        try:
            self.netlist.strategy(self.base.fixed | dict(texts))
        except StrategyError as error:
            return str(error)
        return None


@final
class FunctionCandidate:
    """A function f(settings, seed) → metrics.

    Args:
        function: what is called.
        fixed: settings that are the same in all calls.
    """

    folder: Path | None = None

    def __init__(self, function: Function, fixed: Mapping[str, Any]) -> None:
        if len(inspect.signature(function).parameters) < 2:
            raise StudyError("a function is called with settings and a seed. Write def f(settings, seed).")
        self._function = function
        self._fixed = dict(fixed)
        self.types: Mapping[str, Any] = {}
        self.defaults: Mapping[str, Value] = dict(fixed)

    @property
    def name(self) -> str:
        return named(getattr(self._function, "__name__", type(self._function).__name__), self._fixed)

    def canonical(self, identity: Identity) -> Identity:
        settings = sorted((self._fixed | identity.values).items())
        return dataclasses.replace(identity, settings=tuple(settings), silenced=tuple(sorted(identity.silenced)))

    def refusal(self, identity: Identity) -> str | None:
        return None

    def out_of_range(self, name: str, value: Value) -> str | None:
        return None

    def facts(self) -> dict[str, Any]:
        return FunctionWork(self._function, Questions({})).facts | {"versions": versions()}

    def warnings(self, study: Study) -> list[str]:
        return []

    def work(self, questions: Questions) -> Work:
        return FunctionWork(self._function, questions)

    def command(self, identity: Identity) -> str:
        return call(self._function, identity)


def named(name: str, fixed: Mapping[str, Any]) -> str:
    return " · ".join([name, *(f"{parameter} = {value}" for parameter, value in fixed.items())])


def short_path(path: Path) -> str:
    """Return the name of one of our netlists, and the path of any other."""
    return path.parent.name if path == HOME / "netlists" / path.parent.name / "netlist.py" else str(path)


def default_of(parameter: Parameter) -> Value:
    """Return a default as a study holds it; of an amount, text in tokens."""
    value: Value = as_value(parameter.shown(parameter.default), parameter.type)
    return value


def metric_text(metric: Metric) -> str:
    """Return what a metric is: its words, or its name and the hash of its source."""
    if isinstance(metric.function, OfColumn):
        return f"{metric.text} {metric.unit}".strip()
    try:
        source = inspect.getsource(metric.function).encode()
    except (OSError, TypeError):
        source = cloudpickle.dumps(metric.function)
    return f"{metric.text} {hashlib.sha256(source).hexdigest()} {metric.unit}".strip()


def check_study(study: Study, candidate: Candidate) -> None:
    """Refuse a study that names what its netlist has not.

    Raises:
        StudyError: a variable is no parameter, or is one that every run has of its own.
    """
    for role in ("design", "random", "environment"):
        for name in getattr(study, role):
            if candidate.types and name not in candidate.types:
                raise StudyError(f'{role} names "{name}". There are parameters: {", ".join(candidate.types)}.')
            if name == "seed":
                raise StudyError(f"{role} names the seed, which every run has of its own.")
