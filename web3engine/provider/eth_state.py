"""What state is, and what calls do with it."""

from collections.abc import Mapping
from typing import Any, final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.calls import attempt, changed, least_gas, succeeded
from tokenspice.web3engine.provider.pool import Pool
from tokenspice.web3engine.provider.rpc_method import RpcMethod
from tokenspice.web3engine.provider.states import States
from tokenspice.web3engine.provider.transactions import Request, as_request
from tokenspice.web3engine.provider.values import (
    Json,
    as_address,
    as_anything,
    as_bytes,
    as_int,
    as_list,
    as_object,
    data,
    optional,
    quantity,
    word,
)

__all__ = ["State"]

CLIENT = "tokenspice/revm"


def as_slots(value: object, name: str) -> list[int]:
    return [as_int(slot, "slot") for slot in as_list(value, name)]


@final
class State:
    """Answers what the chain holds."""

    def __init__(self, evm: _core.Evm, states: States, pool: Pool) -> None:
        self._evm = evm
        self._states = states
        self._pool = pool

    def methods(self) -> dict[str, RpcMethod]:
        evm = self._evm
        at: dict[str, Any] = {"block": self._states.at}
        changes = {"overrides": optional(as_object), "blockOverrides": optional(as_object)}
        run = {"transaction": as_request, **at, **changes}
        return {
            "eth_blockNumber": RpcMethod(lambda: quantity(evm.block_number)),
            "eth_call": RpcMethod(lambda *call: data(succeeded(self._call(*call)).output), **run),
            "eth_chainId": RpcMethod(lambda: quantity(evm.chain_id)),
            "eth_coinbase": RpcMethod(lambda: data(evm.coinbase)),
            "eth_createAccessList": RpcMethod(self._access_list, transaction=as_request, **at),
            "eth_estimateGas": RpcMethod(self._estimate_gas, **run | {"block": self._states.at_or_pending}),
            "eth_getAccount": RpcMethod(account_json, address=as_address, **at),
            "eth_getAccountInfo": RpcMethod(info_json, address=as_address, **at),
            "eth_getBalance": RpcMethod(lambda who, state: quantity(state.balance(who)), address=as_address, **at),
            "eth_getCode": RpcMethod(lambda who, state: data(state.code(who)), address=as_address, **at),
            "eth_getProof": RpcMethod(proof_json, address=as_address, slots=as_slots, **at),
            "eth_getStorageAt": RpcMethod(
                lambda who, slot, state: word(state.storage(who, slot)), address=as_address, slot=as_int, **at
            ),
            "eth_getTransactionCount": RpcMethod(self._count, address=as_address, block=as_anything),
            "eth_hashrate": RpcMethod(lambda: "0x0"),
            "eth_mining": RpcMethod(lambda: False),
            "eth_networkId": RpcMethod(lambda: quantity(evm.chain_id)),
            "eth_protocolVersion": RpcMethod(lambda: "0x1"),
            "eth_syncing": RpcMethod(lambda: False),
            "net_listening": RpcMethod(lambda: True),
            "net_peerCount": RpcMethod(lambda: "0x0"),
            "net_version": RpcMethod(lambda: str(evm.chain_id)),
            "web3_clientVersion": RpcMethod(lambda: CLIENT),
            "web3_sha3": RpcMethod(lambda value: data(_core.keccak256(value)), data=as_bytes),
        }

    def _count(self, address: bytes, block: object) -> str:
        # What wallets submitted has no nonce yet, so a transaction that is sent in the meantime goes before it.
        if block == "pending":
            self._pool.waiting()
            return quantity(self._pool.next_nonce(address))
        return quantity(self._states.at(block, "block").nonce(address))

    def _call(
        self,
        request: Request,
        state: _core.Evm,
        overrides: Mapping[str, Any] | None,
        block: Mapping[str, Any] | None,
    ) -> _core.CallResult:
        return attempt(request, changed(state, overrides, block), request.gas, next_block=bool(block))

    def _estimate_gas(
        self,
        request: Request,
        state: _core.Evm,
        overrides: Mapping[str, Any] | None,
        block: Mapping[str, Any] | None,
    ) -> str:
        return quantity(least_gas(request, changed(state, overrides, block)))

    def _access_list(self, request: Request, state: _core.Evm) -> Json:
        terms = request.terms | {"nonce": None}
        listed, result = state.access_list(request.caller, request.to, request.data, **terms)
        answer: Json = {
            "accessList": [{"address": data(entry), "storageKeys": [*map(word, keys)]} for entry, keys in listed],
            "gasUsed": quantity(result.gas_used),
        }
        return answer if result.success else answer | {"error": result.reason}


def account_json(address: bytes, state: _core.Evm) -> Json:
    root, _, _ = state.proof(address, [])
    return {
        "nonce": quantity(state.nonce(address)),
        "balance": quantity(state.balance(address)),
        "storageRoot": data(root),
        "codeHash": data(_core.keccak256(state.code(address))),
    }


def info_json(address: bytes, state: _core.Evm) -> Json:
    return {
        "nonce": quantity(state.nonce(address)),
        "balance": quantity(state.balance(address)),
        "code": data(state.code(address)),
    }


def proof_json(address: bytes, slots: list[int], state: _core.Evm) -> Json:
    """Write a proof as EIP-1186 has it."""
    root, nodes, stored = state.proof(address, slots)
    return {
        "address": data(address),
        "balance": quantity(state.balance(address)),
        "codeHash": data(_core.keccak256(state.code(address))),
        "nonce": quantity(state.nonce(address)),
        "storageHash": data(root),
        "accountProof": [data(node) for node in nodes],
        "storageProof": [
            {"key": word(slot), "value": quantity(value), "proof": [data(node) for node in proof]}
            for slot, value, proof in stored
        ],
    }
