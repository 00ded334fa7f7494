"""Blocks, transactions, receipts and logs, as they are asked for."""

from typing import final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.formatters import block_json, included, mined_json, receipt_json, transaction_json
from tokenspice.web3engine.provider.history import History, as_log_query
from tokenspice.web3engine.provider.pool import Pool
from tokenspice.web3engine.provider.rpc_method import RpcMethod
from tokenspice.web3engine.provider.values import (
    Json,
    as_address,
    as_anything,
    as_flag,
    as_hash,
    as_int,
    data,
    optional,
    quantity,
)

__all__ = ["Records"]


@final
class Records:
    """Answers what was mined, and what waits."""

    def __init__(self, evm: _core.Evm, history: History, pool: Pool) -> None:
        self._evm = evm
        self._history = history
        self._pool = pool

    def methods(self) -> dict[str, RpcMethod]:
        history = self._history
        by_number, by_hash = {"block": history.block}, {"hash": history.block_of_hash}
        whole, index = {"full": optional(as_flag)}, {"index": as_int}
        return {
            "eth_getBlockByHash": RpcMethod(self.block_json, **by_hash, **whole),
            "eth_getBlockByNumber": RpcMethod(self._block_of_name, block=as_anything, **whole),
            "eth_getBlockReceipts": RpcMethod(
                lambda block: block and [receipt_json(block, receipt) for receipt in included(block)], **by_number
            ),
            "eth_getBlockTransactionCountByHash": RpcMethod(lambda block: block and quantity(len(block)), **by_hash),
            "eth_getBlockTransactionCountByNumber": RpcMethod(
                lambda block: block and quantity(len(block)), **by_number
            ),
            "eth_getLogs": RpcMethod(history.logs, filter=as_log_query),
            "eth_getRawTransactionByHash": RpcMethod(self._raw, hash=as_hash),
            "eth_getTransactionByBlockHashAndIndex": RpcMethod(self._transaction_at, **by_hash, **index),
            "eth_getTransactionByBlockNumberAndIndex": RpcMethod(self._transaction_at, **by_number, **index),
            "eth_getTransactionByHash": RpcMethod(self._transaction, hash=as_hash),
            "eth_getTransactionReceipt": RpcMethod(self._receipt, hash=as_hash),
            "eth_getRawTransactionByBlockHashAndIndex": RpcMethod(self._raw_at, **by_hash, **index),
            "eth_getRawTransactionByBlockNumberAndIndex": RpcMethod(self._raw_at, **by_number, **index),
            "eth_getTransactionBySenderAndNonce": RpcMethod(self._sent_by, sender=as_address, nonce=as_int),
            "eth_getUncleByBlockHashAndIndex": RpcMethod(lambda block, _: None, **by_hash, **index),
            "eth_getUncleByBlockNumberAndIndex": RpcMethod(lambda block, _: None, **by_number, **index),
            "eth_getUncleCountByBlockHash": RpcMethod(lambda block: block and "0x0", **by_hash),
            "eth_getUncleCountByBlockNumber": RpcMethod(lambda block: block and "0x0", **by_number),
            "debug_getRawTransaction": RpcMethod(self._raw, hash=as_hash),
            "erigon_getHeaderByNumber": RpcMethod(lambda block: self.block_json(block, None), **by_number),
        }

    def _block_of_name(self, name: object, full: bool | None) -> Json | None:
        answer = self.block_json(self._history.block(name), full)
        # What is still to be mined has neither (ethereum/execution-apis).
        return answer | {"hash": None, "nonce": None} if answer and name == "pending" else answer

    def block_json(self, block: _core.Block | None, full: bool | None) -> Json | None:
        if block is None:
            return None
        receipts = included(block)
        transactions = [self._mined_json(block, receipt) for receipt in receipts] if full else None
        return block_json(block, self._evm.hardfork, transactions or [data(ran.transaction_hash) for ran in receipts])

    def _transaction(self, transaction_hash: bytes) -> Json | None:
        if queued := self._pool.waiting().get(transaction_hash):
            return transaction_json(queued, self._evm.chain_id)
        found = self._history.find(transaction_hash)
        return self._mined_json(*found) if found else None

    def _transaction_at(self, block: _core.Block | None, index: int) -> Json | None:
        receipt = receipt_at(block, index)
        return self._mined_json(block, receipt) if block and receipt else None

    def _sent_by(self, sender: bytes, nonce: int) -> Json | None:
        found = self._history.find_sent(sender, nonce)
        return self._mined_json(*found) if found else None

    def _receipt(self, transaction_hash: bytes) -> Json | None:
        # Who waits for a transaction asks again and again, and the search would go through all blocks.
        found = None if transaction_hash in self._pool.waiting() else self._history.find(transaction_hash)
        return receipt_json(*found) if found else None

    def _raw(self, transaction_hash: bytes) -> str | None:
        if queued := self._pool.waiting().get(transaction_hash):
            return data(queued.raw) if queued.raw else None
        found = self._history.find(transaction_hash)
        return raw_json(found[1]) if found else None

    def _raw_at(self, block: _core.Block | None, index: int) -> str | None:
        receipt = receipt_at(block, index)
        return raw_json(receipt) if receipt else None

    def _mined_json(self, block: _core.Block, receipt: _core.Receipt) -> Json:
        return mined_json(block, receipt, self._evm.chain_id)


def receipt_at(block: _core.Block | None, index: int) -> _core.Receipt | None:
    receipts = included(block) if block else []
    return receipts[index] if index < len(receipts) else None


def raw_json(receipt: _core.Receipt) -> str | None:
    """Write the signed bytes; an unsigned transaction has none."""
    return data(receipt.raw) if receipt.raw else None
