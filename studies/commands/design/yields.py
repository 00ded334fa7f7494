"""`tsp yield`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["yields"]


def yields(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    decide: Annotated[
        bool, typer.Option("--decide", help="Stop when it is clear of every spec whether its share of runs holds it.")
    ] = False,
    half_width: Annotated[
        float | None, typer.Option(metavar="X", help="Stop when every share is known to within X.")
    ] = None,
    fixed: Annotated[
        int | None, typer.Option("--fixed", min=2, metavar="N", help="Make N runs, and give the intervals for that.")
    ] = None,
    corners: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Do so at each corner of a TOML file, not at the defaults.")
    ] = None,
    extract: Annotated[
        int, typer.Option(min=0, metavar="K", help="Write the K runs at the required share, as corners.")
    ] = 0,
) -> "Result":
    """In what share of runs do the specs hold?

    Independent runs, 64 at a time, until what was asked is clear. OUTDIR/report.md says what was found, and
    OUTDIR/failures.parquet which runs failed.
    """
    from tokenspice.studies.design.yields import yields as estimate

    return estimate(
        netlist, study, decide=decide, half_width=half_width, fixed=fixed, corners=corners, extract=extract, **common
    )
