"""A netlist, loaded by its path and checked against the contract that it promises to fulfil."""

import hashlib
import inspect
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, final

from tokenspice.engine.charts import Charts, Mark, PlotInstructions, YParam
from tokenspice.engine.errors import NetlistError, TokenSpiceError
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.log import LogRow
from tokenspice.engine.sim_state import SimStateBase, describe
from tokenspice.engine.sim_strategy import SimStrategyBase, with_values
from tokenspice.engine.study import Study
from tokenspice.engine.tables import DATA, LogFunction, Table, checked_tables
from tokenspice.engine.units import Floats
from tokenspice.engine.world import World
from tokenspice.studies.netlist.pickled_modules import modules_of
from tokenspice.studies.record.reads import Reads
from tokenspice.studies.run.signals import code_of_others

__all__ = ["Netlist"]

CONTRACT = ("SimStrategy", "SimState", "netlist_createLogData")
CLASSES = {"SimStrategy": SimStrategyBase, "SimState": SimStateBase, "KPIs": KPIsBase}  # KPIs may be left out
CHARTS = ("netlist_charts", "netlist_plotInstructions")  # one of them
X_LABELS = {"Min": "Minute"}  # of time columns that are no words
TABLES, MARKS = "netlist_tables", "netlist_marks"
# DARC-SPICE's names for one more table, of research projects.
RP_LOG, RP_CHARTS = PROJECTS = ("netlist_rp_createLogData", "netlist_rp_plotInstructions")


