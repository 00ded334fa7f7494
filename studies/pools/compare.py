"""Pools side by side."""

import csv
from pathlib import Path

from tokenspice.markets.errors import MarketError
from tokenspice.markets.scenario import Simulation
from tokenspice.studies.pools.metrics import METRICS, measure
from tokenspice.studies.pools.results import course_of, draw

__all__ = ["write_comparison"]


def write_comparison(simulations: dict[str, Simulation], folder: Path) -> str:
    """Write comparison.csv and value.png to a new folder; return the table as text.

    Raises:
        MarketError: fewer than two simulations of different names, or the folder exists.
    """
    if len(simulations) < 2:
        raise MarketError("A comparison needs two scenarios of different names, at least.")
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise MarketError(f"{folder} cannot be made: {error.strerror}. Name a new folder.") from error
    measures = {name: measure(course_of(simulation)) for name, simulation in simulations.items()}
    with (folder / "comparison.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["measure", *measures])
        writer.writerows([metric, *(values[metric] for values in measures.values())] for metric in METRICS)
    draw(simulations, folder)
    return as_text(measures)


def as_text(measures: dict[str, dict[str, float]]) -> str:
    """Columns of measures."""
    width = max(12, *(len(name) + 2 for name in measures))
    lines = [" " * 36 + "".join(name.rjust(width) for name in measures)]
    for metric in METRICS:
        lines.append(metric.ljust(36) + "".join(f"{values[metric]:.5g}".rjust(width) for values in measures.values()))
    return "\n".join(lines)
