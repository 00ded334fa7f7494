"""Numbers of a configuration that lie outside what they may be are refused where they are written."""

from tokenspice.markets.errors import ExchangeError

__all__ = ["check_within"]


def check_within(owner: str, least: float, most: float, **values: float) -> None:
    """Refuse values that are not between two numbers, those included.

    Args:
        owner: what the values are part of.
        least, most: the two numbers.
        values: by their names.

    Raises:
        ExchangeError: one of them lies outside, or is no number.
    """
    for name, value in values.items():
        if not least <= value <= most:
            raise ExchangeError(f"{owner}: {name} is {value}. Write a number from {least:g} to {most:g}.")
