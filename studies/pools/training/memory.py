"""Whether there are as many prices as a rule remembers."""

from dataclasses import fields

import numpy as np

from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.prices.table import Prices
from tokenspice.markets.scenario import Scenario
from tokenspice.markets.strategies.rules import Ensemble, Rule

__all__ = ["memory_days", "refuse_short_history", "refuse_short_window"]


def memory_days(rule: Rule) -> float:
    """The longest memory of a rule, days; 0 if it has none."""
    if isinstance(rule, Ensemble):
        return max(memory_days(member) for member in rule.members)
    names = [field.name for field in fields(rule) if field.name.endswith("memory_days")]  # type: ignore[arg-type]
    found = [np.max(value) for value in (getattr(rule, name) for name in names) if value is not None]
    return float(max(found, default=0.0))


def refuse_short_history(rule: Rule, before: int, minutes: int) -> None:
    """Refuse a window up to whose end there are fewer prices than a rule remembers.

    Args:
        rule: any.
        before: minutes of prices before the window.
        minutes: of the window.

    Raises:
        PriceDataError: there are fewer.
    """
    days, there = memory_days(rule), (before + minutes) / 1440
    if days > there:
        raise PriceDataError(
            f"{type(rule).__name__} remembers {days:g} days, but up to the end of the window there are {there:g} days of prices. "
            "Give earlier prices, a longer window or a shorter memory."
        )


def refuse_short_window(scenario: Scenario, prices: Prices) -> None:
    """As `refuse_short_history`, for a scenario's window.

    Raises:
        PriceDataError: there are fewer prices, or none at its dates.
    """
    window = prices.of(scenario.tokens).from_midnight().window(scenario.start, scenario.end)
    if scenario.strategy is not None:
        refuse_short_history(scenario.strategy.rule, window.first, window.minutes)
