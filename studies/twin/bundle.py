"""The records that come with the package, and those of one's own: files in, `History` out."""

import hashlib
from pathlib import Path

from tokenspice.engine.errors import RunError
from tokenspice.studies.twin.csv_records import read_recording
from tokenspice.studies.twin.history import DATA, History
from tokenspice.studies.twin.preparation import prepare
from tokenspice.studies.twin.records import Recording

__all__ = ["MAINNET", "bundled", "bundled_names", "bundled_recording", "read_history"]

MAINNET = "mainnet"
# The longest record, and the one that goes on after it: hourly up to June, then as the subgraph was asked last.
PARTS = ("states", "retrieval_2021-06-13T191905")


def bundled_names() -> list[str]:
    """The records that come with the package, the longest first."""
    retrievals = sorted(path.name.removesuffix(".csv.gz") for path in DATA.glob("retrieval_*.csv.gz"))
    return [MAINNET, "rai_live_graph", "states", *retrievals]


def bundled(name: str) -> History:
    """Return a record that comes with the package.

    Raises:
        RunError: there is no such record.
    """
    return prepare(bundled_recording(name))


def bundled_recording(name: str) -> Recording:
    """Return a record that comes with the package, as it was recorded.

    Raises:
        RunError: there is no such record.
    """
    if name not in bundled_names():
        raise RunError(f"{name}: no such record. There are: {', '.join(bundled_names())}.")
    parts = [
        read_recording(DATA / f"{part}.csv.gz", DATA / "gains.csv") for part in (PARTS if name == MAINNET else (name,))
    ]
    return parts[0] if len(parts) == 1 else followed(name, parts)


def followed(name: str, parts: list[Recording]) -> Recording:
    """Let each record go on where the one before it ends."""
    snapshots = parts[0].snapshots
    for part in parts[1:]:
        last = max(snapshot.block for snapshot in snapshots)
        snapshots += tuple(snapshot for snapshot in part.snapshots if snapshot.block > last)
    digest = hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()
    source = ", then ".join(part.source for part in parts)
    return Recording(name=name, source=source, sha256=digest, snapshots=snapshots, gains=parts[0].gains)


def read_history(path: Path, gains: Path = DATA / "gains.csv") -> History:
    """Read a record of RAI, a CSV as the subgraph's users have kept them.

    Raises:
        RunError: the file cannot be read, lacks a column, or holds what is no number or a price of zero or less.
    """
    return prepare(read_recording(path, gains))
