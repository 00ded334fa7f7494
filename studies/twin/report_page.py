"""A page that needs nothing but itself: text, tables, charts, and Plotly once."""

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from tokenspice.studies.twin.report_charts import Chart

__all__ = ["Section", "Table", "page"]

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1060px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.25em; margin-top: 2em; border-bottom: 1px solid #ddd; }
table { border-collapse: collapse; margin: 1em 0; font-size: 13px; } caption { text-align: left; font-weight: 600; }
td, th { padding: 3px 10px; border-bottom: 1px solid #eee; text-align: right; } td:first-child, th:first-child { text-align: left; }
.wide { overflow-x: auto; } .warn { background: #fff4e5; border-left: 4px solid #d9772b; padding: 6px 12px; }
nav a { margin-right: 1em; }
"""
DRAW = """
document.querySelectorAll("script[type='application/json']").forEach(function (one) {
  var spec = JSON.parse(one.textContent);
  Plotly.newPlot(one.previousElementSibling, spec.data, spec.layout, {responsive: true, displaylogo: false});
});
"""


@dataclass(frozen=True)
class Table:
    """Rows under a header; numbers are written with six digits that count."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes:
        title: of the part.
        paragraphs: of text.
        warnings: what the reader must not overlook.
        tables: in order.
        charts: in order, after the tables.
    """

    title: str
    paragraphs: Sequence[str] = ()
    warnings: Sequence[str] = ()
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = field(default_factory=tuple)


def page(title: str, sections: Sequence[Section]) -> str:
    """Write the page as HTML."""
    plotly = files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")
    links = " ".join(f'<a href="#{anchor(one.title)}">{html.escape(one.title)}</a>' for one in sections)
    body = "\n".join(written(one) for one in sections)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{html.escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n<script>{plotly}</script>\n</head>\n<body>\n<h1>{html.escape(title)}</h1>\n"
        f"<nav>{links}</nav>\n{body}\n<script>{DRAW}</script>\n</body>\n</html>\n"
    )


def written(section: Section) -> str:
    parts = [f'<h2 id="{anchor(section.title)}">{html.escape(section.title)}</h2>']
    parts += [f"<p>{html.escape(text)}</p>" for text in section.paragraphs]
    parts += [f'<p class="warn">{html.escape(text)}</p>' for text in section.warnings]
    parts += [table(one) for one in section.tables]
    parts += [drawing(one) for one in section.charts]
    return "\n".join(parts)


def table(content: Table) -> str:
    head = "".join(f"<th>{html.escape(name)}</th>" for name in content.header)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell(value))}</td>" for value in row) + "</tr>" for row in content.rows
    )
    caption = f"<caption>{html.escape(content.caption)}</caption>"
    return f'<div class="wide"><table>{caption}<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>'


def cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def drawing(spec: Chart) -> str:
    # What is in a script element ends at its first closing tag.
    text = json.dumps(as_json(spec), allow_nan=False).replace("</", "<\\/")
    return f'<div></div><script type="application/json">{text}</script>'


def as_json(spec: Mapping[str, object]) -> dict[str, object]:
    return {"data": spec["data"], "layout": spec["layout"]}


def anchor(title: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in title.lower())
