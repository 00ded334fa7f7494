"""What a run records besides data.csv: tables that a netlist names, each with columns and charts of its own."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from tokenspice.engine.charts import Charts
from tokenspice.engine.errors import NetlistError
from tokenspice.engine.log import LogRow

__all__ = ["DATA", "LogFunction", "Table", "checked_tables"]

DATA = "data"  # the table that every netlist has

LogFunction = Callable[[Any], LogRow | Sequence[LogRow]]
"""Takes the netlist's own state, and returns what a table holds of it: a row, or several, such as one per trade, or none."""


@dataclass(frozen=True)
class Table:
    """A table beside data.csv, which is written whenever that one is.

    Args:
        log: returns its rows; the time columns are put before them.
        charts: its charts, or what returns them; None draws none.
        file: of the run's folder; NAME.csv unless given.
    """

    log: LogFunction
    charts: Charts | None = None
    file: str = ""

    def file_name(self, name: str) -> str:
        return self.file or f"{name}.csv"


def checked_tables(tables: object) -> dict[str, Table]:
    """Return what `netlist_tables` returned, if it is what it should be.

    Raises:
        NetlistError: it is no dict of tables by name, or a name or a file cannot be used.
    """
    if not isinstance(tables, Mapping) or not all(isinstance(table, Table) for table in tables.values()):
        raise NetlistError(f"netlist_tables returned {str(tables)[:80]}. Return {{name: Table(log, charts), …}}.")
    for name in tables:
        if name == DATA or not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
            raise NetlistError(
                f'netlist_tables names a table "{name}". Write small letters, digits and _, and not "{DATA}".'
            )
    files = ["data.csv", *(table.file_name(name) for name, table in tables.items())]
    for file in files:
        if PurePath(file).name != file or not file.endswith(".csv") or files.count(file) > 1:
            raise NetlistError(f'netlist_tables writes a table to "{file}". Write a file name of its own, ending .csv.')
    return dict(tables)
