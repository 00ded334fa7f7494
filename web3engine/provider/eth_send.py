"""Transactions on their way."""

from dataclasses import replace
from typing import final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.calls import least_gas, pending
from tokenspice.web3engine.provider.fees import priced
from tokenspice.web3engine.provider.history import History
from tokenspice.web3engine.provider.queue import Queue, queued_raw, queued_unsigned
from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, Refusal
from tokenspice.web3engine.provider.rpc_method import Method
from tokenspice.web3engine.provider.transactions import Request, as_request
from tokenspice.web3engine.provider.values import Json, as_bytes, data

__all__ = ["Sending"]


@final
class Sending:
    """Takes transactions: mines each at once, or queues it."""

    def __init__(self, evm: _core.Evm, history: History, queue: Queue) -> None:
        self._evm = evm
        self._history = history
        self._queue = queue

    def methods(self) -> dict[str, Method]:
        return {
            "anvil_dropAllTransactions": Method(lambda: self._evm.clear_queue() and None),
            "eth_sendRawTransaction": Method(self._send_raw, data=as_bytes),
            "eth_sendTransaction": Method(self._send, transaction=as_request),
        }

    def _send_raw(self, raw: bytes) -> str:
        if self._queue.mines_at_once:
            return data(self._mined(self._evm.transact_raw(raw)))
        self._evm.submit_raw(raw)
        return data(self._queue.add(queued_raw(raw)))

    def _send(self, request: Request) -> str:
        sender, request = self._sender(request), self._filled(request)
        terms: Json = {
            "value": request.value,
            "gas": request.gas,
            "gas_price": request.gas_price,
            "max_fee": request.max_fee,
            "priority_fee": request.priority_fee,
            "nonce": request.nonce,
            "access_list": request.access_list,
        }
        if self._queue.mines_at_once:
            sent = self._mined(self._evm.transact(sender, request.to, request.data, **terms))
        else:
            self._evm.submit(sender, request.to, request.data, **terms)
            sent = self._queue.add(queued_unsigned(request, self._evm.chain_id))
        if request.access_list:
            self._queue.access_lists[sent] = request.access_list
        return data(sent)

    def _mined(self, receipt: _core.Receipt) -> bytes:
        self._history.place(receipt)
        return receipt.transaction_hash

    def _sender(self, request: Request) -> bytes:
        if request.sender is None:
            raise Refusal(BAD_PARAMETERS, "the transaction has no from; name the account that sends it")
        if request.chain_id not in (None, self._evm.chain_id):
            raise Refusal(BAD_PARAMETERS, f"chainId is {request.chain_id}, and this chain's is {self._evm.chain_id}")
        return request.sender

    def _filled(self, request: Request) -> Request:
        """Complete a transaction as anvil does: the present price, the next nonce, the least gas that will do."""
        request = priced(request, self._evm)
        if request.nonce is None:
            request = replace(request, nonce=pending(self._evm).nonce(request.caller))
        if request.gas is None:
            try:
                request = replace(request, gas=least_gas(request, pending(self._evm)))
            except (Refusal, _core.EvmError):  # it is sent all the same, and its receipt says that it failed
                request = replace(request, gas=self._evm.block_gas_limit)
        return request
