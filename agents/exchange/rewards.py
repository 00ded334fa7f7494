"""Who pays into reward pools."""

from dataclasses import dataclass
from typing import Annotated, Literal, final

from tokenspice.agents.exchange.party import PartyAgent
from tokenspice.engine import Above, AtLeast, Between, Doc, ParametersBase, SimStateBase, Unit
from tokenspice.markets.exchange import ExchangeService
from tokenspice.markets.exchange.rewards.strategy import (
    DispatchStrategy,
    Distribution,
    EntityScope,
    RankShare,
    RewardMetric,
)

__all__ = ["DEFAULT_RANKS", "RewardFunder", "RewardStrategy"]

DEFAULT_RANKS = (RankShare(1, 50), RankShare(2, 30), RankShare(3, 10), RankShare(4, 1), RankShare(11, 0))

MetricName = Literal[
    "maker fees paid",
    "maker fees received",
    "liquidity fees received",
    "average notional",
    "relative return",
    "return volatility",
    "realised return",
    "validator ranking",
    "eligible entities",
    "market value",
]


@final
@dataclass(frozen=True)
class RewardStrategy(ParametersBase):
    """What is paid, for what, and to whom."""

    transfer_amount: Annotated[float, Above(0), Unit("asset"), Doc("of each payment")] = 100.0
    metric: Annotated[MetricName, Doc("by which who takes part is measured")] = "maker fees paid"
    entity_scope: Annotated[Literal["individuals", "teams"], Doc("who takes part")] = "individuals"
    window_length: Annotated[int, Between(1, 100), Unit("epochs"), Doc("over which the metric is taken")] = 2
    transfer_interval: Annotated[int, AtLeast(1), Unit("epochs"), Doc("from one payment to the next")] = 2
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6


@final
class RewardFunder(PartyAgent):
    """Orders, when it is made, a payment to a reward pool that comes again and again; it does nothing after that.

    Args:
        name: of the agent and of its key.
        service: the exchange.
        asset_id: of the payments.
        strategy: its parameters.
        asset_for_metric: whose markets count; the asset of the payments unless given.
        ranks: from each of these ranks on, the share of each who has it.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        asset_id: str,
        strategy: RewardStrategy = RewardStrategy(),
        asset_for_metric: str = "",
        ranks: tuple[RankShare, ...] = DEFAULT_RANKS,
    ) -> None:
        super().__init__(name, service)
        self.strategy = strategy
        service.mint(self.party, asset_id, strategy.mint)
        dispatch = DispatchStrategy(
            RewardMetric(strategy.metric),
            asset_for_metric or asset_id,
            entity_scope=EntityScope(strategy.entity_scope),
            window_length=strategy.window_length,
            transfer_interval=strategy.transfer_interval,
            distribution=Distribution.RANK,
            rank_table=ranks,
        )
        self.refused = service.recurring_transfer(
            self.party, "network", asset_id, strategy.transfer_amount, to_type="reward pool", dispatch_strategy=dispatch
        )

    def takeStep(self, state: SimStateBase) -> None:
        pass
