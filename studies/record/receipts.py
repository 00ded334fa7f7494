"""Receipts and their logs on disk, as Parquet, while a run goes on."""

from pathlib import Path
from typing import Any, final

import pyarrow as pa
import pyarrow.parquet as pq

from tokenspice.engine.errors import RunError
from tokenspice.engine.observer import Observer, Outcome
from tokenspice.files import new_file
from tokenspice.web3engine.receipt import Receipt

__all__ = ["SCHEMA", "ReceiptFile"]

ROWS_AT_ONCE = 10_000  # kept in memory before they are written

LOG = pa.struct([("address", pa.string()), ("topics", pa.list_(pa.binary())), ("data", pa.binary())])
SCHEMA = pa.schema(
    [
        ("block", pa.int64()),
        ("call", pa.string()),
        ("succeeded", pa.bool_()),
        ("gas_used", pa.int64()),
        ("halt", pa.string()),
        ("revert_data", pa.binary()),
        ("contract_address", pa.string()),
        ("transaction_hash", pa.binary()),
        ("logs", pa.list_(LOG)),
    ]
)


@final
class ReceiptFile(Observer):
    """Writes one row per transaction, in the columns of `SCHEMA`; the run's end ends the file.

    Raises:
        RunError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[dict[str, Any]] = []
        try:
            self._file = new_file(path)
            self._writer = pq.ParquetWriter(self._file, SCHEMA, compression="zstd", write_page_checksum=True)
        except OSError as error:
            raise RunError(f"{path} cannot be written: {error.strerror or error}.") from error

    def end(self, outcome: Outcome) -> None:
        try:
            self._flush()
        finally:
            self._writer.close()
            self._file.close()

    def receipt(self, call: str, receipt: Receipt) -> None:
        """Add one transaction: what it called, and what became of it."""
        self._rows.append(
            {
                "block": receipt.block_number,
                "call": call,
                "succeeded": receipt.succeeded,
                "gas_used": receipt.gas_used,
                "halt": receipt.halt,
                "revert_data": b"" if receipt.succeeded else receipt.output,
                "contract_address": receipt.contract_address,
                "transaction_hash": receipt.transaction_hash,
                "logs": [{"address": log.address, "topics": log.topics, "data": log.data} for log in receipt.logs],
            }
        )
        if len(self._rows) >= ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        try:
            self._writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
        except OSError as error:
            raise RunError(f"{self._path} cannot be written: {error.strerror or error}.") from error
