"""Which way of writing suits which type, and what is said of those that have none."""

import functools
import sys
from typing import Any, ClassVar, final

from tokenspice.engine.errors import RunError
from tokenspice.studies.resume.callables import CALLABLES
from tokenspice.studies.resume.codec import CannotKeep, Content, Decoder, Encoded, Encoder, TypeCodec
from tokenspice.studies.resume.containers import CONTAINERS
from tokenspice.studies.resume.numpy_content import NUMPY
from tokenspice.studies.resume.state_attributes import is_plain_class

__all__ = ["Contents", "refusal"]

# What to write instead of something that no checkpoint can hold, by the name of its type.
ADVICE = {
    "generator": "Write a class whose attributes say where it stands, or make the generator where it is used.",
    "async_generator": "Make it where it is used.",
    "coroutine": "Make it where it is used.",
    "lock": "Leave it out: the agents of a run step one after the other.",
    "RLock": "Leave it out: the agents of a run step one after the other.",
    "TextIOWrapper": "Keep the path, and open the file where it is used.",
    "BufferedReader": "Keep the path, and open the file where it is used.",
    "BufferedWriter": "Keep the path, and open the file where it is used.",
    "ReferenceType": "Hold the object itself, or its name.",
    "_Environ": "Read what is needed in SimState, and keep that.",
    "_lru_cache_wrapper": "Keep a dict of the values in an attribute.",
    "MaskedArray": "Keep the data and the mask as two arrays.",
    "memmap": "Keep an array in memory: numpy.array(…).",
    "map": "Write a list.",
    "zip": "Write a list.",
    "filter": "Write a list.",
    "enumerate": "Write a list, and keep the position as an int.",
}
COMPILED = ("jax", "jaxlib", "numba")  # whose compiled functions are their source, and remember nothing else


@final
class CodecContent(Content):
    """What is written by a TypeCodec."""

    tag, fills, has_attributes = "codec", False, False

    def __init__(self, codecs: tuple[TypeCodec, ...]) -> None:
        self._codecs = codecs

    def accepts(self, kind: type) -> bool:
        return any(codec.suits(kind) for codec in self._codecs)

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        index, codec = self._of(x)
        return [index, encoder.value(codec.parts(x), "parts") if codec.build else None]

    def check_new(self, x: Any, encoder: Encoder) -> None:
        if self._of(x)[1].build is None:
            raise CannotKeep(f"a {type(x).__name__} made during the run", "Make it in SimState.")

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        index, inside = parts
        build = self._codecs[index].build
        if build is None:
            raise RunError("the checkpoint holds an object that is only ever referred to.")
        return build(decoder.value(inside))

    def _of(self, x: Any) -> tuple[int, TypeCodec]:
        return next((index, codec) for index, codec in enumerate(self._codecs) if codec.suits(type(x)))


@final
class CompiledContent(Content):
    """A function that a library compiled or remembers the values of: only a name, unless it is the netlist's own cache."""

    tag, fills, has_attributes = "compiled", False, False
    cache: ClassVar[type] = type(functools.lru_cache(int))

    def accepts(self, kind: type) -> bool:
        is_compiled = kind.__module__.split(".")[0] in COMPILED and any(
            "__call__" in vars(base) for base in kind.__mro__
        )
        return kind is self.cache or is_compiled

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        if type(x) is self.cache and encoder.names.is_own(x.__module__):
            raise refusal(x)
        return [encoder.names.name(x)]

    def check_new(self, x: Any, encoder: Encoder) -> None:
        raise refusal(x)

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        raise RunError("a checkpoint may hold no compiled function.")


@final
class Contents:
    """Finds how the objects of a type are written.

    Args:
        codecs: types that are not to be looked into.
    """

    def __init__(self, codecs: tuple[TypeCodec, ...]) -> None:
        self._all: list[Content] = [CodecContent(codecs), *CALLABLES, CompiledContent(), *NUMPY]
        self._of: dict[type, Content | None] = {}
        self._of_pandas: tuple[Content, ...] = ()

    def of(self, kind: type) -> Content | None:
        """Return how what is inside is written; None for objects that are their attributes and nothing else.

        Raises:
            CannotKeep: nobody can tell what is inside.
        """
        if kind not in self._of:
            self._of[kind] = self._find(kind)
        return self._of[kind]

    def tagged(self, tag: str) -> Content:
        """Return a way of writing by its tag.

        Raises:
            RunError: there is none.
        """
        for content in (*self._all, *self._pandas(), *CONTAINERS):
            if content.tag == tag:
                return content
        raise RunError(f'the checkpoint holds an object written as "{tag}", which this version does not write.')

    def _find(self, kind: type) -> Content | None:
        found = next((content for content in (*self._all, *self._pandas()) if content.accepts(kind)), None)
        if found is None and is_numpys(kind):
            return None  # which is refused
        return found or next((content for content in CONTAINERS if content.accepts(kind)), None)

    def _pandas(self) -> tuple[Content, ...]:
        # Nobody can hold a table who has not imported pandas, which takes a while.
        if not self._of_pandas and "pandas" in sys.modules:
            from tokenspice.studies.resume.pandas_content import pandas_contents

            self._of_pandas = pandas_contents()
        return self._of_pandas


def is_numpys(kind: type) -> bool:
    return kind.__module__.split(".")[0] == "numpy" and not is_plain_class(kind)


def refusal(x: object) -> CannotKeep:
    """Make the error that says that no checkpoint can hold `x`."""
    kind = type(x)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    article = "an" if name[0] in "aeiou" else "a"
    if kind.__name__ in ADVICE:
        return CannotKeep(f"{article} {name}", ADVICE[kind.__name__])
    return CannotKeep(f"{article} {name}")
