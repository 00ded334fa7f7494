"""`tsp sense`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["sense"]


def sense(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    method: Annotated[
        str, typer.Option(metavar="oat|morris|sobol|given", help="One at a time, trajectories, shares of variance, …")
    ] = "sobol",
    of: Annotated[str, typer.Option(metavar="METRIC", help="Of which metric. Default: the first one.")] = "",
    over: Annotated[
        str, typer.Option(metavar="ROLES", help="Which variables: of design,random,environment.")
    ] = "design,random,environment",
    width: Annotated[
        float, typer.Option(metavar="X", help="Of sobol: stop once the widest interval of a T is narrower.")
    ] = 0.1,
) -> "Result":
    """Which parameters matter, and how much is chance?

    oat changes one variable at a time by a twentieth of its range, with common seeds. morris walks through the whole
    box. sobol shares out the variance, chance being one more input. given does so for the runs of --from, and makes none.
    """
    from tokenspice.studies.design.sensitivity.sense import sense as measure

    roles = tuple(filter(None, (role.strip() for role in over.split(","))))
    return measure(netlist, study, of=of, method=method, over=roles, width=width, **common)  # type: ignore[arg-type]
