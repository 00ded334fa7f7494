"""Accounts: who they are, and what a development chain lets anybody make of them."""

from typing import final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.host import Keys
from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, JsonRpcError
from tokenspice.web3engine.provider.rpc_method import RpcMethod, under
from tokenspice.web3engine.provider.values import (
    as_address,
    as_amount,
    as_anything,
    as_bytes,
    as_flag,
    as_int,
    optional,
)

__all__ = ["Accounts"]


@final
class Accounts:
    """Lists accounts, and changes them."""

    def __init__(self, evm: _core.Evm, keys: Keys) -> None:
        self._evm = evm
        self._keys = keys

    def methods(self) -> dict[str, RpcMethod]:
        evm = self._evm
        changes = {
            "Balance": RpcMethod(evm.set_balance, address=as_address, balance=as_amount),
            "Code": RpcMethod(evm.set_code, address=as_address, code=as_bytes),
            "Nonce": RpcMethod(evm.set_nonce, address=as_address, nonce=as_int),
            "StorageAt": RpcMethod(self._set_storage, address=as_address, slot=as_int, value=as_int),
        }
        impersonation = {
            "autoImpersonateAccount": RpcMethod(lambda _: None, enabled=as_flag),  # anybody may send anyway
            "impersonateAccount": RpcMethod(self._impersonate, address=as_address),
            "stopImpersonatingAccount": RpcMethod(self._stop_impersonating, address=as_address),
        }
        password = {"password": optional(as_anything)}
        unlocking = {"address": as_address, **password, "seconds": optional(as_anything)}
        return {
            **under(("anvil", "hardhat"), impersonation | {f"set{name}": method for name, method in changes.items()}),
            **{f"evm_setAccount{name}": method for name, method in changes.items()},
            "anvil_addBalance": RpcMethod(self._add_balance, address=as_address, balance=as_amount),
            "eth_accounts": RpcMethod(self._list),
            "eth_requestAccounts": RpcMethod(self._list),
            "evm_addAccount": RpcMethod(self._add, key=as_bytes, **password),
            "personal_listAccounts": RpcMethod(self._list),
            "personal_unlockAccount": RpcMethod(lambda *_: True, **unlocking),
        }

    def _list(self) -> list[str]:
        return [_core.checksum_address(address) for address in self._keys.addresses()]

    def _add(self, key: bytes, password: object) -> bool:
        if len(key) != 32:
            raise JsonRpcError(BAD_PARAMETERS, f"a key has 32 bytes; this one has {len(key)}")
        self._keys.add(key)
        return True

    def _add_balance(self, address: bytes, wei: int) -> None:
        self._evm.set_balance(address, self._evm.balance(address) + wei)

    def _impersonate(self, address: bytes) -> None:
        self._keys.impersonated[address] = None

    def _stop_impersonating(self, address: bytes) -> None:
        self._keys.impersonated.pop(address, None)

    def _set_storage(self, address: bytes, slot: int, value: int) -> bool:
        self._evm.set_storage(address, slot, value)
        return True
