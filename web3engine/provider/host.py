"""What a provider needs of the chain around its EVM, and the keys that it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, final

from tokenspice.web3engine import _core
from tokenspice.web3engine.keys import signer
from tokenspice.web3engine.receipt import Sent

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

__all__ = ["Host", "KeyOf", "Keys"]

KeyOf: TypeAlias = "Callable[[], LocalAccount]"


def nobody() -> Mapping[str, KeyOf]:
    return {}


def nothing(told: object) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Host:
    """The chain that a provider belongs to.

    Attributes:
        accounts: returns the accounts that are always there: functions that return their keys, by address.
        mine: mines a block of what is queued, so many seconds after the head; None leaves it to the EVM.
        report: called with the receipt of each transaction that is mined at a client's request.
        refuse: called with each transaction that a client sent and the chain did not take.
    """

    accounts: Callable[[], Mapping[str, KeyOf]] = nobody
    mine: Callable[[int], None] | None = None
    report: Callable[[_core.Receipt], None] = nothing
    refuse: Callable[[Sent], None] = nothing


@final
class Keys:
    """The accounts that may send, and the keys of those that can sign."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._added: dict[bytes, LocalAccount] = {}
        self.impersonated: dict[bytes, None] = {}

    def addresses(self) -> list[bytes]:
        """Return the chain's own accounts, then those that were added, then those that are impersonated."""
        own = (bytes.fromhex(address[2:]) for address in self._host.accounts())
        return [*dict.fromkeys([*own, *self._added, *self.impersonated])]

    def add(self, key: bytes) -> bytes:
        """Add an account by its key; return its address."""
        added = signer(key)
        address = bytes.fromhex(added.address[2:])
        self._added[address] = added
        return address

    def signer(self, address: bytes) -> "LocalAccount | None":
        """Return what signs for an account, if the chain has its key."""
        if signer := self._added.get(address):
            return signer
        own = self._host.accounts().get(_core.checksum_address(address))
        return own() if own else None
