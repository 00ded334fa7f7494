"""`tsp risk`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenspice.studies.commands.options import split_settings

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["risk"]


def risk(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    loss: Annotated[str, typer.Option(metavar="COLUMN", help="What is lost: its highest value. Or a metric.")] = "",
    liquidated: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="What was liquidated, for liquidations at risk.")
    ] = None,
    horizon: Annotated[str | None, typer.Option(metavar="TIME", help="Within 24h, 1d, 2w; default: the run.")] = None,
    levels: Annotated[str, typer.Option(metavar="PERCENT", help="Levels, such as 95,99.")] = "95,99",
    propose: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A parameter that would change. May be repeated.")
    ] = None,
    scenarios: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TOML file of scenarios, as tsp corners takes it.")
    ] = None,
    max_step: Annotated[
        str | None, typer.Option(metavar="PERCENT", help="Refuse a proposal that changes a number by more: 3%.")
    ] = None,
    rel: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Stop when half of VaR's interval is this share of it.")
    ] = None,
    over: Annotated[
        str | None, typer.Option(metavar="NAME", help="The random variable over which VaR is drawn.")
    ] = None,
) -> "Result":
    """What may be lost: value at risk, expected shortfall, liquidations at risk.

    With --propose, the present parameters against the proposed ones, with the same seeds, in each scenario.
    """
    from tokenspice.studies.design.risk.tool import risk as estimate

    if not loss:
        raise typer.BadParameter("write the column that is lost, such as bad_debt_USD.", param_hint="--loss")
    return estimate(
        netlist,
        study,
        loss=loss,
        liquidated=liquidated,
        horizon=horizon,
        levels=percents(levels),
        propose=split_settings(propose or [], "--propose"),
        scenarios=scenarios,
        max_step=percent(max_step, "--max-step") / 100 if max_step else None,
        rel=rel,
        over=over,
        **common,
    )


def percents(text: str) -> list[float]:
    return [percent(one, "--levels") for one in text.split(",")]


def percent(text: str, option: str) -> float:
    try:
        return float(text.strip().removesuffix("%"))
    except ValueError:
        raise typer.BadParameter(f'"{text}": write a number of per cent.', param_hint=option) from None
