"""Rare failures whose probability is known."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tokenspice.engine.study import Falling, Metric, Normal, Rising, Spec, Study, highest, lowest
from tokenspice.engine.units import Floats

TICKS = 100
KNOWN = Metric(lambda rows: 0.0)  # the function returns it itself


def draws(seed: int, n: int, branches: tuple[tuple[int, int], ...]) -> Floats:
    """Uniform numbers of a run, anew from each branch on."""
    found = np.random.default_rng(seed).random(n)
    for place, (tick, _) in enumerate(branches):
        key = [seed, *(number for branch in branches[: place + 1] for number in branch)]
        found[tick:] = np.random.default_rng(key).random(n - tick)
    return found


def reserve(settings: Mapping[str, Any], seed: int, branches: tuple[tuple[int, int], ...] = ()) -> dict[str, Floats]:
    """r_{t+1} = r_t - 0.5 + 2 z_t from r_0 = u; how much it is expected to have at the end is near a failure."""
    from scipy.special import ndtri

    r = settings["u"] + np.concatenate([[0.0], np.cumsum(-0.5 + 2 * ndtri(draws(seed, TICKS, branches)))])
    ticks = np.arange(TICKS + 1.0)
    return {"Tick": ticks, "r": r, "expected": r - 0.5 * (TICKS - ticks)}


RESERVE = Study(
    metrics={"lowest": lowest("r")},
    specs=[Spec("lowest", at_least=0, in_share=0.95, nearness=Falling("expected"))],
)


def queue(settings: Mapping[str, Any], seed: int, branches: tuple[tuple[int, int], ...] = ()) -> dict[str, Floats]:
    """An M/M/1 queue with load 1/2, from one customer until it is empty or holds K; then it stays."""
    length, lengths = 1, [1.0]
    for u in draws(seed, 400, branches):
        length += 0 if length in (0, settings["K"]) else 1 if u < 1 / 3 else -1
        lengths.append(float(length))
    return {"Tick": np.arange(len(lengths), dtype=float), "length": np.array(lengths)}


def queue_study(most: int) -> Study:
    return Study(
        metrics={"longest": highest("length")},
        specs=[Spec("longest", at_most=most - 0.5, nearness=Rising("length"))],
    )


def normal_study(d: int) -> Study:
    return Study(
        random={f"x{place}": Normal(0, 1) for place in range(d)},
        metrics={"g": KNOWN},
        specs=[Spec("g", at_least=0, in_share=0.9)],
    )


def point(settings: Mapping[str, Any]) -> Floats:
    return np.array([settings[f"x{place}"] for place in range(len(settings))])


def linear(beta: float) -> Any:
    """β - Σx/√d: Φ(-β)."""
    return lambda settings, seed: {"g": beta - float(point(settings).sum()) / len(settings) ** 0.5}


def four_branches(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
    """With k = 7: 2.2237e-3."""
    a, b = point(settings)
    bowl, root = 3 + 0.1 * (a - b) ** 2, 2**0.5
    return {"g": float(min(bowl - (a + b) / root, bowl + (a + b) / root, a - b + 7 / root, b - a + 7 / root))}


def sphere(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
    """|x|² > 112.6 in 50 dimensions: 1.0024e-6."""
    return {"g": 112.6 - float((point(settings) ** 2).sum())}


def two_sided(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
    """|x₁| > 4: 6.334e-5."""
    return {"g": 4 - abs(settings["x0"])}


def noisy_reserve(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
    """The end of a reserve that begins with N(140, 15²): below 0 in 1.591e-4, where the seed is a coordinate too."""
    z = np.random.default_rng(seed).standard_normal(TICKS)
    return {"g": settings["u"] - 50 + 2 * float(z.sum())}
