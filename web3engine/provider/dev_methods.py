"""What a development chain lets anybody do to it: go back, load and dump state, hand out tokens."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.filters import Filters
from tokenspice.web3engine.provider.pool import Pool, Queued
from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, BROKEN, REFUSED, JsonRpcError
from tokenspice.web3engine.provider.rpc_method import RpcMethod, under
from tokenspice.web3engine.provider.values import (
    Json,
    as_address,
    as_amount,
    as_bytes,
    as_flag,
    as_hash,
    as_int,
    data,
    optional,
    quantity,
)

__all__ = ["DevMethods"]

BALANCE_OF = _core.keccak256(b"balanceOf(address)")[:4]
ALLOWANCE = _core.keccak256(b"allowance(address,address)")[:4]


@dataclass(frozen=True)
class Saved:
    """What evm_revert needs."""

    evm: _core.Snapshot
    waiting: dict[bytes, Queued]


@final
class DevMethods:
    """Takes and restores snapshots, and changes what no transaction can."""

    def __init__(self, evm: _core.Evm, pool: Pool, filters: Filters) -> None:
        self._evm = evm
        self._pool = pool
        self._filters = filters
        self._snapshots: dict[int, Saved] = {}
        self._snapshot_numbers = count(1)

    def methods(self) -> dict[str, RpcMethod]:
        evm = self._evm
        deal = RpcMethod(self._deal, address=as_address, token=as_address, amount=as_amount)
        tools = {
            "dealERC20": deal,
            "dumpState": RpcMethod(evm.dump_state),
            "loadState": RpcMethod(self._load_state, state=as_bytes),
            "metadata": RpcMethod(self._metadata),
            "setCoinbase": RpcMethod(evm.set_coinbase, address=as_address),
            "setLoggingEnabled": RpcMethod(lambda enabled: None, enabled=as_flag),
            "setMinGasPrice": RpcMethod(self._set_min_gas_price, price=as_int),
            "setNextBlockBaseFeePerGas": RpcMethod(evm.set_next_base_fee, baseFee=as_int),
            "setPrevRandao": RpcMethod(evm.set_next_prevrandao, prevRandao=as_hash),
        }
        snapshots = {
            "revert": RpcMethod(self._revert, snapshot=as_int),
            "snapshot": RpcMethod(self._snapshot),
        }
        return {
            **under(("anvil", "hardhat"), tools),
            **under(("anvil", "evm"), snapshots),
            "anvil_nodeInfo": RpcMethod(self._node_info),
            "anvil_rollback": RpcMethod(self._rollback, depth=optional(as_int)),
            "anvil_setERC20Allowance": RpcMethod(
                self._allow, owner=as_address, spender=as_address, token=as_address, amount=as_amount
            ),
            "anvil_setERC20Balance": deal,
        }

    def _load_state(self, state: bytes) -> bool:
        self._evm.load_state(state)
        return True

    def _snapshot(self) -> str:
        number = next(self._snapshot_numbers)
        self._snapshots[number] = Saved(self._evm.snapshot(), dict(self._pool.waiting()))
        return quantity(number)

    def _revert(self, number: int) -> bool:
        """Go back to a snapshot, which ends it and those taken later; False if there is no such snapshot."""
        if number not in self._snapshots:
            return False
        saved = self._snapshots[number]
        self._evm.restore(saved.evm)
        self._pool.restore(saved.waiting)
        self._filters.rewind()
        self._snapshots = {key: older for key, older in self._snapshots.items() if key < number}
        return True

    def _rollback(self, depth: int | None) -> None:
        """Go back so many blocks, 1 by default; what was queued is gone."""
        number = self._evm.block_number - (1 if depth is None else depth)
        past = self._evm.at(number) if number >= 0 else None
        if past is None:
            raise JsonRpcError(REFUSED, f"the state after block {number} is not kept")
        self._evm.restore(past.snapshot())
        self._pool.restore({})
        self._filters.rewind()

    def _set_min_gas_price(self, price: int) -> None:
        raise JsonRpcError(BAD_PARAMETERS, "a least gas price is not supported where blocks have a base fee (EIP-1559)")

    def _deal(self, address: bytes, token: bytes, amount: int) -> None:
        self._set_answer(token, BALANCE_OF + padded(address), amount, "balance")

    def _allow(self, owner: bytes, spender: bytes, token: bytes, amount: int) -> None:
        self._set_answer(token, ALLOWANCE + padded(owner) + padded(spender), amount, "allowance")

    def _set_answer(self, token: bytes, question: bytes, amount: int, what: str) -> None:
        """Set the slot that a view returns, found by trying each that it reads."""
        evm, nobody = self._evm, bytes(20)
        for holder, slot in accessed(evm, token, question):
            fork = _core.Evm.from_snapshot(evm.snapshot())
            fork.set_storage(holder, slot, amount)
            answer = fork.call(nobody, token, question)
            if answer.success and answer.output == amount.to_bytes(32, "big"):
                evm.set_storage(holder, slot, amount)
                return
        raise JsonRpcError(BROKEN, f"Unable to set ERC20 {what}, no slot found")

    def _metadata(self) -> Json:
        head = self._evm.block()
        return {
            "clientVersion": "tokenspice/revm",
            "chainId": self._evm.chain_id,
            "latestBlockNumber": self._evm.block_number,
            "latestBlockHash": data(head.hash) if head else None,
            "forkedNetwork": None,
            "snapshots": {quantity(key): saved.evm.block_number for key, saved in self._snapshots.items()},
        }

    def _node_info(self) -> Json:
        evm, head = self._evm, self._evm.block()
        return {
            "currentBlockNumber": quantity(evm.block_number),
            "currentBlockTimestamp": evm.timestamp,
            "currentBlockHash": data(head.hash) if head else None,
            "hardFork": evm.hardfork,
            "environment": {
                "baseFee": quantity(evm.base_fee),
                "chainId": evm.chain_id,
                "gasLimit": quantity(evm.block_gas_limit),
            },
        }


def accessed(evm: _core.Evm, token: bytes, question: bytes) -> Iterator[tuple[bytes, int]]:
    listed, _ = evm.access_list(bytes(20), token, question)
    return ((holder, slot) for holder, slots in listed for slot in slots)


def padded(address: bytes) -> bytes:
    return address.rjust(32, b"\0")
