"""What can be read of a chain's state: an account, a slot of its storage, the hash of an earlier block."""

from typing import NamedTuple, TypeAlias

from eth_utils.address import to_checksum_address

__all__ = ["Account", "AccountKey", "HashKey", "Key", "SlotKey"]


class Account(NamedTuple):
    """One account; balance in wei, code empty where there is none. All zero and empty says that it does not exist."""

    balance: int
    nonce: int
    code: bytes


class AccountKey(NamedTuple):
    """Names an account."""

    address: bytes

    def __str__(self) -> str:
        return f"account {to_checksum_address(self.address)}"


class SlotKey(NamedTuple):
    """Names a slot of a contract's storage."""

    address: bytes
    slot: int

    def __str__(self) -> str:
        return f"slot {self.slot:#x} of {to_checksum_address(self.address)}"


class HashKey(NamedTuple):
    """Names the hash of an earlier block, which contracts read by opcode BLOCKHASH."""

    number: int

    def __str__(self) -> str:
        return f"the hash of block {self.number}"


Key: TypeAlias = AccountKey | SlotKey | HashKey
