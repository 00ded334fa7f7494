"""State as bytes: alike for alike states, whole when it comes back, and no door for anything else."""

import sys
from collections import OrderedDict, defaultdict, deque
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.engine.world import World
from tokenspice.markets.errors import MarketError
from tokenspice.markets.exchange.state_bytes import fill_from_bytes, from_bytes, state_hash, to_bytes


class Part(World):  # extends a class of ours, as a netlist's rule does
    """Has slots, attributes and what is no state."""

    __slots__ = ("one", "other")
    TRANSIENT: ClassVar[Any] = {"listeners": list}

    def __init__(self, **attributes: object) -> None:
        self.listeners: list[object] = [print]
        for name, value in attributes.items():
            setattr(self, name, value)

    @property
    def now(self) -> int:
        return 0

    def advance(self, seconds: int) -> None: ...
    def snapshot(self) -> object: ...
    def restore(self, snapshot: object) -> None: ...
    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def _of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenspice.markets.exchange.state_types.OURS", "tokenspice.engine.")


plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False)
)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.tuples(inner, inner)
        | st.lists(inner).map(deque)
    ),
)


@given(values)
def test_what_was_written_comes_back(value: object) -> None:
    part = Part(one=value)
    again = from_bytes(to_bytes(part))

    assert again.one == value and type(again.one) is type(value)
    assert to_bytes(again) == to_bytes(part)


def test_containers_arrays_and_generators_come_back() -> None:
    rng = np.random.default_rng(5)
    part = Part(
        a=OrderedDict(x=1), b=defaultdict(list, y=[2]), c=deque([1], 3), d={3, 1}, e=np.arange(6.0).reshape(2, 3)
    )
    part.rng = rng  # type: ignore[attr-defined]
    again = from_bytes(to_bytes(part))

    assert (again.a, again.b["z"], again.c.maxlen, again.d) == ({"x": 1}, [], 3, {1, 3})
    assert (again.e == part.e).all() and again.rng.random() == rng.random()  # type: ignore[attr-defined]


def test_what_two_share_they_share_again_also_in_a_circle() -> None:
    one = Part()
    one.other, one.one = Part(one=one), [one]  # type: ignore[attr-defined]
    again = from_bytes(to_bytes(one))

    assert again.other.one is again and again.one[0] is again


def test_a_long_chain_of_objects_is_no_matter() -> None:
    first = last = Part()
    for _ in range(20_000):
        last.other = Part()  # type: ignore[attr-defined]
        last = last.other  # type: ignore[attr-defined]

    assert to_bytes(from_bytes(to_bytes(first))) == to_bytes(first)


def test_who_listens_is_no_state_and_goes_on_listening() -> None:
    part = Part(one=1)
    before = state_hash(part)
    part.listeners.append(len)
    content = to_bytes(part)
    part.one = 2  # type: ignore[attr-defined]

    fill_from_bytes(content, part)

    assert state_hash(part) == before and part.one == 1 and part.listeners == [print, len]  # type: ignore[attr-defined]
    assert from_bytes(content).listeners == []


@dataclass(frozen=True)
class Rule(Part):
    """A value that works something out from its fields."""

    number: int = 3

    def __init__(self) -> None:  # not that of Part
        pass

    @cached_property
    def doubled(self) -> int:
        return 2 * self.number


def test_what_a_value_works_out_when_it_is_asked_is_no_state() -> None:
    rule = Rule()
    before = state_hash(rule)

    assert rule.doubled == 6 and state_hash(rule) == before
    assert from_bytes(to_bytes(rule)).doubled == 6


@pytest.mark.parametrize("value", [print, lambda: 1, sys.stdout, Path("x"), np.int64(3), iter([]), object()])
def test_what_is_no_plain_state_is_refused_by_its_name(value: object) -> None:
    with pytest.raises(MarketError, match="the exchange leads to"):
        to_bytes(Part(one=value))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        msgpack.packb(["another", []]),
        msgpack.packb(["tokenspice exchange state 1", ["object", "os:_Environ"]]),
    ]
    + [
        msgpack.packb(["tokenspice exchange state 1", *rest])
        for rest in ([["function", "os:system"]], [["list", ["ref", 9]]])
    ],
)
def test_bytes_that_somebody_else_made_reach_nothing(content: bytes) -> None:
    with pytest.raises(MarketError):
        from_bytes(content)
