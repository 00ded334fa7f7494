"""What happened inside of transactions and calls, step by step or call by call."""

import json
from collections.abc import Mapping
from typing import Any, final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.calls import changed
from tokenspice.web3engine.provider.formatters import included
from tokenspice.web3engine.provider.history import History
from tokenspice.web3engine.provider.rpc_errors import REFUSED, JsonRpcError
from tokenspice.web3engine.provider.rpc_method import RpcMethod
from tokenspice.web3engine.provider.states import States
from tokenspice.web3engine.provider.transactions import Request, as_request
from tokenspice.web3engine.provider.values import Json, as_hash, as_object, data, optional

__all__ = ["Traces"]

OURS = ("stateOverrides", "blockOverrides", "timeout", "reexec", "txIndex")  # options that the tracers need not see


@final
class Traces:
    """Traces as geth has them (debug_) and as Parity had them (trace_)."""

    def __init__(self, evm: _core.Evm, history: History, states: States) -> None:
        self._evm = evm
        self._history = history
        self._states = states

    def methods(self) -> dict[str, RpcMethod]:
        options = {"options": optional(as_object)}
        by_number, by_hash = {"block": self._history.block}, {"hash": self._history.block_of_hash}
        return {
            "debug_codeByHash": RpcMethod(self._code, hash=as_hash),
            "debug_traceBlockByHash": RpcMethod(self._block, **by_hash, **options),
            "debug_traceBlockByNumber": RpcMethod(self._block, **by_number, **options),
            "debug_traceCall": RpcMethod(self._call, transaction=as_request, block=self._states.at, **options),
            "debug_traceTransaction": RpcMethod(self._transaction, hash=as_hash, **options),
            "trace_block": RpcMethod(self._parity_block, **by_number),
            "trace_transaction": RpcMethod(self._parity_transaction, hash=as_hash),
        }

    def _code(self, code_hash: bytes) -> str:
        codes = (self._evm.code(address) for address in self._evm.addresses())
        return data(next((code for code in codes if _core.keccak256(code) == code_hash), b""))

    def _call(self, request: Request, state: _core.Evm, options: Mapping[str, Any] | None) -> Any:
        given = options or {}
        block = given.get("blockOverrides")
        state = changed(state, given.get("stateOverrides"), block)
        terms = request.terms | {"nonce": None}
        traced = state.trace_call(
            request.caller, request.to, request.data, options=tracing(options), pending=bool(block), **terms
        )
        return json.loads(traced)

    def _transaction(self, transaction_hash: bytes, options: Mapping[str, Any] | None) -> Any:
        return self._traced(*self._found(transaction_hash), tracing(options))

    def _found(self, transaction_hash: bytes) -> tuple[_core.Block, _core.Receipt]:
        if found := self._history.find(transaction_hash):
            return found
        raise JsonRpcError(REFUSED, f"transaction {data(transaction_hash)} not found")

    def _traced(self, block: _core.Block, receipt: _core.Receipt, options: str) -> Any:
        return json.loads(self._evm.trace_transaction(block.number, receipt.transaction_index or 0, options=options))

    def _block(self, block: _core.Block | None, options: Mapping[str, Any] | None) -> list[Json]:
        if block is None:
            raise JsonRpcError(REFUSED, f"block not found: the head is block {self._evm.block_number}")
        if not len(block):
            return []
        traces = self._evm.trace_block(block.number, options=tracing(options))
        return [
            {"txHash": data(receipt.transaction_hash), "result": json.loads(trace)}
            for receipt, trace in zip(included(block), traces, strict=True)
        ]

    def _parity_block(self, block: _core.Block | None) -> list[Json]:
        receipts = included(block) if block else []
        return [trace for receipt in receipts if block for trace in self._flat(block, receipt)]

    def _parity_transaction(self, transaction_hash: bytes) -> list[Json]:
        found = self._history.find(transaction_hash)
        return self._flat(*found) if found else []

    def _flat(self, block: _core.Block, receipt: _core.Receipt) -> list[Json]:
        place = {
            "blockHash": data(block.hash),
            "blockNumber": block.number,
            "transactionHash": data(receipt.transaction_hash),
            "transactionPosition": receipt.transaction_index or 0,
        }
        return [trace | place for trace in self._traced(block, receipt, '{"tracer": "flatCallTracer"}')]


def tracing(options: Mapping[str, Any] | None) -> str:
    """Return the options that the tracers take, as JSON text."""
    return json.dumps({key: value for key, value in (options or {}).items() if key not in OURS and value is not None})
