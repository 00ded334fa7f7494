"""Trainings and walks in folders: JSON for machines, HTML for people, charts in both."""

import base64
import csv
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.prices.table import Prices
from tokenspice.markets.scenario import Scenario
from tokenspice.studies.pools.charts import draw_curves, draw_parts, draw_sensitivities, draw_walk, draw_weights
from tokenspice.studies.pools.metrics import METRICS
from tokenspice.studies.pools.ratios import RATIOS, daily_of, ratios
from tokenspice.studies.pools.scenario_text import scenario_text
from tokenspice.studies.pools.training.candidates import LOOKED_AT
from tokenspice.studies.pools.training.sensitivity import sensitivities
from tokenspice.studies.pools.training.settings import Training
from tokenspice.studies.pools.training.train import TrainResult
from tokenspice.studies.pools.walk_forward import Cycle, WalkForward, WalkForwardResult, efficiency

__all__ = ["write_training", "write_walk"]

Rows = Sequence[Sequence[str]]


def write_training(
    scenario: Scenario, training: Training, prices: Prices, result: TrainResult, folder: Path
) -> Mapping[str, Any]:
    """Write training.json, candidates.csv, trained.toml, report.html and charts; return what training.json holds.

    Args:
        scenario: as it was before training.
        training: how it was trained.
        prices: the history.
        result: what it came to.
        folder: exists.
    """
    table = prices.of(scenario.tokens).from_midnight()
    facts: Mapping[str, Any] = plain(
        {
            "scenario": repr(scenario),
            "settings": dict(training.facts()),
            "dates": result.segments.dates(table),
            "numbers": {path: value.tolist() for path, value in result.numbers.items()},
            "chosen": chosen_facts(result, training),
            "measures": result.measures,
            "test_of_a_new_pool": result.fresh_test,
            "daily_ratios": {name: ratios(daily_of(course)) for name, course in result.courses.items()},
        }
    )
    write_json(facts, folder / "training.json")
    with (folder / "candidates.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        more = [(part, name) for part in result.chosen.measures for name in LOOKED_AT]
        names = [*(f"x{i}" for i in range(len(result.chosen.x))), *(f"{part}_{name}" for part, name in more)]
        writer.writerow(["iteration", "parameter_set", "train", "validation", *names])
        for c in result.candidates:
            measured = [c.measures.get(part, {}).get(name, np.nan) for part, name in more]
            writer.writerow([c.iteration, c.parameter_set, c.train, c.validation, *c.x.tolist(), *measured])
    write_scenario(result.scenario, folder / "trained.toml")
    draw_parts(result.courses, folder / "value.png")
    draw_curves(result.candidates, result.chosen, training.chosen_by, folder / "training.png")
    beside = sensitivities(scenario, training, table, result.segments, result.chosen.x)
    draw_sensitivities(beside, training.chosen_by, folder / "sensitivity.png")
    columns = {**result.measures, **({"test, new pool": result.fresh_test} if result.fresh_test else {})}
    tables = [
        ("What was chosen", [["number", *scenario.tokens], *number_rows(result, len(scenario.tokens))]),
        ("Measures", measure_rows(columns)),
        (
            "Daily ratios, against holding",
            ratio_rows({name: ratios(daily_of(c)) for name, c in result.courses.items()}),
        ),
    ]
    write_html("Training", facts["chosen"], tables, ("value", "training", "sensitivity"), folder)
    return facts


def write_walk(
    scenario: Scenario, training: Training, walk: WalkForward, result: WalkForwardResult, prices: Prices, folder: Path
) -> Mapping[str, Any]:
    """Write walk_forward.json, trained.toml of the last cycle, report.html and charts; return what the JSON holds.

    Args:
        scenario: as it was before training.
        training: how each cycle was trained.
        walk: how the history was walked through.
        result: what it came to.
        prices: the history.
        folder: exists.
    """
    table = prices.of(scenario.tokens).from_midnight()
    verdict = {
        "mean_efficiency": result.mean_efficiency,
        "mean_out_of_sample_sharpe": result.mean_out_of_sample,
        "worst_out_of_sample_sharpe": result.worst_out_of_sample,
        "mean_out_of_sample_sharpe_less_haircut": result.mean_adjusted,
        "deflated_sharpe": asdict(result.deflated),
        "bootstrap_of_sharpe": None if result.interval is None else asdict(result.interval),
        "is_effective": result.is_effective,
    }
    facts: Mapping[str, Any] = plain(
        {
            "scenario": repr(scenario),
            "settings": dict(training.facts()),
            "walk_forward": asdict(walk),
            "verdict": verdict,
            "cycles": [cycle_facts(cycle, training, table) for cycle in result.cycles],
        }
    )
    write_json(facts, folder / "walk_forward.json")
    write_scenario(result.cycles[-1].training.scenario, folder / "trained.toml")
    draw_walk(result.cycles, folder / "value.png")
    draw_weights(result.cycles, scenario.tokens, folder / "weights.png")
    last = result.cycles[-1].training
    draw_curves(last.candidates, last.chosen, training.chosen_by, folder / "training.png")
    columns = {f"test {k + 1}": cycle.training.fresh_test for k, cycle in enumerate(result.cycles)}
    tables = [
        ("Cycles", cycle_rows(result.cycles, table)),
        ("Where the tests' returns came from", part_rows(result.cycles)),
        ("Measures of the tests", measure_rows(columns)),
    ]
    write_html("Walk-forward", facts["verdict"], tables, ("value", "weights", "training"), folder)
    return facts


def chosen_facts(result: TrainResult, training: Training) -> dict[str, Any]:
    """The candidate that was chosen."""
    chosen = result.chosen
    return {
        "iteration": chosen.iteration,
        "parameter_set": chosen.parameter_set,
        "chosen_by": training.chosen_by,
        "in_training": chosen.train,
        "in_validation": chosen.validation,
        "points_tried": result.tries,
    }


def cycle_facts(cycle: Cycle, training: Training, table: Prices) -> dict[str, Any]:
    """One cycle."""
    result = cycle.training
    return {
        "dates": result.segments.dates(table),
        "chosen": chosen_facts(result, training),
        "numbers": {path: value.tolist() for path, value in result.numbers.items()},
        "in_sample_sharpe": cycle.in_sample,
        "out_of_sample_sharpe": cycle.out_of_sample,
        "efficiency": efficiency(cycle.in_sample, cycle.out_of_sample),
        "gap": cycle.in_sample - cycle.out_of_sample,
        "rademacher": asdict(cycle.haircut),
        "out_of_sample_sharpe_less_haircut": cycle.out_of_sample - cycle.haircut.haircut_per_year,
        "regime": cycle.regime,
        "last_weights": cycle.weights[-1].tolist(),
        "parts_of_the_return": asdict(cycle.parts),
        "measures": result.measures,
        "test_of_a_new_pool": result.fresh_test,
    }


def plain(value: Any) -> Any:
    """A value as JSON has it: what is no number is null."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value


def write_json(facts: Mapping[str, Any], path: Path) -> None:
    path.write_text(json.dumps(facts, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def write_scenario(scenario: Scenario, path: Path) -> None:
    """The scenario as a file, or why it is none."""
    try:
        text = scenario_text(scenario)
    except StrategyConfigError as error:
        text = f"# {error}\n"
    path.write_text(text, encoding="utf-8")


def number(value: float | None) -> str:
    return "–" if value is None or not np.isfinite(value) else f"{value:.5g}"


def number_rows(result: TrainResult, n_tokens: int) -> Rows:
    rows = []
    for path, values in result.numbers.items():
        shown = np.broadcast_to(values, (n_tokens,))
        rows.append([path, *(number(float(value)) for value in shown)])
    return rows


def measure_rows(columns: Mapping[str, Mapping[str, float]]) -> Rows:
    rows = [[name, METRICS[name].unit, *(number(values[name]) for values in columns.values())] for name in METRICS]
    return [["measure", "unit", *columns], *rows]


def ratio_rows(columns: Mapping[str, Mapping[str, float]]) -> Rows:
    rows = [[name, RATIOS[name].unit, *(number(values[name]) for values in columns.values())] for name in RATIOS]
    return [["ratio", "unit", *columns], *rows]


def cycle_rows(cycles: Sequence[Cycle], table: Prices) -> Rows:
    head = [
        "cycle",
        "trained from",
        "tested from",
        "to",
        "in-sample Sharpe [1/√year]",
        "out-of-sample",
        "efficiency",
        "less haircut",
        "prices",
    ]
    rows: list[list[str]] = [head]
    for k, cycle in enumerate(cycles):
        dates = cycle.training.segments.dates(table)
        numbers = (
            cycle.in_sample,
            cycle.out_of_sample,
            efficiency(cycle.in_sample, cycle.out_of_sample),
            cycle.out_of_sample - cycle.haircut.haircut_per_year,
        )
        rows.append([str(k + 1), dates["train"][0], *dates["test"], *map(number, numbers), ", ".join(cycle.regime)])
    return rows


def part_rows(cycles: Sequence[Cycle]) -> Rows:
    names = list(asdict(cycles[0].parts))
    return [
        ["part of the first value", *(f"test {k + 1}" for k in range(len(cycles)))],
        *([name, *(f"{asdict(cycle.parts)[name]:.4%}" for cycle in cycles)] for name in names),
    ]


STYLE = """
body { font: 15px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222 }
table { border-collapse: collapse; margin: 1em 0; font-size: 13px } td, th { padding: .15em .8em; border-bottom: 1px solid #ddd }
td:not(:first-child), th:not(:first-child) { text-align: right } th { background: #f4f4f4 } img { max-width: 100% }
"""


def write_html(
    title: str, facts: Mapping[str, Any], tables: Sequence[tuple[str, Rows]], charts: Sequence[str], folder: Path
) -> None:
    """One page that needs nothing else: its charts are in it."""
    summary = [["", ""], *([name.replace("_", " "), short(value)] for name, value in facts.items())]
    parts = [table_html(summary)]
    parts += [image(folder / f"{name}.png", name) for name in charts]
    parts += [f"<h2>{html.escape(name)}</h2>\n{table_html(rows)}" for name, rows in tables]
    page = f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>\n<h1>{title}</h1>\n'
    (folder / "report.html").write_text(page + "\n".join(parts) + "\n</html>\n", encoding="utf-8")


def short(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {short(part)}" for key, part in value.items())
    if isinstance(value, bool) or not isinstance(value, float | int | None):
        return str(value)
    return number(value)


def table_html(rows: Rows) -> str:
    head, *body = rows
    lines = ["<tr>" + "".join(f"<th>{html.escape(cell)}</th>" for cell in head) + "</tr>"] if any(head) else []
    lines += ["<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in body]
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def image(path: Path, name: str) -> str:
    return f'<p><img alt="{name}" src="data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"></p>'
