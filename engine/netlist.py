"""A netlist, loaded by its path and checked against the contract that it promises to fulfil."""

import hashlib
import inspect
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, final

from tokenspice.engine.charts import PlotInstructions, YParam
from tokenspice.engine.errors import NetlistError, TokenSpiceError
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.log import LogRow
from tokenspice.engine.sim_state import SimStateBase, describe
from tokenspice.engine.sim_strategy import SimStrategyBase, with_values
from tokenspice.engine.units import Floats
from tokenspice.engine.world import World

__all__ = ["Netlist"]

CONTRACT = ("SimStrategy", "SimState", "KPIs", "netlist_createLogData", "netlist_plotInstructions")
RP_LOG, RP_PLOT = PROJECTS = ("netlist_rp_createLogData", "netlist_rp_plotInstructions")


@final
class Netlist:
    """A module that defines SimStrategy, SimState, KPIs, netlist_createLogData, netlist_plotInstructions.

    It may also define netlist_rp_createLogData and netlist_rp_plotInstructions, for a second table of research projects.

    Attributes:
        path: the module's file.
        needs_chain: whether `SimState` takes an argument called `chain`.
        has_projects: whether there is a table of research projects.
    """

    def __init__(self, path: Path, module: ModuleType) -> None:
        missing = [name for name in CONTRACT if not hasattr(module, name)]
        if missing:
            raise NetlistError(
                f"{path} defines no {' and no '.join(missing)}. A netlist defines {', '.join(CONTRACT)}."
            )
        for name, base in {"SimStrategy": SimStrategyBase, "SimState": SimStateBase, "KPIs": KPIsBase}.items():
            if not (inspect.isclass(getattr(module, name)) and issubclass(getattr(module, name), base)):
                raise NetlistError(
                    f"{path}: {name} is no subclass of {base.__name__}. Write class {name}({base.__name__})."
                )
        if "__dataclass_params__" not in vars(module.SimStrategy):
            raise NetlistError(f"{path}: SimStrategy is no dataclass. Write @dataclass(frozen=True) above it.")
        self.path = path
        self._module = module
        self.needs_chain = "chain" in inspect.signature(module.SimState).parameters
        found = [name for name in PROJECTS if hasattr(module, name)]
        if len(found) == 1:
            raise NetlistError(
                f"{path} defines {found[0]} alone. A netlist defines {' and '.join(PROJECTS)}, or neither."
            )
        self.has_projects = bool(found)

    @property
    def package(self) -> str:
        """Of the netlist's own modules."""
        return self._module.__package__ or ""

    @property
    def sources(self) -> dict[str, str]:
        """SHA-256 of each file of the netlist that was imported, by its name."""
        modules = [module for name, module in sys.modules.items() if name.startswith(f"{self.package}.")]
        files = sorted(Path(module.__file__) for module in modules if module.__file__)
        return {
            path.relative_to(self.path.parent).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }

    def strategy(self, values: Mapping[str, str] | None = None) -> SimStrategyBase:
        """Return the netlist's parameters, some of them replaced (see `tokenspice.engine.sim_strategy.with_values`)."""
        strategy: SimStrategyBase = self._guarded("SimStrategy", self._module.SimStrategy)
        return with_values(strategy, values or {})

    def starts_chain(self, ss: SimStrategyBase) -> bool:
        """Whether a run with these parameters needs a chain."""
        return self.needs_chain and ss.uses_chain

    def state(self, ss: SimStrategyBase, chain: World | None = None) -> SimStateBase:
        """Build the agents and their wiring. `chain` is needed where `starts_chain` says so, and used nowhere else."""
        on_chain = self.starts_chain(ss)
        arguments: dict[str, Any] = {"ss": ss} | ({"chain": chain if on_chain else None} if self.needs_chain else {})
        state: SimStateBase = self._guarded("SimState", self._module.SimState, **arguments)
        if on_chain and chain not in state.worlds:
            raise NetlistError(f"{self.path}: time would not pass on the chain. Write super().__init__(ss, chain).")
        return state

    def log_data(self, state: SimStateBase) -> LogRow:
        """Return the netlist's columns; TokenSPICE's three parallel lists are taken too."""
        name = "netlist_createLogData"
        return as_log_row(self.path, self._guarded(name, self._module.netlist_createLogData, state))

    def project_log_data(self, state: SimStateBase) -> LogRow:
        """Return the columns of the table of research projects; DARC-SPICE's pair of lists is taken too."""
        returned = self._guarded(RP_LOG, getattr(self._module, RP_LOG), state)
        if isinstance(returned, tuple) and len(returned) == 2:
            returned = ([], *returned)
        return as_log_row(self.path, returned, RP_LOG)

    def plot_instructions(self, header: list[str], values: Floats) -> PlotInstructions:
        """Return what to draw; TokenSPICE's pair without a label for the x axis is taken too."""
        name = "netlist_plotInstructions"
        return as_instructions(self.path, self._guarded(name, self._module.netlist_plotInstructions, header, values))

    def project_plot_instructions(self, header: list[str], values: Floats) -> PlotInstructions:
        """Return what to draw of the table of research projects."""
        plot = getattr(self._module, RP_PLOT)
        return as_instructions(self.path, self._guarded(RP_PLOT, plot, header, values), RP_PLOT)

    def _guarded(self, name: str, function: Any, *args: Any, **kwargs: Any) -> Any:
        try:
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


def as_instructions(path: Path, returned: Any, name: str = "netlist_plotInstructions") -> PlotInstructions:
    """Take (x label, x, y params), or TokenSPICE's older (x, y params), whose x is in months."""
    match returned:
        case (str() as label, x, [*params]) if _are_y_params(params):
            return PlotInstructions(label, x, params)
        case (x, [*params]) if _are_y_params(params):
            return PlotInstructions("Month", x, params)
    raise NetlistError(f"{path}: {name} returned {_short(returned)}. Return (x label, x values, list of YParam).")


def _are_y_params(params: Sequence[object]) -> bool:
    return all(isinstance(param, YParam) for param in params)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 80 else f"{text[:77]}..."
