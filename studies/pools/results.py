"""Simulations in folders: a summary, the course by the minute, and charts."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tokenspice.markets.errors import MarketError
from tokenspice.markets.prices.table import MINUTE_MS, as_text
from tokenspice.markets.scenario import Simulation
from tokenspice.studies.pools.metrics import Course, measure

__all__ = ["course_of", "draw", "summary", "write_results"]

DAY = 1440


def course_of(simulation: Simulation) -> Course:
    """What there is to measure."""
    history = simulation.history
    first = simulation.first_reserves
    return Course(history.value_USD, history.prices, first, history.fee_income_USD)


def summary(simulation: Simulation) -> dict[str, object]:
    """The window, what was left at its end, and all measures. What has no value is null."""
    history, scenario = simulation.history, simulation.scenario
    measures = measure(course_of(simulation))
    return {
        "tokens": scenario.tokens,
        "pool": repr(scenario.pool),
        "strategy": repr(scenario.strategy),
        "frictions": repr(scenario.frictions),
        "first_minute": as_text(int(simulation.unix_ms[0])),
        "last_minute": as_text(int(simulation.unix_ms[-1])),
        "minutes": len(simulation.unix_ms),
        "burn_in_minutes": simulation.window.first,
        "first_value_USD": float(history.value_USD[0]),
        "last_value_USD": float(history.value_USD[-1]),
        "last_hodl_value_USD": float(simulation.hodl_USD[-1]),
        "last_weights": history.weights[-1].tolist(),
        "last_reserves": history.reserves[-1].tolist(),
        "protocol_fees": history.protocol_fees.tolist(),
        "arbitrages": history.arbitrages,
        "measures": {name: value if np.isfinite(value) else None for name, value in measures.items()},
    }


def write_results(simulation: Simulation, folder: Path) -> None:
    """Write summary.json, history.parquet and charts to a new folder.

    Raises:
        MarketError: the folder exists, or cannot be made.
    """
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise MarketError(f"{folder} cannot be made: {error.strerror}. Name a new folder.") from error
    history, tokens = simulation.history, simulation.scenario.tokens
    columns = {"unix_ms": simulation.unix_ms, "value_USD": history.value_USD, "hodl_USD": simulation.hodl_USD}
    columns["fee_income_USD"] = history.fee_income_USD
    for kind, table in (("reserve", history.reserves), ("weight", history.weights), ("price", history.prices)):
        columns |= {f"{kind}_{token}": table[:, i] for i, token in enumerate(tokens)}
    pq.write_table(pa.table(columns), folder / "history.parquet")
    (folder / "summary.json").write_text(json.dumps(summary(simulation), indent=2) + "\n")
    draw({"pool": simulation}, folder)


def draw(simulations: dict[str, Simulation], folder: Path) -> None:
    """Draw the values of simulations against holding; of one alone, its weights and reserves, too."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    for name, simulation in simulations.items():
        days = since_start(simulation)
        axes.plot(days, simulation.history.value_USD, label=name)
        if len(simulations) == 1:
            axes.plot(days, simulation.hodl_USD, label="held", linestyle="--")
    axes.set(xlabel="Day", ylabel="Value [USD]")
    axes.legend()
    figure.savefig(folder / "value.png")
    if len(simulations) == 1:
        (simulation,) = simulations.values()
        shares(simulation, folder)


def shares(simulation: Simulation, folder: Path) -> None:
    """Draw the weights, and the reserves relative to the first."""
    from matplotlib.figure import Figure

    history, tokens, days = simulation.history, simulation.scenario.tokens, since_start(simulation)
    figure = Figure(figsize=(9, 7), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    above.stackplot(days, history.weights.T, labels=tokens)
    above.set(ylabel="Weight")
    below.plot(days, history.reserves / history.reserves[0], label=tokens)
    below.set(xlabel="Day", ylabel="Reserves over the first", yscale="log")
    above.legend(loc="upper left")
    figure.savefig(folder / "weights_and_reserves.png")


def since_start(simulation: Simulation) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """[T] days."""
    return (simulation.unix_ms - simulation.unix_ms[0]) / (MINUTE_MS * DAY)  # type: ignore[no-any-return]
