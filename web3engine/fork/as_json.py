"""A recorded fork as JSON, to be read by people and by other programs."""

from dataclasses import asdict
from typing import Any

from tokenspice.web3engine.errors import ForkError
from tokenspice.web3engine.fork.cache import ADDRESS, FORMAT, SIZES, WORD, ForkCache, natural, origin_of
from tokenspice.web3engine.fork.keys import Account
from tokenspice.web3engine.hexes import hexed, quantity, unhexed

__all__ = ["from_json", "to_json"]


def to_json(cache: ForkCache) -> dict[str, Any]:
    """Return what was recorded; what may exceed 64 bits, and all bytes, in hexadecimal."""
    storage: dict[str, dict[str, str]] = {}
    for (address, slot), value in sorted(cache.slots.items()):
        storage.setdefault(hexed(address), {})[hex(slot)] = hex(value)
    return {
        "format": FORMAT,
        "origin": {name: hexed(value) if name in SIZES else value for name, value in asdict(cache.origin).items()},
        "accounts": {
            hexed(address): {"balance": hex(account.balance), "nonce": account.nonce, "code": hexed(account.code)}
            for address, account in sorted(cache.accounts.items())
        },
        "storage": storage,
        "block_hashes": {str(number): hexed(digest) for number, digest in sorted(cache.block_hashes.items())},
    }


def from_json(record: Any) -> ForkCache:
    """Return what `to_json` wrote.

    Raises:
        ForkError: it is something else.
    """
    try:
        if record["format"] != FORMAT:
            raise ValueError
        return ForkCache(
            origin_of({name: unhexed(value) if name in SIZES else value for name, value in record["origin"].items()}),
            {address_of(text): account_of(account) for text, account in record["accounts"].items()},
            {
                (address_of(text), quantity(slot)): quantity(value)
                for text, slots in record["storage"].items()
                for slot, value in slots.items()
            },
            {natural(int(number)): unhexed(digest, WORD) for number, digest in record["block_hashes"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ForkError("this JSON is no recorded fork. Give what `tsp fork export` wrote.") from None


def account_of(record: Any) -> Account:
    return Account(quantity(record["balance"]), natural(record["nonce"]), unhexed(record["code"]))


def address_of(text: str) -> bytes:
    return unhexed(text, ADDRESS)
