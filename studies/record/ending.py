"""How a run ended, written into its record by whoever ends it from outside."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from tokenspice.files import read_file, replace_file

__all__ = ["mark_ended", "mark_failed_in_place", "read_json"]

MOST_BYTES = 1 << 26
OVERWRITING = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
RUNNING, FAILED = b'"outcome": "running"', b'"outcome": "failed"'


def mark_ended(folder: Path, **ending: str) -> None:
    """Write an outcome, and perhaps an error, into the run.json of a run that is "running"; else do nothing."""
    path = folder / "run.json"
    record = read_json(path)
    if record.get("outcome") == "running":
        with suppress(OSError):
            replace_file(path, f"{json.dumps(record | ending, indent=2)}\n".encode(), synced=True)


def mark_failed_in_place(folder: Path) -> None:
    """Turn "running" into "failed" in a run.json whose disk has no room for another one."""
    with suppress(OSError), open(os.open(folder / "run.json", OVERWRITING), "r+b", buffering=0) as file:
        before, found, _ = file.read().rpartition(RUNNING)
        if found:
            file.seek(len(before))
            file.write(FAILED.ljust(len(RUNNING)))


def read_json(path: Path) -> dict[str, Any]:
    """Read a file of ours; nothing where there is none, or it is not whole."""
    # Here, because it brings the chain's package along, which `tsp --help` must not wait for.
    from tokenspice.web3engine.safe_json import parse_json

    try:
        content = parse_json(read_file(path, MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
