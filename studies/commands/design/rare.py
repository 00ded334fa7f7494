"""`tsp rare`."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["rare"]


def rare(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="METRIC", help="Whose spec's failure. Default: the only one, or that of any."),
    ] = None,
    method: Annotated[
        Literal["auto", "splitting", "subset", "ce", "is"],
        typer.Option(help="splitting follows the spec's nearness; the others move random variables."),
    ] = "auto",
    rel: Annotated[
        float, typer.Option(metavar="SHARE", help="Stop when half the interval is this share of the probability.")
    ] = 0.3,
    repeats: Annotated[int, typer.Option(metavar="K", help="Independent repetitions; as many again if need be.")] = 10,
    size: Annotated[
        int | None, typer.Option(metavar="N", help="Runs that a repetition begins with, or takes a step.")
    ] = None,
) -> "Result":
    """How likely is a failure that comes once in 10,000 or 1,000,000,000 runs?

    Independent repetitions of splitting, subset sampling or importance sampling. OUTDIR/report.md gives the probability,
    its interval, and commands that repeat runs that failed.
    """
    from tokenspice.studies.design.rare.tool import rare as estimate

    return estimate(netlist, study, spec=of, method=method, rel=rel, repeats=repeats, size=size, **common)
