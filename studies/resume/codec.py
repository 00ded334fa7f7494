"""Values as plain data, which MessagePack can hold, and plain data as values again.

None, bools, floats, text, bytes and ints of 64 bits stand for themselves; all else is a list that begins with a tag.
What has an identity (a list, a dict, an agent, a function) is written apart, under a number; where it occurs, the number
stands: ["ref", 7]. So what two agents share, they share again.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, final

import msgpack

from tokenspice.engine.errors import RunError
from tokenspice.studies.resume.names import Names
from tokenspice.studies.resume.scalars import read_scalar, written_scalar

__all__ = ["CannotKeep", "Content", "Decoder", "Encoded", "Encoder", "TypeCodec", "packed"]

Encoded: TypeAlias = Any
"""None, bool, int, float, str, bytes, or a list of these."""

DEEPEST = 64  # tuples within tuples


class CannotKeep(Exception):
    """Something that a checkpoint cannot hold: what it is, and what to write instead."""

    def __init__(self, what: str, advice: str = "Hold plain data, or make it where it is used.") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


@dataclass(frozen=True)
class TypeCodec:
    """How the objects of a class are written that never change, or that are not to be looked into.

    Attributes:
        type: the class, or several that are written alike; by name, "module:Class", if it may not have been imported.
        parts: returns what one is made of; None for what is only ever referred to.
        build: returns one made of these parts.
    """

    type: type | tuple[type, ...] | str
    parts: Callable[[Any], Any] = lambda x: None
    build: Callable[[Any], Any] | None = None

    def suits(self, kind: Any) -> bool:
        """Whether objects of a class are written in this way."""
        if isinstance(self.type, str):
            return any(f"{base.__module__}:{base.__qualname__}" == self.type for base in kind.__mro__)
        return issubclass(kind, self.type)


class Content(ABC):
    """How what is inside the objects of some types is written and put back, besides their attributes.

    IMPLEMENT `write`, `make` and, where `fills`, `fill`.

    Attributes:
        tag: what stands before it in a file.
        types: the types, with their subclasses.
        exact: whether subclasses are left out.
        fills: whether an object can be given other content. One that cannot is made anew where it has changed, and all
            that hold it are given the new one.
        has_attributes: whether the objects' own attributes are kept too.
    """

    tag: ClassVar[str]
    types: ClassVar[tuple[type, ...]]
    exact: ClassVar[bool] = False
    fills: ClassVar[bool] = True
    has_attributes: ClassVar[bool] = True

    def accepts(self, kind: type) -> bool:
        return kind in self.types if self.exact else issubclass(kind, self.types)

    @abstractmethod
    def write(self, x: Any, encoder: "Encoder") -> list[Encoded]:
        """Write what is inside.

        Raises:
            CannotKeep: it cannot be put back.
        """

    def check_new(self, x: Any, encoder: "Encoder") -> None:  # noqa: B027  (most can be made anew)
        """Refuse what was made during the run and could not be made anew.

        Raises:
            CannotKeep: it could not.
        """

    @abstractmethod
    def make(self, kind: type, parts: list[Encoded], decoder: "Decoder") -> Any:
        """Return a new object, empty where `fills`."""

    def fill(self, x: Any, parts: list[Encoded], decoder: "Decoder") -> None:  # noqa: B027  (not all can be filled)
        """Give an object its content, in place."""

    def finish(self, x: Any, parts: list[Encoded], decoder: "Decoder") -> None:  # noqa: B027  (most are whole by then)
        """Complete an object that `make` returned, after all others have their content."""


@final
class Encoder:
    """Writes values.

    Args:
        names: of classes and functions.
        contents: of each type, None where there is none.
        streams: the run's random streams by `id`, which are written by name.
        ref: writes what has an identity where it occurs, as ["ref", number]; it is told where that is.
    """

    def __init__(
        self,
        names: Names,
        contents: Callable[[type], Content | None],
        streams: dict[int, str],
        ref: Callable[[object, object], Encoded],
    ) -> None:
        self.names = names
        self.contents = contents
        self._streams = streams
        self._ref = ref
        self._depth = 0

    def value(self, x: Any, key: object = "") -> Encoded:
        """Write a value where it occurs.

        Args:
            x: the value.
            key: the attribute or place where it occurs, for messages.

        Raises:
            CannotKeep: it is one that no file can hold.
        """
        if (scalar := written_scalar(x)) is not NotImplemented:
            return scalar
        if id(x) in self._streams:
            return ["stream", self._streams[id(x)]]
        if type(x) is not tuple:
            return self._ref(x, key)
        if self._depth > DEEPEST:
            raise CannotKeep(f"a tuple with more than {DEEPEST} tuples inside one another", "Write a list.")
        self._depth += 1
        try:
            return ["tuple", *[self.value(item, index) for index, item in enumerate(x)]]
        finally:
            self._depth -= 1

    def values(self, items: Any) -> list[Encoded]:
        return [self.value(item, index) for index, item in enumerate(items)]


@final
class Decoder:
    """Reads what an `Encoder` wrote.

    Args:
        names: of classes and functions.
        get: returns what has a number.
        stream: returns a random stream by name.
    """

    def __init__(self, names: Names, get: Callable[[int], Any], stream: Callable[[str], Any]) -> None:
        self.names = names
        self._get = get
        self._stream = stream

    def value(self, encoded: Encoded) -> Any:
        if not isinstance(encoded, list):
            return encoded
        match encoded:
            case ["ref", int(number)]:
                return self._get(number)
            case ["tuple", *items]:
                return tuple(map(self.value, items))
            case ["stream", str(name)]:
                return self._stream(name)
        return read_scalar(encoded)

    def values(self, items: list[Encoded]) -> list[Any]:
        return [self.value(item) for item in items]

    def kind(self, encoded: Encoded) -> type:
        """Read a class whose objects are to be made.

        Raises:
            RunError: it is none, or one that a file may not name.
        """
        found = self.names.find(encoded) if isinstance(encoded, str) else self.value(encoded)
        if not isinstance(found, type) or not self.names.may_name(found):
            raise RunError(f"{found!r} is no class whose objects a checkpoint may hold.")
        return found


def packed(encoded: Encoded) -> bytes:
    return bytes(msgpack.packb(encoded))
