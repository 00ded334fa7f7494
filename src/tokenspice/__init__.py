"""Agent-based simulation of token economies with the real contracts in the loop.

    import tokenspice
    tokenspice.run("simplegrant", max_ticks=100, seed=1).data  # a DataFrame

What this offers is imported when it is first asked for. `tokenspice.engine` and its sisters hold the rest.
"""

from typing import TYPE_CHECKING

from tokenspice.lazy import lazy_names

if TYPE_CHECKING:
    from tokenspice.studies.python_api import BatchResult, Result, batch, list_netlists, load_netlist, run
    from tokenspice.studies.run.run import RunOptions

__all__ = ["BatchResult", "Result", "RunOptions", "batch", "list_netlists", "load_netlist", "run"]

PYTHON = "tokenspice.studies.python_api"

__getattr__ = lazy_names(
    __name__,
    {name: PYTHON for name in ("BatchResult", "Result", "batch", "load_netlist", "run")}
    | {"list_netlists": PYTHON, "RunOptions": "tokenspice.studies.run.run"},
)
