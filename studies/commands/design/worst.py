"""`tsp worst`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["worst"]


def worst(
    netlist: "Netlist",
    study: "Study",
    common: "Common",
    statistic: Annotated[
        str, typer.Option(metavar="mean|q05|min", help="Of the margins of a set's runs, what is to be least.")
    ] = "mean",
    over: Annotated[
        str, typer.Option(metavar="ROLES", help="random, design or both with a comma: search over these too.")
    ] = "",
    extract: Annotated[int, typer.Option(min=0, metavar="K", help="Write the K worst runs, as corners.")] = 0,
) -> "Result":
    """How bad can the environment make it?

    A search for the values of the environment at which the specs fail most, and its worst sets again with fresh seeds.
    """
    from tokenspice.engine.errors import StudyError
    from tokenspice.studies.design.worst import worst as search

    if statistic not in ("mean", "q05", "min"):
        raise StudyError(f"--statistic {statistic}: write mean, q05 or min.")
    roles = tuple(role.strip() for role in over.split(",") if role.strip())
    return search(netlist, study, statistic=statistic, over=roles, extract=extract, **common)  # type: ignore[arg-type]
