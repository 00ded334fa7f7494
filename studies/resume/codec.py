"""Values as plain data, which MessagePack can hold, and plain data as values again.

None, bools, floats, text, bytes and ints of 64 bits stand for themselves; all else is a list that begins with a tag.
What has an identity (a list, a dict, an agent) is written apart, under a number; where it occurs, the number stands:
["ref", 7]. So what two agents share, they share again.
"""

import enum
import sys
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, Literal, TypeAlias, final

import msgpack
import numpy as np

from tokenspice.engine.errors import RunError

__all__ = ["Kind", "Names", "Plain", "Reader", "Writer", "has_order", "packed"]

Plain: TypeAlias = Any
"""None, bool, int, float, str, bytes, or a list of these."""

SCALARS = (type(None), bool, float, str, bytes)
TEXTS: dict[str, type] = {"decimal": Decimal, "fraction": Fraction}
BASES: dict[str, Any] = {"list": list, "dict": dict, "set": set, "object": object}
NUMERIC = "biufcmMSU"  # numpy's kinds of numbers, times and texts


@dataclass(frozen=True)
class Kind:
    """How the objects of a class are written that never change, or keep their state where the engine cannot look.

    Attributes:
        type: the class, or several that are written alike.
        parts: returns what one is made of; None for what is only ever referred to.
        build: returns one made of these parts.
    """

    type: type | tuple[type, ...]
    parts: Callable[[Any], Any] = lambda thing: None
    build: Callable[[Any], Any] | None = None


@final
class Names:
    """Classes and functions by name, "module:Class"; a netlist's own modules by their place in its package.

    Args:
        package: the netlist's.
    """

    def __init__(self, package: str = "") -> None:
        self._package = package

    def name(self, thing: Any) -> str:
        module = str(thing.__module__)
        if self._package and module.startswith(f"{self._package}."):
            module = module.removeprefix(self._package)
        return f"{module}:{thing.__qualname__}"

    def find(self, name: str) -> Any:
        """Return what is called `name`, if its module was imported already: nothing is imported for a file's sake.

        Raises:
            RunError: there is none.
        """
        module, _, path = name.partition(":")
        found: Any = sys.modules.get(self._package + module if module.startswith(".") else module)
        for part in path.split("."):
            found = getattr(found, part, None)
        if found is None:
            raise RunError(f"the netlist has no {path} in the module {module} any more.")
        return found

    def find_class(self, name: str) -> type:
        found = self.find(name)
        if not isinstance(found, type):
            raise RunError(f"{name} is no class any more.")
        return found

    def find_function(self, name: str) -> FunctionType:
        """Return a function of the netlist, or of the agents that it uses, and of nobody else."""
        found = self.find(name)
        module = getattr(found, "__module__", "")
        if not isinstance(found, FunctionType) or module.split(".")[0] not in (self._package, "agents", "markets"):
            raise RunError(f"{name} is no function of the netlist or its agents.")
        return found


