"""Strategies as contracts have them: numbers with 18 decimals, as strings of integers."""

from collections.abc import Mapping
from typing import Any

from tokenspice.markets.scenario import Scenario
from tokenspice.protocols.dynamicpool.fixed_point import eighteen
from tokenspice.protocols.dynamicpool.terms import contract_terms, exported

__all__ = ["contract_parameters", "in_18_decimals"]


def in_18_decimals(value: float) -> str:
    """A float64 in units of 10**-18, rounded to the nearest."""
    return str(eighteen(value))


def contract_parameters(scenario: Scenario) -> Mapping[str, Any]:
    """What a scenario's strategy is on a chain, per token, in the order of the tokens. `tokenspice.protocols.dynamicpool`
    reads it again and deploys it.

    Raises:
        StrategyConfigError: the scenario has no strategy, or one of a kind that the contracts do not have.
    """
    return exported(contract_terms(scenario))
