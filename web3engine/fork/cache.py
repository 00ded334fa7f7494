"""What was read of a live chain at one block, in memory and in a file: msgpack, versioned and hashed, never a pickle."""

import os
from contextlib import suppress
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import Any, final

import msgpack

from tokenspice.engine.errors import RunError
from tokenspice.files import read_file, replace_file
from tokenspice.web3engine.checksummed_file import sealed, unsealed
from tokenspice.web3engine.errors import ForkError
from tokenspice.web3engine.fork.keys import Account

__all__ = ["FORMAT", "ForkCache", "Origin", "is_fork_record", "natural", "origin_of", "read_cache", "sized"]

NAME, VERSION = b"tokenspice fork ", 1
FORMAT = f"{NAME.decode()}{VERSION}"
MOST_BYTES = 20 << 20  # of a file: some 300,000 slots, and of whatever else it is, no more than memory takes

ADDRESS, WORD = 20, 32  # bytes


def is_fork_record(path: Path) -> bool:
    """Tell whether a file is a fork's record, of any version."""
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(NAME)) == NAME
    return False


@dataclass(frozen=True)
class Origin:
    """The block that a fork goes on from.

    Attributes:
        hardfork: the oldest one whose headers look like this block's.
    """

    chain_id: int
    number: int
    hash: bytes
    parent_hash: bytes
    timestamp: int  # Unix time
    coinbase: bytes
    gas_limit: int
    base_fee: int  # wei per gas
    prevrandao: bytes
    hardfork: str

    def __str__(self) -> str:
        return f"block {self.number} (0x{self.hash.hex()[:8]}…) of chain {self.chain_id}"


# Of those fields of an Origin that are bytes.
SIZES = {"hash": WORD, "parent_hash": WORD, "coinbase": ADDRESS, "prevrandao": WORD}


@final
@dataclass
class ForkCache:
    """Everything that was read of the chain at `origin`, and nothing else: what is not here was never asked for.

    Attributes:
        accounts: by address.
        slots: by address and number.
        block_hashes: by number.
    """

    origin: Origin
    accounts: dict[bytes, Account] = field(default_factory=dict)
    slots: dict[tuple[bytes, int], int] = field(default_factory=dict)
    block_hashes: dict[int, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many answers it holds."""
        return len(self.accounts) + len(self.slots) + len(self.block_hashes)

    def to_bytes(self) -> bytes:
        """Return the file's content; the same answers give the same bytes, in whatever order they were read."""
        accounts = [[address, big(a.balance), a.nonce, a.code] for address, a in sorted(self.accounts.items())]
        slots = [[address, big(slot), big(value)] for (address, slot), value in sorted(self.slots.items())]
        body: bytes = msgpack.packb(
            [list(astuple(self.origin)), accounts, slots, [list(item) for item in sorted(self.block_hashes.items())]]
        )
        return sealed(FORMAT, body)

    @classmethod
    def from_bytes(cls, content: bytes) -> "ForkCache":
        """Return what `to_bytes` wrote.

        Raises:
            ForkError: the content was changed since, or is none of ours.
        """
        try:
            body = unsealed(FORMAT, content)
        except RunError as error:
            raise ForkError(f"it is {error}") from None
        try:
            origin, accounts, slots, hashes = msgpack.unpackb(body)
            return cls(
                origin_of(dict(zip([each.name for each in fields(Origin)], origin, strict=True))),
                {
                    sized(address, ADDRESS): Account(small(balance), natural(nonce), sized(code))
                    for address, balance, nonce, code in accounts
                },
                {(sized(address, ADDRESS), small(slot)): small(value) for address, slot, value in slots},
                {natural(number): sized(digest, WORD) for number, digest in hashes},
            )
        except (ValueError, TypeError, msgpack.UnpackException) as error:
            raise ForkError(f"it holds something else than a fork ({type(error).__name__})") from None

    def add(self, other: "ForkCache", name: str) -> None:
        """Take over what was read elsewhere.

        Args:
            other: read at the same block.
            name: what to call it in a message.

        Raises:
            ForkError: it is of another block.
        """
        if other.origin != self.origin:
            raise ForkError(f"{name} is of {other.origin} by now, and this was read at {self.origin}.")
        self.accounts |= other.accounts
        self.slots |= other.slots
        self.block_hashes |= other.block_hashes

    def write(self, path: Path) -> None:
        """Write the file, in one move; several runs may write the same one.

        Raises:
            ForkError: it cannot be written.
        """
        content = self.to_bytes()
        if len(content) > MOST_BYTES:
            raise ForkError(f"{path} would be larger than {MOST_BYTES:,} bytes, and could not be read again.")
        own = path.with_name(f"{path.name}.{os.getpid()}.{id(self)}")
        try:
            replace_file(own, content)
            os.replace(own, path)
        except OSError as error:
            own.unlink(missing_ok=True)
            raise ForkError(f"{path} cannot be written: {error.strerror}.") from error


def read_cache(path: Path) -> ForkCache:
    """Return what was recorded in a file.

    Raises:
        ForkError: there is no such file, or it was changed since it was written.
    """
    try:
        return ForkCache.from_bytes(read_file(path, MOST_BYTES))
    except OSError as error:
        raise ForkError(
            f"{path} cannot be read: {error.strerror}. Record it with --fork URL --fork-cache FILE."
        ) from None
    except ForkError as error:
        raise ForkError(f"{path} cannot be used: {error}. Record it again.") from None


def origin_of(values: dict[str, Any]) -> Origin:
    """Return the Origin of values that came from outside.

    Raises:
        KeyError, TypeError: a value is missing, too much, or of the wrong type.
    """
    for one in fields(Origin):
        value = values[one.name]
        if one.name in SIZES:
            sized(value, SIZES[one.name])
        elif one.name == "hardfork":
            if not isinstance(value, str):
                raise TypeError
        else:
            natural(value)
    return Origin(**values)


def big(number: int) -> bytes:
    """Write a number of up to 256 bits; msgpack's integers end at 64."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def small(digits: object) -> int:
    """Read what `big` wrote."""
    if not isinstance(digits, bytes) or len(digits) > WORD:
        raise TypeError
    return int.from_bytes(digits, "big")


def natural(number: object) -> int:
    """Check that something is a number of up to 64 bits; otherwise it is a TypeError."""
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 1 << 64:
        raise TypeError
    return number


def sized(content: object, size: int | None = None) -> bytes:
    """Check that something is bytes, of a size; otherwise it is a TypeError."""
    if not isinstance(content, bytes) or size not in (None, len(content)):
        raise TypeError
    return content
