"""The whole state of an exchange as bytes, always the same for the same state, and the state again from them. No pickle.

Everything that an object leads to is written: its attributes, and what they hold. What has an identity (an object, a list, a
dict) gets a number when it is first met, and is written once; where it occurs, the number stands, so that what two share they
share again. A frozen value has no identity: equal ones are written once. A class may name attributes that are no state, such as who listens, in `TRANSIENT`, with what makes an empty one.
"""

from decimal import Decimal
from enum import Enum
from fractions import Fraction
from hashlib import sha256
from types import MemberDescriptorType
from typing import Any, final

import msgpack

from tokenspice.engine.derived import derived_names
from tokenspice.markets.errors import MarketError
from tokenspice.markets.exchange.state_types import (
    FILLED,
    MAKERS,
    WRITERS,
    Written,
    check_plain,
    name_of,
    named,
    pairs,
    slots,
)

__all__ = ["fill_from_bytes", "from_bytes", "state_hash", "to_bytes"]

FORMAT = "tokenspice exchange state 1"
PLAIN = frozenset((type(None), bool, float, str, bytes))


def to_bytes(*roots: object) -> bytes:
    """Write an object, or several, and all that they lead to.

    Raises:
        MarketError: it leads to something that is no plain state, such as an open file.
    """
    return bytes(msgpack.packb([FORMAT, *Writer(roots).written()]))


def state_hash(root: object) -> str:
    """Return SHA-256 of what `to_bytes` writes, in hexadecimal."""
    return sha256(to_bytes(root)).hexdigest()


def from_bytes(content: bytes) -> Any:
    """Return an object as `to_bytes` wrote it, the first of several, with all that it leads to.

    Raises:
        MarketError: they are no such bytes, or name what they may not name.
    """
    return Reader(unpacked(content)).read()


def fill_from_bytes(content: bytes, *roots: object) -> None:
    """Give objects, and all that they lead to, the state that `to_bytes` wrote of those of their classes.

    These objects themselves stay; whatever else they led to is replaced.

    Raises:
        MarketError: they are no such bytes, or of another class.
    """
    Reader(unpacked(content), roots).read()


def unpacked(content: bytes) -> list[Written]:
    try:
        found = msgpack.unpackb(content)
        if not isinstance(found, list) or found[:1] != [FORMAT] or len(found) < 2:
            raise ValueError("another form")
    except ValueError as error:
        raise MarketError(f"these bytes are no state of an exchange of this version ({error}).") from error
    return found[1:]


@final
class Writer:
    """Writes objects in the order in which they are met, one after the other, so that no depth is too much."""

    def __init__(self, roots: tuple[object, ...]) -> None:
        self._numbers: dict[object, int] = {}
        self._waiting: list[object] = []  # all that were met; held, so that each `id` stays its own
        self._no_state: dict[type, frozenset[str]] = {}  # attributes that are none
        self._shapes: dict[type, tuple[tuple[str, MemberDescriptorType], ...]] = {}
        for root in roots:
            self._number(root)

    def written(self) -> list[Written]:
        return [self._inside(x) for x in self._waiting]  # which grows on the way

    def value(self, x: Any) -> Written:
        kind = type(x)
        if kind in PLAIN:
            return x
        if kind is int:
            return x if -(2**63) <= x < 2**64 else ["int", f"{x:x}"]
        if kind is tuple:
            return ["tuple", *map(self.value, x)]
        if isinstance(x, Enum):
            return ["enum", name_of(kind), x.name]
        if kind is Decimal:
            return ["decimal", str(x)]
        if kind is Fraction:
            return ["fraction", f"{x.numerator:x}", f"{x.denominator:x}"]
        if isinstance(x, tuple):
            return ["named", name_of(kind), *map(self.value, x)]
        return ["ref", self._number(x)]

    def _number(self, x: object) -> int:
        key = identity(x)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._waiting)
            self._waiting.append(x)
        return number

    def _inside(self, x: Any) -> list[Written]:
        kind = type(x)
        if write := WRITERS.get(kind):
            return write(x, self.value)
        if isinstance(x, type):
            return ["class", name_of(x)]
        check_plain(kind)
        return ["object", name_of(kind), *self._attributes(x, kind)]

    def _left_out(self, kind: type) -> frozenset[str]:
        found = self._no_state.get(kind)
        if found is None:
            found = self._no_state[kind] = frozenset(getattr(kind, "TRANSIENT", ())) | derived_names(kind)
        return found

    def _attributes(self, x: Any, kind: type) -> list[Written]:
        transient = self._left_out(kind)
        shape = self._shapes.get(kind)
        if shape is None:
            shape = self._shapes[kind] = tuple(item for item in slots(kind) if item[0] not in transient)
        found: list[Written] = []
        for name, slot in shape:
            try:
                found += [name, self.value(slot.__get__(x))]
            except AttributeError:
                continue  # not given yet
        if kind.__dictoffset__:
            for name, each in sorted(object.__getattribute__(x, "__dict__").items()):
                if name not in transient:
                    found += [name, self.value(each)]
        return found


