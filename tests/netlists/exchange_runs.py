"""A run of an exchange netlist in memory: its rows and its end; what it declares to be true holds after each tick."""

from typing import Any

from tests.conftest import PROJECT
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener, TickListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.web3engine import Chain

__all__ = ["rows_of"]


def rows_of(name: str, chain: Chain | None = None, /, **values: object) -> tuple[list[LogRow], Any]:
    """Run a netlist, and return its rows and its last state. `__` in a parameter's name stands for a dot."""
    netlist, rows = load_netlist(PROJECT / "netlists" / name / "netlist.py"), list[LogRow]()
    state = netlist.state(
        netlist.strategy({key.replace("__", "."): str(value) for key, value in values.items()}), chain
    )
    invariants = netlist.study.invariants if netlist.study else {}

    def check(state: SimStateBase) -> None:
        for invariant, holds in invariants.items():
            found = holds(state)
            assert found is True, (invariant, found, state.tick)

    SimEngine(state, netlist.log_data, [RowListener(rows.append), TickListener(check)]).run()
    return rows, state