@final
class Netlist:
    """A module that defines SimStrategy, SimState, netlist_createLogData, and netlist_charts or netlist_plotInstructions.

    It may also define KPIs, netlist_study, netlist_tables, which returns further tables by name, netlist_marks, which
    returns what has happened so far, and netlist_x_axis, the column over which charts are drawn: "Day" unless given.

    Attributes:
        path: the module's file; of one without, where it would lie.
        pickled: all of one that has no file, as other processes take it; empty where there is a file.
        reads: what its code read when it was imported.
        needs_chain: whether `SimState` takes an argument called `chain`.
        tables: what is recorded besides data.csv, by name.
    """

    def __init__(self, path: Path, module: ModuleType, pickled: bytes = b"") -> None:
        missing = [name for name in CONTRACT if not hasattr(module, name)]
        charts = [name for name in CHARTS if hasattr(module, name)]
        if missing or not charts:
            missing += [] if charts else [CHARTS[0]]
            raise NetlistError(
                f"{path} defines no {' and no '.join(missing)}. "
                f"A netlist defines {', '.join(CONTRACT)}, and {' or '.join(CHARTS)}."
            )
        if len(charts) > 1:
            raise NetlistError(f"{path} defines {' and '.join(charts)}. Define one of them.")
        for name, base in CLASSES.items():
            found = getattr(module, name, base)
            if not (inspect.isclass(found) and issubclass(found, base)):
                raise NetlistError(
                    f"{path}: {name} is no subclass of {base.__name__}. Write class {name}({base.__name__})."
                )
        if "__dataclass_params__" not in vars(module.SimStrategy):
            raise NetlistError(f"{path}: SimStrategy is no dataclass. Write @dataclass(frozen=True) above it.")
        self.path = path
        self.pickled = pickled
        self.reads = Reads()
        self._module = module
        self._charts = charts[0]
        self.needs_chain = "chain" in inspect.signature(module.SimState).parameters
        self.tables = self._further_tables()

    @property
    def package(self) -> str:
        """Name of the package that the netlist's modules are imported under."""
        return self._module.__package__ or ""

    @property
    def study(self) -> Study | None:
        """What the netlist asks of itself, for the tools of studies/design; None if it defines no `netlist_study`.

        Raises:
            NetlistError: `netlist_study` is no Study.
        """
        found = getattr(self._module, "netlist_study", None)
        if not isinstance(found, Study | None):
            raise NetlistError(f"{self.path}: netlist_study is {_short(found)}. Write netlist_study = Study(…).")
        return found

    @property
    def question(self) -> str:
        """The first line of the module's docstring; empty if it has none."""
        return (inspect.getdoc(self._module) or "").partition("\n")[0]

    @property
    def sources(self) -> dict[str, str]:
        """SHA-256 of each file of the netlist that was imported, by its name; of one without a file, of all that it is."""
        if self.pickled:
            used = {name: path.read_bytes() for name, path in modules_of(self.pickled).items()}
            return {
                name: hashlib.sha256(content).hexdigest() for name, content in ({"cells": self.pickled} | used).items()
            }
        modules = [module for name, module in sys.modules.items() if name.startswith(f"{self.package}.")]
        files = sorted(Path(module.__file__) for module in modules if module.__file__)
        return {
            path.relative_to(self.path.parent).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }

    def __repr__(self) -> str:
        name = self.path.parent.name if self.path.name == "netlist.py" else self.path.stem
        return f"Netlist({name}: {self.question})" if self.question else f"Netlist({name})"

    def strategy(self, values: Mapping[str, str] | None = None) -> SimStrategyBase:
        """Return the netlist's parameters, some of them replaced (see `tokenspice.engine.sim_strategy.with_values`)."""
        strategy: SimStrategyBase = self._guarded("SimStrategy", self._module.SimStrategy)
        return with_values(strategy, values or {})

    def starts_chain(self, ss: SimStrategyBase) -> bool:
        """Whether a run with these parameters needs a chain."""
        return self.needs_chain and ss.uses_chain

    def state(self, ss: SimStrategyBase, chain: World | None = None) -> SimStateBase:
        """Build the agents and their wiring.

        Args:
            ss: the run's parameters.
            chain: where `starts_chain` says that one is needed; it is used nowhere else.

        Raises:
            NetlistError: the state cannot be built, time would not pass on the chain, or the netlist's KPIs are not used.
        """
        on_chain = self.starts_chain(ss)
        arguments: dict[str, Any] = {"ss": ss} | ({"chain": chain if on_chain else None} if self.needs_chain else {})
        state: SimStateBase = self._guarded("SimState", self._module.SimState, **arguments)
        if on_chain and chain not in state.worlds:
            raise NetlistError(f"{self.path}: time would not pass on the chain. Write super().__init__(ss, chain).")
        kpis: type[KPIsBase] = getattr(self._module, "KPIs", KPIsBase)
        if not isinstance(state.kpis, kpis):
            state.kpis = self._kpis(kpis, state)
        return state

    def log_data(self, state: SimStateBase) -> LogRow:
        """Return the netlist's columns; TokenSPICE's three parallel lists are taken too."""
        name = "netlist_createLogData"
        return as_log_row(self.path, self._guarded(name, self._module.netlist_createLogData, state))

    def log_functions(self) -> dict[str, LogFunction]:
        """Return what logs each table, by its name; data.csv is the first."""
        return {DATA: self.log_data} | {name: self._log_function(name) for name in self.tables}

    @property
    def has_marks(self) -> bool:
        """Whether `netlist_marks` is defined."""
        return hasattr(self._module, MARKS)

    def marks(self, state: SimStateBase) -> list[Mark]:
        """Return what has happened so far, as the netlist tells it; nothing if it tells nothing."""
        if not self.has_marks:
            return []
        returned = self._guarded(MARKS, getattr(self._module, MARKS), state)
        if not isinstance(returned, list) or not all(is_mark(mark) for mark in returned):
            raise NetlistError(
                f'{self.path}: {MARKS} returned {_short(returned)}. Return [Mark("what happened", tick), …].'
            )
        return returned

    def plot_instructions(self, header: list[str], values: Floats) -> PlotInstructions:
        """Return what to draw; TokenSPICE's pair without a label for the x axis is taken too."""
        return self._instructions(self._charts, getattr(self._module, self._charts), header, values)

    def table_charts(self, table: str, header: list[str], values: Floats) -> PlotInstructions | None:
        """Return what to draw of one of `tables`; None if it has no charts."""
        charts = self.tables[table].charts
        return self._instructions(f"the charts of table {table}", charts, header, values) if charts else None

    def _instructions(self, name: str, charts: Charts, header: list[str], values: Floats) -> PlotInstructions:
        returned = self._guarded(name, charts, header, values) if callable(charts) else charts
        if isinstance(returned, list | tuple) and returned and _are_y_params(returned):
            x_axis = getattr(self._module, "netlist_x_axis", "Day")
            if x_axis not in header:
                raise NetlistError(
                    f'{self.path}: there is no column "{x_axis}" to draw over. Write netlist_x_axis = "Day".'
                )
            return PlotInstructions(X_LABELS.get(x_axis, x_axis), values[:, header.index(x_axis)], returned)
        return as_instructions(self.path, returned, name)

    def _kpis(self, kpis: type[KPIsBase], state: SimStateBase) -> KPIsBase:
        given = {"time_step": state.ss.time_step, "ss": state.ss, "state": state}
        needed = [
            name
            for name, p in inspect.signature(kpis).parameters.items()
            if p.default is p.empty and p.kind != p.VAR_KEYWORD
        ]
        if type(state.kpis) is not KPIsBase or not set(needed) <= set(given):
            raise NetlistError(
                f"{self.path}: KPIs is defined, and nothing is measured by it. "
                "Write self.kpis = KPIs(…) at the end of SimState.__init__."
            )
        measured: KPIsBase = self._guarded("KPIs", kpis, **{name: given[name] for name in needed})
        return measured

    def _log_function(self, table: str) -> LogFunction:
        log, name = self.tables[table].log, f"the log of table {table}"

        def rows(state: SimStateBase) -> Sequence[LogRow]:
            returned = self._guarded(name, log, state)
            if isinstance(returned, list) and all(isinstance(row, dict) for row in returned):
                return returned
            return [as_log_row(self.path, returned, name)]

        return rows

    def _further_tables(self) -> dict[str, Table]:
        found = [name for name in PROJECTS if hasattr(self._module, name)]
        if len(found) == 1:
            raise NetlistError(
                f"{self.path} defines {found[0]} alone. A netlist defines {' and '.join(PROJECTS)}, or neither."
            )
        tables = self._guarded(TABLES, getattr(self._module, TABLES, dict))
        if found:
            tables = tables | {"rp": projects_table(*(getattr(self._module, name) for name in PROJECTS))}
        try:
            return checked_tables(tables)
        except NetlistError as error:
            raise error.at(str(self.path)) from None

    def _guarded(self, name: str, function: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            with code_of_others():
                return function(*args, **kwargs)
        except TokenSpiceError as error:
            raise error.at(f"{self.path.name}, {name}") from error.__cause__
        except (Exception, SystemExit) as error:
            raise NetlistError(f"{self.path.name}, {name}: {describe(error)}") from error


def as_log_row(path: Path, returned: Any, name: str = "netlist_createLogData") -> LogRow:
    """Take a LogRow, or TokenSPICE's (console strings, header, values)."""
    if isinstance(returned, dict):
        return returned
    match returned:
        case [list(), list() as header, list() as values] if len(header) == len(values) == len(set(header)):
            return dict(zip(header, values, strict=True))
    raise NetlistError(
        f"{path}: {name} returned {_short(returned)}. Return LogRow(column=value, …), or "
        "(strings, header, values) with one value for each name in the header."
    )


def projects_table(log: Any, charts: Any) -> Table:
    """Return DARC-SPICE's table of research projects, whose log may return (header, values)."""

    def row(state: SimStateBase) -> Any:
        returned = log(state)
        return ([], *returned) if isinstance(returned, tuple) and len(returned) == 2 else returned

    return Table(row, charts, "rpdata.csv")


def as_instructions(path: Path, returned: Any, name: str = "netlist_plotInstructions") -> PlotInstructions:
    """Take (x label, x, y params), or TokenSPICE's older (x, y params), whose x is in months."""
    match returned:
        case (str() as label, x, [*params]) if _are_y_params(params):
            return PlotInstructions(label, x, params)
        case (x, [*params]) if _are_y_params(params):
            return PlotInstructions("Month", x, params)
    raise NetlistError(
        f"{path}: {name} returned {_short(returned)}. Return a list of YParam, or (x label, x values, list of YParam)."
    )


def is_mark(mark: object) -> bool:
    return isinstance(mark, Mark) and isinstance(mark.text, str) and type(mark.tick) is int


def _are_y_params(params: Sequence[object]) -> bool:
    return all(isinstance(param, YParam) for param in params)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 80 else f"{text[:77]}..."
