"""What a reward pool is for: a metric, who takes part, and how it is shared."""

from dataclasses import dataclass
from enum import StrEnum
from typing import final

from tokenspice.markets.errors import ExchangeError

__all__ = ["DispatchStrategy", "Distribution", "EntityScope", "IndividualScope", "RankShare", "RewardMetric"]


class RewardMetric(StrEnum):
    MAKER_FEES_PAID = "maker fees paid"
    MAKER_FEES_RECEIVED = "maker fees received"
    LP_FEES_RECEIVED = "liquidity fees received"
    AVERAGE_NOTIONAL = "average notional"
    RELATIVE_RETURN = "relative return"
    RETURN_VOLATILITY = "return volatility"
    REALISED_RETURN = "realised return"
    VALIDATOR_RANKING = "validator ranking"
    ELIGIBLE_ENTITIES = "eligible entities"
    MARKET_VALUE = "market value"


class Distribution(StrEnum):
    PRO_RATA = "pro rata"
    RANK = "rank"
    RANK_LOTTERY = "rank lottery"


class EntityScope(StrEnum):
    INDIVIDUALS = "individuals"
    TEAMS = "teams"


class IndividualScope(StrEnum):
    ALL = "all"
    IN_TEAM = "in team"
    NOT_IN_TEAM = "not in team"


@final
@dataclass(frozen=True)
class RankShare:
    """From this rank on, until the next entry's, each entity has this share."""

    start_rank: int
    share: int


@final
@dataclass(frozen=True)
class DispatchStrategy:
    """How what is in a pool reaches parties at the end of an epoch.

    Attributes:
        asset_for_metric: symbol; metrics count in markets that settle in it.
        markets: ids of the markets that count; none for all.
        teams: of the scope TEAMS, the teams that take part; none for all.
        n_top_performers: of a team, the share of members whose mean is its score.
        staking_requirement: base units of the governance asset that a party must have staked.
        notional_requirement: base units of average notional that a party must hold.
        window_length: epochs that a metric is taken over.
        lock_period: epochs until a reward begins to vest.
        rank_table: ranks ascending, for the distributions by rank.
        cap_reward_fee_multiple: nobody gets more than this multiple of the taker fees it paid in the epoch; None for no cap.
        transfer_interval: epochs between two payments.
    """

    metric: RewardMetric = RewardMetric.MAKER_FEES_PAID
    asset_for_metric: str = ""
    markets: tuple[str, ...] = ()
    entity_scope: EntityScope = EntityScope.INDIVIDUALS
    individual_scope: IndividualScope = IndividualScope.ALL
    teams: tuple[str, ...] = ()
    n_top_performers: float = 1.0
    staking_requirement: int = 0
    notional_requirement: int = 0
    window_length: int = 1
    lock_period: int = 0
    distribution: Distribution = Distribution.PRO_RATA
    rank_table: tuple[RankShare, ...] = ()
    cap_reward_fee_multiple: float | None = None
    transfer_interval: int = 1

    def __post_init__(self) -> None:
        if complaint := self.complaint():
            raise ExchangeError(f"dispatch strategy: {complaint}")

    def complaint(self) -> str:
        """Say what is wrong with the values; "" where nothing is."""
        ranks = [entry.start_rank for entry in self.rank_table]
        if self.distribution is not Distribution.PRO_RATA and not ranks:
            return f"{self.distribution} shares by a rank table, and there is none. Write rank_table=(RankShare(1, 50), …)."
        if ranks != sorted(set(ranks)) or any(rank < 1 for rank in ranks):
            return f"start ranks {ranks}: write ascending ranks from 1 on, each once."
        if any(entry.share < 0 for entry in self.rank_table):
            return "a rank's share is below 0. Write 0 or more."
        if not 1 <= self.window_length <= 100:
            return f"window_length = {self.window_length} epochs: write 1 to 100."
        if self.lock_period < 0 or self.transfer_interval < 1:
            return "write a lock_period of 0 or more epochs, and a transfer_interval of 1 or more."
        if not 0 < self.n_top_performers <= 1:
            return f"n_top_performers = {self.n_top_performers}: write a share above 0 and up to 1."
        if self.cap_reward_fee_multiple is not None and not self.cap_reward_fee_multiple > 0:
            return f"cap_reward_fee_multiple = {self.cap_reward_fee_multiple}: write a number above 0, or None."
        return ""
