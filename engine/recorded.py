"""What a world tells of itself besides the netlist's own log: tables with a row for each trade, account or whatever it knows."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from tokenspice.engine.errors import WorldError

__all__ = ["Cell", "ColumnKind", "RecordedTable", "checked_recorded_tables"]

ColumnKind: TypeAlias = Literal["int", "amount", "float", "bool", "text", "word"]
"""An "int" has 64 bits, an "amount" up to 38 digits; a "word" is one of few texts that occur many times."""

Cell: TypeAlias = int | float | bool | str | None

TIME_COLUMNS: dict[str, ColumnKind] = {"tick": "int"}
TAKEN = ("agents", "checkpoint", "data", "plots", "stats", "transactions")  # by what else a run's folder may hold


@dataclass(frozen=True)
class RecordedTable:
    """A table that a run records beside data.csv, in a folder of its name.

    Args:
        columns: what each holds, by name; "tick" is put before them.
        take: returns the rows: of what happened since it was called last, or of what there is.
        each: "tick" takes rows after every tick, "row" whenever a row of data.csv is logged.
    """

    columns: Mapping[str, ColumnKind]
    take: Callable[[], Sequence[tuple[Cell, ...]]]
    each: Literal["tick", "row"] = "tick"


def checked_recorded_tables(tables: Mapping[str, RecordedTable]) -> dict[str, RecordedTable]:
    """Return what a world's `record` returned, if every name and column can be used.

    Raises:
        WorldError: one cannot.
    """
    for name, table in tables.items():
        if name in TAKEN or not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
            raise WorldError(
                f'a world records a table "{name}". Write small letters, digits and _, and none of {", ".join(TAKEN)}.'
            )
        for column, kind in table.columns.items():
            if column in TIME_COLUMNS or kind not in get_args(ColumnKind):
                raise WorldError(
                    f'the recorded table {name} has a column "{column}" of kind "{kind}". Write another name than "tick", '
                    f"and one of {', '.join(get_args(ColumnKind))}."
                )
    return dict(tables)
