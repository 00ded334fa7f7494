"""The parameters that the science-funding netlists share, by the names that DARC-SPICE gave them."""

from dataclasses import dataclass
from typing import Annotated, Literal

from tokenspice.agents.science.generator import GeneratorCondition, GeneratorType
from tokenspice.agents.science.private import AssetCosts, AssetPrices
from tokenspice.agents.science.proposals import ProposalSetup
from tokenspice.agents.science.scores import Preference
from tokenspice.agents.science.variant import CORRECTED, DARC_SPICE, Variant
from tokenspice.engine import (
    DAY,
    HOUR,
    YEAR,
    Above,
    Amount,
    AtLeast,
    Between,
    Doc,
    ParametersBase,
    Seconds,
    Share,
    SimStrategyBase,
    Unit,
    tokens,
)

__all__ = [
    "GrowthParameters",
    "LedgerParameters",
    "MarketParameters",
    "PreferredDuration",
    "PublicParameters",
    "RandomBuying",
    "Researchers",
    "RoundParameters",
    "ScienceStrategyBase",
]

Researchers = Annotated[int, Between(1, 1000), Unit("researchers"), Doc("who propose")]
RandomBuying = Annotated[bool, Doc("whether those without a project also buy at random, in two ticks of five")]
PreferredDuration = Annotated[Preference, Doc("of the projects that are funded")]


@dataclass(frozen=True)
class LedgerParameters(ParametersBase):
    """Of netlists whose OCEAN may live off the chain or on it."""

    ledger: Annotated[
        Literal["off_chain", "evm"],
        Doc(
            "where OCEAN lives: off the chain, or as an ERC-20 on it, every payment a transaction; the rows are the same"
        ),
    ] = "off_chain"

    @property
    def uses_chain(self) -> bool:
        return self.ledger == "evm"


@dataclass(frozen=True)
class ScienceStrategyBase(LedgerParameters, SimStrategyBase):
    """EXTEND with the other groups of this module, and with a netlist's own defaults."""

    time_step: Seconds = HOUR
    max_ticks: int = 30 * YEAR // HOUR
    log_interval: Seconds = DAY
    legacy: Annotated[bool, Doc("DARC-SPICE's own behaviour, draw for draw (see below)")] = False
    FUNDING_BOUNDARY: Annotated[
        Amount, AtLeast(0), Unit("OCEAN"), Doc("a treasury that holds no more than this funds nothing")
    ] = tokens(10_000)
    PROPOSALS_FUNDED_AT_A_TIME: Annotated[
        int, Between(1, 1000), Unit("proposals"), Doc("funded in each round, or projects that run at the same time")
    ] = 3
    PROPOSAL_SETUP: ProposalSetup = ProposalSetup()  # what is not left to chance
    treasury_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what there is to give")] = tokens(500_000)
    researcher_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("of each who proposes")] = tokens(10_000)

    @property
    def variant(self) -> Variant:
        """Whose rules hold where DARC-SPICE's own behaviour differs from its description."""
        return DARC_SPICE if self.legacy else CORRECTED


@dataclass(frozen=True)
class RoundParameters:
    """Of netlists that fund in rounds."""

    TICKS_BETWEEN_PROPOSALS: Annotated[
        int, AtLeast(2), Unit("ticks"), Doc("from one round to the next (nine months)")
    ] = 6480


@dataclass(frozen=True)
class MarketParameters:
    """Of netlists in which assets are published and sold."""

    PRICE_OF_ASSETS: Annotated[
        Amount, Above(0), Unit("OCEAN"), Doc("that those who were turned down pay for an asset")
    ] = tokens(1000)
    RATIO_FUNDS_TO_PUBLISH: Annotated[
        Share, Doc("of a published grant, after the fee, that stays in the market for ever")
    ] = 0.4
    TRANSACTION_FEES: Annotated[Share, Doc("of each payment into a market")] = 0.1
    FEES_TO_STAKERS: Annotated[Share, Doc("of the fees; the rest goes to the treasury")] = 0.1
    staker_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("of the staker")] = tokens(90_000)
    market_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("of each market")] = 0


@dataclass(frozen=True)
class PublicParameters(MarketParameters):
    """Of netlists in which grants are for public research, besides which there is private research."""

    FEES_TO_STAKERS: float = 0.0
    RANDOM_BUYING: RandomBuying = False
    NO_PUBLIC_RESEARCHERS: Annotated[int, Between(1, 1000), Unit("researchers"), Doc("who may ask for grants")] = 5
    NO_PRIVATE_RESEARCHERS: Annotated[int, Between(0, 1000), Unit("researchers"), Doc("who may not ask for grants")] = (
        10
    )
    PRIVATE_PUBLISH_COST: AssetPrices = AssetPrices()
    ASSET_COSTS: AssetCosts = AssetCosts()
    private_init_OCEAN: Annotated[
        Amount, AtLeast(0), Doc("of each private researcher, newcomers included; theirs did not exist before")
    ] = tokens(200_000)


@dataclass(frozen=True)
class GrowthParameters:
    """Of netlists in which private researchers join while the run goes on."""

    generator_cond_type: Annotated[
        GeneratorCondition,
        Doc("when newcomers come: after `time_interval`, whenever the treasury funds, or each 30 new public assets"),
    ] = "time"
    generator_type: Annotated[
        GeneratorType,
        Doc(
            "how many: `linear` 1, 1, 1 …; `inc` 1, 2, 3 …; `exp` 1, 2, 4 …; `dec` start_gen, one less each time, to 2"
        ),
    ] = "dec"
    time_interval: Annotated[int, AtLeast(1), Unit("ticks"), Doc("where generator_cond_type is `time`")] = 30_000
    start_gen: Annotated[int, Between(0, 1000), Unit("researchers"), Doc("where generator_type is `dec`")] = 5
