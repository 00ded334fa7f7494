"""A live chain's state at one block, named by number and hash."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, final

from tokenspice.web3engine.backends.http_post import Faltered
from tokenspice.web3engine.backends.json_rpc import JsonRpc, Request, RpcError
from tokenspice.web3engine.errors import BackendUnavailable, ForkError
from tokenspice.web3engine.fork.cache import Origin
from tokenspice.web3engine.fork.keys import Account
from tokenspice.web3engine.hexes import hexed, quantity, quantity64, unhexed

__all__ = ["RemoteState"]

NOBODY = "0x" + "0" * 40

# What only the headers of a hardfork and of those after it have.
SIGNS = {"requestsHash": "prague", "parentBeaconBlockRoot": "cancun", "withdrawalsRoot": "shanghai"}


@final
class RemoteState:
    """Reads a chain as it was at one block, whatever has happened on it since.

    Args:
        rpc: a node of that chain.
        number: of the block; the latest unless given.

    Attributes:
        origin: the block. Every answer is of the block with its number and its hash, or an error.

    Raises:
        ForkError: the node does not answer, or has no such block.
    """

    def __init__(self, rpc: JsonRpc, number: int | None = None) -> None:
        self._rpc = rpc
        tag = "latest" if number is None else hex(number)
        chain_id, block = self._ask(Request("eth_chainId", (), quantity64), header(tag, as_it_is))
        if block is None:
            raise ForkError(f"{rpc.name} has no block {number}. Give the number of a block that has been mined.")
        try:
            self.origin = origin(chain_id, block)
        except (KeyError, TypeError, ValueError):
            raise ForkError(f"{rpc.name} answers eth_getBlockByNumber with something that is no block.") from None
        if number not in (None, self.origin.number):
            raise ForkError(f"{rpc.name} was asked for block {number} and answers with {self.origin}.")
        self._by_hash = self._knows_hashes()

    def account(self, address: bytes) -> Account:
        who = hexed(address)
        return Account(
            *self._read(
                ("eth_getBalance", (who,), quantity),
                ("eth_getTransactionCount", (who,), quantity64),
                ("eth_getCode", (who,), unhexed),
            )
        )

    def storage(self, address: bytes, slot: int) -> int:
        (value,) = self._read(("eth_getStorageAt", (hexed(address), hex(slot)), self._slot_value))
        return int(value)

    def block_hash(self, number: int) -> bytes:
        # An ancestor is as certain as the block itself, so both are asked for at once.
        digest, head = self._ask(header(hex(number), hash_of), header(hex(self.origin.number), hash_of))
        self._check(head)
        return bytes(digest)

    def close(self) -> None:
        self._rpc.close()

    def _ask(self, *batch: Request) -> list[Any]:
        try:
            return self._rpc.batch(*batch)
        except RpcError as error:
            why = f"{self._rpc.name} answers with an error: {error}"
        except BackendUnavailable as error:
            why = f"{error} Nothing was changed; try again."
        raise ForkError(why)

    def _read(self, *questions: tuple[str, tuple[str, ...], Callable[[Any], Any]]) -> list[Any]:
        def batch(block: object) -> list[Request]:
            return [Request(method, (*params, block), parse) for method, params, parse in questions]

        if self._by_hash:
            return self._ask(*batch(by_hash(self.origin.hash)))
        number = hex(self.origin.number)
        *answers, head = self._ask(*batch(number), header(number, hash_of))
        self._check(head)
        return answers

    def _check(self, head: bytes) -> None:
        if head != self.origin.hash:
            raise ForkError(f"{self._rpc.name} has another block in place of {self.origin}: the chain was reorganised.")

    def _slot_value(self, text: Any) -> int:
        # Any other node's "0x" is a fault, and no zero.
        return 0 if text == "0x" and self._writes_zero_as_nothing else quantity(text)

    @cached_property
    def _writes_zero_as_nothing(self) -> bool:
        """Whether the node is a ganache, which answers a slot of zero with no digit at all."""
        try:
            (version,) = self._rpc.once(Request("web3_clientVersion", (), str))
        except (Faltered, RpcError, BackendUnavailable):
            raise ValueError from None  # so that the slot is asked for again
        return str(version).lower().startswith("ganache")

    def _knows_hashes(self) -> bool:
        """Tell whether the node takes a block's hash in place of its number (EIP-1898), and minds which it is."""
        probes = [Request("eth_getBalance", (NOBODY, by_hash(one)), quantity) for one in (self.origin.hash, bytes(32))]
        try:
            self._rpc.once(probes[0])
        except (Faltered, RpcError, BackendUnavailable):
            return False
        try:
            self._rpc.once(probes[1])
            return False
        except (Faltered, RpcError, BackendUnavailable) as error:
            return isinstance(error, RpcError)


def header(block: str, parse: Callable[[Any], Any]) -> Request:
    return Request("eth_getBlockByNumber", (block, False), parse)


def by_hash(digest: bytes) -> dict[str, str]:
    return {"blockHash": hexed(digest)}


def origin(chain_id: int, block: Any) -> Origin:
    """Read a block as nodes write it."""
    return Origin(
        chain_id=chain_id,
        number=quantity64(block["number"]),
        hash=unhexed(block["hash"], 32),
        parent_hash=unhexed(block["parentHash"], 32),
        timestamp=quantity64(block["timestamp"]),
        coinbase=unhexed(block["miner"], 20),
        gas_limit=quantity64(block["gasLimit"]),
        base_fee=quantity64(block.get("baseFeePerGas") or "0x0"),
        prevrandao=unhexed(block["mixHash"], 32) if block.get("mixHash") else bytes(32),
        hardfork=next((name for sign, name in SIGNS.items() if block.get(sign)), "istanbul"),
    )


def hash_of(block: Any) -> bytes:
    """Read the hash of a block that must be there."""
    if not isinstance(block, dict):
        raise ValueError
    return unhexed(block.get("hash"), 32)


def as_it_is(block: Any) -> Any:
    return block
