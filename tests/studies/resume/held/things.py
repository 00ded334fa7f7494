"""What people's agents hold, and what they do with it: as if it were a netlist's own module."""

import array
import decimal
import functools
import heapq
import itertools
from collections import UserDict, UserList
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tests.engine.fakes import IdleAgent
from tokenspice.engine.agent import AgentBase
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.wallet import Wallet


class Keeper(AgentBase):
    """Keeps two values."""

    def __init__(self, name: str, kept: Any = None, fixed: Any = None) -> None:
        super().__init__(name, Wallet(name))
        self.kept = kept
        self.fixed = fixed

    def takeStep(self, state: SimStateBase) -> None:
        pass

    @cached_property
    def table(self) -> list[int]:
        return []

    def method(self) -> str:
        return self.name


class Colour(Enum):
    red = 1


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass
class Note:
    text: str
    tags: list[str]


@dataclass(frozen=True)
class Frozen:
    items: list[int]


class Slotted:
    """Keeps its attributes in slots, one of them private."""

    __slots__ = ("__m", "n")

    def __init__(self) -> None:
        self.n, self.__m = 1, 2

    def values(self) -> tuple[int, int]:
        return self.n, self.__m

    def change(self) -> None:
        self.n, self.__m = 10, 20


class Joiner(AgentBase):
    """Joins during the run."""

    def __init__(self, name: str, n: int) -> None:
        super().__init__(name, Wallet(name))
        self.n = n

    def takeStep(self, state: SimStateBase) -> None:
        pass