@final
class Writer:
    """Writes values.

    Args:
        names: of classes and functions.
        kinds: classes that are written in a way of their own.
        streams: the run's random streams by `id`, which are written by name.
        ref: writes what has an identity where it occurs, as ["ref", number]; it is told where that is.
    """

    def __init__(
        self, names: Names, kinds: tuple[Kind, ...], streams: dict[int, str], ref: Callable[[object, object], Plain]
    ) -> None:
        self._names = names
        self._kinds = kinds
        self._streams = streams
        self._ref = ref
        self._kind_of: dict[type, Kind | None] = {}

    def value(self, x: Any, key: object = "") -> Plain:
        """Write a value where it occurs.

        Args:
            key: the attribute or place where it occurs, for messages.
        """
        kind = type(x)
        if kind in SCALARS:
            return x
        if kind is int:
            return x if -(2**63) <= x < 2**64 else ["int", f"{x:x}"]
        if kind is tuple:
            return ["tuple", *[self.value(item, index) for index, item in enumerate(x)]]
        if isinstance(x, np.random.Generator) and id(x) in self._streams:
            return ["stream", self._streams[id(x)]]
        if self.kind_of(x) is None and (plain := self._immutable(x, key)) is not None:
            return plain
        return self._ref(x, key)

    def _immutable(self, x: Any, key: object) -> Plain:
        match x:
            case frozenset():
                return ["frozenset", *self._members(x)]
            case range():
                return ["range", x.start, x.stop, x.step]
            case enum.Enum():
                return ["enum", self._names.name(type(x)), x.name]
            case np.generic() if x.dtype.kind in NUMERIC:
                return ["number", x.dtype.str, x.tobytes()]
            case Decimal() | Fraction():
                return [type(x).__name__.lower(), str(x)]
            case tuple() if "_fields" in dir(type(x)):
                return ["named", self._names.name(type(x)), *[self.value(item, key) for item in x]]
            case MethodType():
                return ["method", self.value(x.__self__, key), x.__func__.__name__]
            case type():
                return ["class", self._names.name(x)]
            case ModuleType() | BuiltinFunctionType() | np.ufunc():
                return ["global", x.__name__]
        return None

    def kind_of(self, x: object) -> Kind | None:
        if type(x) not in self._kind_of:
            self._kind_of[type(x)] = next((kind for kind in self._kinds if isinstance(x, kind.type)), None)
        return self._kind_of[type(x)]

    def content(self, x: Any) -> Plain:
        """Write what is inside something with an identity, other than an object's attributes; None if we cannot."""
        if kind := self.kind_of(x):
            return ["kind", self._kinds.index(kind), self.value(kind.parts(x), "parts")]
        match x:
            case bytearray():
                return ["bytearray", bytes(x)]
            case list():
                return ["list", self._class(x), [self.value(item, index) for index, item in enumerate(x)]]
            case deque():
                return ["deque", x.maxlen, [self.value(item, index) for index, item in enumerate(x)]]
            case dict():
                pairs = [[self.value(key, key), self.value(item, key)] for key, item in x.items()]
                factory = getattr(x, "default_factory", None)
                return ["dict", self._class(x), pairs, factory and self._names.name(factory)]
            case set():
                return ["set", self._class(x), self._members(x)]
            case np.ndarray() if x.dtype.kind == "O":
                return ["objects", list(x.shape), [self.value(item, index) for index, item in enumerate(x.flat)]]
            case np.ndarray() if x.dtype.kind in NUMERIC:
                order: Literal["C", "F"] = "F" if x.flags.fnc else "C"  # which counts where floats are summed
                return ["array", x.dtype.str, list(x.shape), order, x.tobytes(order)]
            case np.random.Generator():
                return ["generator", type(x.bit_generator).__name__, tree(x.bit_generator.state)]
            case Random() if type(x) is Random:
                return ["random", self.value(x.getstate())]
            case FunctionType():
                return self._function(x)
        return None

    def _class(self, x: object) -> str:
        return self._names.name(type(x))

    def _function(self, x: FunctionType) -> Plain:
        cells = [cell.cell_contents for cell in x.__closure__ or ()]
        defaults = [*(x.__defaults__ or ()), *(x.__kwdefaults__ or {}).values()]
        inside = [self.value(item, "closure") for item in (*cells, *defaults)]
        return ["function", self._names.name(x), inside]

    def _members(self, items: set[Any] | frozenset[Any]) -> list[Plain]:
        # Python's own order differs from process to process.
        return sorted((self.value(item, "item") for item in items), key=packed)


