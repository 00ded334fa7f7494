"""Transactions that wait for their block."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import final

import rlp

from tokenspice.web3engine import _core
from tokenspice.web3engine.keys import sender_of
from tokenspice.web3engine.provider.rpc_errors import REJECTED, JsonRpcError
from tokenspice.web3engine.provider.transactions import AccessList, Authorization, Request, read_raw

__all__ = ["Pool", "Queued", "queued_raw", "queued_unsigned", "type_of"]


@dataclass(frozen=True)
class Queued:
    """A transaction that waits for its block; its attributes are named as a receipt's.

    Attributes:
        ticket: the core's; None while an earlier nonce of its sender is missing.
        request: what asked for it, where it is unsigned.
    """

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
    access_list: AccessList
    blob_hashes: list[bytes] = field(default_factory=list)
    max_blob_fee: int = 0
    chain_id: int | None = None
    authorizations: list[Authorization] = field(default_factory=list)
    raw: bytes | None = None
    request: Request | None = None
    ticket: int | None = None


def queued_raw(raw: bytes) -> Queued:
    """Read a signed transaction.

    Raises:
        JsonRpcError: it is none.
    """
    try:
        fields = read_raw(raw)
        sender = bytes.fromhex(sender_of(raw)[2:])
    except Exception as error:  # noqa: BLE001  (the decoders raise whatever the bytes make them raise)
        raise JsonRpcError(REJECTED, f"failed to decode signed transaction: {error}") from None
    names = ("data", "value", "gas", "max_fee", "nonce", "type", "access_list", "authorizations")
    return Queued(
        transaction_hash=_core.keccak256(raw),
        sender=sender,
        to=fields["to"] or None,
        priority_fee=fields.get("priority_fee"),
        blob_hashes=fields.get("blob_hashes", []),
        max_blob_fee=fields.get("max_blob_fee", 0),
        chain_id=fields.get("chain_id"),
        raw=raw,
        **{name: fields[name] for name in names},
    )


def queued_unsigned(request: Request, chain_id: int) -> Queued:
    """Describe a complete transaction that has no signature."""
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
        type=type_of(request),
        access_list=request.access_list,
        blob_hashes=request.blob_hashes,
        max_blob_fee=request.max_blob_fee or 0,
        authorizations=request.authorizations,
        request=request,
    )
    return replace(queued, transaction_hash=unsigned_hash(queued, chain_id))


def type_of(request: Request) -> int:
    """Return the type that a transaction names, or that its fields ask for."""
    if request.type is not None:
        return request.type
    if request.authorizations:
        return 4
    if request.blob_hashes:
        return 3
    return 2 if request.priority_fee is not None else 1 if request.access_list else 0


def unsigned_hash(queued: Queued, chain_id: int) -> bytes:
    """Return the hash that the core will give an unsigned transaction (`_core.Receipt.transaction_hash`)."""
    tip = queued.max_fee if queued.priority_fee is None else queued.priority_fee
    fees = [queued.max_fee, tip, queued.gas]
    slots = [[address, [key.to_bytes(32, "big") for key in keys]] for address, keys in queued.access_list]
    body = [queued.sender, queued.nonce, *fees, queued.to or b"", queued.value, queued.data, slots, chain_id]
    return _core.keccak256(b"\x7f" + rlp.encode(body))


@final
class Pool:
    """What was sent through the provider and waits for a block: Ethereum's mempool.

    A transaction whose nonce is its sender's next goes into the chain's queue; one whose nonce is ahead waits here for
    those before it. The chain's own queue does not tell what is in it, and others may fill and mine it too.

    Args:
        evm: the chain.
        mined: told of each transaction that got a block of its own.
        refused: told of each one that the chain did not take, and why.

    Attributes:
        mines_at_once: each transaction whose turn it is gets a block of its own.
        before_block: called before each such block.
    """

    def __init__(
        self,
        evm: _core.Evm,
        mined: Callable[[_core.Receipt], None],
        refused: Callable[[Queued, str], None] = lambda queued, reason: None,
    ) -> None:
        self._evm = evm
        self._mined = mined
        self._refused = refused
        self._waiting: dict[bytes, Queued] = {}
        self.mines_at_once = True
        self.before_block: Callable[[], None] = lambda: None

    def add(self, queued: Queued) -> bytes:
        """Take a transaction; mine it if its turn has come and nothing waits here.

        Raises:
            JsonRpcError: it is here already, or one of the same nonce that pays as much.
            EvmError: it cannot run.
        """
        try:
            return self._added(queued)
        except (JsonRpcError, _core.EvmError) as error:
            self._refused(queued, str(error))
            raise

    def _added(self, queued: Queued) -> bytes:
        waiting = self.waiting()
        if queued.transaction_hash in waiting:
            raise JsonRpcError(REJECTED, "transaction already imported")
        rival = next(
            (one for one in waiting.values() if (one.sender, one.nonce) == (queued.sender, queued.nonce)), None
        )
        if rival and queued.max_fee <= rival.max_fee:
            raise JsonRpcError(REJECTED, "replacement transaction underpriced")
        self._check(queued)
        if rival:
            self.drop([rival.transaction_hash])
        if self.mines_at_once and queued.nonce == self._evm.nonce(queued.sender):
            mined = self._mine(queued)
            self._go_on()
            return mined
        self._waiting[queued.transaction_hash] = queued
        self._go_on()
        return queued.transaction_hash

    def _check(self, queued: Queued) -> None:
        held = self._evm.balance(queued.sender)
        if queued.nonce < (next_nonce := self._evm.nonce(queued.sender)):
            raise JsonRpcError(REJECTED, f"nonce too low: next nonce {next_nonce}, tx nonce {queued.nonce}")
        if held < (needed := queued.gas * queued.max_fee + queued.value):
            raise JsonRpcError(
                REJECTED, f"insufficient funds for gas * price + value: the sender has {held} wei of {needed}"
            )
        if queued.gas > self._evm.block_gas_limit:
            raise JsonRpcError(
                REJECTED, f"exceeds block gas limit: {queued.gas} gas, and a block has {self._evm.block_gas_limit}"
            )

    def _mine(self, queued: Queued) -> bytes:
        self.before_block()
        if queued.raw is not None:
            receipt = self._evm.transact_raw(queued.raw)
        elif queued.request:
            receipt = self._evm.transact(queued.sender, queued.to, queued.data, **queued.request.terms)
        self._mined(receipt)
        return receipt.transaction_hash

    def _submit(self, queued: Queued) -> None:
        if queued.raw is not None:
            ticket = self._evm.submit_raw(queued.raw)
        elif queued.request:
            ticket = self._evm.submit(queued.sender, queued.to, queued.data, **queued.request.terms)
        self._waiting[queued.transaction_hash] = replace(queued, ticket=ticket)

    def _go_on(self) -> None:
        """Queue those that waited for an earlier nonce and may go on, or mine them where that happens at once."""
        while following := next((one for one in self._waiting.values() if self._is_next(one)), None):
            if not self.mines_at_once:
                self._submit(following)
                continue
            del self._waiting[following.transaction_hash]
            try:
                self._mine(following)
            except _core.EvmError as error:  # it could run when it was sent, and cannot any more: it is gone
                self._refused(following, str(error))

    def _is_next(self, queued: Queued) -> bool:
        return queued.ticket is None and queued.nonce == self.next_nonce(queued.sender)

    def next_nonce(self, sender: bytes) -> int:
        """Return the nonce of a sender's next transaction, after those that wait for the next block."""
        nonces = {one.nonce for one in self._waiting.values() if one.sender == sender and one.ticket is not None}
        nonce = self._evm.nonce(sender)
        while nonce in nonces:
            nonce += 1
        return nonce

    def waiting(self) -> dict[bytes, Queued]:
        """Return what is not mined, by hash, in the order in which it came."""
        emptied = not self._evm.queued
        self._waiting = {
            key: queued
            for key, queued in self._waiting.items()
            if queued.nonce >= self._evm.nonce(queued.sender) and not (emptied and queued.ticket is not None)
        }
        if not self.mines_at_once:
            self._go_on()
        return self._waiting

    def ready(self) -> dict[bytes, Queued]:
        """Return those that the next block may hold."""
        return {key: queued for key, queued in self.waiting().items() if queued.ticket is not None}

    def drop(self, hashes: Iterable[bytes]) -> list[bytes]:
        """Forget transactions, and keep what their senders sent after them; return the hashes of those that waited."""
        dropped = [key for key in hashes if key in self._waiting]
        for key in dropped:
            gone = self._waiting.pop(key)
            self._withdraw(gone)
            for later in [
                one for one in self._waiting.values() if one.sender == gone.sender and one.nonce > gone.nonce
            ]:
                self._withdraw(later)
                self._waiting[later.transaction_hash] = replace(later, ticket=None)
        return dropped

    def _withdraw(self, queued: Queued) -> None:
        if queued.ticket is not None:
            self._evm.withdraw(queued.ticket)

    def restore(self, waiting: dict[bytes, Queued]) -> None:
        self._waiting = dict(waiting)
