"""Draws what a run or a batch has left in its folder."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.plot.draw import draw_plots
from tokenspice.studies.plot.exchange_tables import draw_exchange
from tokenspice.studies.plot.source import source_of_run
from tokenspice.studies.record.ending import read_json
from tokenspice.studies.record.marks import read_marks
from tokenspice.studies.record.provenance import check_netlist
from tokenspice.studies.record.run_log import read_log

__all__ = ["draw_folder"]


def draw_folder(netlist: Netlist, folder: Path, png_folder: Path) -> Iterator[Path]:
    """Draw a run or a batch to a new folder, a picture at a time, and yield their paths.

    Raises:
        NetlistError: a chart names a column that was not logged.
        RunError: there is nothing to draw, it is of another netlist, or a file cannot be made.
    """
    if (folder / "batch.json").exists():
        from tokenspice.studies.plot.batch import draw_batch

        check_netlist(netlist, read_json(folder / "batch.json"), folder)
        yield from draw_batch(netlist, folder, png_folder)
        for name in (name for name, table in netlist.tables.items() if table.charts):
            print(
                f"tsp: of a batch, the charts of table {name} are not drawn; its rows are in rows-{name}.parquet.",
                file=sys.stderr,
            )
        return
    record = read_json(folder / "run.json")
    check_netlist(netlist, record, folder)
    source, marks = source_of_run(netlist, record), read_marks(folder)
    header, values = read_log(folder / "data.csv")
    yield from draw_plots(netlist.plot_instructions(header, values), header, values, png_folder, marks, source)
    for name, table in netlist.tables.items():
        if (file := folder / table.file_name(name)).exists():
            header, values = read_log(file)
            if charts := netlist.table_charts(name, header, values):
                yield from draw_plots(charts, header, values, png_folder / name, marks, source)
    yield from draw_exchange(folder, png_folder, marks, source)