def identity(x: object) -> object:
    """What tells an object from others: a frozen value is what it holds, so that two equal ones are one; all else is itself."""
    kind = type(x)
    parameters = getattr(kind, "__dataclass_params__", None)
    if parameters is None or not (parameters.frozen and parameters.eq):
        return id(x)
    try:
        hash(x)
    except TypeError:  # it holds a list or a dict
        return id(x)
    return kind, x


@final
class Reader:
    """Reads what a `Writer` wrote: first every object, empty, then what is inside them."""

    def __init__(self, written: list[Written], roots: tuple[object, ...] = ()) -> None:
        self._written = written
        self._made: list[Any] = [None] * len(written)
        self._roots = roots
        self._kept = set(map(id, roots))
        self._is_made = [False] * len(written)

    def read(self) -> Any:
        try:
            for number in range(len(self._written)):
                self._get(number)
            # Objects first: what is a key of a dict must be whole before the dict takes it.
            for number, (tag, *parts) in enumerate(self._written):
                if tag == "object":
                    self._fill_object(self._made[number], parts[1:])
            for number, (tag, *parts) in enumerate(self._written):
                if fill := FILLED.get(tag):
                    fill(self._made[number], [self.value(part) for part in parts])
        except MarketError:
            raise
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
            raise MarketError(f"these bytes hold no state that this version writes ({error}).") from error
        return self._made[0]

    def value(self, written: Written) -> Any:
        if not isinstance(written, list):
            return written
        match written:
            case ["ref", int(number)]:
                return self._get(number)
            case ["tuple", *items]:
                return tuple(map(self.value, items))
            case ["int", str(digits)]:
                return int(digits, 16)
            case ["enum", str(name), str(member)]:
                return named(name)[member]
            case ["decimal", str(text)]:
                return Decimal(text)
            case ["fraction", str(above), str(below)]:
                return Fraction(int(above, 16), int(below, 16))
            case ["named", str(name), *items]:
                return named(name)._make(map(self.value, items))
        raise MarketError(f"{str(written)[:60]} is nothing that this version writes.")

    def _get(self, number: int) -> Any:
        if not self._is_made[number]:
            self._made[number] = self._empty(number)
            self._is_made[number] = True
        return self._made[number]

    def _empty(self, number: int) -> Any:
        tag, *parts = self._written[number]
        if tag == "object":
            return self._object(named(parts[0]), number)
        if make := MAKERS.get(tag):
            return make(parts, self.value)
        raise MarketError(f"{tag} is nothing that this version writes.")

    def _object(self, kind: Any, number: int) -> Any:
        check_plain(kind)
        if number >= len(self._roots):
            return object.__new__(kind)
        root = self._roots[number]
        if type(root) is not kind:
            raise MarketError(f"this is the state of a {name_of(kind)}, not of a {name_of(type(root))}.")
        return root

    def _fill_object(self, x: Any, attributes: list[Written]) -> None:
        kind, transient = type(x), getattr(type(x), "TRANSIENT", {})
        own = dict(slots(kind))
        values = pairs(attributes)
        if kind.__dictoffset__ and id(x) in self._kept:
            kept = {name: value for name, value in vars(x).items() if name in transient}
            vars(x).clear()
            vars(x).update(kept)
        for name, written in values.items():
            put(x, own, name, self.value(written))
        if id(x) not in self._kept:  # whose listeners go on listening
            for name, make in transient.items():
                put(x, own, name, make())


def put(x: Any, own: dict[str, MemberDescriptorType], name: str, value: object) -> None:
    if name in own:
        own[name].__set__(x, value)
    else:
        object.__getattribute__(x, "__dict__")[name] = value
