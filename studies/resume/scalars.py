"""Values without an identity: numbers, texts, dates and the like, each written so that it comes back exactly."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PosixPath, PurePosixPath, PureWindowsPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from tokenspice.engine.errors import RunError

__all__ = ["has_order", "read_scalar", "written_scalar"]

PLAIN = frozenset((type(None), bool, float, str, bytes))
SINGLETONS: dict[str, Any] = {"Ellipsis": ..., "NotImplemented": NotImplemented}
PATHS: dict[str, Callable[[str], Any]] = {kind.__name__: kind for kind in (PosixPath, PurePosixPath, PureWindowsPath)}
NUMERIC = "biufcmMSUV"  # numpy's kinds of numbers, times, texts and records


def zone(x: Any) -> Any:
    """Write a time zone."""
    match x:
        case None:
            return None
        case timezone() if type(x) is timezone:
            return x.utcoffset(None) // timedelta(microseconds=1)
        case ZoneInfo() if x.key:
            return x.key
    raise TypeError(x)


def read_zone(written: Any) -> Any:
    if written is None:
        return None
    return ZoneInfo(written) if isinstance(written, str) else timezone(timedelta(microseconds=written))


def moment(x: Any) -> list[Any]:
    return [x.replace(tzinfo=None, fold=0).isoformat(), x.fold, zone(x.tzinfo)]


def read_moment(kind: Any) -> Callable[..., Any]:
    return lambda text, fold, tz: kind.fromisoformat(text).replace(fold=fold, tzinfo=read_zone(tz))


# How each type is written, and what makes one of that again.
SCALARS: dict[type, tuple[str, Callable[[Any], list[Any]], Callable[..., Any]]] = {
    complex: ("complex", lambda x: [x.real, x.imag], complex),
    Decimal: ("decimal", lambda x: [str(x)], Decimal),
    Fraction: ("fraction", lambda x: [f"{x.numerator:x}", f"{x.denominator:x}"], lambda *xs: Fraction(*hexes(*xs))),
    range: ("range", lambda x: [f"{n:x}" for n in (x.start, x.stop, x.step)], lambda *xs: range(*hexes(*xs))),
    datetime: ("datetime", moment, read_moment(datetime)),
    time: ("time", moment, read_moment(time)),
    date: ("date", lambda x: [x.isoformat()], date.fromisoformat),
    timedelta: ("timedelta", lambda x: [x.days, x.seconds, x.microseconds], timedelta),
    timezone: ("timezone", lambda x: [zone(x)], read_zone),
    ZoneInfo: ("zone", lambda x: [zone(x)], read_zone),
    UUID: ("uuid", lambda x: [x.hex], UUID),
    re.Pattern: ("pattern", lambda x: [x.pattern, x.flags], re.compile),
    slice: ("slice", lambda x: [written_scalar(each) for each in (x.start, x.stop, x.step)], lambda *xs: slice(*xs)),
}
READ = {tag: read for tag, _, read in SCALARS.values()}


def written_scalar(x: Any) -> Any:
    """Write a value without an identity; NotImplemented for one that has an identity."""
    kind = type(x)
    if kind in PLAIN:
        return x
    if kind is int:
        return x if -(2**63) <= x < 2**64 else ["int", f"{x:x}"]
    if kind in SCALARS:
        tag, write, _ = SCALARS[kind]
        try:
            written = write(x)
        except TypeError:  # a time zone of another sort, or a slice of objects
            return NotImplemented
        return NotImplemented if any(part is NotImplemented for part in written) else [tag, *written]
    if x is Ellipsis or x is NotImplemented:
        return ["singleton", str(x)]
    if kind.__name__ in PATHS and isinstance(x, (Path, PurePosixPath, PureWindowsPath)):
        return ["path", kind.__name__, str(x)]
    if isinstance(x, np.generic) and kind.__module__ == "numpy" and x.dtype.kind in NUMERIC and not x.dtype.hasobject:
        return ["number", np.lib.format.dtype_to_descr(x.dtype), x.tobytes()]
    return NotImplemented


def read_scalar(written: list[Any]) -> Any:
    """Read what `written_scalar` wrote.

    Raises:
        RunError: it is nothing of the kind.
    """
    match written:
        case ["int", str(digits)]:
            return int(digits, 16)
        case ["singleton", str(name)] if name in SINGLETONS:
            return SINGLETONS[name]
        case ["path", str(kind), str(text)] if kind in PATHS:
            return PATHS[kind](text)
        case ["number", descr, bytes(content)]:
            return np.frombuffer(content, np.lib.format.descr_to_dtype(descr_of(descr)), 1)[0]
        case ["slice", *ends]:
            return slice(*[read_scalar(end) if isinstance(end, list) else end for end in ends])
        case [str(tag), *parts] if tag in READ:
            return READ[tag](*parts)
    raise RunError(f"{str(written)[:60]} is nothing that this version writes.")


def descr_of(descr: Any) -> Any:
    """Return a dtype's description with its tuples, which MessagePack reads as lists."""
    if not isinstance(descr, list):
        return descr
    fields = [[name, descr_of(kind), *map(tuple, shapes)] for name, kind, *shapes in descr]
    return [(tuple(name) if isinstance(name, list) else name, *rest) for name, *rest in fields]


def has_order(item: object) -> bool:
    """Whether Python goes through a set of such items in the same order in every process, so that a run may depend on it."""
    if isinstance(item, (tuple, frozenset)):
        return all(map(has_order, item))
    if item != item:  # NaN, which is put where it lies in memory
        return False
    if isinstance(item, (int, float, complex, timedelta)):
        return True
    if type(item).__hash__ is object.__hash__:
        return False
    try:
        text = any(isinstance(part, (str, bytes)) for part in (item, *vars(item).values()))
    except TypeError:
        text = isinstance(item, (str, bytes, date, time))
    return not text and item is not None and item is not Ellipsis


def hexes(*texts: str) -> list[int]:
    return [int(text, 16) for text in texts]
