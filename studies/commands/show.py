"""`tsp show`: a netlist as a drawing."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenspice.studies.commands.options import (
    NetlistArgument,
    VerboseOption,
    errors_in_one_line,
    load,
    split_setting,
    with_network,
)

if TYPE_CHECKING:
    from tokenspice.studies.netlist.netlist import Netlist
    from tokenspice.studies.show.schematic import Schematic
    from tokenspice.web3engine.config import Config

__all__ = ["show"]


def show(
    netlist: NetlistArgument,
    out: Annotated[
        Path | None,
        typer.Argument(
            metavar="OUT",
            help="A new file: .svg or .png, or .md for a table of the parameters. Default: the netlist's name, .svg.",
        ),
    ] = None,
    n_ticks: Annotated[
        int | None, typer.Option("--run", min=0, metavar="N", help="Run N ticks first, and draw who paid whom.")
    ] = None,
    most: Annotated[
        int, typer.Option("--group", min=1, metavar="N", help="Draw more than N agents of a kind as one.")
    ] = 6,
    token: Annotated[
        str,
        typer.Option(
            metavar="SYMBOL",
            help="Draw this token's payments alone. Default: all, compared by the token that most arrows carry.",
        ),
    ] = "",
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Of every random draw and every wallet.")] = 0,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter. May be repeated.")
    ] = None,
    network: Annotated[str | None, typer.Option(metavar="NETWORK", help="As for tsp run.")] = None,
    force: Annotated[bool, typer.Option("-f", "--force", help="Replace OUT if it exists.")] = False,
    verbose: VerboseOption = False,
) -> None:
    """Draw a netlist: its agents and contracts, who is wired to whom, its parameters.

    What is wired to what is found by looking at what the agents hold; a netlist need say nothing.
    """
    values = {"seed": str(seed)} | dict(split_setting(setting) for setting in settings or [])
    with errors_in_one_line(verbose):
        from tokenspice.engine.parameters import parameters
        from tokenspice.studies.record.provenance import netlist_name
        from tokenspice.studies.show.file import check_file, write_drawing, write_table
        from tokenspice.studies.show.grouping import grouped
        from tokenspice.studies.show.tokens import compared

        loaded = load(netlist)
        path = out or Path(f"{netlist_name(loaded.path)}.svg")
        check_file(path, force)
        if path.suffix.lower() == ".md":
            write_table(parameters(loaded.strategy(values)), path)
            print(path)
            return
        schematic = look_at(loaded, values, with_network(network), n_ticks)
        write_drawing(compared(grouped(schematic, most), token), path)
        print(path)


def look_at(netlist: "Netlist", values: dict[str, str], config: "Config", n_ticks: int | None) -> "Schematic":
    """Build a netlist's state and run it, with progress, if it is to be run; return what there is to draw."""
    from tokenspice.studies.run.progress import show_progress
    from tokenspice.studies.show.build import build_schematic

    with show_progress(n_ticks) if n_ticks else nullcontext() as progress:
        return build_schematic(netlist, netlist.strategy(values), config, n_ticks, [progress] if progress else [])
