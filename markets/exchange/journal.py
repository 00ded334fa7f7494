"""Every instruction that an exchange was given, in a file; and the same exchange again from it.

The first line says when it was, and what there was. Each other line is one instruction: its name and its arguments, as JSON.
What JSON does not know, such as a market's configuration, stands as the bytes that `state_bytes` writes, in base 64. Nothing in
a line is run but the exchange's own instructions.
A journal costs some 15 µs an order; without one there is no cost.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, final

from tokenspice.files import replace_file
from tokenspice.markets.errors import ExchangeError, MarketError
from tokenspice.markets.exchange.exchange import Exchange
from tokenspice.markets.exchange.instructions import instructions_of
from tokenspice.markets.exchange.state_bytes import from_bytes, to_bytes
from tokenspice.markets.exchange.state_types import name_of, named

__all__ = ["INSTRUCTIONS", "Journal", "beginning", "line", "replay", "replay_file"]

FORMAT = "tokenspice exchange journal 1"
ENCODER = json.JSONEncoder(separators=(",", ":"))

INSTRUCTIONS = instructions_of(Exchange)


@final
class Journal:
    """Notes what an exchange is told from here on. One that was told something before is noted as it is.

    Args:
        exchange: that is listened to.

    Attributes:
        lines: one for each instruction, after the beginning.
    """

    def __init__(self, exchange: Exchange) -> None:
        self.lines: list[str] = [beginning(exchange)]
        exchange.on_instruction = self.note

    def note(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Add an instruction."""
        self.lines.append(line(name, args, kwargs))

    def write(self, path: Path) -> None:
        """Write the journal to a file."""
        replace_file(path, ("\n".join(self.lines) + "\n").encode())


def beginning(exchange: Exchange) -> str:
    """Write the first line: when it was, and what there was."""
    is_new = not exchange.assets and not exchange.markets
    return json.dumps([FORMAT, exchange.now] if is_new else [FORMAT, exchange.now, plain(exchange)])


def line(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Write one instruction."""
    values = [plain(value) for value in args]
    named = {key: plain(value) for key, value in kwargs.items()}
    return ENCODER.encode([name, values, named] if named else [name, values])


def plain(value: Any) -> Any:
    """Write an argument: numbers, text and words as they are, all else as its state."""
    if value is None or type(value) in (int, str, bool):
        return value
    if isinstance(value, Enum):
        return word_of(value)
    return {"state": b64encode(to_bytes(Argument(value))).decode()}


@cache
def word_of(member: Enum) -> dict[str, str]:
    return {"word": f"{name_of(type(member))}.{member.name}"}


def read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "word" in value:
        kind, _, member = str(value["word"]).rpartition(".")
        found = named(kind)
        return found[member] if isinstance(found, type) and issubclass(found, Enum) else None
    return from_bytes(b64decode(value["state"])).value


@final
class Argument:
    """Holds one argument."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def replay(lines: Iterable[str]) -> Exchange:
    """Return the exchange that was given these instructions.

    Raises:
        ExchangeError: a line is none of a journal.
    """
    each = iter(lines)
    exchange = begun(next(each, ""))
    for number, text in enumerate(each, start=2):
        name, args, kwargs = instruction(text, number)
        try:
            getattr(exchange, name)(*args, **kwargs)
        except ExchangeError:
            continue  # as it was when it was noted
    return exchange


def replay_file(path: Path) -> Exchange:
    """Return the exchange whose journal was written to a file."""
    with path.open(encoding="utf-8") as file:
        return replay(file)


def begun(text: str) -> Exchange:
    """Return the exchange that a journal begins with."""
    try:
        form, now, *state = json.loads(text or "[]")
        if form == FORMAT and type(now) is int:
            found = read(state[0]) if state else Exchange(now)
            if isinstance(found, Exchange):
                return found
    except (MarketError, ValueError, TypeError, KeyError):
        pass
    raise ExchangeError(f'"{text[:40]}" is no beginning of an exchange\'s journal of this version.')


def instruction(text: str, number: int) -> tuple[str, list[Any], dict[str, Any]]:
    try:
        name, args, *more = json.loads(text)
        if name not in INSTRUCTIONS:
            raise ValueError(name)
        return (
            name,
            [read(value) for value in args],
            {key: read(value) for key, value in (more[0] if more else {}).items()},
        )
    except (MarketError, ValueError, TypeError, KeyError, IndexError) as error:
        raise ExchangeError(f"line {number} of the journal is no instruction ({error}).") from error
