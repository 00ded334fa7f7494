"""What a batch has recorded, as scripts and notebooks meet it."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from tokenspice.engine.errors import NetlistError
from tokenspice.engine.text import not_among
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.python.card import card
from tokenspice.studies.python.figures import Figures
from tokenspice.studies.python.folders import remove_with
from tokenspice.studies.python.sql import ask
from tokenspice.studies.python.which import as_netlist
from tokenspice.studies.record.ending import read_json
from tokenspice.studies.record.provenance import netlist_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

__all__ = ["BatchResult"]


@final
class BatchResult:
    """What a batch has recorded: `runs` has a row per run, `rows` all rows of all runs; `plot(…)`, `rank(…)`, `sql(…)`.

    Attributes:
        path: its folder. A temporary one lives as long as this object.
    """

    def __init__(self, path: Path, netlist: Netlist | None = None, temporary: Path | None = None) -> None:
        self.path = path
        self._netlist = netlist
        remove_with(self, temporary)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What batch.json says: all that the results depend on."""
        return read_json(self.path / "batch.json")

    @cached_property
    def netlist(self) -> Netlist:
        """What was run.

        Raises:
            NetlistError: it is not where it was.
        """
        return self._netlist or as_netlist(Path(str(self.facts.get("netlist"))))

    @cached_property
    def runs_table(self) -> Any:
        """`runs` as an Arrow table."""
        return read_parquet(self.path / "runs.parquet")

    @cached_property
    def rows_table(self) -> Any:
        """`rows` as an Arrow table."""
        return read_parquet(self.path / "rows.parquet")

    @cached_property
    def runs(self) -> "DataFrame":
        """A row per run: its parameters, how it ended, and the last row that it logged."""
        frame: DataFrame = self.runs_table.to_pandas()
        return frame

    @cached_property
    def rows(self) -> "DataFrame":
        """All rows of all runs that finished; the columns run, set, seed and the swept parameters come first."""
        frame: DataFrame = self.rows_table.to_pandas()
        return frame

    @property
    def n_runs(self) -> int:
        return int(self.runs_table.num_rows)

    @property
    def n_failed(self) -> int:
        return sum(outcome != "finished" for outcome in self.runs_table["outcome"].to_pylist())

    @property
    def swept(self) -> list[str]:
        """The names of the swept parameters."""
        names: list[str] = self.runs_table.column_names
        return names[names.index("seed") + 1 : names.index("outcome")]

    def rank(self, column: str) -> "DataFrame":
        """Tell which swept parameter matters for the last value of a column, the most important first.

        Returns:
            parameter; Spearman's rank correlation with the column; low and high, its interval of 90 %; n_runs.

        Raises:
            NetlistError: the batch has no such column, or nothing was swept.
        """
        from tokenspice.studies.batch.rank import rank

        return rank(self.runs_table, column, self.swept)

    def sql(self, query: str) -> "DataFrame":
        """Ask the tables "runs" and "rows" in SQL.

        Raises:
            ConfigError: DuckDB is not installed.
            RunError: DuckDB refuses the query.
        """
        return ask(query, {"runs": self.runs_table, "rows": self.rows_table})

    def plot(self, title: str | None = None) -> "Figure | Figures":
        """Draw medians and quantiles of the chart of this title, as a matplotlib figure; or of all charts.

        Raises:
            NetlistError: there is no such chart.
        """
        from tokenspice.studies.plot.bands import band_figures
        from tokenspice.studies.plot.sets import read_sets
        from tokenspice.studies.plot.source import source_of_batch

        sets = read_sets(self.netlist, self.path)
        params = sets[0].instructions.y_params
        titles = dict.fromkeys(param.title for param in params)
        if title is not None and title not in titles:
            raise NetlistError(f'there is no chart "{title}". {not_among(title, titles)}')
        source = source_of_batch(self.netlist, self.facts, sum(one.n_runs for one in sets))
        chosen = [param for param in params if title in (None, param.title)]
        found = Figures(dict(band_figures(sets, chosen, source)))
        return found[0] if title is not None and len(found) == 1 else found

    def __repr__(self) -> str:
        swept = f", {' × '.join(self.swept)}" if self.swept else ""
        return f"BatchResult({self._name}, {self.n_runs:,} runs{swept}, {self.n_failed} failed)"

    def _repr_html_(self) -> str:
        head = f"{self.n_runs:,} runs, {self.n_failed} failed"
        swept = {name: ", ".join(map(str, values)) for name, values in levels(self.runs_table, self.swept).items()}
        return card(self._name, head, self.netlist.question, swept, "")

    @property
    def _name(self) -> str:
        return netlist_name(self._netlist.path if self._netlist else Path(str(self.facts.get("netlist", ""))))


def levels(runs: Any, swept: list[str]) -> dict[str, list[Any]]:
    """Return the values of each swept parameter, in order; of many, the first and the last."""
    found = {name: sorted(set(runs[name].to_pylist())) for name in swept}
    return {name: values if len(values) <= 8 else [values[0], "…", values[-1]] for name, values in found.items()}


def read_parquet(path: Path) -> Any:
    """Read one of a batch's tables, and check that it is as it was written."""
    from tokenspice.studies.batch.tables import read_checked

    return read_checked(path)
