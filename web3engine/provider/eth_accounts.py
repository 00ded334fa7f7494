"""Accounts: who they are, and what a development chain lets anybody make of them."""

from collections.abc import Callable, Iterable
from typing import final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.rpc_method import Method, under
from tokenspice.web3engine.provider.values import as_address, as_bytes, as_flag, as_int

__all__ = ["Accounts"]


@final
class Accounts:
    """Lists accounts, and changes them.

    Args:
        evm: the chain.
        listed: returns the addresses of those that are always there.
    """

    def __init__(self, evm: _core.Evm, listed: Callable[[], Iterable[str]]) -> None:
        self._evm = evm
        self._listed = listed
        self._impersonated: dict[bytes, None] = {}

    def methods(self) -> dict[str, Method]:
        evm = self._evm
        changes = {
            "Balance": Method(evm.set_balance, address=as_address, balance=as_int),
            "Code": Method(evm.set_code, address=as_address, code=as_bytes),
            "Nonce": Method(evm.set_nonce, address=as_address, nonce=as_int),
            "StorageAt": Method(self._set_storage, address=as_address, slot=as_int, value=as_int),
        }
        impersonation = {
            "autoImpersonateAccount": Method(lambda _: None, enabled=as_flag),  # anybody may send anyway
            "impersonateAccount": Method(self._impersonate, address=as_address),
            "stopImpersonatingAccount": Method(self._stop_impersonating, address=as_address),
        }
        return {
            **under(("anvil", "hardhat"), impersonation | {f"set{name}": method for name, method in changes.items()}),
            **{f"evm_setAccount{name}": method for name, method in changes.items()},
            "eth_accounts": Method(self._list),
        }

    def _list(self) -> list[str]:
        listed = [as_address(account, "account") for account in self._listed()]
        return [_core.checksum_address(address) for address in dict.fromkeys([*listed, *self._impersonated])]

    def _impersonate(self, address: bytes) -> None:
        self._impersonated[address] = None

    def _stop_impersonating(self, address: bytes) -> None:
        self._impersonated.pop(address, None)

    def _set_storage(self, address: bytes, slot: int, value: int) -> bool:
        self._evm.set_storage(address, slot, value)
        return True
