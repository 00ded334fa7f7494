"""`tsp fit`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["fit"]


def fit(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    data: Annotated[Path, typer.Argument(metavar="DATA", help="A Parquet or CSV file with columns as runs log them.")],
    priors: Annotated[
        Literal["random", "design"], typer.Option(help="What is fitted: random variables, or ranges of the design.")
    ] = "random",
    method: Annotated[
        Literal["abc", "best"], typer.Option(help="A posterior, or the point whose runs are nearest alone.")
    ] = "abc",
    of: Annotated[
        list[str] | None, typer.Option("--of", metavar="METRIC", help="Compare by this metric alone. May be repeated.")
    ] = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Fit 20 known truths too, and test where they lie in their posteriors.")
    ] = False,
) -> "Result":
    """Which parameters would have given this data?

    The same metrics are taken of DATA and of runs of the prior; populations of runs come nearer and nearer. The weighted
    posterior is OUTDIR/posterior.parquet; OUTDIR/report.md says what is known, and what the data cannot tell.
    """
    from tokenspice.studies.design.fit import fit as infer

    return infer(
        netlist,
        data,
        study,
        priors=priors,
        method=method,
        of=of or (),
        calibrate=calibrate,
        **common,
    )
