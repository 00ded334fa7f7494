"""What revert data means, in words that a terminal can be given."""

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tokenspice.web3engine.abi import Abi


def reason(signature: str, *values: Any, data: bytes | None = None, entries: tuple[dict[str, Any], ...] = ()) -> str:
    kinds = signature[signature.index("(") + 1 : -1].split(",")
    body = encode(kinds, values) if data is None else data
    return Abi(list(entries)).revert_reason(keccak(text=signature)[:4] + body)


def error(name: str, *kinds: str) -> dict[str, Any]:
    return {"type": "error", "name": name, "inputs": [{"name": "", "type": kind} for kind in kinds]}


def test_text_is_on_one_line_and_commands_no_terminal() -> None:
    assert reason("Error(string)", 'a "q"\nline2\x1b[31mred\x00\u202eü') == r'"a "q"\nline2\x1b[31mred\x00\u202eü"'


def test_text_that_is_no_utf_8_keeps_what_can_be_read() -> None:
    body = (32).to_bytes(32, "big") + (3).to_bytes(32, "big") + b"no\xff" + bytes(29)

    assert reason("Error(string)", data=body) == '"no\ufffd"'


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("bytes32", b"\1" * 32, "0x" + "01" * 32),
        ("bytes", b"ab", "0x6162"),
        ("bytes4[]", [b"abcd"], "[0x61626364]"),
        ("string", "a\tb", r"a\tb"),
        ("uint256[]", [1, 2], "[1, 2]"),
        ("bool", True, "True"),
    ],
)
def test_the_arguments_of_a_custom_error_are_written_so_that_they_can_be_read(
    kind: str, value: object, shown: str
) -> None:
    assert reason(f"Bad({kind})", value, entries=(error("Bad", kind),)) == f"Bad({shown})"


def test_a_panic_is_named() -> None:
    assert reason("Panic(uint256)", 0x11) == "panic 0x11 (arithmetic overflow or underflow)"
