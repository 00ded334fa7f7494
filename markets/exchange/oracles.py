"""What the exchange hears from outside: signed data, and who listens to which of it.

A message is a set of named texts with the key that signed it. Whoever listens binds itself to one name, from certain keys,
under conditions. Times that the exchange knows itself need no oracle: see products/schedule.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple, final

__all__ = ["Comparison", "Condition", "Filter", "Heard", "OracleBinding", "Oracles", "number_in", "price_of"]


class Comparison(StrEnum):
    EQUALS = "equals"
    GREATER_THAN = "greater than"
    GREATER_THAN_OR_EQUAL = "greater than or equal"
    LESS_THAN = "less than"
    LESS_THAN_OR_EQUAL = "less than or equal"


@final
@dataclass(frozen=True)
class Condition:
    """A comparison with a text: as numbers where both are numbers, else only for equality."""

    comparison: Comparison
    text: str

    def holds(self, text: str) -> bool:
        found, wanted = number_in(text), number_in(self.text)
        if found is None or wanted is None:
            return self.comparison is Comparison.EQUALS and text == self.text
        return COMPARE[self.comparison](found, wanted)


COMPARE: Mapping[Comparison, Callable[[Decimal, Decimal], bool]] = {
    Comparison.EQUALS: lambda a, b: a == b,
    Comparison.GREATER_THAN: lambda a, b: a > b,
    Comparison.GREATER_THAN_OR_EQUAL: lambda a, b: a >= b,
    Comparison.LESS_THAN: lambda a, b: a < b,
    Comparison.LESS_THAN_OR_EQUAL: lambda a, b: a <= b,
}


@final
@dataclass(frozen=True)
class Filter:
    """A named text that a message must have, and the conditions that it must meet."""

    property: str
    conditions: tuple[Condition, ...] = ()

    def lets_through(self, data: Mapping[str, str]) -> bool:
        text = data.get(self.property)
        return text is not None and all(condition.holds(text) for condition in self.conditions)


@final
@dataclass(frozen=True)
class OracleBinding:
    """What is listened to.

    Attributes:
        property: the name of the text that is taken from a message.
        signers: keys whose messages count; one of them is enough.
        filters: all of them must let a message through.
        decimals: the text is a whole number of 10^-decimals; None for a number as it is read.
    """

    property: str
    signers: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    decimals: int | None = None

    def text_in(self, signer: str, data: Mapping[str, str]) -> str | None:
        """Return the text that a message has for this binding; None where it has none."""
        if signer not in self.signers or not all(each.lets_through(data) for each in self.filters):
            return None
        return data.get(self.property)


class Heard(NamedTuple):
    """What one listener takes from a message. `listener` is a market's id, `role` what the text is to it."""

    listener: str
    role: str
    text: str


@final
class Oracles:
    """Who listens to what, in the order in which they began."""

    def __init__(self) -> None:
        self._bindings: dict[tuple[str, str], OracleBinding] = {}

    def __repr__(self) -> str:
        return f"Oracles({len(self._bindings)} bindings)"

    def listen(self, listener: str, role: str, binding: OracleBinding) -> None:
        """Bind a listener's role, in place of what it was bound to before."""
        self._bindings[listener, role] = binding

    def forget(self, listener: str) -> None:
        """Let a listener go."""
        for key in [key for key in self._bindings if key[0] == listener]:
            del self._bindings[key]

    def named(self, name: str) -> list[tuple[str, str]]:
        """Return who signs what, each once, where `name` is what is listened to; else where it is who signs."""
        bindings = list(self._bindings.values())
        found = [(each.signers[0], name) for each in bindings if each.property == name and each.signers]
        found = found or [(name, each.property) for each in bindings if name in each.signers]
        return list(dict.fromkeys(found))

    def submit(self, signer: str, data: Mapping[str, str]) -> list[Heard]:
        """Return who takes what from a message; empty where nobody listens to it."""
        return [
            Heard(listener, role, text)
            for (listener, role), binding in self._bindings.items()
            if (text := binding.text_in(signer, data)) is not None
        ]


def number_in(text: str) -> Decimal | None:
    """Return the finite number that a text is; None where it is none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def price_of(text: str, decimals: int | None, price_decimals: int) -> Decimal | None:
    """Return the price that a text names, in the market's units, exactly; None where it is no price.

    Args:
        decimals: the text is a whole number of 10^-decimals; None for a number as it is read.
        price_decimals: of the market.
    """
    number = number_in(text)
    if number is None or number < 0 or (decimals is not None and number != number.to_integral_value()):
        return None
    return number.scaleb(price_decimals - (decimals or 0))
