"""Transactions on their way."""

from dataclasses import replace
from typing import final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.calls import least_gas, pending
from tokenspice.web3engine.provider.fees import priced
from tokenspice.web3engine.provider.formatters import receipt_json
from tokenspice.web3engine.provider.history import History
from tokenspice.web3engine.provider.host import Keys
from tokenspice.web3engine.provider.pool import Pool, queued_raw, queued_unsigned
from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, REFUSED, JsonRpcError
from tokenspice.web3engine.provider.rpc_method import RpcMethod
from tokenspice.web3engine.provider.signed import signed
from tokenspice.web3engine.provider.transactions import Request, as_request
from tokenspice.web3engine.provider.values import Json, as_bytes, data

__all__ = ["Sending"]


@final
class Sending:
    """Takes transactions: signs those of accounts whose keys the chain has, and mines each at once, or queues it."""

    def __init__(self, evm: _core.Evm, history: History, pool: Pool, keys: Keys) -> None:
        self._evm = evm
        self._history = history
        self._pool = pool
        self._keys = keys

    def methods(self) -> dict[str, RpcMethod]:
        raw, unsigned = {"data": as_bytes}, {"transaction": as_request}
        return {
            "eth_sendRawTransaction": RpcMethod(lambda signed: data(self._send_raw(signed)), **raw),
            "eth_sendRawTransactionSync": RpcMethod(lambda signed: self._receipt(self._send_raw(signed)), **raw),
            "eth_sendTransaction": RpcMethod(lambda request: data(self._send(request)), **unsigned),
            "eth_sendTransactionSync": RpcMethod(lambda request: self._receipt(self._send(request)), **unsigned),
            "eth_sendUnsignedTransaction": RpcMethod(lambda request: data(self._send(request)), **unsigned),
        }

    def _send_raw(self, raw: bytes) -> bytes:
        return self._pool.add(queued_raw(raw))

    def _send(self, request: Request) -> bytes:
        if request.sender is None:
            raise JsonRpcError(BAD_PARAMETERS, "the transaction has no from; name the account that sends it")
        request, chain_id = self.filled(request), self._evm.chain_id
        signer = self._keys.signer(request.caller)
        if signer and not request.blob_hashes:  # whoever signs for blobs needs them too
            return self._send_raw(signed(signer, request, chain_id))
        return self._pool.add(queued_unsigned(request, chain_id))

    def _receipt(self, transaction_hash: bytes) -> Json:
        if found := self._history.find(transaction_hash):
            return receipt_json(*found)
        raise JsonRpcError(REFUSED, f"transaction {data(transaction_hash)} waits for its block")

    def filled(self, request: Request) -> Request:
        """Complete a transaction as anvil does: the present price, the next nonce, the least gas that will do."""
        if request.chain_id not in (None, self._evm.chain_id):
            raise JsonRpcError(
                BAD_PARAMETERS, f"chainId is {request.chain_id}, and this chain's is {self._evm.chain_id}"
            )
        request = priced(request, self._evm)
        if request.nonce is None:
            request = replace(request, nonce=self._pool.next_nonce(request.caller))
        if request.gas is None:
            # Where transactions wait for a block, those before this one may have to run first.
            state = self._evm if self._pool.mines_at_once else pending(self._evm)
            try:
                request = replace(request, gas=least_gas(request, state))
            except (JsonRpcError, _core.EvmError):  # it is sent all the same, and its receipt says that it failed
                request = replace(request, gas=self._evm.block_gas_limit)
        return request
