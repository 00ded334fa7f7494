"""Python values to ABI bytes and back, and what is refused."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web3engine.core.helpers import OWNER, Deployed, abi_of, address, artifact
from tokenspice.web3engine import _core

ZOO, TOKEN = abi_of("Zoo"), abi_of("Token")
TEXT = _core.checksum_address(address(0xABCDEF))


def abi_for(*types: str) -> Any:
    inputs = [{"name": f"a{n}", "type": kind} for n, kind in enumerate(types)]
    return _core.Abi(
        json.dumps([{"type": "function", "name": "f", "inputs": inputs, "outputs": inputs, "stateMutability": "view"}])
    )


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
    for count in (None, 1, 3):
        with pytest.raises(
            _core.EvmError, match=r"over\(address\), over\(uint256\), over\(uint256,uint256\)"
        ) as caught:
            zoo.abi.function("over", count)
        assert caught.value.kind == "abi"
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
        abi_for(kind).encode("f", (value,))
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
    assert len({abi_for("address").encode("f", (way,)) for way in ways}) == 1
    assert abi_for("address").decode_output("f", bytes(12) + bytes.fromhex(TEXT[2:])) == [TEXT]


def test_events_are_decoded_with_indexed_values_and_hashes_of_dynamic_ones(zoo: Deployed, token: Deployed) -> None:
    receipt = zoo.send("emitMany", 3, "text", b"\x00\x01", (1, -2))
    [log] = receipt.logs
    name, signature, values = ZOO.decode_log(log) or ("", "", {})
    assert (name, signature) == ("Many", "Many(uint256,string,bytes,(uint256,int128))")
    assert values == {"a": 3, "text": _core.keccak256(b"text"), "data": b"\x00\x01", "point": (1, -2)}
    assert list(values) == ["a", "text", "data", "point"]
    assert log.topics[0] == ZOO.event_topic("Many") and TOKEN.decode_log(log) is None
    [(log, (name, _, values))] = TOKEN.decode_logs(token.send("transfer", address(1), 9))
    assert name == "Transfer" and values["value"] == 9 and log.address == token.address
    assert values["to"] == _core.checksum_address(address(1))


def test_events_that_share_a_topic_are_told_apart_by_the_number_of_indexed_values(token: Deployed) -> None:
    def event(*indexed: bool) -> dict[str, Any]:
        inputs = [
            {"name": name, "type": kind, "indexed": flag}
            for name, kind, flag in zip(("from", "to", "x"), ("address", "address", "uint256"), indexed, strict=True)
        ]
        return {"type": "event", "name": "Transfer", "inputs": inputs, "anonymous": False}

    [log] = token.send("transfer", address(1), 9).logs
    decoded = _core.Abi(json.dumps([event(True, True, True), event(True, True, False)])).decode_log(log)
    assert decoded and decoded[2]["x"] == 9
    assert _core.Abi(json.dumps([event(True, True, True)])).decode_log(log) is None


def test_errors_are_decoded_custom_ones_and_the_built_in_ones(zoo: Deployed, token: Deployed) -> None:
    assert ZOO.decode_error(zoo.send("fail", "because").output) == ("Error", ("because",))
    assert ZOO.decode_error(zoo.send("panicDiv", 0).output) == ("Panic", (0x12,))
    assert ZOO.decode_error(zoo.send("failCustom", 7).output) == ("Custom", (7, "no"))
    assert ZOO.decode_error(b"") is None and ZOO.decode_error(b"\x01\x02\x03\x04") is None
    assert zoo.send("panicIndex", 5).reason == "panic 0x32: array index out of bounds"
    with pytest.raises(_core.EvmError) as caught:
        token.ask("strict", 5, sender=address(3))
    assert caught.value.kind == "revert"
    assert TOKEN.decode_error(caught.value.data or b"") == ("Poor", (_core.checksum_address(address(3)), 0, 5))


def test_an_abi_that_is_none_is_refused() -> None:
    for text in (
        "",
        "{}",
        "[1]",
        '[{"type":"function","name":"f","inputs":[{"name":"a","type":"uint7"}],"outputs":[]}]',
        "5",
    ):
        with pytest.raises(_core.EvmError) as caught:
            _core.Abi(text)
        assert caught.value.kind == "abi"
    assert _core.Abi(json.dumps({"abi": artifact("Zoo").entries})).functions.keys() == ZOO.functions.keys()
    with pytest.raises(_core.EvmError, match='no function "nonesuch"; it has'):
        TOKEN.function("nonesuch")


def test_data_that_does_not_decode_is_refused(evm: Any) -> None:
    with pytest.raises(_core.EvmError, match="is there a contract at the address") as caught:
        evm.call_function(OWNER, address(77), TOKEN.function("totalSupply"), ())
    assert caught.value.kind == "abi"
    for data in (b"\x01", b"\xff" * 32, bytes(31) + b"\x20" + b"\xff" * 32):
        with pytest.raises(_core.EvmError):
            abi_for("string").decode_output("f", data)
    with pytest.raises(_core.EvmError, match="selector"):
        TOKEN.function("transfer").decode_input(b"\x01\x02\x03\x04")


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
    function = {"type": "function", "name": "f", "inputs": inputs, "outputs": inputs, "stateMutability": "view"}
    abi = _core.Abi(json.dumps([function]))
    encoded = abi.encode("f", values)
    assert encoded[4:] == eth_abi.encode(types, values)
    assert encoded[:4] == _core.keccak256(f"f({','.join(types)})".encode())[:4]
    assert abi.decode_output("f", encoded[4:]) == values
    assert abi.function("f").decode_input(encoded) == values
