"""`tsp plot`: a run or a batch as pictures."""

from pathlib import Path
from typing import Annotated

import typer

from tokenspice.studies.commands.completions import complete_runs
from tokenspice.studies.commands.options import VerboseOption, errors_in_one_line, load

__all__ = ["plot"]


def plot(
    folders: Annotated[
        list[str],
        typer.Argument(
            metavar="[NETLIST] RUN [PNGDIR]",
            help="The folder that tsp run or tsp batch made, and a new one for the plots; RUN/plots unless given.",
            autocompletion=complete_runs,
        ),
    ],
    verbose: VerboseOption = False,
) -> None:
    """Draw a run, or a batch: one PNG per chart.

    What is drawn, the netlist says, which the run's record names; NETLIST RUN PNGDIR names it too, and another one than
    was run is refused. Plots go to PNGDIR, those of a table besides data.csv to a folder of the table's name in it. Of a
    batch, each chart shows the runs' median and quantiles, and the last values are drawn over what was swept.
    """
    if len(folders) > 3:
        raise typer.BadParameter("write RUN, RUN PNGDIR, or NETLIST RUN PNGDIR.")
    with errors_in_one_line(verbose):
        from tokenspice.studies.plot.folder import draw_folder
        from tokenspice.studies.resume.resume import recorded_netlist

        names_netlist = len(folders) == 3
        places = list(map(Path, folders[names_netlist:]))
        folder, pngs = places[0], places[1] if len(places) > 1 else places[0] / "plots"
        netlist = load(folders[0]) if names_netlist else recorded_netlist(folder)
        for path in draw_folder(netlist, folder, pngs):
            print(path)
