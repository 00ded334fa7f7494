"""The parameters that the science-funding netlists share, by the names that DARC-SPICE gave them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from tokenspice.agents.science.generator import GeneratorCondition, GeneratorType
from tokenspice.agents.science.private import AssetCosts, AssetPrices
from tokenspice.agents.science.proposals import ProposalSetup
from tokenspice.engine import DAY, HOUR, YEAR, Amount, Seconds, SimStrategyBase, StrategyError, as_text, tokens

__all__ = [
    "GrowthParameters",
    "LedgerParameters",
    "MarketParameters",
    "PublicParameters",
    "RoundParameters",
    "ScienceStrategyBase",
    "check_parameters",
]

# The least and the greatest value of each parameter.
RANGES: dict[str, tuple[float, float]] = {
    "PROPOSALS_FUNDED_AT_A_TIME": (1, 1000),
    "NUMBER_OF_RESEARCHERS": (1, 1000),
    "NO_PUBLIC_RESEARCHERS": (1, 1000),
    "NO_PRIVATE_RESEARCHERS": (0, 1000),
    "TICKS_BETWEEN_PROPOSALS": (2, 10**9),
    "RATIO_FUNDS_TO_PUBLISH": (0, 1),
    "TRANSACTION_FEES": (0, 1),
    "FEES_TO_STAKERS": (0, 1),
    "CONTINUING_FACTOR": (0.001, 1000),
    "time_interval": (1, 10**9),
    "start_gen": (0, 1000),
}


def check_parameters(ss: SimStrategyBase, ranges: Mapping[str, tuple[float, float]]) -> None:
    """Refuse numbers outside their range, amounts below zero, and prices that are not above it.

    Raises:
        StrategyError: naming the parameter, its value and what it may be.
    """
    for field in fields(ss):
        value = getattr(ss, field.name)
        least, most = ranges.get(field.name, (-math.inf, math.inf))
        if field.name in ranges and not least <= value <= most:
            raise StrategyError(f"{field.name} = {value}: it is from {least:g} to {most:g}.")
        is_price = field.name.startswith("PRICE")
        if field.type is Amount and (value < 0 or (is_price and not value)):
            raise StrategyError(
                f"{field.name} = {as_text(value)} OCEAN: it is {'above 0' if is_price else '0 or more'}."
            )


@dataclass(frozen=True)
class LedgerParameters:
    """Of netlists whose OCEAN may live off the chain or on it."""

    ledger: Literal["off_chain", "evm"] = "off_chain"

    @property
    def uses_chain(self) -> bool:
        return self.ledger == "evm"


@dataclass(frozen=True)
class ScienceStrategyBase(LedgerParameters, SimStrategyBase):
    """EXTEND with the other groups of this module, and with a netlist's own defaults.

    Checks every parameter of the family that a netlist has.
    """

    time_step: Seconds = HOUR
    max_ticks: int = 30 * YEAR // HOUR
    log_interval: Seconds = DAY
    legacy: bool = False  # DARC-SPICE's behaviour, its defects and draws included
    FUNDING_BOUNDARY: Amount = tokens(10_000)  # a treasury that holds no more funds nothing
    PROPOSALS_FUNDED_AT_A_TIME: int = 3
    PROPOSAL_SETUP: ProposalSetup = ProposalSetup()  # what is not left to chance
    treasury_init_OCEAN: Amount = tokens(500_000)
    researcher_init_OCEAN: Amount = tokens(10_000)  # each of those who propose

    def __post_init__(self) -> None:
        super().__post_init__()
        check_parameters(self, RANGES)


@dataclass(frozen=True)
class RoundParameters:
    """Of netlists that fund in rounds."""

    TICKS_BETWEEN_PROPOSALS: int = 6480


@dataclass(frozen=True)
class MarketParameters:
    """Of netlists in which assets are published and sold."""

    PRICE_OF_ASSETS: Amount = tokens(1000)
    RATIO_FUNDS_TO_PUBLISH: float = 0.4  # of a published grant, after the fee, what stays in the market for ever
    TRANSACTION_FEES: float = 0.1  # of each payment into a market
    FEES_TO_STAKERS: float = 0.1  # of these fees; the rest goes to the treasury
    staker_init_OCEAN: Amount = tokens(90_000)
    market_init_OCEAN: Amount = 0  # of each market


@dataclass(frozen=True)
class PublicParameters(MarketParameters):
    """Of netlists in which grants are for public research, besides which there is private research."""

    FEES_TO_STAKERS: float = 0.0
    RANDOM_BUYING: bool = False
    NO_PUBLIC_RESEARCHERS: int = 5
    NO_PRIVATE_RESEARCHERS: int = 10
    PRIVATE_PUBLISH_COST: AssetPrices = AssetPrices()
    ASSET_COSTS: AssetCosts = AssetCosts()
    private_init_OCEAN: Amount = tokens(200_000)


@dataclass(frozen=True)
class GrowthParameters:
    """Of netlists in which private researchers join while the run goes on."""

    generator_cond_type: GeneratorCondition = "time"
    generator_type: GeneratorType = "dec"
    time_interval: int = 30_000  # ticks
    start_gen: int = 5
