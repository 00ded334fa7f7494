"""`tsp optimise`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["optimise"]


def optimise(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    robust: Annotated[
        str, typer.Option(metavar="corners|q95|yield|regret", help="Best under variation. Default: best on average.")
    ] = "",
    sampler: Annotated[
        str, typer.Option(metavar="auto|tpe|cmaes|nsga2|gp", help="Default: nsga2 for several goals, tpe for one.")
    ] = "auto",
    constraint: Annotated[
        str, typer.Option(metavar="margin|share", help="Specs are met on average, or in their share of runs.")
    ] = "margin",
    local: Annotated[bool, typer.Option("--local", help="Go step by step from the defaults (COBYQA).")] = False,
) -> "Result":
    """Which design is best, subject to the specs?

    Searches with common seeds, lets the best race on fresh ones, and confirms the winner on others. OUTDIR/best.toml is
    the design; with several goals OUTDIR/front.parquet are those that no other beats.
    """
    from tokenspice.studies.design.optimisation.optimise import optimise as search

    return search(
        netlist,
        study,
        robust=robust,  # type: ignore[arg-type]
        sampler=sampler,  # type: ignore[arg-type]
        constraint=constraint,  # type: ignore[arg-type]
        local=local,
        **common,
    )
