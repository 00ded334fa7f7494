"""How functions, classes and modules are written: by name, with what may change about them."""

import functools
import itertools
import logging
import typing
from collections import _tuplegetter  # type: ignore[attr-defined]  # what a NamedTuple's fields are
from enum import Enum
from types import (
    BuiltinFunctionType,
    CellType,
    ClassMethodDescriptorType,
    FunctionType,
    GenericAlias,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    UnionType,
    WrapperDescriptorType,
)
from typing import Any, ClassVar, final
from warnings import catch_warnings, simplefilter

import numpy as np

from tokenspice.engine.errors import RunError
from tokenspice.studies.resume.codec import CannotKeep, Content, Decoder, Encoded, Encoder
from tokenspice.studies.resume.names import Names
from tokenspice.studies.resume.numpy_content import BOUND

__all__ = ["CALLABLES", "class_attributes"]

NO_STATE = ("_abc_impl", "_is_protocol", "_is_runtime_protocol")  # Python's own notes about a class


@final
class FunctionContent(Content):
    """A function: what it closes over, and its defaults."""

    tag, types, exact = "function", (FunctionType,), True

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        if x.__module__ and not encoder.names.is_own(x.__module__) and "<locals>" not in x.__qualname__:
            return [encoder.names.name(x), x.__code__.co_firstlineno, [], None, None]
        cells = [
            encoder.value(cell, name) for cell, name in zip(x.__closure__ or (), x.__code__.co_freevars, strict=True)
        ]
        keywords = x.__kwdefaults__ and [[name, encoder.value(item, name)] for name, item in x.__kwdefaults__.items()]
        return [
            encoder.names.name(x), x.__code__.co_firstlineno, cells, encoder.value(x.__defaults__, "default"), keywords,
        ]  # fmt: skip

    def check_new(self, x: Any, encoder: Encoder) -> None:
        if not encoder.names.is_found(x) and not encoder.names.code(encoder.names.name(x), x.__code__.co_firstlineno):
            raise CannotKeep(
                f"the function {x.__qualname__}, which was made during the run",
                "Write a method, or a function of the netlist's own module.",
            )

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        name, line, cells, *_ = parts
        if found := decoder.names.code(name, line):
            code, scope = found
            closure = tuple(decoder.values(cells))
            if len(closure) != len(code.co_freevars) or not all(isinstance(cell, CellType) for cell in closure):
                raise RunError(f"{name} is another function than it was.")
            return FunctionType(code, scope, code.co_name, None, closure)
        made = decoder.names.find(name)
        if not isinstance(made, FunctionType):
            raise RunError(f"{name} is no function any more.")
        return made

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        _, _, _, defaults, keywords = parts
        x.__defaults__ = decoder.value(defaults)
        x.__kwdefaults__ = None if keywords is None else {name: decoder.value(item) for name, item in keywords}


@final
class MethodContent(Content):
    """A method of an object, bound to it."""

    tag, types, exact, fills, has_attributes = "method", (MethodType,), True, False, False

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        by_name = not isinstance(x.__func__, FunctionType) or is_of_class(x, encoder.names)
        return [encoder.value(x.__self__, "self"), x.__name__ if by_name else encoder.value(x.__func__, "function")]

    def check_new(self, x: Any, encoder: Encoder) -> None:
        if not isinstance(x.__func__, FunctionType) and type(x.__self__) not in BOUND:
            raise CannotKeep(f"the method {x.__qualname__}", "Write a method that calls it.")

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        owner, function = decoder.values(parts)
        if isinstance(function, str):
            found = static_attribute(owner, function)
            if not isinstance(found, FunctionType):
                return bound(owner, function)
            if not has_methods(type(owner), decoder.names):
                raise RunError(f"a checkpoint may hold no method of a {type(owner).__name__}.")
            function = found
        if not isinstance(function, FunctionType):
            raise RunError("a method in the checkpoint is made of no function.")
        return MethodType(function, owner)


def is_of_class(method: MethodType, names: Names) -> bool:
    """Whether a method is the one that its owner's class has under its name."""
    owner = method.__self__
    return has_methods(type(owner), names) and static_attribute(owner, method.__name__) is method.__func__


