"""eth_simulateV1: blocks of calls that might come next, and leave no trace.

Source: ethereum/execution-apis, eth_simulateV1.
"""

from collections.abc import Mapping
from typing import Any, final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.calls import copied, override, override_block
from tokenspice.web3engine.provider.formatters import block_json, included, logs_json, mined_json
from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, REVERTED, JsonRpcError
from tokenspice.web3engine.provider.rpc_method import RpcMethod
from tokenspice.web3engine.provider.states import States
from tokenspice.web3engine.provider.transactions import Request, as_request
from tokenspice.web3engine.provider.values import (
    Json,
    as_address,
    as_flag,
    as_list,
    as_object,
    data,
    optional,
    quantity,
)

__all__ = ["Simulation"]

CANNOT_RUN = -38014  # the specification's code for a call that its sender cannot pay
HALTED = -32015


@final
class Simulation:
    """Simulates blocks."""

    def __init__(self, evm: _core.Evm, states: States) -> None:
        self._evm = evm
        self._states = states

    def methods(self) -> dict[str, RpcMethod]:
        return {"eth_simulateV1": RpcMethod(self._simulate, payload=as_object, block=self._states.at)}

    def _simulate(self, payload: Mapping[str, Any], state: _core.Evm) -> list[Json]:
        fork = copied(state)
        fork.clear_queue()
        fork.set_keep("all")
        flag = optional(as_flag)
        validates = bool(flag(payload.get("validation"), "validation"))
        full = bool(flag(payload.get("returnFullTransactions"), "returnFullTransactions"))
        if not validates:
            fork.set_base_fee(0)
        blocks = as_list(payload.get("blockStateCalls"), "blockStateCalls")
        return [self._block(fork, as_object(block, "blockStateCalls' entry"), validates, full) for block in blocks]

    def _block(self, fork: _core.Evm, given: Mapping[str, Any], validates: bool, full: bool) -> Json:
        fork.set_next_timestamp(fork.timestamp + 1)
        override_block(fork, as_object(given.get("blockOverrides") or {}, "blockOverrides"))
        for key, change in as_object(given.get("stateOverrides") or {}, "stateOverrides").items():
            override(fork, as_address(key, "stateOverrides' address"), as_object(change, "override"))
        for call in as_list(given.get("calls") or [], "calls"):
            submit(fork, as_request(call, "call"), validates)
        block = fork.mine_queue(fork.next_timestamp)
        if block.carried_over:
            raise JsonRpcError(BAD_PARAMETERS, f"{block.carried_over} calls do not fit into their block")
        if refused := [receipt for receipt in block.receipts if not receipt.included]:
            raise JsonRpcError(CANNOT_RUN, str(refused[0].reason))
        logs: dict[int, list[Json]] = {}
        for receipt, _, entry in logs_json(block):
            logs.setdefault(receipt.transaction_index or 0, []).append(entry)
        receipts = included(block)
        shown: list[Any] = [
            mined_json(block, receipt, fork.chain_id) if full else data(receipt.transaction_hash)
            for receipt in receipts
        ]
        calls = [call_json(receipt, logs.get(receipt.transaction_index or 0, [])) for receipt in receipts]
        return block_json(block, fork.hardfork, shown) | {"calls": calls}


def submit(fork: _core.Evm, request: Request, validates: bool) -> None:
    terms = request.terms
    if not validates:
        terms |= {"nonce": None} | ({"gas_price": 0} if not request.price else {})
    fork.submit(request.caller, request.to, request.data, **terms)


def call_json(receipt: _core.Receipt, logs: list[Json]) -> Json:
    answer: Json = {
        "status": quantity(receipt.status),
        "returnData": data(receipt.output),
        "gasUsed": quantity(receipt.gas_used),
        "logs": logs,
    }
    if receipt.status:
        return answer
    if receipt.halt:
        return answer | {"error": {"code": HALTED, "message": receipt.halt}}
    message = f"execution reverted: {receipt.reason}" if receipt.output else "execution reverted"
    return answer | {"error": {"code": REVERTED, "message": message, "data": data(receipt.output)}}
