"""What waits for a block, as clients ask for it and take it away."""

from collections.abc import Callable
from typing import Any, final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.formatters import transaction_json
from tokenspice.web3engine.provider.pool import Pool, Queued
from tokenspice.web3engine.provider.rpc_method import RpcMethod, under
from tokenspice.web3engine.provider.values import Json, as_address, as_hash, data, quantity

__all__ = ["TxPool"]


def inspected(queued: Queued) -> str:
    """Describe a transaction in a line, in geth's words."""
    to = _core.checksum_address(queued.to) if queued.to else "contract creation"
    return f"{to}: {queued.value} wei + {queued.gas} gas × {queued.max_fee} wei"


@final
class TxPool:
    """Answers what waits, and drops it."""

    def __init__(self, evm: _core.Evm, pool: Pool) -> None:
        self._evm = evm
        self._pool = pool

    def methods(self) -> dict[str, RpcMethod]:
        drops = {
            "dropAllTransactions": RpcMethod(self._drop_all),
            "dropTransaction": RpcMethod(self._drop, hash=as_hash),
        }
        return {
            **under(("anvil", "hardhat"), drops),
            "anvil_removePoolTransactions": RpcMethod(self._drop_of, address=as_address),
            "eth_pendingTransactions": RpcMethod(lambda: [self._json(one) for one in self._pool.ready().values()]),
            "txpool_content": RpcMethod(lambda: self._by_sender(self._json)),
            "txpool_inspect": RpcMethod(lambda: self._by_sender(inspected)),
            "txpool_status": RpcMethod(self._status),
        }

    def _json(self, queued: Queued) -> Json:
        return transaction_json(queued, self._evm.chain_id)

    def _by_sender(self, write: Callable[[Queued], Any]) -> Json:
        answer: dict[str, dict[str, Json]] = {"pending": {}, "queued": {}}
        for queued in self._pool.waiting().values():
            part = answer["queued" if queued.ticket is None else "pending"]
            part.setdefault(_core.checksum_address(queued.sender), {})[str(queued.nonce)] = write(queued)
        return answer

    def _status(self) -> Json:
        waiting = self._pool.waiting().values()
        ahead = sum(queued.ticket is None for queued in waiting)
        return {"pending": quantity(len(waiting) - ahead), "queued": quantity(ahead)}

    def _drop_all(self) -> None:
        self._pool.drop(list(self._pool.waiting()))
        self._evm.clear_queue()

    def _drop(self, transaction_hash: bytes) -> str | None:
        return data(transaction_hash) if self._pool.drop([transaction_hash]) else None

    def _drop_of(self, sender: bytes) -> None:
        self._pool.drop([key for key, queued in self._pool.waiting().items() if queued.sender == sender])
