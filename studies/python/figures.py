"""Charts as matplotlib figures, which a notebook shows by themselves."""

import base64
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, final, overload

from tokenspice.engine.errors import NetlistError, RunError
from tokenspice.engine.tables import DATA
from tokenspice.engine.text import not_among
from tokenspice.studies.charts import Chart, charts_of
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.plot.source import source_of_run
from tokenspice.studies.record.marks import read_marks
from tokenspice.studies.record.run_log import read_log

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Figures", "charts_of_table", "run_figures"]


@final
class Figures(Sequence["Figure"]):
    """Several figures, which a notebook shows one below the other.

    Attributes:
        names: what to call each as a file.
    """

    def __init__(self, figures: Mapping[str, "Figure"]) -> None:
        self.names = list(figures)
        self._figures = list(figures.values())

    @overload
    def __getitem__(self, place: int) -> "Figure": ...

    @overload
    def __getitem__(self, place: slice) -> "list[Figure]": ...

    def __getitem__(self, place: int | slice) -> "Figure | list[Figure]":
        return self._figures[place]

    def __len__(self) -> int:
        return len(self._figures)

    def save(self, folder: str | Path) -> list[Path]:
        """Write each figure to a new folder as a PNG, and return their paths.

        Raises:
            RunError: the folder exists, or cannot be made or written to.
        """
        from tokenspice.studies.plot.picture import make_folder, save

        make_folder(Path(folder))
        return [save(figure, Path(folder, name)) for name, figure in zip(self.names, self._figures, strict=True)]

    def _repr_html_(self) -> str:
        return "".join(f'<img alt="chart" src="data:image/png;base64,{as_base64(figure)}"/>' for figure in self)

    def __repr__(self) -> str:
        return f"Figures({len(self)})"


def as_base64(figure: "Figure") -> str:
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=90)
    return base64.b64encode(content.getvalue()).decode()


def run_figures(
    netlist: Netlist, path: Path, table: str, title: str | None, facts: Mapping[str, Any]
) -> "Figure | Figures":
    """Draw a chart of a table, or all of them.

    Args:
        path: of the table's file.
        table: its name.
        title: of the chart; None draws all.
        facts: the run's run.json.

    Raises:
        NetlistError: there is no chart of that title.
        RunError: the table has no charts.
    """
    from tokenspice.studies.plot.draw import picture

    charts = charts_of_table(netlist, path, table, facts)
    chosen = [chart for chart in charts if title in (None, chart.title)]
    if not chosen:
        known = dict.fromkeys(chart.title for chart in charts)
        raise NetlistError(f'there is no chart "{title}". {not_among(str(title), known)}')
    found = Figures({chart.file_name: picture(chart) for chart in chosen})
    return found[0] if title is not None and len(found) == 1 else found


def charts_of_table(netlist: Netlist, path: Path, table: str, facts: Mapping[str, Any]) -> list[Chart]:
    """Return what is drawn of a table.

    Raises:
        RunError: the table has no charts, or no rows.
    """
    header, values = read_log(path)
    instructions = (
        netlist.plot_instructions(header, values) if table == DATA else netlist.table_charts(table, header, values)
    )
    if not instructions:
        raise RunError(f'the table "{table}" has no charts.')
    return charts_of(instructions, header, values, read_marks(path.parent), source_of_run(netlist, facts))
