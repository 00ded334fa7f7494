"""What the science-funding netlists draw: every chart whose columns a run has."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from tokenspice.engine import COUNT, PERCENT, Floats, PlotInstructions, Unit, YParam

__all__ = ["project_charts", "reach_charts", "science_charts"]

TOKENS = Unit("OCEAN")
INDEX = Unit("index")


class Chart(NamedTuple):
    """A chart of the named columns that a run has, or of all others that match a pattern.

    What the pattern has in parentheses is the legend's text; `how` is what YParam.shown takes.
    """

    title: str
    unit: Unit
    pattern: str = ""
    columns: tuple[str, ...] = ()
    scale: Literal["linear", "log"] = "linear"
    how: Mapping[str, Any] = MappingProxyType({})


def how(**given: Any) -> Mapping[str, Any]:
    return MappingProxyType(given)


STEP = how(draw="step")
VALUES = tuple(f"total_value_in_{who}" for who in ("treasury", "researchers", "markets"))
PARTS = tuple(f"relative_value_in_{who}" for who in ("treasury", "researchers", "markets"))
KINDS = ("total_value_in_public_researchers", "total_value_in_private_researchers")
REACH = "Proposals funded"
MARKETS = ("market", "private_market", "public_market", "sellers")

CHARTS = (
    Chart(
        "Treasury OCEAN",
        TOKENS,
        columns=("university_OCEAN", "dao_treasury_OCEAN"),
        how=how(draw="step", about="What is left to fund research."),
    ),
    Chart(
        REACH,
        COUNT,
        r"(.*)_no_proposals_funded",
        how=how(draw="step", about="So far, of each researcher; whom funding has not reached has none."),
    ),
    Chart(
        "Value distribution in the system",
        TOKENS,
        columns=VALUES,
        how=how(draw="area", about="Who holds the OCEAN; what stakers and community hold is left out."),
    ),
    Chart("Relative value distribution", PERCENT, columns=PARTS, how=STEP),
    Chart("Total value in the system", TOKENS, columns=("total_value_of_system",), how=STEP),
    Chart("Value in public and private research", TOKENS, columns=KINDS, how=STEP),
    Chart("Proposals", COUNT, r"(.*)_no_proposals"),
    Chart("OCEAN funding", TOKENS, r"(.*)_total_funding", how=how(draw="step", about="So far, of each researcher.")),
    Chart(
        "Gini coefficient of funding",
        INDEX,
        columns=("gini_total_funding",),
        how=how(draw="step", about="Over researchers: 0 is equal shares; 1 is all to one."),
    ),
    Chart("Knowledge access index", INDEX, r"(.*)_knowledge_access", how=STEP),
    Chart("Assets of each researcher", COUNT, r"(.*)_total_assets_mrkt"),
    Chart("Researcher OCEAN", TOKENS, r"(researcher[0-9a-f]+)_OCEAN", how=STEP),
    Chart("Public researcher OCEAN", TOKENS, r"(.*)_public_OCEAN", how=STEP),
    Chart("Private researcher OCEAN", TOKENS, r"(.*)_private_OCEAN", how=STEP),
    Chart("Assets in the public market by owner", COUNT, r"(.*)_public_total_assets_\w+_in_market"),
    Chart("Assets in the private market by owner", COUNT, r"(.*)_private_total_assets_\w+_in_market"),
    Chart(
        "Staker and markets OCEAN",
        TOKENS,
        columns=("staker_OCEAN", *(f"{name}_OCEAN" for name in MARKETS)),
        scale="log",
        how=STEP,
    ),
    Chart("Fees", TOKENS, r"(.*)_fees_OCEAN", how=STEP),
    Chart("Assets in the markets", COUNT, columns=tuple(f"{name}_assets" for name in MARKETS)),
    Chart(
        "Integration and novelty of funded proposals",
        INDEX,
        columns=tuple(f"dao_treasury_funded_proposals_{what}" for what in ("integration", "novelty", "in_index")),
        how=how(draw="step", where="funded_proposals_impact"),
    ),
    Chart(
        "Impact of funded proposals",
        INDEX,
        columns=("funded_proposals_impact",),
        how=how(draw="step", where="funded_proposals_impact"),
    ),
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


def reach_charts(header: list[str], values: Floats) -> PlotInstructions:
    """Return the same charts, that of whom funding reaches before all others."""
    return _instructions(tuple(sorted(CHARTS, key=lambda chart: chart.title != REACH)), header, values)


def project_charts(header: list[str], values: Floats) -> PlotInstructions:
    """Return the charts of rpdata.csv, over months."""
    return _instructions(PROJECT_CHARTS, header, values)


def _instructions(charts: tuple[Chart, ...], header: list[str], values: Floats) -> PlotInstructions:
    named = {column for chart in charts for column in chart.columns}
    drawn = [(chart, dict(_lines(chart, header, named))) for chart in charts]
    y_params = [
        YParam(list(lines), list(lines.values()), chart.title, chart.unit, chart.scale).shown(**chart.how)
        for chart, lines in drawn
        if lines
    ]
    return PlotInstructions("Month", values[:, header.index("Month")], y_params)


def _lines(chart: Chart, header: list[str], named: set[str]) -> Iterator[tuple[str, str]]:
    """The columns of a chart, each with the legend's text, in words."""
    for column in header:
        if column in chart.columns:
            yield column, words(column)
        elif chart.pattern and column not in named and (match := re.fullmatch(chart.pattern, column)):
            yield column, words(match[1])


def words(name: str) -> str:
    """Write a column's name for a legend: "dao_treasury_OCEAN" as "DAO treasury"."""
    for start in ("total_value_in_", "relative_value_in_", "dao_treasury_funded_proposals_"):
        name = name.removeprefix(start)
    for end in ("_OCEAN", "_assets"):
        name = name.removesuffix(end)
    name = re.sub(r"researcher(?=[0-9a-f])", "researcher ", name.replace("_", " "))
    return name.replace("dao ", "DAO ").replace("in index", "in the index")
