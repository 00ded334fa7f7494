"""Transactions that wait for their block."""

from dataclasses import dataclass, replace
from typing import final

import rlp
from eth_account import Account

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.transactions import AccessList, Request, read_raw

__all__ = ["Queue", "Queued", "queued_raw", "queued_unsigned"]


@dataclass(frozen=True)
class Queued:
    """A transaction that waits for its block; its attributes are named as a receipt's."""

    transaction_hash: bytes
    sender: bytes
    to: bytes | None
    data: bytes
    value: int
    gas: int
    max_fee: int
    priority_fee: int | None
    nonce: int
    type: int
    raw: bytes | None = None


def queued_raw(raw: bytes) -> Queued:
    """Read a signed transaction that the chain has queued."""
    fields = read_raw(raw)
    sender = bytes.fromhex(Account.recover_transaction(raw)[2:])
    names = ("data", "value", "gas", "max_fee", "nonce", "type")
    return Queued(
        transaction_hash=_core.keccak256(raw),
        sender=sender,
        to=fields["to"] or None,
        priority_fee=fields.get("priority_fee"),
        raw=raw,
        **{name: fields[name] for name in names},
    )


def queued_unsigned(request: Request, chain_id: int) -> Queued:
    """Describe a complete transaction that the chain has queued unsigned."""
    queued = Queued(
        transaction_hash=b"",
        sender=request.caller,
        to=request.to,
        data=request.data,
        value=request.value,
        gas=request.gas or 0,
        max_fee=request.price,
        priority_fee=request.priority_fee,
        nonce=request.nonce or 0,
        type=2 if request.priority_fee is not None else 1 if request.access_list else 0,
    )
    return replace(queued, transaction_hash=unsigned_hash(queued, request.access_list, chain_id))


def unsigned_hash(queued: Queued, access_list: AccessList, chain_id: int) -> bytes:
    """Return the hash that the core will give an unsigned transaction (`_core.Receipt.transaction_hash`)."""
    tip = queued.max_fee if queued.priority_fee is None else queued.priority_fee
    fees = [queued.max_fee, tip, queued.gas]
    slots = [[address, [key.to_bytes(32, "big") for key in keys]] for address, keys in access_list]
    body = [queued.sender, queued.nonce, *fees, queued.to or b"", queued.value, queued.data, slots, chain_id]
    return _core.keccak256(b"\x7f" + rlp.encode(body))


@final
class Queue:
    """What was sent through the provider and waits for a block.

    The chain's own queue does not tell what is in it, and others may fill and mine it too.

    Attributes:
        mines_at_once: nothing waits; each transaction gets a block of its own.
        access_lists: of unsigned transactions, by hash, of mined ones too: receipts do not have them.
    """

    def __init__(self, evm: _core.Evm) -> None:
        self._evm = evm
        self._waiting: dict[bytes, Queued] = {}
        self.mines_at_once = True
        self.access_lists: dict[bytes, AccessList] = {}

    def add(self, queued: Queued) -> bytes:
        self._waiting[queued.transaction_hash] = queued
        return queued.transaction_hash

    def waiting(self) -> dict[bytes, Queued]:
        """Return what is not mined, by hash, in the order in which it came."""
        if not self._evm.queued:
            self._waiting = {}
        self._waiting = {
            key: queued for key, queued in self._waiting.items() if queued.nonce >= self._evm.nonce(queued.sender)
        }
        return self._waiting

    def restore(self, waiting: dict[bytes, Queued]) -> None:
        self._waiting = dict(waiting)