class Caller:
    """Can be called, and has a state."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self) -> None:
        self.n += 1


class History(list[int]):
    """A list with an attribute."""

    mean = 0.0


def number(n: int) -> Callable[[], int]:
    def count() -> int:
        nonlocal n
        n += 1
        return n

    return count


def with_default(x: int, seen: list[int] = []) -> int:  # noqa: B006  (as people write it)
    seen.append(x)
    return len(seen)


class Tally:
    """Counts on its class."""

    n = 0

    def add(self) -> int:
        type(self).n += 1
        return self.n


class Guarded:
    """Does things when it is set, which putting back must not."""

    calls: list[str] = []

    def __init__(self) -> None:
        self.__dict__["x"] = 0

    def __setattr__(self, name: str, value: object) -> None:
        self.calls.append(name)
        object.__setattr__(self, name, value)

    @property
    def x(self) -> int:
        return int(self.__dict__["x"])

    @x.setter
    def x(self, value: int) -> None:
        self.calls.append("setter")
        self.__dict__["x"] = value


GLOBAL = [0]


def add_to_global() -> int:
    GLOBAL[0] += 1
    return GLOBAL[0]


def draw(x: Any) -> float:
    return float(x.normal())


def bump(x: Any) -> Any:
    x["n"] += 1
    return x["n"]


def step_frame(frame: pd.DataFrame) -> tuple[object, ...]:
    frame.loc[0, "price"] += 1.5
    frame["last"] = frame["name"] + "!"
    frame.loc[len(frame), "price"] = frame["price"].sum()
    return (*frame["price"].dropna(), frame["last"].iloc[0], *frame.columns, *frame.dtypes.astype(str))


def step_view(arrays: list[np.ndarray]) -> float:
    arrays[1][0] += 1
    arrays.append(arrays[0].T[1:])
    return float(sum(array.sum() for array in arrays))


def step_heap(heap: list[tuple[float, str]]) -> object:
    heapq.heappush(heap, (heap[0][0] * 1.5 % 1, "new"))
    return heapq.heappop(heap)


def step_iterators(its: list[Any]) -> object:
    return [next(it) for it in its]


def step_slow(slow: Any) -> object:
    slow.items.append(len(slow.items))
    return slow.items


class Own(int):
    """A number of its own class."""


def step_namespace(space: Any) -> object:
    space.n += 1
    return space.n


def step_setter(guarded: Any) -> object:
    guarded.x += 1
    return guarded.x


def step_context(context: decimal.Context) -> object:
    context.prec += 1
    return str(context.divide(Decimal(1), Decimal(3)))


def deep() -> list[Any]:
    found: list[Any] = []
    for n in range(5000):
        found = [n, found]
    return found


# What agents hold, and what is done with it at each step.
THINGS: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "frame": (lambda: pd.DataFrame({"price": np.arange(3.0), "name": ["a", "b", "c"]}), step_frame),
    "series": (lambda: pd.Series([1.0, 2.0]), lambda x: (x.__setitem__(0, x[0] * 1.1), x[0])[1]),
    "categories": (
        lambda: pd.DataFrame({"n": [1], "c": pd.Categorical(["u"])}),
        lambda x: (x.__setitem__("n", x.n + 1), x.n[0], x.c[0])[1:],
    ),
    "iterators": (
        lambda: [itertools.count(2, 3), iter([*range(9)]), itertools.cycle("ab"), iter(range(9))],
        step_iterators,
    ),
    "random state": (lambda: np.random.RandomState(1), draw),
    "generator": (lambda: np.random.default_rng(1), lambda x: (draw(x), draw(x.spawn(1)[0]))),
    "two generators of one source": (
        lambda: [np.random.Generator(np.random.PCG64(1))] * 2,
        lambda x: [draw(each) for each in x],
    ),
    "a method of a generator": (lambda: np.random.default_rng(1).normal, lambda x: x()),
    "records": (lambda: np.array([(1, 2.0)], dtype=[("n", int), ("x", float)]), bump),
    "array of a table's shape": (lambda: [np.arange(6.0).reshape(2, 3), np.zeros(2)], step_view),
    "view": (
        lambda: (lambda x: [x, x[1:, ::2]])(np.asfortranarray(np.arange(6.0).reshape(2, 3))),
        lambda x: (x[1].__iadd__(1), x[0].tolist())[1],
    ),
    "user dict": (lambda: UserDict(n=0), bump),
    "user list": (lambda: UserList([1]), lambda x: (x.append(sum(x)), list(x))[1]),
    "namespace": (lambda: SimpleNamespace(n=0), step_namespace),
    "closure": (lambda: number(3), lambda x: x()),
    "closures made on the way": (list, lambda x: (x.append(number(len(x))), [each() for each in x])[1]),
    "default": (lambda: with_default, lambda x: x(1)),
    "partial": (lambda: functools.partial(next, itertools.count()), lambda x: x()),
    "class attribute": (Tally, lambda x: x.add()),
    "module global": (lambda: add_to_global, lambda x: x()),
    "setter": (Guarded, step_setter),
    "heap": (lambda: [(0.25, "a"), (0.5, "b")], step_heap),
    "context": (decimal.Context, step_context),
    "array.array": (lambda: array.array("d", [1.0]), lambda x: (x.append(2.0), x.tolist())[1]),
    "dates": (
        lambda: {"n": datetime(2022, 1, 1, tzinfo=UTC)},
        lambda x: (x.update(n=x["n"] + timedelta(hours=1.5)), x["n"])[1],
    ),
    "error": (lambda: {"n": 1}, lambda x: (x.update(e=ValueError("x", x["n"])), x["e"].args)[1]),
    "object with a list": (lambda: SimpleNamespace(items=[]), step_slow),
    "deep": (
        deep,
        lambda x: (x.insert(0, x[0]), len(x))[1],
    ),
    "empty array": (lambda: np.zeros((0, 3)), lambda x: x.shape),
    "bound to a list": (lambda: [].append, lambda x: (x(1), len(x.__self__))[1]),
    "agents by agent": (
        lambda: {IdleAgent("x"): 1},
        lambda x: (x.update({k: v + 1 for k, v in x.items()}), list(x.values()))[1],
    ),
    "scalar of its own": (lambda: [Own(3)], lambda x: (x.append(Own(x[-1] * 2)), [*map(type, x), *x])[1]),
    "named": (
        lambda: [Pair([1], 2)],
        lambda x: (x[0].left.append(1), x.append(Pair(x[0].left, 0)), x[0].left is x[-1].left)[2],
    ),
    "decimal": (
        lambda: [Decimal("1.5"), Fraction(1, 3), 1j],
        lambda x: (x.__setitem__(slice(None), [y * 3 for y in x]), x)[1],
    ),
}
