"""Problems whose best design is known, as functions of settings and a seed."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tokenspice.engine.study import Range, Spec, Study
from tokenspice.engine.variables import Value
from tokenspice.studies.design.result import Result

HARTMANN_A = np.array(
    [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
)
HARTMANN_P = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)


def box(n: int) -> dict[str, Range]:
    return {f"x{number}": Range(0.0, 1.0) for number in range(n)}


def point(settings: Mapping[str, Value], n: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.array([float(settings[f"x{number}"]) for number in range(n)])


BRANIN = Study(design={"a": Range(-5.0, 10.0), "b": Range(0.0, 15.0)}, goals={"y": "minimise"})


def branin(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
    a, b = float(settings["a"]), float(settings["b"])
    bowl = (b - 5.1 / (4 * np.pi**2) * a * a + 5 / np.pi * a - 6) ** 2
    return {"y": bowl + 10 * (1 - 1 / (8 * np.pi)) * float(np.cos(a)) + 10}


HARTMANN = Study(design=box(6), goals={"y": "minimise"})


def hartmann(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
    wells = np.exp(-(HARTMANN_A * (point(settings, 6) - HARTMANN_P) ** 2).sum(axis=1))
    return {"y": -float(np.array([1, 1.2, 3, 3.2]) @ wells)}


ZDT1 = Study(design=box(5), goals={"f": "minimise", "g": "minimise"})


def zdt1(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
    x = point(settings, 5)
    rest = 1 + 9 * float(x[1:].mean())
    return {"f": float(x[0]), "g": rest * (1 - float(np.sqrt(x[0] / rest)))}


BINH_KORN = Study(
    design={"x": Range(0.0, 5.0), "y": Range(0.0, 3.0)},
    goals={"f": "minimise", "g": "minimise"},
    specs=[Spec("near", at_most=25.0), Spec("far", at_least=7.7)],
)


def binh_korn(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
    x, y = float(settings["x"]), float(settings["y"])
    near, far = (x - 5) ** 2 + y * y, (x - 8) ** 2 + (y + 3) ** 2
    return {"f": 4 * x * x + 4 * y * y, "g": (x - 5) ** 2 + (y - 5) ** 2, "near": near, "far": far}


NEWSVENDOR = Study(design={"q": Range(50.0, 150.0)}, goals={"profit": "maximise"})


def newsvendor(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
    """Buys q at 1, sells at 4 what is asked for: q* = 113.49, and 274.58 is earned."""
    demand = np.random.default_rng(seed).normal(float(settings.get("mean", 100.0)), 20)
    return {"profit": 4 * min(float(settings["q"]), demand) - float(settings["q"])}


RESERVE = Study(
    design={"u": Range(50.0, 150.0)}, goals={"u": "minimise"}, specs=[Spec("end", at_least=0.0, in_share=0.99)]
)


def reserve(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
    """Ends N(u - 50, 20²): with u = 96.527, in 99 of 100 runs above 0."""
    z = np.random.default_rng(seed).standard_normal()
    return {"u": float(settings["u"]), "end": float(settings["u"]) - 50 + 20 * z}


def best_of(result: Result) -> dict[str, Any]:
    (row,) = [row for row in result.table.to_pylist() if row["chosen"]]
    return dict(row)
