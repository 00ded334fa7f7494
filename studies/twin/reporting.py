"""What a cycle found, as report.json and as a page to read: how good the twin is first, then what may come."""

import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import numpy as np

from tokenspice.engine.units import HOUR
from tokenspice.studies.twin.cycle import Backtest, Cycle
from tokenspice.studies.twin.estimates import Estimate
from tokenspice.studies.twin.extrapolation import QUANTILES, SERIES, Extrapolation
from tokenspice.studies.twin.identification import identified_record
from tokenspice.studies.twin.log_scores import LARGEST_ERROR, ROUNDING
from tokenspice.studies.twin.report_charts import (
    controller_charts,
    coverage_chart,
    fan_chart,
    pit_chart,
    replay_charts,
    times,
)
from tokenspice.studies.twin.report_page import Section, Table, page
from tokenspice.studies.twin.rolling_forecasts import BANDS, Forecasts
from tokenspice.studies.twin.scores import Score

__all__ = ["report_json", "report_page", "risk_rows", "shortfalls"]

LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels", "arch", "pydantic", "plotly")
PEG_BAND = 0.05  # share of the redemption price
FANS = {
    "eth_price": "Ether",
    "market_price": "Market price",
    "redemption_price": "Redemption price",
    "redemption_rate": "Redemption rate, per year",
    "pool_RAI": "RAI in the pool",
    "pool_ETH": "ETH in the pool",
    "debt_RAI": "Debt",
    "collateral_ETH": "Collateral",
    "collateral_ratio": "Collateral ratio",
    "peg_error": "Market price over redemption price, minus one",
}


def report_json(cycle: Cycle) -> str:
    """Write everything that was found as JSON, without the paths."""
    record = {
        "provenance": provenance(cycle),
        "data_quality": data_quality(cycle),
        "backtests": [
            {
                "record": one.label,
                "mode": one.replay.mode,
                "first": times(one.history.time[:1])[0],
                "last": times(one.history.time[-1:])[0],
                "scores": [asdict(score) for score in one.scores],
            }
            for one in cycle.backtests
        ],
        "shortfalls": shortfalls(cycle),
        "identified": identified_record(cycle.identified),
        "extrapolation": {
            "start": times([cycle.extrapolation.time])[0],
            "hours": int(cycle.extrapolation.hours[-1]),
            "paths": cycle.extrapolation.values.shape[1],
            "notes": list(cycle.extrapolation.notes),
            "risks": [dict(zip(RISKS, row, strict=True)) for row in risk_rows(cycle.extrapolation)],
            "last_hour": last_hour(cycle.extrapolation),
        },
    }
    return json.dumps(record, indent=2, allow_nan=False) + "\n"


def report_page(cycle: Cycle) -> str:
    """Write the page."""
    sections = [
        provenance_section(cycle),
        quality_section(cycle),
        controller_section(cycle),
        backtest_section(cycle),
        process_section(cycle),
        future_section(cycle),
        scenario_section(cycle.extrapolation),
        parameter_section(cycle),
    ]
    return page(f"A twin of RAI: {cycle.history.name}", sections)


