"""The report's charts, as Plotly takes them: data and layout, plain JSON. Numbers are as they are in the tables."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from tokenspice.engine.units import HOUR, YEAR, Floats
from tokenspice.studies.twin.extrapolation import QUANTILES, SERIES, Extrapolation
from tokenspice.studies.twin.history import History
from tokenspice.studies.twin.replay import Replay
from tokenspice.studies.twin.rolling_forecasts import BANDS, Forecasts

__all__ = ["Chart", "controller_charts", "coverage_chart", "fan_chart", "pit_chart", "replay_charts", "times"]

Chart = dict[str, Any]

BLUE, GREY, ORANGE = "#1f6fb4", "#9aa0a6", "#d9772b"
COLOURS = (BLUE, ORANGE, "#2a9d62", "#8a56b0", "#c03d4e", "#6b7280", "#0f8b8d", "#b58900")
LINE = {"width": 1.5}
LEAST_PAST = 48  # hours of the past beside a forecast


def chart(title: str, x: str, y: str, data: list[Chart], **layout: Any) -> Chart:
    axes: dict[str, Any] = {"xaxis": {"title": {"text": x}}, "yaxis": {"title": {"text": y}, "automargin": True}}
    look = {
        "title": {"text": title, "font": {"size": 15}, "y": 0.97},
        "template": "none",
        "margin": {"l": 75, "r": 20, "t": 50, "b": 50},
        "height": 360,
        "legend": {"x": 1.01, "y": 1.0},
    }
    return {"data": data, "layout": look | axes | layout}


def line(x: Sequence[Any], y: Floats, name: str, colour: str = BLUE, **look: Any) -> Chart:
    style = LINE | {"color": colour} | look.pop("line", {})
    return {"type": "scatter", "mode": "lines", "x": list(x), "y": numbers(y), "name": name, "line": style} | look


def numbers(values: Floats) -> list[float | None]:
    """JSON has no NaN: what is unknown is null."""
    return [float(value) if np.isfinite(value) else None for value in values]


def times(seconds: Iterable[float]) -> list[str]:
    """UTC, as Plotly reads them."""
    return [datetime.fromtimestamp(float(second), UTC).strftime("%Y-%m-%d %H:%M:%S") for second in seconds]


def replay_charts(label: str, history: History, replay: Replay) -> list[Chart]:
    """Price and rate, observed and replayed, over time."""
    at = times(history.time)
    prices = [
        line(at, history.market_price, "market price", GREY, line={"width": 1}),
        line(at, history.redemption_price, "redemption price, observed"),
        line(at, replay.redemption_price, "redemption price, replayed", ORANGE, line={"dash": "dash"}),
    ]
    steps: dict[str, Any] = {"shape": "hv"}
    rates = [
        line(at, 1e6 * (history.redemption_rate - 1), "observed", line=steps),
        line(at, 1e6 * (replay.redemption_rate - 1), "replayed", ORANGE, line=steps | {"dash": "dash"}),
    ]
    return [
        chart(f"{label}: prices, {replay.mode}", "UTC", "USD per RAI", prices),
        chart(f"{label}: redemption rate, {replay.mode}", "UTC", "millionths per hour", rates),
    ]


def controller_charts(history: History, replay: Replay) -> list[Chart]:
    """The rate that the law predicts against the one that was observed, and what is left between them."""
    counts = replay.counts
    observed, predicted = (1e6 * (rate[counts] - 1) for rate in (history.redemption_rate, replay.redemption_rate))
    ends = [float(min(observed.min(), predicted.min())), float(max(observed.max(), predicted.max()))]
    dots = {"type": "scatter", "mode": "markers", "marker": {"size": 5, "color": BLUE, "opacity": 0.6}}
    scatter = dots | {"x": numbers(observed), "y": numbers(predicted), "name": "an update"}
    equal = line(ends, np.array(ends), "equal", GREY, line={"dash": "dot"})
    left = dots | {
        "x": times(history.time[counts]),
        "y": numbers(predicted - observed),
        "name": "predicted minus observed",
    }
    unit = "millionths per hour"
    return [
        chart(
            f"{history.name}: the law's rates, {replay.mode}",
            f"observed, {unit}",
            f"predicted, {unit}",
            [scatter, equal],
        ),
        chart(f"{history.name}: residuals, {replay.mode}", "UTC", unit, [left]),
    ]


def pit_chart(title: str, forecasts: Forecasts) -> Chart:
    """Where among the paths lay what came: flat bars if the bands are honest."""
    edges = np.linspace(0, 1, 11)
    bars = [
        {
            "type": "bar",
            "x": [f"{edge:.1f}" for edge in edges[:-1]],
            "y": numbers(np.histogram(pit, edges)[0] / len(pit)),
            "name": f"{horizon} h",
        }
        for horizon, pit in forecasts.pit.items()
        if horizon in (6, 24, 72)
    ]
    marks = [{"type": "line", "x0": -0.5, "x1": 9.5, "y0": 0.1, "y1": 0.1, "line": {"color": GREY, "dash": "dot"}}]
    axis = {"title": {"text": "share of paths below what came, from"}, "type": "category"}
    return chart(title, "", "share of origins", bars, barmode="group", shapes=marks, xaxis=axis)


def coverage_chart(title: str, forecasts: Forecasts) -> Chart:
    """How often each band held what came, by horizon."""
    horizons = [score.horizon for score in forecasts.scores]
    data = []
    for i, band in enumerate(BANDS):
        found = np.array([score.coverage[i] for score in forecasts.scores])
        dots = {"mode": "lines+markers"}
        data.append(line(horizons, found, f"{100 * band:g} % band", COLOURS[i]) | dots)
        nominal = np.full(len(horizons), band)
        data.append(line(horizons, nominal, "nominal", COLOURS[i], line={"dash": "dot", "width": 1}, showlegend=False))
    axis = {"title": {"text": "hours ahead"}, "type": "log", "tickvals": horizons, "ticktext": horizons}
    return chart(title, "", "", data, xaxis=axis, yaxis={"title": {"text": "share of origins"}, "range": [0, 1]})


def fan_chart(extrapolation: Extrapolation, series: str, title: str, history: History | None = None) -> Chart:
    """The bands of the first scenario, the medians of the others, and as much of what went before as is of use."""
    at = times(extrapolation.time + HOUR * extrapolation.hours)
    names = [scenario.name for scenario in extrapolation.scenarios]
    low, lower, middle, upper, high = extrapolation.quantiles(names[0], series, QUANTILES)
    data = []
    if history is not None and (past := before(history, series)) is not None:
        shown = history.time >= history.time[-1] - HOUR * max(LEAST_PAST, 2 * float(extrapolation.hours[-1]))
        data.append(line(times(history.time[shown]), past[shown], "recorded", GREY))
    for below, above, shade, label in ((low, high, 0.15, "5 to 95 %"), (lower, upper, 0.3, "25 to 75 %")):
        edge = {"type": "scatter", "mode": "lines", "x": at, "line": {"width": 0}, "hoverinfo": "skip"}
        data.append(edge | {"y": numbers(below), "showlegend": False})
        fill = {"fill": "tonexty", "fillcolor": f"rgba(31,111,180,{shade})", "name": f"{names[0]}, {label}"}
        data.append(edge | fill | {"y": numbers(above)})
    data.append(line(at, middle, f"{names[0]}, median"))
    for i, name in enumerate(names[1:]):
        colour = COLOURS[(i + 1) % len(COLOURS)]
        data.append(line(at, extrapolation.quantiles(name, series, (0.5,))[0], f"{name}, median", colour))
    return chart(title, "UTC", SERIES[series], data)


def before(history: History, series: str) -> Floats | None:
    """What was recorded of a series that is extrapolated; None if nothing was."""
    columns = {
        "eth_price": history.eth_price,
        "market_price": history.market_price,
        "redemption_price": history.redemption_price,
        "redemption_rate": history.redemption_rate ** (YEAR / HOUR),
        "pool_RAI": history.coin_reserve,
        "pool_ETH": history.eth_reserve,
        "debt_RAI": history.debt,
        "collateral_ETH": history.collateral,
    }
    found = columns.get(series)
    return found if found is not None and np.isfinite(found).any() else None
