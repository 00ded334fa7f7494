"""Tools that answer a study: one evaluator of runs, and on it yield, corners, the worst case and the others."""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, final

from tokenspice.lazy import lazy_names

if TYPE_CHECKING:
    from tokenspice.studies.design.checking.repeat import first_violation
    from tokenspice.studies.design.checking.tool import check
    from tokenspice.studies.design.corners import corners
    from tokenspice.studies.design.discover import discover
    from tokenspice.studies.design.evaluator import BudgetSpent, Evaluator, Outcome
    from tokenspice.studies.design.fit import fit
    from tokenspice.studies.design.identity import Identity
    from tokenspice.studies.design.mimic import mimic
    from tokenspice.studies.design.optimisation.optimise import optimise
    from tokenspice.studies.design.rare.tool import rare
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.design.risk.tool import risk
    from tokenspice.studies.design.sensitivity.sense import sense
    from tokenspice.studies.design.surrogate.response import load_surrogate
    from tokenspice.studies.design.sweep import sweep
    from tokenspice.studies.design.worst import worst
    from tokenspice.studies.design.yields import yields

__all__ = [
    "BudgetSpent",
    "Evaluator",
    "Identity",
    "Outcome",
    "Result",
    "check",
    "corners",
    "discover",
    "first_violation",
    "fit",
    "load_surrogate",
    "mimic",
    "optimise",
    "rare",
    "risk",
    "sense",
    "sweep",
    "worst",
    "yields",
]

__getattr__ = lazy_names(
    __name__,
    {
        "BudgetSpent": "tokenspice.studies.design.evaluator",
        "Evaluator": "tokenspice.studies.design.evaluator",
        "Identity": "tokenspice.studies.design.identity",
        "Outcome": "tokenspice.studies.design.evaluator",
        "Result": "tokenspice.studies.design.result",
        "check": "tokenspice.studies.design.checking.tool",
        "corners": "tokenspice.studies.design.corners",
        "discover": "tokenspice.studies.design.discover",
        "first_violation": "tokenspice.studies.design.checking.repeat",
        "fit": "tokenspice.studies.design.fit",
        "load_surrogate": "tokenspice.studies.design.surrogate.response",
        "mimic": "tokenspice.studies.design.mimic",
        "optimise": "tokenspice.studies.design.optimisation.optimise",
        "rare": "tokenspice.studies.design.rare.tool",
        "risk": "tokenspice.studies.design.risk.tool",
        "sense": "tokenspice.studies.design.sensitivity.sense",
        "sweep": "tokenspice.studies.design.sweep",
        "worst": "tokenspice.studies.design.worst",
        "yields": "tokenspice.studies.design.yields",
    },
)


@final
class Face(ModuleType):
    """This package. A tool and its module may have one name; of the two, the package offers the tool."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = Face
