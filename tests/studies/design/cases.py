"""One small case of every design tool, for what all of them promise. A tool adds its own here."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from tokenspice.engine.study import Normal, Range, Spec, Study, final
from tokenspice.studies.design.corners import corners
from tokenspice.studies.design.fit import fit
from tokenspice.studies.design.optimisation.optimise import optimise
from tokenspice.studies.design.rare.tool import rare
from tokenspice.studies.design.request import Common
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.risk.tool import risk
from tokenspice.studies.design.sensitivity.sense import sense
from tokenspice.studies.design.sweep import sweep
from tokenspice.studies.design.worst import worst
from tokenspice.studies.design.yields import yields

RESERVE = Path(__file__).parents[2] / "netlists" / "reserve" / "netlist.py"

Case = Callable[..., Result]
"""Takes what is run, its study, and what all tools take."""


class Calls:
    """How often `reserve_end` was called, and at which call it is interrupted."""

    made = 0
    interrupted_at: int | None = None


def reserve_end(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
    """The reserve's end as a function, which is known exactly."""
    Calls.made += 1
    if Calls.made == Calls.interrupted_at:
        raise KeyboardInterrupt
    z = float(np.random.default_rng(np.random.SeedSequence(seed)).standard_normal())
    u, mu, s = (float(settings.get(name, default)) for name, default in (("u", 100.0), ("mu", -0.5), ("s", 2.0)))
    return {"end": u + 100 * mu + 10 * s * z}


def slow_reserve_end(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
    """The same, in a millisecond, so that somebody can come in between."""
    time.sleep(0.001)
    return reserve_end(settings, seed)


STUDY = Study(
    design={"u": Range(50.0, 150.0)},
    random={"s": Normal(2.0, 0.2, within=(1.0, 3.0))},
    environment={"mu": Range(-1.0, 0.0)},
    specs=[Spec("end", at_least=0.0, in_share=0.9)],
    goals={"end": "maximise"},
)


def a_yield(what: Any, study: Study, **common: Unpack[Common]) -> Result:
    return yields(what, study, fixed=150, extract=2, **common)


def some_corners(what: Any, study: Study, **common: Unpack[Common]) -> Result:
    return corners(what, study, extract=2, **common)


def a_worst(what: Any, study: Study, **common: Unpack[Common]) -> Result:
    common["budget"] = 240
    return worst(what, study, extract=2, **common)


def a_sweep(what: Any, study: Study, **common: Unpack[Common]) -> Result:
    small: Common = {**common, "reps": 1, "budget": 32}
    return sweep(what, study, of=["end"], **small)


def a_fit(what: Any, study: Study, **common: Unpack[Common]) -> Result:
    small: Common = {**common, "budget": 2_400}
    return fit(what, {"end": [60.0], "r": [60.0]}, study, priors="design", of=["end"], **small)


def effects_one_at_a_time(what: Any, study: Study, **common: Unpack[Common]) -> Result:
    common["reps"] = 4
    return sense(what, study, method="oat", **common)


def shares_of_variance(what: Any, study: Study, **common: Unpack[Common]) -> Result:
    common["budget"] = 384
    return sense(what, study, method="sobol", over=("design",), **common)


def a_search(what: Any, study: Study | None, **common: Unpack[Common]) -> Result:
    asked = study or Study(
        STUDY.design, metrics={"end": final("r")}, specs=[Spec("end", at_least=0.0)], goals={"end": "minimise"}
    )
    common["budget"] = 160
    return optimise(what, asked, **common)


def a_search_at_corners(what: Any, study: Study | None, **common: Unpack[Common]) -> Result:
    asked = study or Study(
        STUDY.design, metrics={"end": final("r")}, specs=[Spec("end", at_least=0.0)], goals={"end": "minimise"}
    )
    common["budget"] = 1000
    return optimise(what, asked, robust="corners", **common)


def a_rare_failure(what: Any, study: Study, **common: Unpack[Common]) -> Result:
    common["budget"] = 700
    return rare(what, study, repeats=2, size=20 if isinstance(what, Path) else 100, rel=9, **common)


def a_tail(what: Any, study: Study, **common: Unpack[Common]) -> Result:
    common["budget"] = 128
    return risk(what, study, loss="end", levels=(50,), **common)


CASES: dict[str, Case] = {
    "rare": a_rare_failure,
    "risk": a_tail,
    "sense, one at a time": effects_one_at_a_time,
    "sense, shares": shares_of_variance,
    "optimise": a_search,
    "optimise, corners": a_search_at_corners,
    "sweep": a_sweep,
    "fit": a_fit,
    "yield": a_yield,
    "corners": some_corners,
    "worst": a_worst,
}

FEW = {"yield"}
"""Those that are looked at in the checks of every change; the others are so once a week."""
