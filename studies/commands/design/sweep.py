"""`tsp sweep`."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["sweep"]


def sweep(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    of: Annotated[
        list[str] | None, typer.Option("--of", metavar="METRIC", help="Only this metric. May be repeated.")
    ] = None,
    over: Annotated[
        str, typer.Option(metavar="ROLES", help="Which variables: design, environment, random, with commas.")
    ] = "design,environment",
    model: Annotated[
        Literal["gp", "boost", "auto"], typer.Option(help="A Gaussian process, or boosted trees for many sets.")
    ] = "auto",
) -> "Result":
    """How does each metric depend on all variables, and on which pairs of them together?

    Sobol' sets with common seeds, twice as many until sets that were left out are predicted as well as their noise
    allows. OUTDIR/surrogate.json answers for any other set of the box. Exit code 4: the budget did not suffice.
    """
    from tokenspice.studies.design.sweep import sweep as learn

    return learn(netlist, study, of=of or (), over=[role.strip() for role in over.split(",")], model=model, **common)