@final
class Reader:
    """Reads what a `Writer` wrote.

    Args:
        names: of classes and functions.
        get: returns what has a number.
        stream: returns a random stream by name.
    """

    def __init__(self, names: Names, get: Callable[[int], Any], stream: Callable[[str], Any]) -> None:
        self.names = names
        self._get = get
        self._stream = stream

    def value(self, plain: Plain) -> Any:
        if not isinstance(plain, list):
            return plain
        match plain:
            case ["ref", number]:
                return self._get(number)
            case ["int", digits]:
                return int(digits, 16)
            case ["tuple", *items]:
                return tuple(map(self.value, items))
            case ["frozenset", *items]:
                return frozenset(map(self.value, items))
            case ["range", *ends]:
                return range(*ends)
            case ["stream", name]:
                return self._stream(name)
            case ["number", dtype, content]:
                return np.frombuffer(content, dtype)[0]
            case ["enum", name, member]:
                return self.names.find_class(name)[member]  # type: ignore[index]
            case ["named", name, *items]:
                return tuple.__new__(self.names.find_class(name), map(self.value, items))
            case ["method", owner, name]:
                return getattr(self.value(owner), name)
            case ["class", name]:
                return self.names.find_class(name)
            case [tag, text]:
                return TEXTS[tag](text)
        raise ValueError(plain[0])

    def empty(self, plain: Plain) -> Any:
        """Make what is filled later, so that others can refer to it."""
        match plain:
            case ["bytearray", content]:
                return bytearray(content)
            case ["deque", maxlen, _]:
                return deque(maxlen=maxlen)
            case ["objects", shape, _]:
                return np.empty(shape, object)
            case ["array", dtype, shape, order, _]:
                return np.empty(shape, dtype, order)
            case ["generator", name, _]:
                return np.random.Generator(getattr(np.random, name)(0))
            case ["random", _]:
                return Random(0)
            case ["function", name, _]:
                return self.names.find_function(name)
            case ["dict", _, _, str() as factory]:
                return defaultdict(self.names.find_class(factory))
            case ["list" | "dict" | "set" | "object" as base, name, *_]:
                kind: Any = self.names.find_class(name)
                if not issubclass(kind, BASES[base]):
                    raise RunError(f"{name} is no {base} any more.")
                return object.__new__(kind) if base == "object" else kind.__new__(kind)
        raise ValueError(plain[0])

    def fill(self, x: Any, plain: Plain) -> None:
        """Give something its content, in place."""
        match plain:
            case ["bytearray", content]:
                x[:] = content
            case ["list", _, items]:
                list.__setitem__(x, slice(None), [self.value(item) for item in items])
            case ["deque", _, items]:
                x.clear()
                x.extend(map(self.value, items))
            case ["dict", _, pairs, _]:
                x.clear()
                for key, item in pairs:
                    x[self.value(key)] = self.value(item)
            case ["set", _, items]:
                set.clear(x)
                set.update(x, map(self.value, items))
            case ["objects", _, items]:
                x.flat[:] = [self.value(item) for item in items]
            case ["array", dtype, shape, order, content]:
                x[...] = np.frombuffer(content, dtype).reshape(shape, order=order)
            case ["generator", _, state]:
                x.bit_generator.state = untree(state)
            case ["random", state]:
                x.setstate(self.value(state))
            case ["object", _, values]:
                for name, value in values:
                    object.__setattr__(x, name, self.value(value))


def has_order(item: object) -> bool:
    """Whether Python goes through a set of such items in the same order in every process, so that a run may depend on it."""
    return all(map(has_order, item)) if isinstance(item, tuple) else isinstance(item, (int, float))


def tree(x: Any) -> Plain:
    """Write the state of one of numpy's bit generators: dicts, texts, ints and arrays."""
    match x:
        case dict():
            return ["dict", [[key, tree(item)] for key, item in x.items()]]
        case np.ndarray():
            return ["array", x.dtype.str, x.tobytes()]
        case int():
            return ["int", f"{x:x}"]
    return x


def untree(plain: Plain) -> Any:
    """Read what `tree` wrote."""
    match plain:
        case ["dict", pairs]:
            return {key: untree(item) for key, item in pairs}
        case ["array", dtype, content]:
            return np.frombuffer(content, dtype)
        case ["int", digits]:
            return int(digits, 16)
    return plain


def packed(plain: Plain) -> bytes:
    return bytes(msgpack.packb(plain))