def provenance(cycle: Cycle) -> dict[str, Any]:
    options = cycle.options
    return {
        "record": cycle.history.name,
        "source": cycle.recording.source,
        "sha256": cycle.recording.sha256,
        "first": times(cycle.history.time[:1])[0],
        "last": times(cycle.history.time[-1:])[0],
        "snapshots": len(cycle.history.time),
        "past_days": options.past_days,
        "hours": options.hours,
        "paths": options.paths,
        "seed": options.seed,
        "controller": options.controller,
        "scenarios": [asdict(scenario) for scenario in options.scenarios],
        "versions": {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
        "tokenspice": version("tokenspice"),
    }


def data_quality(cycle: Cycle) -> dict[str, Any]:
    history, hours = cycle.history, np.diff(cycle.history.time) / HOUR
    columns = ("oracle_price", "eth_price", "coin_reserve", "eth_reserve", "coin_supply", "debt", "collateral")
    return {
        "notes": list(history.notes),
        "gaps_over_6h": [
            {"after_block": int(history.block[i]), "after": times([history.time[i]])[0], "hours": length}
            for i, length in history.gaps
        ],
        "spacing_hours": {"median": float(np.median(hours)), "longest": float(hours.max())},
        "recorded_share": {name: float(np.isfinite(getattr(history, name)).mean()) for name in columns},
        "stale_eth_share": float((np.diff(history.eth_price) == 0).mean()),
    }


def shortfalls(cycle: Cycle) -> list[str]:
    """Where a score does not beat a baseline, and why, in sentences."""
    found = [
        f"{one.label}, {one.replay.mode}: {score.series} does not beat {name!r} (skill {skill:+.3g}). {why(one, name)}"
        for one in cycle.backtests
        for score in one.scores
        for name, skill in score.skill.items()
        if skill is not None and skill <= 0
    ]
    return [*found, "The rate of 'observed rates' is the observed one itself: nothing is left to beat."]


def why(one: Backtest, name: str) -> str:
    if name == "observed rates":
        return (
            "That baseline is given the rates that were observed, and no law can be closer to the price than they are."
        )
    prices = one.history.redemption_price
    moved = 1e4 * (prices.max() / prices.min() - 1)
    days = (one.history.time[-1] - one.history.time[0]) / (24 * HOUR)
    return (
        f"In those {days:.1f} days the redemption price moved within {moved:.1f} basis points, and the price that the "
        "controller saw is known by its hourly spot alone."
    )


def last_hour(extrapolation: Extrapolation) -> dict[str, dict[str, list[float]]]:
    return {
        scenario.name: {
            series: [float(value) for value in extrapolation.quantiles(scenario.name, series)[:, -1]]
            for series in extrapolation.series
        }
        for scenario in extrapolation.scenarios
    }


RISKS = (
    "scenario",
    "median_end_peg_error",
    "q05_end_peg_error",
    "q95_end_peg_error",
    "mean_abs_peg_error",
    "chance_peg_error_over_5_percent",
    "mean_hours_outside_band",
    "mean_rate_bound_hits",
    "mean_liquidated_ETH",
    "chance_of_liquidation",
    "median_end_rate_per_year",
    "median_end_collateral_ratio",
)


def risk_rows(extrapolation: Extrapolation) -> list[tuple[object, ...]]:
    """One row for each scenario, as `RISKS` names it."""
    rows: list[tuple[object, ...]] = []
    for name in (scenario.name for scenario in extrapolation.scenarios):
        peg, liquidated = extrapolation.of(name, "peg_error"), extrapolation.of(name, "liquidated_ETH")[:, -1]
        rows.append(
            (
                name,
                *(float(np.quantile(peg[:, -1], share)) for share in (0.5, 0.05, 0.95)),
                float(np.abs(peg).mean()),
                float((np.abs(peg).max(axis=1) > PEG_BAND).mean()),
                float(extrapolation.of(name, "hours_outside_band")[:, -1].mean()),
                float(extrapolation.of(name, "n_rate_bound_hits")[:, -1].mean()),
                float(liquidated.mean()),
                float((liquidated > 0).mean()),
                float(np.median(extrapolation.of(name, "redemption_rate")[:, -1])),
                float(np.median(extrapolation.of(name, "collateral_ratio")[:, -1])),
            )
        )
    return rows


def provenance_section(cycle: Cycle) -> Section:
    facts = provenance(cycle)
    simple = [(name, value) for name, value in facts.items() if not isinstance(value, dict | list)]
    versions = list(facts["versions"].items())
    return Section(
        "Provenance",
        ["The same record, seed and versions give the same numbers."],
        tables=[Table("This cycle", ("what", "value"), simple), Table("Versions", ("library", "version"), versions)],
    )


def quality_section(cycle: Cycle) -> Section:
    found = data_quality(cycle)
    gaps = [tuple(gap.values()) for gap in found["gaps_over_6h"]]
    shares = list(found["recorded_share"].items())
    stale = f"Ether's recorded price did not change between {found['stale_eth_share']:.0%} of neighbouring snapshots: the oracle's ticks."
    spacing = found["spacing_hours"]
    return Section(
        "Data quality",
        [f"Snapshots are {spacing['median']:.2f} h apart in the median, {spacing['longest']:.1f} h at most.", stale],
        warnings=found["notes"],
        tables=[
            Table("Gaps over six hours; nothing is filled in", ("after block", "after", "hours"), gaps),
            Table("Share of snapshots that hold a column", ("column", "share"), shares),
        ],
    )


def controller_section(cycle: Cycle) -> Section:
    one = cycle.backtests[-1]
    elsewhere = (
        [f"{cycle.history.name} lacks the prices that the controller saw; the law is checked on {one.history.name}."]
        if one.history.name != cycle.history.name
        else []
    )
    text = "Whenever the observed rate has changed, the law predicts it from the medianizer's price and the redemption price."
    return Section("Controller check", [text, *elsewhere], charts=controller_charts(one.history, one.replay))


def backtest_section(cycle: Cycle) -> Section:
    baselines = ("constant price", "first rate", "observed rates")
    rows = [
        (one.label, one.replay.mode, score.series, score.unit, score.n, *errors(score))
        + tuple(score.skill.get(name) for name in baselines)
        for one in cycle.backtests
        for score in one.scores
    ]
    header = ("record", "mode", "series", "unit", "n", "MAE", "RMSE", "largest", "bias", "MAE, bps")
    charts = [chart for one in cycle.backtests[:-1] for chart in replay_charts(one.label, one.history, one.replay)]
    return Section(
        "Backtest",
        [
            "Each series is scored in its own unit; nothing is averaged across units, and the first snapshot does not count.",
            "Skill is 1 minus the quotient of the mean absolute errors: above 0, the twin is better than the baseline.",
        ],
        shortfalls(cycle),
        [
            Table(
                "Scores, and skill against naive baselines", (*header, *(f"skill: {name}" for name in baselines)), rows
            )
        ],
        charts,
    )


def errors(score: Score) -> tuple[float, ...]:
    return (score.mae, score.rmse, score.largest, score.bias, score.mae_bps)


def process_section(cycle: Cycle) -> Section:
    found = cycle.identified
    chosen = found.eth.forecasts[found.eth.kind]
    rows = [
        (kind, one.log_score, one.largest_error, "chosen" if kind == found.eth.kind else "")
        for kind, one in found.eth.forecasts.items()
    ]
    off = [
        f"{name}: at {score.horizon} h the {100 * band:g} % band held {share:.1%} of what came, more than "
        f"{100 * LARGEST_ERROR:g} points off; {score.independent} of its {score.n} origins do not overlap."
        for name, one in (("Ether", chosen), ("Spread", found.spread_forecasts))
        for score in one.scores
        for band, share in zip(BANDS, score.coverage, strict=True)
        if abs(share - band) > LARGEST_ERROR + ROUNDING
    ]
    gamma = found.gamma
    return Section(
        "Fitted processes",
        [
            "Candidates for ether's price are held against what came after each of many origins in the past, with estimates "
            f"from before it alone. {found.eth.kind} was chosen: {found.eth.rule}.",
            "The mean is estimated but not carried on: of few days it is noise, and how much of it, the paths show.",
            f"The predecessor's fit of a gamma to price levels (shape {gamma.shape:.4g}, scale {gamma.scale:.4g} USD) is shown "
            "to compare with; independent draws of levels are no price process.",
        ],
        off,
        [
            Table("Ether's candidates", ("process", "log score", "largest error of coverage", ""), rows),
            estimate_table(f"Ether: {found.eth.kind}", found.eth.chosen.estimates),
            coverage_table("Ether: coverage of bands", chosen),
            estimate_table(
                f"Spread: {found.spread.lags} lags, half-life {found.spread.half_life:.1f} h", found.spread.estimates
            ),
            coverage_table("Spread: coverage of bands", found.spread_forecasts),
        ],
        [
            coverage_chart("Ether: how often the bands held what came", chosen),
            pit_chart("Ether: where among the paths lay what came", chosen),
            coverage_chart("Spread: how often the bands held what came", found.spread_forecasts),
            pit_chart("Spread: where among the paths lay what came", found.spread_forecasts),
        ],
    )


def estimate_table(caption: str, estimates: tuple[Estimate, ...]) -> Table:
    rows = [(one.name, one.value, one.standard_error, one.unit) for one in estimates]
    return Table(caption, ("estimate", "value", "standard error", "unit"), rows)


def coverage_table(caption: str, forecasts: Forecasts) -> Table:
    header = ("hours ahead", "origins", "of which apart", *(f"{100 * band:g} %" for band in BANDS), "log score")
    rows = [(one.horizon, one.n, one.independent, *one.coverage, one.log_score) for one in forecasts.scores]
    return Table(caption, header, rows)


def future_section(cycle: Cycle) -> Section:
    found = cycle.extrapolation
    text = (
        f"{found.values.shape[1]} paths of {found.hours[-1]:g} hours for each scenario, with the same random numbers in each; "
        f"the controller is {'the contract' if found.controller == 'evm' else found.controller}. Bands are of the first scenario."
    )
    charts = [fan_chart(found, series, title, cycle.window) for series, title in FANS.items()]
    return Section("What may come", [text], found.notes, charts=charts)


def scenario_section(extrapolation: Extrapolation) -> Section:
    header = [name.replace("_", " ") for name in RISKS]
    units = ", ".join(f"{name}: {unit}" for name, unit in SERIES.items() if name in ("peg_error", "redemption_rate"))
    bands = [
        (
            scenario.name,
            series,
            SERIES[series],
            *(float(x) for x in extrapolation.quantiles(scenario.name, series)[:, -1]),
        )
        for scenario in extrapolation.scenarios
        for series in FANS
    ]
    quantiles = [f"{100 * share:g} %" for share in QUANTILES]
    return Section(
        "Scenarios",
        [f"Units: {units}."],
        tables=[
            Table("Risks", header, risk_rows(extrapolation)),
            Table("At the last hour", ("scenario", "series", "unit", *quantiles), bands),
        ],
    )


def parameter_section(cycle: Cycle) -> Section:
    gains = [(int(block), *map(float, row), int(period)) for block, *row, period in cycle.history.gains]
    terms = list(asdict(cycle.extrapolation.eth.terms).items())
    scenarios = [
        (name, *(getattr(one, name) for one in cycle.options.scenarios)) for name in asdict(cycle.options.scenarios[0])
    ]
    names = [one.name for one in cycle.options.scenarios]
    return Section(
        "Parameters",
        tables=[
            Table("Gains of the controller", ("from block", "kp", "ki", "leak per second", "period, s"), gains),
            Table("Ether's process", ("parameter", "value"), terms),
            Table("Scenarios; – changes nothing", ("parameter", *names), scenarios),
        ],
    )
