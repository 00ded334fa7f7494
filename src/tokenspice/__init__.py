"""Agent-based simulation of token economies with the real contracts in the loop.

    import tokenspice as ts
    ts.run("simplegrant", max_ticks=100, seed=1).df  # a DataFrame

What this offers is imported when it is first asked for. `tokenspice.engine` and its sisters hold the rest.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tokenspice.lazy import lazy_names

if TYPE_CHECKING:
    from tokenspice.studies.python.batch_result import BatchResult
    from tokenspice.studies.python.netlists import NetlistPage, netlist, netlists
    from tokenspice.studies.python.result import Result
    from tokenspice.studies.python.run import batch, load, run
    from tokenspice.studies.python.session import session
    from tokenspice.studies.run.run import RunOptions
    from tokenspice.studies.session import Session

__all__ = [
    "BatchResult",
    "NetlistPage",
    "Result",
    "RunOptions",
    "Session",
    "batch",
    "load",
    "netlist",
    "netlists",
    "run",
    "session",
]

PYTHON = "tokenspice.studies.python"

__getattr__ = lazy_names(
    __name__,
    {
        "BatchResult": f"{PYTHON}.batch_result",
        "NetlistPage": f"{PYTHON}.netlists",
        "Result": f"{PYTHON}.result",
        "RunOptions": "tokenspice.studies.run.run",
        "Session": "tokenspice.studies.session",
        "batch": f"{PYTHON}.run",
        "load": f"{PYTHON}.run",
        "netlist": f"{PYTHON}.netlists",
        "netlists": f"{PYTHON}.netlists",
        "run": f"{PYTHON}.run",
        "session": f"{PYTHON}.session",
    },
)


class NetlistsPackage(ModuleType):
    """The package `tokenspice.netlists`, which can be called as the function of its name."""

    def __call__(self) -> Any:
        from tokenspice.studies.python.netlists import netlists

        return netlists()


class Face(ModuleType):
    """This package. Python binds each package inside it that is imported; `netlists` stays a function then."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "netlists" and isinstance(value, ModuleType):
            value.__class__ = NetlistsPackage
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = Face
