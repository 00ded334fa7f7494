"""Blocks, transactions, receipts and logs, as they are asked for."""

from typing import final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.formatters import block_json, included, receipt_json, transaction_json
from tokenspice.web3engine.provider.history import History, as_log_query
from tokenspice.web3engine.provider.queue import Queue, Queued
from tokenspice.web3engine.provider.rpc_method import Method
from tokenspice.web3engine.provider.values import Json, as_flag, as_hash, as_int, data, optional, quantity

__all__ = ["Records"]


@final
class Records:
    """Answers what was mined, and what waits."""

    def __init__(self, evm: _core.Evm, history: History, queue: Queue) -> None:
        self._evm = evm
        self._history = history
        self._queue = queue

    def methods(self) -> dict[str, Method]:
        history = self._history
        by_number, by_hash = {"block": history.block}, {"hash": history.block_of_hash}
        whole, index = {"full": optional(as_flag)}, {"index": as_int}
        return {
            "eth_getBlockByHash": Method(self._block_json, **by_hash, **whole),
            "eth_getBlockByNumber": Method(self._block_json, **by_number, **whole),
            "eth_getBlockReceipts": Method(
                lambda block: block and [receipt_json(block, receipt) for receipt in included(block)], **by_number
            ),
            "eth_getBlockTransactionCountByHash": Method(lambda block: block and quantity(len(block)), **by_hash),
            "eth_getBlockTransactionCountByNumber": Method(lambda block: block and quantity(len(block)), **by_number),
            "eth_getLogs": Method(history.logs, filter=as_log_query),
            "eth_getRawTransactionByHash": Method(self._raw, hash=as_hash),
            "eth_getTransactionByBlockHashAndIndex": Method(self._transaction_at, **by_hash, **index),
            "eth_getTransactionByBlockNumberAndIndex": Method(self._transaction_at, **by_number, **index),
            "eth_getTransactionByHash": Method(self._transaction, hash=as_hash),
            "eth_getTransactionReceipt": Method(self._receipt, hash=as_hash),
            "txpool_content": Method(self._list_queue),
            "txpool_status": Method(lambda: {"pending": quantity(self._evm.queued), "queued": "0x0"}),
        }

    def _block_json(self, block: _core.Block | None, full: bool | None) -> Json | None:
        if block is None:
            return None
        receipts = included(block)
        transactions = [self._mined_json(block, receipt) for receipt in receipts] if full else None
        return block_json(block, self._evm.hardfork, transactions or [data(ran.transaction_hash) for ran in receipts])

    def _transaction(self, transaction_hash: bytes) -> Json | None:
        if queued := self._queue.waiting().get(transaction_hash):
            return self._queued_json(queued)
        found = self._history.find(transaction_hash)
        return self._mined_json(*found) if found else None

    def _transaction_at(self, block: _core.Block | None, index: int) -> Json | None:
        receipts = included(block) if block else []
        return self._mined_json(block, receipts[index]) if block and index < len(receipts) else None

    def _receipt(self, transaction_hash: bytes) -> Json | None:
        # Who waits for a transaction asks again and again, and the search would go through all blocks.
        found = None if transaction_hash in self._queue.waiting() else self._history.find(transaction_hash)
        return receipt_json(*found) if found else None

    def _raw(self, transaction_hash: bytes) -> str | None:
        found = self._history.find(transaction_hash)
        return data(found[1].raw) if found and found[1].raw else None

    def _list_queue(self) -> Json:
        senders: dict[str, Json] = {}
        for queued in self._queue.waiting().values():
            sender = _core.checksum_address(queued.sender)
            senders.setdefault(sender, {})[str(queued.nonce)] = self._queued_json(queued)
        return {"pending": senders, "queued": {}}

    def _queued_json(self, queued: Queued) -> Json:
        access_list = self._queue.access_lists.get(queued.transaction_hash, [])
        return transaction_json(queued, access_list, self._evm.chain_id)

    def _mined_json(self, block: _core.Block, receipt: _core.Receipt) -> Json:
        access_list = self._queue.access_lists.get(receipt.transaction_hash, [])
        return transaction_json(receipt, access_list, self._evm.chain_id) | {
            "blockHash": data(block.hash),
            "blockNumber": quantity(block.number),
            "blockTimestamp": quantity(block.timestamp),
            "transactionIndex": quantity(receipt.transaction_index or 0),
        }
