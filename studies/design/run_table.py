"""runs.parquet: a row for each run that a study asked for: which it was, what came of it, how far it was from failing."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.ledger import Entry
from tokenspice.studies.design.margins import Margins

__all__ = ["as_parquet", "read_parquet", "run_table"]

OPTIONS: dict[str, Any] = {"compression": "zstd", "version": "2.6", "write_page_checksum": True}


def run_table(runs: Iterable[tuple[Identity, Entry]], margins: Margins) -> pa.Table:
    """Return the table of some runs, in their order."""
    rows = [row_of(number, identity, entry, margins) for number, (identity, entry) in enumerate(runs)]
    return table_of(rows)


def row_of(number: int, identity: Identity, entry: Entry, margins: Margins) -> dict[str, Any]:
    branches = " ".join(f"{tick}:{salt}" for tick, salt in identity.branches)
    which = {"run": number, "seed": identity.seed, **identity.values}
    varied = {"branches": branches, "silenced": " ".join(identity.silenced)}
    judged = {f"margin of {text}": margin for text, margin in margins.all_of(entry.metrics).items()}
    joint = {"margin": margins.joint(entry.metrics)} if margins.specs else {}
    ended = {"outcome": "failed" if entry.failure else "finished", "error": entry.failure}
    return {**which, **varied, **entry.metrics, **judged, **joint, **ended}


def table_of(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return a table of rows that may lack columns; a column that holds numbers of both kinds holds doubles."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: column_of([row.get(name) for row in rows]) for name in names})


def column_of(values: list[Any]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int} and kinds:
        exact = all(value is None or -(2**63) <= value < 2**63 for value in values)
        return pa.array(values, pa.int64()) if exact else pa.array(list(map(str, values)), pa.string())
    if kinds <= {int, float} and kinds:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def as_parquet(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file, which depend on the table alone."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **OPTIONS)
    return buffer.getvalue()


def read_parquet(content: bytes) -> pa.Table:
    """Read what `as_parquet` wrote."""
    return pq.read_table(io.BytesIO(content), page_checksum_verification=True)
