"""Filters: who polls for what."""

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.formatters import included
from tokenspice.web3engine.provider.history import History, LogQuery, as_log_query
from tokenspice.web3engine.provider.pool import Pool
from tokenspice.web3engine.provider.rpc_errors import REFUSED, JsonRpcError
from tokenspice.web3engine.provider.rpc_method import RpcMethod
from tokenspice.web3engine.provider.values import BLOCK_NAMES, Json, as_int, data, quantity

__all__ = ["Filters"]


@dataclass
class Filter:
    """What somebody polls.

    Attributes:
        kind: "logs", "blocks" or "transactions".
        next_block: the first that the next poll tells of.
        query: which logs.
        told: hashes of queued transactions that were told of.
    """

    kind: str
    next_block: int
    query: LogQuery | None = None
    told: set[bytes] = field(default_factory=set)


@final
class Filters:
    """Who polls for what."""

    def __init__(self, evm: _core.Evm, history: History, pool: Pool) -> None:
        self._evm = evm
        self._history = history
        self._pool = pool
        self._filters: dict[int, Filter] = {}
        self._numbers = count(1)

    def methods(self) -> dict[str, RpcMethod]:
        return {
            "eth_getFilterChanges": RpcMethod(self.poll, filter=as_int),
            "eth_getFilterLogs": RpcMethod(self.logs, filter=as_int),
            "eth_newBlockFilter": RpcMethod(lambda: self.watch("blocks")),
            "eth_newFilter": RpcMethod(lambda query: self.watch("logs", query), filter=as_log_query),
            "eth_newPendingTransactionFilter": RpcMethod(lambda: self.watch("transactions")),
            "eth_uninstallFilter": RpcMethod(self.remove, filter=as_int),
        }

    def watch(self, kind: str, query: LogQuery | None = None) -> str:
        """Make a filter; return its number."""
        number = next(self._numbers)
        self._filters[number] = Filter(kind, self._evm.block_number + 1, query, set(self._pool.ready()))
        return quantity(number)

    def poll(self, number: int) -> list[Any]:
        """Return what has come since the last poll, or since the filter was made, as geth does."""
        watched, head = self._filter(number), self._evm.block_number
        first, watched.next_block = min(watched.next_block, head + 1), head + 1
        if watched.query:
            start = watched.query.from_block
            named = start is None or start in BLOCK_NAMES
            return self._history.logs(replace(watched.query, from_block=0 if named else start), first)
        blocks = self._history.since(first)
        if watched.kind == "blocks":
            return [data(block.hash) for block in blocks]
        mined = [receipt.transaction_hash for block in blocks for receipt in included(block)]
        waiting = self._pool.ready()
        new = [key for key in dict.fromkeys([*mined, *waiting]) if key not in watched.told]
        watched.told = set(waiting)
        return [data(key) for key in new]

    def logs(self, number: int) -> list[Json]:
        """Return all logs that a filter wants, told or not."""
        query = self._filter(number).query
        if query is None:
            raise JsonRpcError(REFUSED, "filter not found: this one tells of blocks or transactions, not of logs")
        return self._history.logs(query)

    def remove(self, number: int) -> bool:
        return self._filters.pop(number, None) is not None

    def rewind(self) -> None:
        """Tell again of blocks that come in place of those that a restored snapshot took back."""
        for watched in self._filters.values():
            watched.next_block = min(watched.next_block, self._evm.block_number + 1)

    def _filter(self, number: int) -> Filter:
        if number not in self._filters:
            raise JsonRpcError(REFUSED, "filter not found")
        return self._filters[number]
