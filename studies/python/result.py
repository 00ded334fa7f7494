"""What a run has recorded, as scripts and notebooks meet it."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from tokenspice.engine.errors import RunError
from tokenspice.engine.tables import DATA
from tokenspice.engine.text import not_among
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.python.agents_table import agents_frame
from tokenspice.studies.python.card import run_card
from tokenspice.studies.python.figures import Figures, run_figures
from tokenspice.studies.python.folders import remove_with
from tokenspice.studies.python.sql import ask
from tokenspice.studies.python.which import as_netlist
from tokenspice.studies.record.ending import read_json
from tokenspice.studies.record.provenance import netlist_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

__all__ = ["Result", "read_table"]

LONGEST_REPR = 6  # changed parameters that a repr names


@final
class Result:
    """What a run has recorded: `df`, `table`, `tables`, `agents`, `transactions`, `sql(…)`, `plot(…)`, `facts`.

    Attributes:
        path: its folder. A temporary one lives as long as this object.
    """

    def __init__(self, path: Path, netlist: Netlist | None = None, temporary: Path | None = None) -> None:
        self.path = path
        self._netlist = netlist
        remove_with(self, temporary)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What run.json says: parameters, seed, chain, contracts, code, versions, outcome."""
        return read_json(self.path / "run.json")

    @cached_property
    def netlist(self) -> Netlist:
        """What was run.

        Raises:
            NetlistError: it is not where it was.
        """
        return self._netlist or as_netlist(Path(str(self.facts.get("netlist"))))

    @property
    def name(self) -> str:
        """The netlist's."""
        return netlist_name(self._netlist.path if self._netlist else Path(str(self.facts.get("netlist", ""))))

    @property
    def seed(self) -> int:
        return int(self.facts["seed"])

    @property
    def parameters(self) -> dict[str, Any]:
        """Every parameter by its dotted name; amounts in tokens, as text."""
        return dict(self.facts["strategy"])

    @cached_property
    def changed(self) -> dict[str, Any]:
        """The parameters that are not the netlist's own, but for the seed."""
        from tokenspice.studies.record.provenance import plain_parameters

        own = plain_parameters(self.netlist.strategy())
        return {name: value for name, value in self.parameters.items() if own.get(name) != value and name != "seed"}

    @cached_property
    def table(self) -> Any:
        """data.csv as an Arrow table: a row per logged tick, a column per name, null where a cell is empty."""
        return self.tables[DATA]

    @cached_property
    def df(self) -> "DataFrame":
        """data.csv as a pandas DataFrame, NaN where a cell is empty."""
        frame: DataFrame = self.table.to_pandas()
        return frame

    @cached_property
    def tables(self) -> "Tables":
        """Every table of the run as Arrow, by name: "data" is data.csv; the netlist's others; what worlds recorded."""
        files = {DATA: "data.csv"} | {name: table.file_name(name) for name, table in self.netlist.tables.items()}
        return Tables(self.path, files | {name: name for name in world_tables(self.path)})

    @cached_property
    def agents(self) -> "DataFrame":
        """Who is there at the run's end: name, kind, and what they hold, a column of tokens for each symbol.

        Raises:
            RunError: it was not recorded, as of a run that did not reach its end.
        """
        import json

        try:
            return agents_frame(json.loads((self.path / "agents.json").read_bytes()))
        except OSError:
            raise RunError(
                f"{self.path} has no agents.json. It is written by ts.run, when a run reaches its end."
            ) from None

    @cached_property
    def transactions(self) -> "DataFrame":
        """Every transaction: who asked what of which contract, what it cost, why it failed, what it emitted.

        Raises:
            RunError: none were recorded.
        """
        frame: DataFrame = self._transactions().to_pandas()
        return frame

    def sql(self, query: str) -> "DataFrame":
        """Ask the run's tables in SQL: "data", the netlist's others, what worlds recorded, "transactions" and "agents".

        Raises:
            ConfigError: DuckDB is not installed.
            RunError: DuckDB refuses the query.
        """
        tables = {name: self.tables[name] for name in self.tables if self.tables.has(name)}
        if transaction_files(self.path):
            tables["transactions"] = self._transactions()
        if (self.path / "agents.json").exists():
            tables["agents"] = self.agents
        return ask(query, tables)

    def file(self, table: str = DATA) -> Path:
        """Return the file of a table.

        Raises:
            RunError: there is no such table, or nothing was logged to it.
        """
        return self.tables.path(table)

    def plot(self, title: str | None = None, table: str = DATA) -> "Figure | Figures":
        """Draw the chart of this title, as a matplotlib figure; or all of the netlist's charts.

        Args:
            title: of a chart; all of them unless given.
            table: whose charts.

        Raises:
            NetlistError: there is no such chart.
            RunError: there is no such table, or it has no rows.
        """
        return run_figures(self.netlist, self.file(table), table, title, self.facts)

    def _transactions(self) -> Any:
        from pyarrow import parquet

        if not (files := transaction_files(self.path)):
            raise RunError(
                f"{self.path} holds no transactions: the run had no chain, or was told not to record them. Write "
                "ts.run(…, transactions=True), or tsp run --transactions."
            )
        return parquet.ParquetDataset(files).read()

    def __repr__(self) -> str:
        changed = [f"{name}={shown(value)}" for name, value in self.changed.items()]
        more = [f"{len(changed) - LONGEST_REPR} more"] if len(changed) > LONGEST_REPR else []
        facts = [f"{self.facts.get('last_tick', 0)} ticks", *changed[:LONGEST_REPR], *more, self.facts.get("outcome")]
        return f"Result({self.name}, seed {self.facts.get('seed')}, {', '.join(map(str, facts))})"

    def _repr_html_(self) -> str:
        return run_card(self)


