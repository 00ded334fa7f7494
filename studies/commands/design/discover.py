"""`tsp discover`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["discover"]


def discover(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    of: Annotated[
        str | None, typer.Option("--of", metavar="METRIC", help="Only the specs of this metric. Default: any spec.")
    ] = None,
    over: Annotated[
        str, typer.Option(metavar="ROLES", help="Which variables: design, random, environment, with commas.")
    ] = "design,random,environment",
) -> "Result":
    """When does it fail? The ranges of variables that hold the failures, in words.

    Sobol' points over all variables, or the runs of finished studies (--from DIR, which makes no run). Boxes by patient
    rule induction, beside a tree of depth 3; how good they are, runs tell that were held out.
    """
    from tokenspice.studies.design.discover import discover as find

    return find(netlist, study, of=of, over=[role.strip() for role in over.split(",")], **common)
