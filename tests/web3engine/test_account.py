"""What an account signs, beside transactions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from eth_account import Account as Signers
from eth_account.messages import encode_defunct, encode_typed_data

from tokenspice.web3engine.account import Account
from tokenspice.web3engine.errors import AbiError

THERE = "0x" + "55" * 20
DOMAIN = {"name": "Box", "chainId": 1337, "verifyingContract": THERE}
TYPES = {
    "Order": [{"name": "maker", "type": "Person"}, {"name": "prices", "type": "uint256[]"}],
    "Person": [{"name": "who", "type": "address"}, {"name": "salt", "type": "bytes32"}],
}


@dataclass(frozen=True)
class Person:
    """A struct."""

    salt: bytes
    who: str


MESSAGE: dict[str, Any] = {"maker": {"who": THERE, "salt": bytes(32)}, "prices": [1, 2]}


@pytest.fixture(scope="module")
def ada() -> Account:
    return Account("ada", 0)


def test_typed_data_is_signed_so_that_others_find_the_signer(ada: Account) -> None:
    signature = ada.sign_typed_data(DOMAIN, TYPES, MESSAGE)

    signed = encode_typed_data(DOMAIN, TYPES, MESSAGE)
    assert len(signature) == 65 and Signers.recover_message(signed, signature=signature) == ada.address


def test_values_of_typed_data_are_read_as_those_of_a_call(ada: Account) -> None:
    other = {"maker": Person("0x" + "00" * 32, THERE), "prices": (np.int64(1), 2)}  # type: ignore[arg-type]

    assert ada.sign_typed_data(DOMAIN, TYPES, other) == ada.sign_typed_data(DOMAIN, TYPES, MESSAGE)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"prices": [1, -1]}, r"message.prices\[1\] is -1"),
        ({"prices": [1, True]}, r"message.prices\[1\] is True"),
        ({"maker": {"who": THERE}}, "message.maker is .*Write a dict of who, salt"),
        ({"maker": {"who": "0x12", "salt": bytes(32)}}, "message.maker.who is '0x12'"),
        ({"prices": 5}, "message.prices is 5, which is no uint256"),
    ],
)
def test_typed_data_that_does_not_fit_is_named(ada: Account, change: dict[str, Any], words: str) -> None:
    with pytest.raises(AbiError, match=f"typed data: {words}"):
        ada.sign_typed_data(DOMAIN, TYPES, MESSAGE | change)


def test_a_domain_and_types_that_are_none_are_named(ada: Account) -> None:
    with pytest.raises(AbiError, match="a domain has no chain"):
        ada.sign_typed_data({"chain": 1}, TYPES, MESSAGE)
    with pytest.raises(AbiError, match="Give the types of one message"):
        ada.sign_typed_data(DOMAIN, {**TYPES, "More": []}, MESSAGE)


def test_a_message_is_signed_so_that_others_find_the_signer(ada: Account) -> None:
    for message in ("hello", b"\x00\xff"):
        content = message.encode() if isinstance(message, str) else message
        found = Signers.recover_message(encode_defunct(content), signature=ada.sign_message(message))
        assert found == ada.address


def test_an_account_shows_no_key(ada: Account) -> None:
    assert repr(ada) == f"Account(ada at {ada.address})"
