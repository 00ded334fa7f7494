"""Python values to a function's bytes and back, and what is refused."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web3engine.core.helpers import OWNER, Deployed, abi_of, address
from tokenspice.web3engine import _core

ZOO, TOKEN = abi_of("Zoo"), abi_of("Token")
TEXT = _core.checksum_address(address(0xABCDEF))


def function_of(inputs: list[dict[str, Any]]) -> _core.Function:
    entry = {"type": "function", "name": "f", "inputs": inputs, "outputs": inputs, "stateMutability": "view"}
    return _core.Function(json.dumps(entry))


def function_for(*types: str) -> _core.Function:
    return function_of([{"name": f"a{n}", "type": kind} for n, kind in enumerate(types)])


def test_tuples_and_arrays_of_tuples_round_trip_in_every_way_to_write_them(zoo: Deployed) -> None:
    points = [(1, -2), (2**256 - 1, -(2**127))]
    as_dict = {"label": "a label", "points": [{"x": 1, "y": -2}, list(points[1])], "tag": b"\x01\x02\x03\x04"}
    for box in (("a label", points, b"\x01\x02\x03\x04"), ["a label", tuple(points), "0x01020304"], as_dict):
        result = zoo.ask("echo", box, -128, b"\x00" * 33, [TEXT, bytes.fromhex(TEXT[2:])], (1, 2), True)
        assert result == [("a label", points, b"\x01\x02\x03\x04"), -128, b"\x00" * 33, [TEXT, TEXT], [1, 2], True]


def test_overloads_have_their_own_selectors_and_are_told_apart(zoo: Deployed) -> None:
    assert zoo.evm.call_function(OWNER, zoo.address, zoo.abi.function("over(uint256)"), (4,)) == 5
    assert zoo.evm.call_function(OWNER, zoo.address, zoo.abi.function("over", 2), (4, 5)) == 9
    assert zoo.evm.call_function(OWNER, zoo.address, zoo.abi.function("over(address)"), (TEXT,)) == 7
    assert zoo.abi.function("over(uint256)").selector == _core.keccak256(b"over(uint256)")[:4]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint8", 256), ("uint8", -1), ("uint256", 2**256), ("uint256", True), ("uint256", 1.0), ("uint256", "1"),
        ("int8", 128), ("int8", -129), ("int256", 2**255), ("int256", -(2**255) - 1), ("bool", 1), ("bool", "True"),
        ("address", b"\x01"), ("address", "0x01"), ("address", 5), ("address", TEXT[2:]), ("bytes4", b"\x01"),
        ("bytes4", b"\x01" * 5), ("bytes", "text"), ("bytes", 5), ("string", b"text"), ("uint256[]", 5),
        ("uint256[2]", [1]), ("uint256[2]", [1, 2, 3]), ("uint8[]", [1, 256]), ("address", None),
        ("address", TEXT[:-1] + TEXT[-1].swapcase() if TEXT[-1].isalpha() else TEXT.swapcase().replace("0X", "0x")),
    ],
)  # fmt: skip
def test_a_value_out_of_its_types_range_is_refused_by_argument_type_and_value(kind: str, value: Any) -> None:
    with pytest.raises(_core.EvmError, match=r"f\(.*\), argument 1 \(a0\).*found") as caught:
        function_for(kind).encode((value,))
    assert caught.value.kind == "abi" and kind.split("[")[0] in str(caught.value)


def test_the_place_inside_a_nested_argument_is_named() -> None:
    with pytest.raises(_core.EvmError, match=r"argument 1 \(b\) at \.points\[1\]\.y: int128 takes"):
        ZOO.encode("echo", (("", [(1, 1), (1, 2**127)], b"1234"), 0, b"", [], (0, 0), False))
    with pytest.raises(_core.EvmError, match='a field "tag" that the dict lacks'):
        ZOO.encode("echo", ({"label": "", "points": [], "tog": b""}, 0, b"", [], (0, 0), False))
    with pytest.raises(_core.EvmError, match="takes 2 arguments; found 1"):
        TOKEN.encode("transfer", (OWNER,))


def test_addresses_may_be_bytes_or_text_with_or_without_checksum() -> None:
    ways = (bytes.fromhex(TEXT[2:]), TEXT, TEXT.lower(), "0x" + TEXT[2:].upper())
    assert len({function_for("address").encode((way,)) for way in ways}) == 1
    assert function_for("address").decode(bytes(12) + bytes.fromhex(TEXT[2:])) == [TEXT]


def test_a_constructor_takes_its_arguments_without_a_selector() -> None:
    entry = {"type": "constructor", "inputs": [{"name": "a", "type": "uint8"}], "stateMutability": "payable"}
    constructor = _core.Function(json.dumps(entry))
    assert constructor.encode((7,)) == bytes(31) + b"\x07"
    assert (constructor.selector, constructor.signature) == (b"", "constructor")


@pytest.mark.parametrize(
    "text",
    [
        "", "{}", "[]", "5", '{"type":"event","name":"E","inputs":[],"anonymous":false}',
        '{"type":"function","name":"f","inputs":[{"name":"a","type":"uint7"}],"outputs":[],"stateMutability":"view"}',
        '{"type":"function","name":"f","inputs":[{"name":"a","type":"uint256%s"}],"outputs":[],"stateMutability":"view"}'
        % ("[]" * 50_000),
        "[" * 300_000,
    ],
)  # fmt: skip
def test_what_is_no_entry_of_an_abi_is_refused(text: str) -> None:
    with pytest.raises(_core.EvmError) as caught:
        _core.Function(text)
    assert caught.value.kind == "abi"


def test_data_that_does_not_decode_is_refused(evm: Any) -> None:
    with pytest.raises(_core.EvmError, match="is there a contract at the address") as caught:
        evm.call_function(OWNER, address(77), TOKEN.function("totalSupply"), ())
    assert caught.value.kind == "abi"
    for data in (b"\x01", b"\xff" * 32, bytes(31) + b"\x20" + b"\xff" * 32):
        with pytest.raises(_core.EvmError):
            function_for("string").decode(data)


def leaf() -> st.SearchStrategy[tuple[str, st.SearchStrategy[Any]]]:
    bits = st.sampled_from([8, 64, 128, 256])
    return st.one_of(
        bits.map(lambda n: (f"uint{n}", st.integers(0, 2**n - 1))),
        bits.map(lambda n: (f"int{n}", st.integers(-(2 ** (n - 1)), 2 ** (n - 1) - 1))),
        st.sampled_from([1, 4, 32]).map(lambda n: (f"bytes{n}", st.binary(min_size=n, max_size=n))),
        st.sampled_from(
            [
                ("bool", st.booleans()),
                ("bytes", st.binary(max_size=70)),
                ("string", st.text(max_size=40)),
                ("address", st.binary(min_size=20, max_size=20).map(_core.checksum_address)),
            ]
        ),
    )


def nested() -> st.SearchStrategy[tuple[str, st.SearchStrategy[Any]]]:
    return st.recursive(
        leaf(),
        lambda inner: st.one_of(
            inner.map(lambda kind: (f"{kind[0]}[]", st.lists(kind[1], max_size=3))),
            inner.map(lambda kind: (f"{kind[0]}[2]", st.lists(kind[1], min_size=2, max_size=2))),
            st.lists(inner, min_size=1, max_size=3).map(
                lambda kinds: (f"({','.join(kind for kind, _ in kinds)})", st.tuples(*(values for _, values in kinds)))
            ),
        ),
        max_leaves=5,
    )


def parameter(kind: str) -> dict[str, Any]:
    """The JSON form of a type that is written with parentheses."""
    if not kind.startswith("("):
        return {"name": "", "type": kind}
    depth, parts, start = 0, [], 1
    for place, sign in enumerate(kind):
        depth += (sign == "(") - (sign == ")")
        if (sign == "," and depth == 1) or depth == 0:
            parts.append(kind[start:place])
            start = place + 1
        if depth == 0:
            break
    return {"name": "", "type": "tuple" + kind[start:], "components": [parameter(part) for part in parts]}


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_encoding_equals_eth_abi_and_decodes_to_the_same_values(data: Any) -> None:
    eth_abi = pytest.importorskip("eth_abi")
    kinds = data.draw(st.lists(nested(), min_size=1, max_size=3))
    values = [data.draw(strategy) for _, strategy in kinds]
    types = [kind for kind, _ in kinds]
    inputs = [parameter(kind) for kind in types]
    function = function_of(inputs)
    encoded = function.encode(values)
    assert encoded[4:] == eth_abi.encode(types, values)
    assert encoded[:4] == _core.keccak256(f"f({','.join(types)})".encode())[:4]
    assert function.decode(encoded[4:]) == values
