"""A batch in pictures: one page of all, each of the netlist's charts, and last values over what was swept."""

from collections.abc import Iterator
from pathlib import Path

from tokenspice.studies.batch.tables import read_checked
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.plot.bands import draw_bands
from tokenspice.studies.plot.finals import draw_finals
from tokenspice.studies.plot.page import draw_page
from tokenspice.studies.plot.picture import make_folder
from tokenspice.studies.plot.sets import read_sets, swept
from tokenspice.studies.plot.source import source_of_batch
from tokenspice.studies.record.ending import read_json

__all__ = ["draw_batch"]


def draw_batch(netlist: Netlist, folder: Path, png_folder: Path) -> list[Path]:
    """Draw a batch, and return the pictures' paths.

    Args:
        netlist: says which columns are drawn, and in which units.
        folder: what `tsp batch` made.
        png_folder: must not exist.

    Raises:
        NetlistError: a chart names a column that the batch does not have.
        RunError: there are no results yet, or a folder or file cannot be made.
    """
    return list(pictures(netlist, folder, png_folder))


def pictures(netlist: Netlist, folder: Path, png_folder: Path) -> Iterator[Path]:
    sets = read_sets(netlist, folder)
    source = source_of_batch(netlist, read_json(folder / "batch.json"), sum(one.n_runs for one in sets))
    params = list(sets[0].instructions.y_params)
    make_folder(png_folder)
    if params:
        yield draw_page(sets, netlist.question, source, png_folder)
    yield from draw_bands(sets, source, png_folder)
    yield from draw_finals(read_checked(folder / "runs.parquet"), swept(folder), params, source, png_folder)
