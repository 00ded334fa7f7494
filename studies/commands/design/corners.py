"""`tsp corners`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["corners"]


def corners(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    corner: Annotated[
        list[str] | None, typer.Option("--corner", metavar="NAME:A=1,B=2", help="A point to look at. May be repeated.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--corners", metavar="FILE", help="A TOML file: a table for each corner.")
    ] = None,
    extract: Annotated[
        int, typer.Option(min=0, metavar="K", help="Write K runs of each spec's worst corner, as corners.")
    ] = 0,
) -> "Result":
    """Does each spec hold at chosen points?

    At all combinations of the environment's ends, up to 64, or at the corners that are named; 20 seeds each, the same
    ones, unless --reps says otherwise.
    """
    from tokenspice.studies.design.corners import corners as look

    return look(netlist, study, corners=file, named=corner or (), extract=extract, **common)
