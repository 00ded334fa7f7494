"""The core signs as eth-account's pure Python does, to the byte, and finds who signed."""

from typing import Any

import pytest
from eth_account import Account
from eth_keys.backends.native.main import NativeECCBackend
from eth_keys.datatypes import PrivateKey
from eth_keys.exceptions import BadSignature
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.web3engine import _core
from tokenspice.web3engine.keys import backend, sender_of, signer

N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE_BAAEDCE6AF48A03BBFD25E8CD0364141  # keys are smaller
TRANSACTION: dict[str, Any] = {
    "type": 2,
    "chainId": 1337,
    "nonce": 0,
    "gas": 21_000,
    "value": 5,
    "to": "0x" + "12" * 20,
}
TRANSACTION |= {"maxFeePerGas": 10, "maxPriorityFeePerGas": 1}


@settings(max_examples=15)
@given(st.integers(1, N - 1), st.binary(min_size=32, max_size=32))
def test_both_make_the_same_signature_and_the_same_public_key(number: int, digest: bytes) -> None:
    key = PrivateKey(number.to_bytes(32, "big"))
    signed = backend().ecdsa_sign(digest, key)

    assert signed.to_bytes() == NativeECCBackend().ecdsa_sign(digest, key).to_bytes()
    assert signed.s <= N // 2
    assert backend().private_key_to_public_key(key) == NativeECCBackend().private_key_to_public_key(key)
    assert backend().ecdsa_recover(digest, signed) == backend().private_key_to_public_key(key)


def test_a_transaction_is_signed_the_same_and_tells_who_signed_it() -> None:
    key = b"\1" * 32
    raw = bytes(signer(key).sign_transaction(TRANSACTION).raw_transaction)

    assert raw == bytes(Account.from_key(key).sign_transaction(TRANSACTION).raw_transaction)
    assert sender_of(raw) == signer(key).address == Account.from_key(key).address


@pytest.mark.parametrize("key", [b"", b"\0" * 32, b"\xff" * 32, b"\1" * 31])
def test_what_is_no_key_is_refused_without_being_shown(key: bytes) -> None:
    with pytest.raises(_core.EvmError, match="^key is no private key of 32 bytes$"):
        _core.sign_hash(key, b"\2" * 32)


def test_a_signature_of_nobodys_is_refused() -> None:
    signed = backend().ecdsa_sign(b"\2" * 32, PrivateKey(b"\1" * 32))
    signed._r = N - 1

    with pytest.raises(BadSignature, match="no signature of anybody"):
        backend().ecdsa_recover(b"\2" * 32, signed)
