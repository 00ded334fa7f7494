"""What an agent holds, found by looking at its attributes."""

import functools
import site
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from enum import Enum
from types import BuiltinMethodType, CodeType, FunctionType, MethodType, ModuleType
from typing import NamedTuple, TypeGuard

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.wallet import WalletBase
from tokenspice.engine.world import World
from tokenspice.markets.exchange.market import Market
from tokenspice.studies.show.state_use import asked_for
from tokenspice.web3engine.contract import Call, Contract
from tokenspice.web3engine.token import Token

__all__ = ["Reference", "is_leaf", "references"]

# What leads to everything, and so says nothing about who is wired to whom.
STOPS = World | SimStateBase | KPIsBase | SimStrategyBase | Enum | ModuleType | type


class Reference(NamedTuple):
    """Something that is held: the attribute's name without leading underscores, and the thing.

    The thing is an agent, a wallet, a contract, text that may be a name or an address, or another object, whose
    own references are found by the same function.
    """

    name: str
    thing: object


def references(holder: object) -> Iterator[Reference]:
    """Find what `holder` holds: in its attributes, and in tuples, lists, sets, dicts and functions there.

    A number beside a name, as in {"dao": 0.95}, becomes part of the reference's name.
    """
    seen: set[int] = set()
    for name, value in _attributes(holder):
        yield from _unpacked(name.strip("_"), value, seen)


def is_leaf(thing: object) -> bool:
    """Whether a reference ends here, rather than at what this thing holds."""
    return isinstance(thing, AgentBase | WalletBase | Contract | str)


def _attributes(holder: object) -> Iterator[tuple[str, object]]:
    yield from getattr(holder, "__dict__", {}).items()
    for kind in type(holder).__mro__:
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(holder, name) and name not in ("__dict__", "__weakref__"):
                yield name, getattr(holder, name)


def _is_of_exchange(value: object) -> bool:
    """Whether something belongs to an exchange, all of whose parties it leads to."""
    return type(value).__module__.startswith("tokenspice.markets.exchange.")


def _unpacked(name: str, value: object, seen: set[int]) -> Iterator[Reference]:
    if value is None or isinstance(value, int | float | bytes | STOPS):
        return
    if is_leaf(value):
        yield Reference(name, value)
    elif _is_of_exchange(value):
        if isinstance(value, Market):
            yield Reference(name, value.id)
    elif isinstance(value, Token):
        yield Reference(name, value.contract)
    elif isinstance(value, Call):
        yield Reference(name, value.to or "")
    elif id(value) not in seen:
        seen.add(id(value))
        inside = list(_inside(name, value))
        for inner_name, inner in inside:
            yield from _unpacked(inner_name, inner, seen)
        if not inside and not _is_foreign(type(value)):
            yield Reference(name, value)


def _inside(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Open a container or a function."""
    match value:
        case Mapping():
            for key, item in value.items():
                yield _with_number(name, item), key
                yield name, item
        case [first, second] if isinstance(first, str) and _is_number(second):
            yield _with_number(name, second), first
        case set() | frozenset():
            yield from ((name, item) for item in sorted(value, key=repr))
        case list() | tuple() | deque():
            yield from ((name, item) for item in value)
        case FunctionType() | MethodType() | BuiltinMethodType() | functools.partial():
            yield from ((name, item) for item in _inside_callable(value))


def _inside_callable(value: object) -> Iterator[object]:
    """What a function was given beforehand; of a state, only what the function asks it for."""
    match value:
        case FunctionType():
            cells = zip(value.__code__.co_freevars, map(_content, value.__closure__ or ()), strict=True)
            defaults = {**dict(_defaults(value)), **(value.__kwdefaults__ or {})}
            for variable, item in [*cells, *defaults.items()]:
                yield from _asked(item, value.__code__, variable)
        case MethodType() if isinstance(value.__func__, FunctionType):
            code = value.__func__.__code__
            yield from _asked(value.__self__, code, code.co_varnames[0])
        case MethodType() | BuiltinMethodType():
            yield value.__self__
        case functools.partial():
            yield value.func
            given: CodeType | None = getattr(value.func, "__code__", None)
            first = 1 if isinstance(value.func, MethodType) else 0
            names = given.co_varnames[first:] if given else ()
            for variable, item in [*zip(names, value.args, strict=False), *value.keywords.items()]:
                yield from _asked(item, given, variable)
            yield from value.args[len(names) :]


def _defaults(function: FunctionType) -> Iterator[tuple[str, object]]:
    values = function.__defaults__ or ()
    last = function.__code__.co_argcount
    return zip(function.__code__.co_varnames[last - len(values) : last], values, strict=True)


def _asked(thing: object, code: CodeType | None, variable: str) -> Iterator[object]:
    if isinstance(thing, SimStateBase) and code:
        yield from asked_for(thing, code, variable)
    else:
        yield thing


def _content(cell: object) -> object:
    return getattr(cell, "cell_contents", None)  # a cell may still be empty


def _with_number(name: str, number: object) -> str:
    return f"{name} {float(number):.4g}" if _is_number(number) else name


def _is_number(value: object) -> TypeGuard[int | float]:
    # A larger one is an amount in base units, which would say little.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _is_foreign(kind: type) -> bool:
    """Whether a class comes with Python or with a library; such objects are not looked into."""
    root = kind.__module__.partition(".")[0]
    if root == __name__.partition(".")[0]:
        return False  # ours, which lies among the libraries when it is installed
    file = getattr(sys.modules.get(kind.__module__), "__file__", None) or ""
    return root in sys.stdlib_module_names or file.startswith((*site.getsitepackages(), site.getusersitepackages()))
