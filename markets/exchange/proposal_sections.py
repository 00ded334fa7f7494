"""Parts of a proposal's JSON, read so that nothing in them is overlooked."""

from collections.abc import Mapping
from typing import Any, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.network_parameters import seconds_in

__all__ = ["Section"]


@final
class Section:
    """A table of JSON. Numbers may be written as text, as proposals do.

    Args:
        values: the table.
        path: where it stands, for messages.
    """

    def __init__(self, values: object, path: str = "") -> None:
        if not isinstance(values, Mapping):
            raise ExchangeError(f"{path} = {str(values)[:40]}: write a table.")
        self.values: Mapping[str, Any] = values
        self.path = path
        self.unread = dict.fromkeys(values)

    def has(self, name: str) -> bool:
        """Whether there is a value that is more than null."""
        if self.values.get(name) is None:
            self.unread.pop(name, None)
            return False
        return True

    def take(self, name: str) -> Any:
        """Return a value.

        Raises:
            ExchangeError: there is none.
        """
        if name not in self.values:
            raise ExchangeError(f"{self.path}: there is no {name}. There are: {', '.join(self.values) or 'none'}.")
        self.unread.pop(name, None)
        return self.values[name]

    def ignore(self, *names: str) -> None:
        """Say that some values mean nothing here."""
        for name in names:
            self.unread.pop(name, None)

    def section(self, name: str) -> "Section":
        return Section(self.take(name), f"{self.path}.{name}")

    def sections(self, name: str) -> "list[Section]":
        return [Section(each, f"{self.path}.{name}.{place}") for place, each in enumerate(self.take(name))]

    def text(self, name: str) -> str:
        return str(self.take(name))

    def number(self, name: str, default: float | None = None) -> float:
        if default is not None and not self.has(name):
            return default
        return self.as_number(name, self.take(name))

    def whole(self, name: str, default: int | None = None) -> int:
        found = self.number(name, default)
        if found != int(found):
            raise ExchangeError(f"{self.path}.{name} = {found}: write a whole number.")
        return int(found)

    def numbers(self, name: str) -> tuple[float, ...]:
        return tuple(self.as_number(name, each) for each in self.take(name))

    def seconds(self, name: str) -> tuple[int, ...]:
        """Return a list of durations such as "1m0s"."""
        found = [seconds_in(str(each)) for each in self.take(name)]
        if None in found:
            raise ExchangeError(f'{self.path}.{name} = {self.values[name]}: write durations such as "1m0s".')
        return tuple(each for each in found if each is not None)

    def flag(self, name: str, default: bool = False) -> bool:
        found = self.take(name) if self.has(name) else default
        if not isinstance(found, bool):
            raise ExchangeError(f"{self.path}.{name} = {found!r}: write true or false.")
        return found

    def as_number(self, name: str, value: object) -> float:
        try:
            return float(str(value))
        except ValueError:
            raise ExchangeError(f"{self.path}.{name} = {value!r}: write a number.") from None

    def finish(self) -> None:
        """Refuse what nobody has read.

        Raises:
            ExchangeError: there is some.
        """
        if self.unread:
            names = ", ".join(self.unread)
            raise ExchangeError(
                f"{self.path}: {names} has no meaning here. Leave it out, or write it as a proposal does."
            )
