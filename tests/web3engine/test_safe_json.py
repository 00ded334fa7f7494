"""JSON from outside: read as ever, or refused before it can do harm."""

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.web3engine.safe_json import MOST_DEPTH, parse_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(value=VALUES, escapes=st.booleans())
def test_json_is_read_as_pythons_parser_reads_it(value: object, escapes: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=escapes).encode()) == value


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":[1,'])
def test_deep_nesting_is_refused_whatever_the_recursion_limit_is(opening: str, request: pytest.FixtureRequest) -> None:
    request.addfinalizer(lambda limit=sys.getrecursionlimit(): sys.setrecursionlimit(limit))  # type: ignore[misc]
    sys.setrecursionlimit(10**6)

    with pytest.raises(ValueError, match="inside each other"):
        parse_json(opening.encode() * 100_000)


def test_brackets_in_strings_do_not_count() -> None:
    value = ['[{"\\' * 1000, '\\"[' * 1000]

    assert parse_json(json.dumps(value).encode()) == value


def test_the_deepest_that_is_allowed_is_allowed() -> None:
    assert parse_json(b"[" * MOST_DEPTH + b"]" * MOST_DEPTH)
    with pytest.raises(ValueError):
        parse_json(b"[" * (MOST_DEPTH + 1) + b"]" * (MOST_DEPTH + 1))


@pytest.mark.parametrize("content", [b"", b"{", b'"', b"\xff", "[]".encode("utf-16"), b"]", b"[]]", b"nothing"])
def test_what_is_no_json_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(content)
