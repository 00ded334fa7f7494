"""`tsp check`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["check"]


def check(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    over: Annotated[
        str, typer.Option(metavar="ROLES", help="Which variables are varied: random,environment,design.")
    ] = "random,environment",
    invariant: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Watch this one. May be repeated. Default: all.")
    ] = None,
    most_shrinking: Annotated[int, typer.Option(min=0, metavar="N", help="Runs that shrinking may take.")] = 200,
) -> "Result":
    """Do the invariants hold? If not: the least run in which one fails.

    --budget is of the search. OUTDIR gets the failing run as a test, as a command, and as a run that stopped one tick
    before.
    """
    from tokenspice.studies.design.checking.tool import check as search

    roles = tuple(filter(None, (role.strip() for role in over.split(","))))
    return search(
        netlist,
        study,
        over=roles,  # type: ignore[arg-type]  # which it checks
        invariants=invariant or (),
        most_shrinking=most_shrinking,
        **common,
    )
