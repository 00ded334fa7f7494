"""Values of a configuration that cannot be are refused where they are written."""

from numbers import Integral, Real

from tokenspice.markets.errors import ExchangeError

__all__ = ["check_kinds", "check_whole", "check_within"]


def check_within(owner: str, least: float, most: float, **values: object) -> None:
    """Refuse what is no number between two numbers, those included.

    Args:
        owner: what the values are part of.
        least, most: the two numbers.
        values: by their names.

    Raises:
        ExchangeError: one of them lies outside, or is no number.
    """
    for name, value in values.items():
        if not is_within(value, Real, least, most):
            raise ExchangeError(f"{owner}: {name} is {value!r}. Write a number from {least:g} to {most:g}.")


def check_whole(owner: str, least: float, most: float, **values: object) -> None:
    """Refuse what is no whole number between two numbers; see `check_within`."""
    for name, value in values.items():
        if not is_within(value, Integral, least, most):
            raise ExchangeError(f"{owner}: {name} is {value!r}. Write a whole number from {least:g} to {most:g}.")


def check_kinds(owner: str, holder: object, kinds: dict[str, type]) -> None:
    """Refuse fields that are not of their classes, by the fields' names.

    Raises:
        ExchangeError: one of them is something else.
    """
    for name, kind in kinds.items():
        value = getattr(holder, name)
        if not isinstance(value, kind):
            raise ExchangeError(f"{owner}: {name} is {value!r}. Write a value of a class that extends {kind.__name__}.")


def is_within(value: object, kind: type, least: float, most: float) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool) and bool(least <= value <= most)  # type: ignore[operator]
