"""Who signs: the in-process chain's core, which is there with it; without the core, eth-account's pure Python.

Both make the same bytes (RFC 6979, the lower of both s); the core does it twenty times as fast.
"""

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eth_account import Account
    from eth_account.signers.local import LocalAccount
    from eth_keys.backends.native.main import NativeECCBackend

__all__ = ["sender_of", "signer"]


def signer(key: bytes) -> "LocalAccount":
    """Return what signs with a key of 32 bytes."""
    made: LocalAccount = accounts().from_key(key)
    return made


def sender_of(raw: bytes) -> str:
    """Return who signed a raw transaction: a checksummed address."""
    return str(accounts().recover_transaction(raw))


@cache
def accounts() -> "Account":
    """Return eth-account with our backend, and not the one that eth-keys finds by itself."""
    from eth_account import Account
    from eth_keys.datatypes import PrivateKey, Signature
    from eth_keys.main import KeyAPI

    class OurPrivateKey(PrivateKey):
        def __init__(self, private_key_bytes: bytes) -> None:
            super().__init__(private_key_bytes, backend=backend())

    class OurSignature(Signature):
        def __init__(self, *args: Any, **kwargs: Any) -> None:  # bytes, or vrs=
            super().__init__(*args, **{**kwargs, "backend": backend()})

    made, keys = Account(), KeyAPI(backend())
    # eth-account makes keys and signatures by these names, and would leave the backend out.
    keys.PrivateKey = OurPrivateKey  # type: ignore[assignment]
    keys.Signature = OurSignature
    made._keys = keys
    return made


@cache
def backend() -> "NativeECCBackend":
    from eth_keys.backends.native.main import NativeECCBackend

    return core_backend() if find_spec("tokenspice.web3engine._core") else NativeECCBackend()


def core_backend() -> "NativeECCBackend":
    """Return the core as eth-keys takes it; what nobody needs fast stays its own."""
    from eth_keys.backends.native.main import NativeECCBackend
    from eth_keys.datatypes import PrivateKey, PublicKey, Signature
    from eth_keys.exceptions import BadSignature

    from tokenspice.web3engine import _core

    class CoreBackend(NativeECCBackend):
        def ecdsa_sign(self, msg_hash: bytes, private_key: PrivateKey) -> Signature:
            return Signature(_core.sign_hash(private_key.to_bytes(), msg_hash), backend=self)

        def ecdsa_recover(self, msg_hash: bytes, signature: Signature) -> PublicKey:
            try:
                return PublicKey(_core.recover_key(msg_hash, signature.to_bytes()), backend=self)
            except _core.EvmError as error:
                raise BadSignature(str(error)) from None

        def private_key_to_public_key(self, private_key: PrivateKey) -> PublicKey:
            return PublicKey(_core.public_key(private_key.to_bytes()), backend=self)

    return CoreBackend()
