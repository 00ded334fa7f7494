"""Hexadecimal, read strictly."""

import pytest

from tokenspice.web3engine.hexes import hexed, quantity, quantity64, unhexed


def test_bytes_come_back() -> None:
    assert unhexed(hexed(b"\x00\xff")) == b"\x00\xff" and unhexed("0x") == b""


@pytest.mark.parametrize("text", ["0x", "", "12", "0xg", "0x" + "0" * 65, 1, None, True, "0x1\n"])
def test_what_is_no_number_is_never_zero(text: object) -> None:
    with pytest.raises(ValueError):
        quantity(text)


@pytest.mark.parametrize("text", ["0x1", "00", "0xzz", 1, None])
def test_what_is_no_bytes_is_refused(text: object) -> None:
    with pytest.raises(ValueError):
        unhexed(text)


def test_sizes_are_kept_to() -> None:
    with pytest.raises(ValueError):
        unhexed("0x00", 2)
    with pytest.raises(ValueError):
        quantity64("0x1" + "0" * 16)