def has_methods(kind: type, names: Names) -> bool:
    """Whether a file may name the methods of a class."""
    return kind.__module__.startswith("tokenspice.") or names.may_name(kind)


def static_attribute(x: object, name: str) -> Any:
    """Return what the class of `x` has under a name, as it stands there."""
    return next((vars(base)[name] for base in type(x).__mro__ if name in vars(base)), None)


@final
class BoundContent(Content):
    """A function written in C, of a module, or bound to a container or a random stream."""

    tag, types, fills, has_attributes = "builtin", (BuiltinFunctionType, np.ufunc, MethodWrapperType), False, False

    def accepts(self, kind: type) -> bool:
        return issubclass(kind, self.types) or kind.__name__ == "cython_function_or_method"

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        owner = getattr(x, "__self__", None)
        if owner is None or isinstance(owner, (ModuleType, type)):
            return [encoder.names.name(x)]
        return [x.__name__, encoder.value(owner, "self")]

    def check_new(self, x: Any, encoder: Encoder) -> None:
        owner = getattr(x, "__self__", None)
        is_bound = type(owner) in BOUND and not x.__name__.startswith("_")
        if not is_bound and not isinstance(x, np.ufunc) and not encoder.names.is_found(x):
            raise CannotKeep(f"the function {x.__name__}", "Write a method that calls it.")

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        name, *owners = parts
        if not owners:
            module, _, path = name.partition(":")
            ufunc = vars(np).get(path) if module.startswith("numpy") else None
            return ufunc if isinstance(ufunc, np.ufunc) else decoder.names.find(name)
        return bound(decoder.value(owners[0]), name)


def bound(owner: object, name: str) -> Any:
    """Return a method that is written in C, of one of the types whose methods an agent may hold."""
    if type(owner) not in BOUND or name.startswith("_") or not callable(getattr(type(owner), name, None)):
        raise RunError(f"{type(owner).__name__}.{name} is no method that a checkpoint may hold.")
    return getattr(owner, name)


@final
class PartialContent(Content):
    """A functools.partial: a function and arguments for it."""

    tag, types, exact, fills = "partial", (functools.partial,), True, False

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        keywords = [[name, encoder.value(item, name)] for name, item in x.keywords.items()]
        return [encoder.value(x.func, "func"), encoder.value(x.args, "args"), keywords]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        function, args, keywords = parts
        made = decoder.value(function)
        if isinstance(made, type) or not callable(made):
            raise RunError("a partial in the checkpoint is made of no function.")
        return functools.partial(made, *decoder.value(args), **{name: decoder.value(item) for name, item in keywords})

    def check_new(self, x: Any, encoder: Encoder) -> None:
        if isinstance(x.func, type):
            raise CannotKeep("a functools.partial of a class", "Write a method that calls it.")


