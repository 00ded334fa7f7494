"""`tsp mimic`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["mimic"]


def mimic(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    over: Annotated[
        str, typer.Option(metavar="ROLES", help="Which variables may differ: design, environment, random, with commas.")
    ] = "design,environment,random",
) -> "Result":
    """Write a fast netlist that behaves like this one, and say how wrong it is.

    Sobol' sets with seeds of their own, twice as many until runs that were left out lie in its 90 % band. OUTDIR is the new
    netlist, which every verb takes; OUTDIR/about.md says what it is worth. Exit code 4: do not trust all of it.
    """
    from tokenspice.studies.design.mimic import mimic as learn

    return learn(netlist, study, over=[role.strip() for role in over.split(",")], **common)
