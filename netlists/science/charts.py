"""What the science-funding netlists draw: every chart whose columns a run has."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from tokenspice.engine import COUNT, Floats, PlotInstructions, Unit, YParam

__all__ = ["project_charts", "science_charts"]

TOKENS = Unit("OCEAN")
INDEX = Unit("index")
PART = Unit("part of the whole")


class Chart(NamedTuple):
    """A chart of the named columns that a run has, or of all others that match a pattern.

    What the pattern has in parentheses is the legend's text.
    """

    title: str
    unit: Unit
    pattern: str = ""
    columns: tuple[str, ...] = ()
    scale: Literal["linear", "log"] = "linear"


VALUES = tuple(f"total_value_in_{who}" for who in ("treasury", "researchers", "markets"))
PARTS = tuple(f"relative_value_in_{who}" for who in ("treasury", "researchers", "markets"))
KINDS = ("total_value_in_public_researchers", "total_value_in_private_researchers")
MARKETS = ("market", "private_market", "public_market", "sellers")

CHARTS = (
    Chart("Treasury OCEAN", TOKENS, columns=("university_OCEAN", "dao_treasury_OCEAN")),
    Chart("Value distribution in the system", TOKENS, columns=VALUES),
    Chart("Relative value distribution", PART, columns=PARTS),
    Chart("Total value in the system", TOKENS, columns=("total_value_of_system",)),
    Chart("Value in public and private research", TOKENS, columns=KINDS),
    Chart("Proposals funded", COUNT, r"(.*)_no_proposals_funded"),
    Chart("Proposals", COUNT, r"(.*)_no_proposals"),
    Chart("OCEAN funding", TOKENS, r"(.*)_total_funding"),
    Chart("Gini coefficient of funding", INDEX, columns=("gini_total_funding",)),
    Chart("Knowledge access index", INDEX, r"(.*)_knowledge_access"),
    Chart("Assets of each researcher", COUNT, r"(.*)_total_assets_mrkt"),
    Chart("Researcher OCEAN", TOKENS, r"(researcher[0-9a-f]+)_OCEAN"),
    Chart("Public researcher OCEAN", TOKENS, r"(.*)_public_OCEAN"),
    Chart("Private researcher OCEAN", TOKENS, r"(.*)_private_OCEAN"),
    Chart("Assets in the public market by owner", COUNT, r"(.*)_public_total_assets_\w+_in_market"),
    Chart("Assets in the private market by owner", COUNT, r"(.*)_private_total_assets_\w+_in_market"),
    Chart(
        "Staker and markets OCEAN",
        TOKENS,
        columns=("staker_OCEAN", *(f"{name}_OCEAN" for name in MARKETS)),
        scale="log",
    ),
    Chart("Fees", TOKENS, r"(.*)_fees_OCEAN"),
    Chart("Assets in the markets", COUNT, columns=tuple(f"{name}_assets" for name in MARKETS)),
    Chart(
        "Integration and novelty of funded proposals",
        INDEX,
        columns=tuple(f"dao_treasury_funded_proposals_{what}" for what in ("integration", "novelty", "in_index")),
    ),
    Chart("Impact of funded proposals", INDEX, columns=("funded_proposals_impact",)),
    Chart("Curiosity of the community", INDEX, columns=("community_curiosity",)),
    Chart("Assets bought by the community", COUNT, columns=("community_knowledge_access",)),
)

PROJECT_CHARTS = (
    Chart("Research projects", COUNT, columns=("total_rp",)),
    Chart("Engagement with projects", COUNT, columns=("total_rp_engagement",)),
    Chart("Integration of projects", INDEX, columns=("total_rp_integration",)),
    Chart("Novelty of projects", INDEX, columns=("total_rp_novelty",)),
    Chart("Impact of projects", INDEX, columns=("total_rp_impact",)),
    Chart("Impact of each project", INDEX, r"(.*)_impact"),
    Chart("Engagement with each project", COUNT, r"(.*)_engagement"),
)


def science_charts(header: list[str], values: Floats) -> PlotInstructions:
    """Return the charts of data.csv, over months."""
    return _instructions(CHARTS, header, values)


def project_charts(header: list[str], values: Floats) -> PlotInstructions:
    """Return the charts of rpdata.csv, over months."""
    return _instructions(PROJECT_CHARTS, header, values)


def _instructions(charts: tuple[Chart, ...], header: list[str], values: Floats) -> PlotInstructions:
    named = {column for chart in charts for column in chart.columns}
    drawn = [(chart, dict(_lines(chart, header, named))) for chart in charts]
    y_params = [
        YParam(list(lines), list(lines.values()), chart.title, chart.unit, chart.scale)
        for chart, lines in drawn
        if lines
    ]
    return PlotInstructions("Month", values[:, header.index("Month")], y_params)


def _lines(chart: Chart, header: list[str], named: set[str]) -> Iterator[tuple[str, str]]:
    """The columns of a chart, each with the legend's text."""
    for column in header:
        if column in chart.columns:
            yield column, column
        elif chart.pattern and column not in named and (match := re.fullmatch(chart.pattern, column)):
            yield column, match[1]