@final
class IteratorContent(Content):
    """An iterator over a sequence, or a counter: where it stands."""

    tag, fills, has_attributes, exact = "iterator", False, False, True
    sequences = (list, tuple, str, bytes, range)
    types = (
        *(type(iter(kind())) for kind in (list, tuple, str, bytes)),
        *(type(iter(range(1))), type(iter(range(2**65))), type(reversed([]))),
        *(itertools.count, itertools.repeat, itertools.cycle),
    )
    makers: ClassVar[dict[str, Any]] = {
        "iter": iter, "reversed": reversed, "count": itertools.count, "repeat": itertools.repeat,
        "cycle": itertools.cycle,
    }  # fmt: skip

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        with catch_warnings():
            simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of the next line for some iterators
            maker, args, *state = x.__reduce__()
        return [maker.__name__, encoder.value(tuple(args), "of"), encoder.value(tuple(state), "state")]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        name, args = parts[0], decoder.value(parts[1])
        sources = {"iter": self.sequences, "reversed": self.sequences, "cycle": self.types}
        if name not in self.makers or (name in sources and type(args[0]) not in sources[name]):
            raise RunError(f"{name} of a {type(args[0]).__name__} is no iterator that a checkpoint may hold.")
        return self.makers[name](*args)

    def finish(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        # Only where a sequence is whole, the place in it is one.
        for each in decoder.value(parts[2]):
            x.__setstate__(each)


@final
class EnumContent(Content):
    """A member of an enumeration, by name."""

    tag, types, fills = "enum", (Enum,), False

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return [encoder.value(type(x), "class"), x._name_]

    def check_new(self, x: Any, encoder: Encoder) -> None:
        if type(x).__members__.get(x._name_ or "") is not x:
            raise CannotKeep(f"{x!r}, which has no name of its own", "Keep its value.")

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        owner = decoder.kind(parts[0])
        if not issubclass(owner, Enum):
            raise RunError(f"{owner.__name__} is no enumeration any more.")
        return owner.__members__[parts[1]]


@final
class ErrorContent(Content):
    """An exception that was kept, without the place where it was raised."""

    tag, types = "error", (Exception,)

    def accepts(self, kind: type) -> bool:
        return issubclass(kind, Exception) and kind.__basicsize__ <= Exception.__basicsize__ + 16

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return [encoder.value(x.args, "args")]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return BaseException.__new__(kind)

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        BaseException.args.__set__(x, decoder.value(parts[0]))  # type: ignore[attr-defined]


@final
class ClassContent(Content):
    """A class, by name; the attributes of the netlist's own classes are kept."""

    tag, types, has_attributes = "class", (type,), False

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        inside = [*x.__members__.values()] if issubclass(x, Enum) else [*x.__bases__]
        known = encoder.names.is_state(x)
        return [encoder.names.name(x), *(encoder.values(inside) if known else ())]

    def check_new(self, x: Any, encoder: Encoder) -> None:
        if not encoder.names.is_found(x):
            raise CannotKeep(f"the class {x.__qualname__}", "Hold an object of the netlist's own classes.")

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return decoder.names.find_class(parts[0])


def class_attributes(kind: type) -> dict[str, Any]:
    """Return the attributes of a class itself that may change in the course of a run."""
    if issubclass(kind, Enum):
        return {}
    return {
        name: value
        for name, value in vars(kind).items()
        if not (name.startswith("__") and name.endswith("__")) and name not in NO_STATE
    }


@final
class DescriptorContent(Content):
    """What a class holds in place of a method: a property and the like, made of functions."""

    tag, fills, has_attributes = "descriptor", False, False
    types = (property, staticmethod, classmethod, functools.cached_property)

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        names = ("fget", "fset", "fdel") if isinstance(x, property) else ("__func__", "func")
        return [type(x).__name__, *(encoder.value(getattr(x, name, None), name) for name in names)]

    def check_new(self, x: Any, encoder: Encoder) -> None:
        raise CannotKeep(f"a {type(x).__name__} that was made during the run", "Write it in the class.")

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        raise RunError("a checkpoint may hold no property.")


@final
class NamedContent(Content):
    """What is only a name: a module, a type's name, a logger, a descriptor that Python makes for a class."""

    tag, fills, has_attributes = "named", False, False
    types = (
        *(ModuleType, GenericAlias, UnionType, logging.Logger, type(typing.Any), type(list[int])),
        *(MemberDescriptorType, GetSetDescriptorType, MethodDescriptorType, WrapperDescriptorType),
        *(ClassMethodDescriptorType, np.dtype, _tuplegetter),
    )

    def accepts(self, kind: type) -> bool:
        return issubclass(kind, self.types) or kind.__module__ in ("typing", "__future__", "dataclasses")

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        name = getattr(x, "__name__", None) if isinstance(x, ModuleType) else getattr(x, "name", None)
        if isinstance(x, ModuleType) and encoder.names.is_own(x.__name__):
            name = x.__name__.removeprefix(encoder.names.package)
        return [type(x).__name__, name if isinstance(name, str) else ""]

    def check_new(self, x: Any, encoder: Encoder) -> None:
        if type(x) is not logging.Logger:
            raise CannotKeep(f"a {type(x).__name__} that was not there when the run began")

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        if parts[0] != "Logger":
            raise RunError(f"a checkpoint may hold no {parts[0]}.")
        return logging.getLogger(parts[1])


CALLABLES: tuple[Content, ...] = (
    *(FunctionContent(), MethodContent(), BoundContent(), PartialContent(), IteratorContent(), EnumContent()),
    *(ErrorContent(), ClassContent(), DescriptorContent(), NamedContent()),
)
