"""TOML from outside is read, or refused without harm."""

import sys

import pytest

from tokenspice.web3engine.safe_toml import parse_toml


def test_toml_is_read() -> None:
    assert parse_toml(b'a = [[1, 2], [3]]\n[table]\nb = "\xc3\xa4"\n') == {"a": [[1, 2], [3]], "table": {"b": "ä"}}


@pytest.mark.parametrize("content", [b"a = " + b"[" * 500_000, b"a = " + b"{b=" * 300_000])
def test_deep_nesting_is_refused_whatever_recursion_the_process_allows(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10**7)
    try:
        with pytest.raises(ValueError, match="too deeply"):
            parse_toml(content)
        assert sys.getrecursionlimit() == 10**7
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize("content", [b"a = ", b"\xff", b"a = 1\na = 2", b"[a", b"a." * 200_000 + b"a = 1"])
def test_what_is_no_toml_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):
        parse_toml(content)
