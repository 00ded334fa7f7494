"""A live chain's state at one block, named by number and hash."""

import re
from collections.abc import Callable
from typing import Any, final

from tokenspice.web3engine.errors import ForkError
from tokenspice.web3engine.fork.cache import Origin
from tokenspice.web3engine.fork.keys import Account
from tokenspice.web3engine.fork.patient import Faltered, PatientRpc, Refused, Request

__all__ = ["RemoteState"]

QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
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

    def __init__(self, rpc: PatientRpc, number: int | None = None) -> None:
        self._rpc = rpc
        tag = "latest" if number is None else hex(number)
        chain_id, block = rpc(Request("eth_chainId", (), quantity64), header(tag, as_it_is))
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
        who = "0x" + address.hex()
        return Account(
            *self._read(
                ("eth_getBalance", (who,), quantity),
                ("eth_getTransactionCount", (who,), quantity64),
                ("eth_getCode", (who,), data),
            )
        )

    def storage(self, address: bytes, slot: int) -> int:
        (value,) = self._read(("eth_getStorageAt", ("0x" + address.hex(), hex(slot)), word))
        return int(value)

    def block_hash(self, number: int) -> bytes:
        # An ancestor is as certain as the block itself, so both are asked for at once.
        digest, head = self._rpc(header(hex(number), hash_of), header(hex(self.origin.number), hash_of))
        self._check(head)
        return bytes(digest)

    def close(self) -> None:
        self._rpc.close()

    def _read(self, *questions: tuple[str, tuple[str, ...], Callable[[Any], Any]]) -> list[Any]:
        def batch(block: object) -> list[Request]:
            return [Request(method, (*params, block), parse) for method, params, parse in questions]

        if self._by_hash:
            return self._rpc(*batch(by_hash(self.origin.hash)))
        number = hex(self.origin.number)
        *answers, head = self._rpc(*batch(number), header(number, hash_of))
        self._check(head)
        return answers

    def _check(self, head: bytes) -> None:
        if head != self.origin.hash:
            raise ForkError(f"{self._rpc.name} has another block in place of {self.origin}: the chain was reorganised.")

    def _knows_hashes(self) -> bool:
        """Tell whether the node takes a block's hash in place of its number (EIP-1898), and minds which it is."""
        probes = [Request("eth_getBalance", (NOBODY, by_hash(one)), quantity) for one in (self.origin.hash, bytes(32))]
        try:
            self._rpc.once(probes[0])
        except (Faltered, ForkError):
            return False
        try:
            self._rpc.once(probes[1])
            return False
        except (Faltered, ForkError) as error:
            return isinstance(error, Refused)


def header(block: str, parse: Callable[[Any], Any]) -> Request:
    return Request("eth_getBlockByNumber", (block, False), parse)


def by_hash(digest: bytes) -> dict[str, str]:
    return {"blockHash": "0x" + digest.hex()}


def origin(chain_id: int, block: Any) -> Origin:
    """Read a block as nodes write it."""
    return Origin(
        chain_id=chain_id,
        number=quantity64(block["number"]),
        hash=data(block["hash"], 32),
        parent_hash=data(block["parentHash"], 32),
        timestamp=quantity64(block["timestamp"]),
        coinbase=data(block["miner"], 20),
        gas_limit=quantity64(block["gasLimit"]),
        base_fee=quantity64(block.get("baseFeePerGas") or "0x0"),
        prevrandao=data(block["mixHash"], 32) if block.get("mixHash") else bytes(32),
        hardfork=next((name for sign, name in SIGNS.items() if block.get(sign)), "istanbul"),
    )


def quantity(text: Any) -> int:
    """Read a number as nodes write it; what is none is a ValueError, and never zero."""
    if not (isinstance(text, str) and QUANTITY.fullmatch(text)):
        raise ValueError
    return int(text, 16)


def quantity64(text: Any) -> int:
    """Read a number of up to 64 bits."""
    number = quantity(text)
    if number >= 1 << 64:
        raise ValueError
    return number


def word(text: Any) -> int:
    """Read a slot. Some nodes leave out leading zeros, and of zero all digits."""
    return 0 if text == "0x" else quantity(text)


def data(text: Any, size: int | None = None) -> bytes:
    """Read bytes as nodes write them."""
    if not (isinstance(text, str) and DATA.fullmatch(text)) or size not in (None, len(text) // 2 - 1):
        raise ValueError
    return bytes.fromhex(text[2:])


def hash_of(block: Any) -> bytes:
    """Read the hash of a block that must be there."""
    if not isinstance(block, dict):
        raise ValueError
    return data(block.get("hash"), 32)


def as_it_is(block: Any) -> Any:
    return block
