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
# In the week after its launch the pool held a few ETH and a price meant little; from this block on (22 February 2021)
# the controller had gains that it could act by.
MAINNET_FROM = 11_907_012


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
    return followed(name, parts, MAINNET_FROM) if name == MAINNET else parts[0]


def followed(name: str, parts: list[Recording], first: int) -> Recording:
    """Let each record go on where the one before it ends, from a block on."""
    snapshots = tuple(snapshot for snapshot in parts[0].snapshots if snapshot.block >= first)
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
