"""How a run ended, written into its record by whoever ends it from outside."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from tokenspice.files import read_file, replace_file

__all__ = ["mark_ended", "read_json"]

MOST_BYTES = 1 << 26


def mark_ended(folder: Path, **ending: str) -> None:
    """Write an outcome, and perhaps an error, into the run.json of a run that is "running"; else do nothing."""
    path = folder / "run.json"
    record = read_json(path)
    if record.get("outcome") == "running":
        with suppress(OSError):
            replace_file(path, f"{json.dumps(record | ending, indent=2)}\n".encode(), synced=True)


def read_json(path: Path) -> dict[str, Any]:
    """Read a file of ours; nothing where there is none, or it is not whole."""
    try:
        content = json.loads(read_file(path, MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
