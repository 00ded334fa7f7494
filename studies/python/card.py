"""A run as a card in a notebook: what it asked, what was changed, and a small line for each chart."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from tokenspice.engine.errors import TokenSpiceError
from tokenspice.engine.units import Floats
from tokenspice.studies.charts import Chart
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.python.figures import charts_of_table

__all__ = ["MOST_BYTES", "card", "run_card", "sparkline"]

MOST_BYTES = 40_000  # of a card
FOR_LINES = 20_000  # of these, for the points of all lines
MOST_CHARTS, MOST_LINES, MOST_NAMED = 24, 4, 30
WIDTH, HEIGHT = 120, 28
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")  # Okabe and Ito's, for all eyes
PER_POINT = 10  # bytes, such as "119.5,27.5 "


class Recorded(Protocol):
    """A run, as its card needs it."""

    @property
    def name(self) -> str: ...

    @property
    def netlist(self) -> Netlist: ...

    @property
    def facts(self) -> dict[str, Any]: ...

    @property
    def changed(self) -> dict[str, Any]: ...

    def file(self, table: str) -> Path: ...


def run_card(result: Recorded) -> str:
    """Return a run's card."""
    facts = result.facts
    head = f"seed {facts.get('seed')}, {facts.get('last_tick', 0):,} ticks, {facts.get('outcome')}"
    try:
        lines = sparklines(charts_of_table(result.netlist, result.file("data"), "data", {}))
    except TokenSpiceError:  # nothing was logged, or the netlist is gone
        lines = ""
    error = facts.get("error")
    return card(result.name, head + (f": {error}" if error else ""), question_of(result), result.changed, lines)


def question_of(result: Recorded) -> str:
    try:
        return result.netlist.question
    except TokenSpiceError:
        return ""


def card(name: str, head: str, question: str, changed: Mapping[str, Any], body: str) -> str:
    """Return a card of at most 40 kB; all text is escaped."""
    shown = [f"<code>{escaped(key)} = {escaped(value)}</code>" for key, value in list(changed.items())[:MOST_NAMED]]
    more = [f"and {len(changed) - MOST_NAMED} more"] if len(changed) > MOST_NAMED else []
    top = (
        f"<b>{escaped(name)}</b> <span>{escaped(head)}</span><br/><i>{escaped(question)}</i><br/>"
        f"{', '.join([*shown, *more])}"
    )
    whole = f"<div>{top}{body}</div>"
    return whole if len(whole.encode()) <= MOST_BYTES else f"<div>{top}</div>"


def escaped(text: object) -> str:
    """Write text for HTML, of a long one the beginning."""
    plain = str(text)
    return html.escape(plain if len(plain) <= 300 else f"{plain[:299]}…")


def sparklines(charts: Sequence[Chart]) -> str:
    """Return a table with a small line and the last value for each chart."""
    shown = list({chart.title: chart for chart in charts}.values())
    n_lines = sum(min(MOST_LINES, len(chart.lines)) for chart in shown[:MOST_CHARTS])
    n_points = max(8, min(WIDTH, FOR_LINES // (PER_POINT * max(1, n_lines))))
    rows = [chart_row(chart, n_points) for chart in shown[:MOST_CHARTS]]
    more = f"<tr><td>and {len(shown) - MOST_CHARTS} more</td></tr>" if len(shown) > MOST_CHARTS else ""
    return f"<table>{''.join(rows)}{more}</table>"


def chart_row(chart: Chart, n_points: int) -> str:
    lines = [line.y for line in chart.lines[:MOST_LINES]]
    known = [line[np.isfinite(line)] for line in lines]
    last = ", ".join(f"{line[-1]:,.4g}" for line in known if len(line))
    svg = sparkline(lines, n_points)
    return f"<tr><td>{escaped(chart.title)}</td><td>{svg}</td><td>{last} {escaped(chart.unit)}</td></tr>"


def sparkline(columns: Sequence[Floats], n_points: int) -> str:
    """Draw columns as lines of at most `n_points` points on one scale; a gap where there is no number."""
    found = np.concatenate([column[np.isfinite(column)] for column in columns] or [np.array([])])
    if not len(found):
        return ""
    low, high = float(found.min()), float(found.max())
    paths = "".join(
        f'<path d="{path(column, low, high, n_points)}" fill="none" stroke="{colour}"/>'
        for column, colour in zip(columns, COLOURS, strict=False)
    )
    return f'<svg width="{WIDTH}" height="{HEIGHT}" role="img">{paths}</svg>'


def path(column: Floats, low: float, high: float, n_points: int) -> str:
    """Write a column as an SVG path."""
    places = np.unique(np.linspace(0, len(column) - 1, min(n_points, len(column))).astype(int))
    steps, pen = [], "M"
    for place in places:
        if not np.isfinite(column[place]):
            pen = "M"
            continue
        x = place / max(1, len(column) - 1) * WIDTH
        share = (column[place] - low) / (high - low) if high > low else 0.5
        steps.append(f"{pen}{x:.0f} {HEIGHT - 2 - share * (HEIGHT - 4):.1f}")
        pen = "L"
    return "".join(steps)
