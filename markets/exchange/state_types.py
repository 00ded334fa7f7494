"""How the state of each type is written, and made again: containers, functions by name, numpy's arrays and generators."""

import sys
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MemberDescriptorType, MethodType
from typing import Any, TypeAlias

import msgpack
import numpy as np

from tokenspice.markets.errors import MarketError

__all__ = [
    "FILLED",
    "MAKERS",
    "WRITERS",
    "Written",
    "check_plain",
    "name_of",
    "named",
    "pairs",
    "slots",
]

OURS = "tokenspice.markets."
ROOMS = (OURS, "tokenspice.engine.", "tokenspice.agents.", "tokenspice.protocols.", "tokenspice.netlists.")
BUILTINS = {kind.__name__: kind for kind in (dict, list, int, float, str, tuple)}  # factories of a defaultdict
HEAP_TYPE = 1 << 9  # of a class's flags: it was written in Python

Written: TypeAlias = Any
"""None, bool, int of 64 bits, float, str, bytes, or a list of these that begins with a tag."""

Writer: TypeAlias = Callable[[Any, Callable[[Any], Written]], list[Written]]
Maker: TypeAlias = Callable[[list[Written], Callable[[Written], Any]], Any]


def check_plain(kind: type) -> None:
    """Refuse a class whose objects are more than their attributes, or are not of an exchange.

    Raises:
        MarketError: it is one.
    """
    is_more = any(not base.__flags__ & HEAP_TYPE for base in kind.__mro__[:-1] if base.__name__ != "Generic")
    if is_more or not is_ours(kind):
        raise MarketError(
            f"the exchange leads to a {kind.__module__}.{kind.__qualname__}, which its state cannot hold. Hold plain data."
        )


def pairs(flat: list[Any]) -> dict[Any, Any]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def write_list(tag: str) -> Writer:
    return lambda x, value: [tag, *map(value, x)]


def write_dict(x: Any, value: Callable[[Any], Written]) -> list[Written]:
    return ["ordered" if type(x) is OrderedDict else "dict", *(value(each) for item in x.items() for each in item)]


def write_defaultdict(x: Any, value: Callable[[Any], Written]) -> list[Written]:
    if BUILTINS.get(str(getattr(x.default_factory, "__name__", ""))) is not x.default_factory:
        raise MarketError("the exchange leads to a defaultdict of another factory than dict, list, int and their like.")
    return [
        "defaultdict",
        str(getattr(x.default_factory, "__name__", "")),
        *(value(each) for item in x.items() for each in item),
    ]


def write_set(x: Any, value: Callable[[Any], Written]) -> list[Written]:
    """Write a set in an order of its own, for that in memory is nobody's."""
    return [type(x).__name__, *sorted(map(value, x), key=msgpack.packb)]


def write_function(x: Any, value: Callable[[Any], Written]) -> list[Written]:
    name = name_of(x)
    try:
        is_found = named(name) is x
    except MarketError:
        is_found = False
    if not is_found:
        raise MarketError(f"the exchange leads to the function {name}, which its state cannot name. Write a class.")
    return ["function", name]


def write_array(x: Any, value: Callable[[Any], Written]) -> list[Written]:
    return ["array", x.dtype.str, list(x.shape), np.ascontiguousarray(x).tobytes()]


def write_generator(x: Any, value: Callable[[Any], Written]) -> list[Written]:
    state = x.bit_generator.state
    if state["bit_generator"] != "PCG64":
        raise MarketError("the exchange draws from another generator than numpy's default_rng makes.")
    inner = state["state"]
    return ["generator", f"{inner['state']:x}", f"{inner['inc']:x}", state["has_uint32"], state["uinteger"]]


def generator(parts: list[Written]) -> np.random.Generator:
    made = np.random.PCG64(0)
    inner = {"state": int(parts[0], 16), "inc": int(parts[1], 16)}
    state: Any = {"bit_generator": "PCG64", "state": inner, "has_uint32": parts[2], "uinteger": parts[3]}
    made.state = state
    return np.random.Generator(made)


WRITERS: dict[type, Writer] = {
    list: write_list("list"),
    dict: write_dict,
    OrderedDict: write_dict,
    defaultdict: write_defaultdict,
    deque: lambda x, value: ["deque", x.maxlen, *map(value, x)],
    set: write_set,
    frozenset: write_set,
    FunctionType: write_function,
    BuiltinFunctionType: write_function,
    MethodType: lambda x, value: ["method", value(x.__self__), x.__name__],
    np.ndarray: write_array,
    np.random.Generator: write_generator,
}

MAKERS: dict[str, Maker] = {
    "list": lambda parts, value: [],
    "dict": lambda parts, value: {},
    "ordered": lambda parts, value: OrderedDict(),
    "deque": lambda parts, value: deque(maxlen=parts[0]),
    "defaultdict": lambda parts, value: defaultdict(BUILTINS[parts[0]]),
    "set": lambda parts, value: set(map(value, parts)),
    "frozenset": lambda parts, value: frozenset(map(value, parts)),
    "class": lambda parts, value: named(parts[0]),
    "function": lambda parts, value: named(parts[0]),
    "method": lambda parts, value: getattr(value(parts[0]), parts[1]),
    "array": lambda parts, value: np.frombuffer(parts[2], np.dtype(parts[0])).reshape(parts[1]).copy(),
    "generator": lambda parts, value: generator(parts),
}

# What is filled after it was made.
FILLED: dict[str, Callable[[Any, list[Any]], None]] = {
    "list": lambda x, items: x.extend(items),
    "deque": lambda x, items: x.extend(items[1:]),
    "dict": lambda x, items: x.update(pairs(items)),
    "ordered": lambda x, items: x.update(pairs(items)),
    "defaultdict": lambda x, items: x.update(pairs(items[1:])),
}


def slots(kind: type) -> tuple[tuple[str, MemberDescriptorType], ...]:
    """Return what reads and sets the slots of a class's objects, by name, those of its bases first."""
    found = {
        name: member
        for base in reversed(kind.__mro__)
        if "__slots__" in vars(base)
        for name, member in vars(base).items()
        if isinstance(member, MemberDescriptorType)
    }
    return tuple(found.items())


def is_ours(kind: type) -> bool:
    """Whether objects of a class may be state: it is ours, or extends one of ours, such as a rule of a netlist's own."""
    return kind.__module__.startswith(ROOMS) or any(base.__module__.startswith(OURS) for base in kind.__mro__)


def name_of(x: Any) -> str:
    return f"{x.__module__}:{x.__qualname__}"


def named(name: str) -> Any:
    """Return a class or a function of a module that was imported already, if it may be named.

    Raises:
        MarketError: there is none.
    """
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = vars(found).get(part) if found is not None and hasattr(found, "__dict__") else None
    is_named = is_ours(found) if isinstance(found, type) else str(getattr(found, "__module__", "")).startswith(ROOMS)
    if found is None or not is_named:
        raise MarketError(f"{name} is no class or function of an exchange, so no state can hold one.")
    return found
