"""Transactions as rows of a table: the columns of the transaction record."""

from typing import Any, final

import pyarrow as pa

from tokenspice.studies.record.part_files import FEW, plain_schema
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.decoding import DecodedCall, Decoder
from tokenspice.web3engine.transaction import Transaction

__all__ = ["PLAIN_SCHEMA", "SCHEMA", "TransactionRows"]

MOST_DIGITS = 38  # of a decimal that DuckDB and pandas read exactly
WORDS = pa.map_(pa.string(), pa.string())
EVENT = pa.struct([("contract", pa.string()), ("name", pa.string()), ("args", WORDS)])
WEI = pa.decimal128(MOST_DIGITS, 0)

COLUMNS = {
    **{"tick": pa.int64(), "block": pa.int64(), "index": pa.int64(), "time": pa.int64()},
    **{"agent": pa.string(), "sender": pa.string()},
    **{"contract": FEW, "to": FEW, "function": FEW},
    "args": WORDS,
    **{"value": WEI, "fee": WEI, "tip": WEI, "base_fee": WEI},
    "amount": WEI,
    **{"status": pa.string(), "reason": pa.string(), "gas": pa.int64()},
    "events": pa.list_(EVENT),
    **{"created": pa.string(), "hash": pa.binary(32)},
}
SCHEMA = pa.schema(list(COLUMNS.items()))
PLAIN_SCHEMA = plain_schema(SCHEMA)


@final
class TransactionRows:
    """Turns transactions into rows.

    What was called is read at once, because its arguments may change; names of contracts and their events when the rows
    are taken, because an agent often names what it made a moment later.

    Args:
        chain: the run's.
    """

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._decoder = Decoder(chain)
        self._heard: list[tuple[Transaction, DecodedCall]] = []

    def __len__(self) -> int:
        return len(self._heard)

    def add(self, transaction: Transaction) -> None:
        """Hear of a transaction."""
        self._heard.append((transaction, self._decoder.call(transaction)))

    def take(self) -> pa.Table:
        """Return a row for each transaction heard of since the last time, in the columns of `PLAIN_SCHEMA`."""
        heard, self._heard = self._heard, []
        columns = zip(*(self._row(*each) for each in heard), strict=True) if heard else [[] for _ in PLAIN_SCHEMA]
        arrays = [pa.array(list(column), field.type) for column, field in zip(columns, PLAIN_SCHEMA, strict=True)]
        return pa.Table.from_arrays(arrays, schema=PLAIN_SCHEMA)

    def _row(self, transaction: Transaction, called: DecodedCall) -> tuple[Any, ...]:
        call, receipt = transaction.call, transaction.receipt
        to = call.to or receipt.contract_address
        is_named = call.contract and call.contract != call.to
        return (
            *(transaction.tick, transaction.block, transaction.index, transaction.time),
            *(transaction.sender, transaction.sender_address),
            call.contract if is_named else self._chain.name_of(to) if to else "",
            call.to,
            called.function,
            called.args,
            *map(fitting, (call.value, transaction.fee, transaction.tip, transaction.base_fee, called.amount)),
            transaction.status,
            self._decoder.reason(transaction, called.abi),
            receipt.gas_used,
            self._decoder.events(transaction),
            receipt.contract_address,
            receipt.transaction_hash or None,
        )


def fitting(amount: int | None) -> int | None:
    """Return an amount if a column of decimals holds it exactly; else None."""
    return amount if amount is not None and abs(amount) < 10**MOST_DIGITS else None
