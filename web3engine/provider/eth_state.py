"""What state is, and what calls do with it."""

from collections.abc import Mapping
from typing import Any, final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.calls import attempt, changed, least_gas, pending, succeeded
from tokenspice.web3engine.provider.history import History
from tokenspice.web3engine.provider.rpc_errors import REFUSED, Refusal
from tokenspice.web3engine.provider.rpc_method import Method
from tokenspice.web3engine.provider.transactions import Request, as_request
from tokenspice.web3engine.provider.values import (
    as_address,
    as_bytes,
    as_int,
    as_object,
    data,
    optional,
    quantity,
    word,
)

__all__ = ["State"]

CLIENT = "tokenspice/revm"


@final
class State:
    """Answers what the chain holds, of the head and of the pending block."""

    def __init__(self, evm: _core.Evm, history: History) -> None:
        self._evm = evm
        self._history = history

    def methods(self) -> dict[str, Method]:
        evm = self._evm
        at = {"block": self._state}
        run = {"transaction": as_request, "block": self._state, "overrides": optional(as_object)}
        return {
            "eth_blockNumber": Method(lambda: quantity(evm.block_number)),
            "eth_call": Method(lambda *call: data(succeeded(self._call(*call)).output), **run),
            "eth_chainId": Method(lambda: quantity(evm.chain_id)),
            "eth_coinbase": Method(lambda: data(evm.coinbase)),
            "eth_estimateGas": Method(self._estimate_gas, **run | {"block": self._state_or_pending}),
            "eth_getBalance": Method(lambda who, state: quantity(state.balance(who)), address=as_address, **at),
            "eth_getCode": Method(lambda who, state: data(state.code(who)), address=as_address, **at),
            "eth_getStorageAt": Method(
                lambda who, slot, state: word(state.storage(who, slot)), address=as_address, slot=as_int, **at
            ),
            "eth_getTransactionCount": Method(lambda who, state: quantity(state.nonce(who)), address=as_address, **at),
            "eth_syncing": Method(lambda: False),
            "net_listening": Method(lambda: True),
            "net_peerCount": Method(lambda: "0x0"),
            "net_version": Method(lambda: str(evm.chain_id)),
            "web3_clientVersion": Method(lambda: CLIENT),
            "web3_sha3": Method(lambda value: data(_core.keccak256(value)), data=as_bytes),
        }

    def _state(self, block: object, name: str) -> _core.Evm:
        """Return the chain at a block: itself, or a fork that has mined what is pending.

        Raises:
            Refusal: the block is neither the head nor pending.
        """
        if block == "pending":
            return pending(self._evm)
        found, head = self._history.block(block, name), self._evm.block_number
        if found is None:
            raise Refusal(REFUSED, f"block {block!r} not found: the head is block {head}")
        if found.number != head:
            raise Refusal(
                REFUSED,
                f"the state after block {found.number} is not kept, and the head is block {head}; ask for "
                '"latest", or take evm_snapshot in time',
            )
        return self._evm

    def _state_or_pending(self, block: object, name: str) -> _core.Evm:
        return self._state("pending" if block is None else block, name)

    def _call(self, request: Request, state: _core.Evm, overrides: Mapping[str, Any] | None) -> _core.CallResult:
        return attempt(request, changed(state, overrides), request.gas)

    def _estimate_gas(self, request: Request, state: _core.Evm, overrides: Mapping[str, Any] | None) -> str:
        return quantity(least_gas(request, changed(state, overrides)))