@final
class Tables(Mapping[str, Any]):
    """The tables of a run, read when they are asked for.

    Args:
        folder: the run's.
        files: of each table, by its name.
    """

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self._folder = folder
        self._files = dict(files)

    def path(self, name: str) -> Path:
        """Return the file of a table.

        Raises:
            RunError: there is no such table, or nothing was logged to it.
        """
        if name not in self._files:
            raise RunError(f'there is no table "{name}". {not_among(name, self._files)}')
        if not self.has(name):
            raise RunError(f'nothing was logged to the table "{name}".')
        return self._folder / self._files[name]

    def has(self, name: str) -> bool:
        """Whether anything was logged to a table."""
        return (self._folder / self._files[name]).exists()

    def __getitem__(self, name: str) -> Any:
        return read_table(self.path(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __repr__(self) -> str:
        return f"Tables({', '.join(self._files)})"


def read_table(path: Path) -> Any:
    """Read a CSV of ours, or a folder of Parquet parts, as an Arrow table, every number to its last bit."""
    from pyarrow import csv, parquet

    if path.is_dir():
        return parquet.ParquetDataset(parts_of(path)).read()

    return csv.read_csv(path, parse_options=csv.ParseOptions(newlines_in_values=True))


def transaction_files(folder: Path) -> list[str]:
    """Return the parts of a run's transaction record, in order."""
    return parts_of(folder / "transactions")


def world_tables(folder: Path) -> list[str]:
    """Return the names of the tables that a run's worlds recorded."""
    found = {path.parent.name for path in folder.glob("*/part-*.parquet")}
    return sorted(found - {"transactions"})


def parts_of(folder: Path) -> list[str]:
    """Return the Parquet files of a table, in order."""
    return sorted(map(str, folder.glob("part-*.parquet")))


def shown(value: object) -> str:
    """Write a parameter for people: a number with its thousands apart."""
    if isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdecimal():
        whole, point, part = value.partition(".")
        return f"{int(whole or 0):,}{point}{part}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
