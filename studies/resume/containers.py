"""How Python's own containers are written, and put back in place, without running a subclass's code."""

from array import array
from collections import OrderedDict, defaultdict, deque
from types import CellType, MappingProxyType, SimpleNamespace
from typing import Any, ClassVar, final

from tokenspice.engine.errors import RunError
from tokenspice.studies.resume.codec import CannotKeep, Content, Decoder, Encoded, Encoder, packed
from tokenspice.studies.resume.scalars import has_order

__all__ = ["CONTAINERS", "refuse_numbers"]

ORDER_ADVICE = "Write a dict, which keeps its order: dict.fromkeys(…); or a frozenset, if it never changes."


@final
class ListContent(Content):
    """A list: its items."""

    tag, types = "list", (list,)

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return [encoder.value(item, index) for index, item in enumerate(list.__iter__(x))]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return list.__new__(kind)

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        list.__setitem__(x, slice(None), decoder.values(parts))


@final
class DequeContent(Content):
    """A deque: its items, and how many it may hold."""

    tag, types = "deque", (deque,)

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return [x.maxlen, *(encoder.value(item, index) for index, item in enumerate(deque.__iter__(x)))]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        made: deque[Any] = deque.__new__(kind)
        deque.__init__(made, (), parts[0])
        return made

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        deque.clear(x)
        deque.extend(x, decoder.values(parts[1:]))


@final
class DictContent(Content):
    """A dict: its pairs in their order, and what a defaultdict makes its values with."""

    tag, types = "dict", (dict,)

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        base = base_of(x)
        pairs = [[encoder.value(key, "key"), encoder.value(item, key)] for key, item in base.items(x)]
        factory = x.default_factory if isinstance(x, defaultdict) else None
        return [encoder.value(factory, "default_factory"), pairs]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return kind.__new__(kind) if kind in (dict, OrderedDict, defaultdict) else base_of_kind(kind).__new__(kind)

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        factory, pairs = parts
        base = base_of(x)
        if isinstance(x, defaultdict):
            vars(defaultdict)["default_factory"].__set__(x, decoder.value(factory))
        base.clear(x)
        for key, item in pairs:
            base.__setitem__(x, decoder.value(key), decoder.value(item))
        if len(x) != len(pairs):
            raise RunError("a dict has two equal keys in the checkpoint.")


def base_of(x: dict[Any, Any]) -> Any:
    return base_of_kind(type(x))


def base_of_kind(kind: type) -> Any:
    for base in (OrderedDict, defaultdict, dict):
        if issubclass(kind, base):
            return base
    raise RunError(f"{kind.__name__} is no dict any more.")


@final
class SetContent(Content):
    """A set whose order nothing can depend on, because it is another in every process."""

    tag, types = "set", (set,)

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return members(set.__iter__(x), encoder)

    def check_new(self, x: Any, encoder: Encoder) -> None:
        refuse_numbers(x)

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return set.__new__(kind)

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        set.clear(x)
        set.update(x, decoder.values(parts))


@final
class FrozensetContent(Content):
    """The same of a frozenset."""

    tag, types, fills = "frozenset", (frozenset,), False

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return members(frozenset.__iter__(x), encoder)

    def check_new(self, x: Any, encoder: Encoder) -> None:
        if len(x) > 1 and any(map(has_order, frozenset.__iter__(x))):
            raise CannotKeep(
                "a frozenset of numbers made during the run, whose order would be another after a resume",
                "Write a tuple, or a dict, which keeps its order: dict.fromkeys(…).",
            )

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return frozenset.__new__(kind, decoder.values(parts))


def refuse_numbers(x: set[Any]) -> None:
    """Refuse a set whose order a run may depend on, and which Python gives in another order once it is put back.

    Raises:
        CannotKeep: it holds numbers.
    """
    if any(map(has_order, set.__iter__(x))):
        raise CannotKeep("a set of numbers, whose order would be another after a resume", ORDER_ADVICE)


def members(items: Any, encoder: Encoder) -> list[Encoded]:
    found = list(items)
    encoded = [encoder.value(item, "item") for item in found]
    # Python's order of other things than numbers differs from process to process.
    return encoded if all(map(has_order, found)) else sorted(encoded, key=packed)


@final
class ProxyContent(Content):
    """A read-only view of a dict, such as a table that a module offers. One that has changed is made anew."""

    tag, types, exact, fills, has_attributes = "mappingproxy", (MappingProxyType,), True, False, False

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return [encoder.value(part, key) for key, value in x.items() for part in (key, value)]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        values = decoder.values(parts)
        return MappingProxyType(dict(zip(values[::2], values[1::2], strict=True)))


@final
class BytearrayContent(Content):
    """A bytearray."""

    tag, types = "bytearray", (bytearray,)

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return [bytes(x)]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return bytearray.__new__(kind)

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        bytearray.__setitem__(x, slice(None), parts[0])


@final
class ArrayContent(Content):
    """An array.array."""

    tag, types, exact = "array.array", (array,), True

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return [x.typecode, x.tobytes()]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return array(parts[0])

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        del x[:]
        x.frombytes(parts[1])


@final
class NamespaceContent(Content):
    """A SimpleNamespace, which is its attributes."""

    tag, types, exact = "namespace", (SimpleNamespace,), True

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return []

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return SimpleNamespace()


@final
class CellContent(Content):
    """A variable that functions share with the function that made them; it may be empty."""

    tag, types, exact = "cell", (CellType,), True

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        try:
            return [encoder.value(x.cell_contents, "closure")]
        except ValueError:
            return []

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return CellType()

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        if parts:
            x.cell_contents = decoder.value(parts[0])
        else:
            del x.cell_contents


@final
class ScalarContent(Content):
    """An object of a class that extends a number, a text, bytes or a tuple."""

    tag, fills = "scalar", False
    bases: ClassVar[dict[str, Any]] = {kind.__name__: kind for kind in (int, float, str, bytes, complex, tuple)}
    types = tuple(bases.values())

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        name, base = next((name, base) for name, base in self.bases.items() if isinstance(x, base))
        plain = tuple(tuple.__iter__(x)) if base is tuple else base.__new__(base, plain_of(x, base))
        return [name, encoder.value(plain, "value")]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        name, value = parts
        base = self.bases[name]
        if not issubclass(kind, base):
            raise RunError(f"{kind.__name__} is no {name} any more.")
        return base.__new__(kind, decoder.value(value))


def plain_of(x: Any, base: Any) -> Any:
    """Return the plain number, text or bytes that an object of a subclass is."""
    if base is str:
        return str.__str__(x)
    if base is bytes:
        return bytes(memoryview(x))
    return base.__pos__(x)


CONTAINERS: tuple[Content, ...] = (
    *(
        ListContent(),
        DequeContent(),
        DictContent(),
        SetContent(),
        FrozensetContent(),
        ProxyContent(),
        BytearrayContent(),
    ),
    *(ArrayContent(), NamespaceContent(), CellContent(), ScalarContent()),
)
