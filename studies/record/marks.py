"""What happened in a run, as its netlist tells it: marks.json of the run's folder."""

import json
from pathlib import Path
from typing import final

from tokenspice.engine.charts import Mark
from tokenspice.engine.errors import RunError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import Observer, WatchedRun
from tokenspice.engine.tables import DATA
from tokenspice.files import replace_file
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.ending import read_json

__all__ = ["MarkFile", "read_marks"]

FILE_NAME = "marks.json"


@final
class MarkFile(Observer):
    """Writes the netlist's marks whenever a row is logged and they are others than before.

    All of them are written anew each time. So a run that goes on from a checkpoint, or from its beginning, takes back
    those that were written after it.

    Args:
        netlist: tells the marks.
        folder: the run's.
    """

    def __init__(self, netlist: Netlist, folder: Path) -> None:
        self._netlist = netlist
        self._path = folder / FILE_NAME
        self._written: list[Mark] | None = None
        self._run: WatchedRun | None = None

    def begin(self, run: WatchedRun) -> None:
        self._run = run
        self._write()

    def row(self, table: str, row: LogRow) -> None:
        if table == DATA:
            self._write()

    def _write(self) -> None:
        assert self._run, "rows come after the beginning"
        marks = self._netlist.marks(self._run.state)
        if marks == self._written:
            return
        text = json.dumps({"marks": [mark._asdict() for mark in marks]}, ensure_ascii=False, indent=2)
        try:
            replace_file(self._path, f"{text}\n".encode())
        except OSError as error:
            raise RunError(f"{self._path} cannot be written: {error.strerror}.") from error
        self._written = list(marks)


def read_marks(folder: Path) -> list[Mark]:
    """Return a run's marks; none where there is no such file, and of one that is damaged what can be read."""
    found = read_json(folder / FILE_NAME).get("marks")
    return [
        Mark(item["text"], item["tick"])
        for item in (found if isinstance(found, list) else [])
        if isinstance(item, dict) and isinstance(item.get("text"), str) and type(item.get("tick")) is int
    ]
