"""Interfaces: encoding, decoding, and what a slip is answered."""

from typing import Any

import pytest
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.web3engine.abi import Abi, Function
from tokenspice.web3engine.errors import AbiError
from tokenspice.web3engine.events import Event, Log

ADDRESS = to_checksum_address("0x" + "ab" * 20)


def function(*inputs: str, outputs: tuple[str, ...] = ()) -> Function:
    return Function(
        {
            "type": "function",
            "name": "f",
            "inputs": [{"name": f"a{number}", "type": kind} for number, kind in enumerate(inputs)],
            "outputs": [{"name": "", "type": kind} for kind in outputs],
        }
    )


def entry(kind: str, name: str, *inputs: tuple[str, str, bool]) -> dict[str, Any]:
    arguments = [{"name": name, "type": type_, "indexed": indexed} for name, type_, indexed in inputs]
    return {"type": kind, "name": name, "inputs": arguments}


def test_a_selector_is_the_hash_of_the_real_signature() -> None:
    transfer = Function(entry("function", "transfer", ("to", "address", False), ("value", "uint256", False)))

    assert transfer.selector.hex() == "a9059cbb"


def test_tuples_are_spelt_out_in_a_signature() -> None:
    inner = {
        "name": "p",
        "type": "tuple[]",
        "components": [{"name": "x", "type": "int8"}, {"name": "y", "type": "bool"}],
    }

    assert Function({"type": "function", "name": "g", "inputs": [inner]}).signature == "g((int8,bool)[])"


@given(
    number=st.integers(0, 2**256 - 1),
    signed=st.integers(-(2**127), 2**127 - 1),
    text=st.text(),
    data=st.binary(max_size=100),
    flags=st.lists(st.booleans(), max_size=5),
)
def test_what_is_encoded_decodes_to_itself(number: int, signed: int, text: str, data: bytes, flags: list[bool]) -> None:
    kinds = ("uint256", "int128", "string", "bytes", "bool[]", "(address,uint8[2])")
    values = (number, signed, text, data, flags, (ADDRESS, [1, 2]))

    encoded = function(*kinds).encode(values)

    assert function(outputs=kinds).decode(encoded) == values


def test_a_function_of_one_value_returns_it_bare_and_one_of_none_returns_none() -> None:
    assert function(outputs=("uint256",)).decode((5).to_bytes(32, "big")) == 5
    assert function().decode(b"") is None


@pytest.mark.parametrize(
    ("kind", "value", "hint"),
    [
        ("uint256", -1, "a0 is -1, which is no uint256"),
        ("uint8", 256, "a0 is 256"),
        ("uint256", 2**256, "which is no uint256"),
        ("uint256", 1.5, 'tokens("1.5")'),
        ("address", "0x12", "a wallet or a contract"),
        ("bool", 1, "which is no bool"),
        ("bytes32", b"1" * 33, "which is no bytes32"),
    ],
)
def test_an_argument_that_does_not_fit_is_named(kind: str, value: object, hint: str) -> None:
    with pytest.raises(AbiError, match="f") as caught:
        function(kind).encode((value,))

    assert hint in str(caught.value)


def test_too_few_arguments_are_counted() -> None:
    with pytest.raises(AbiError, match="takes 2 arguments and was given 1"):
        function("uint256", "bool").encode((1,))


def test_an_unknown_function_is_answered_with_the_known_ones() -> None:
    abi = Abi([entry("function", "release"), entry("function", "start")])

    with pytest.raises(AbiError, match='Vesting has no function "relase". Did you mean release'):
        abi.function("relase", 0, "Vesting")


def test_events_are_read_by_topic_and_others_are_left_alone() -> None:
    abi = Abi([entry("event", "Paid", ("who", "address", True), ("sum", "uint256", False))])
    paid = keccak(text="Paid(address,uint256)")
    log = Log(ADDRESS, (paid, bytes(12) + bytes.fromhex(ADDRESS[2:])), (9).to_bytes(32, "big"))

    assert abi.read_log(log) == Event("Paid", {"who": ADDRESS, "sum": 9})
    assert abi.read_log(Log(ADDRESS, (keccak(text="Other()"),), b"")) is None
    assert abi.read_log(Log(ADDRESS, (), b"")) is None


def test_revert_data_that_means_nothing_is_shown_as_it_is() -> None:
    abi = Abi([])

    assert abi.revert_reason(b"") == "no reason given"
    assert "0xdeadbeef" in abi.revert_reason(bytes.fromhex("deadbeef"))
    assert "0x08c379a0" in abi.revert_reason(bytes.fromhex("08c379a0ff"))


@pytest.mark.parametrize(
    "entries", [[{"name": "f"}], [{"type": "function", "inputs": 5}], ["f"], [{"type": "function"}]]
)
def test_what_is_no_abi_is_refused(entries: list[Any]) -> None:
    with pytest.raises(AbiError, match="no contract ABI"):
        Abi(entries)
