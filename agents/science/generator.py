"""Growth: who joins while the run goes on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, final

from tokenspice.agents.science.markets import MarketAgent
from tokenspice.agents.science.treasury import RollingTreasuryAgent
from tokenspice.agents.science.variant import CORRECTED, Variant
from tokenspice.engine import AgentBase, AgentError, SimStateBase

__all__ = ["GeneratorCondition", "GeneratorType", "Growth", "ResearcherGenerator"]

GeneratorCondition = Literal["treasury", "market", "time"]
GeneratorType = Literal["linear", "inc", "exp", "dec"]

NEW_ASSETS = 30  # in the public market, from one generation to the next
MOST_AT_ONCE = 10_000


@dataclass(frozen=True)
class Growth:
    """When new researchers come, and how many.

    Attributes:
        condition: "treasury", whenever it funds; "market", with each 30 new assets in the public market; "time".
        type: "linear", one each time; "inc", one more each time; "exp", twice as many each time; "dec", `start` at
            first, then one less each time, down to two.
        interval: ticks, where the condition is "time".
        start: how many first, where the type is "dec".
        variant: whose rules hold where DARC-SPICE's differ.
    """

    condition: GeneratorCondition
    type: GeneratorType
    interval: int
    start: int
    variant: Variant = CORRECTED


@final
class ResearcherGenerator(AgentBase):
    """Brings new researchers in.

    Args:
        name: of the agent.
        growth: when, and how many.
        treasury: whose funding may be the condition.
        market: the public one, whose assets may be the condition.
        newcomer: adds one researcher to the state.
    """

    def __init__(
        self,
        name: str,
        growth: Growth,
        treasury: RollingTreasuryAgent,
        market: MarketAgent,
        newcomer: Callable[[], None],
    ) -> None:
        super().__init__(name)
        self._growth = growth
        self._treasury = treasury
        self._market = market
        self._newcomer = newcomer
        self._generation = 0
        self._seen_assets = 0

    def takeStep(self, state: SimStateBase) -> None:
        if not self._is_due(state.tick):
            return
        for _ in range(self._number()):
            self._newcomer()
        self._generation += 1

    def _is_due(self, tick: int) -> bool:
        growth = self._growth
        if growth.condition == "time":
            return tick % growth.interval == 0
        if growth.condition == "treasury":
            return bool(self._treasury.update)
        if self._market.n_assets - self._seen_assets < NEW_ASSETS:
            return False
        if not growth.variant.market_condition_stays_true:
            self._seen_assets = self._market.n_assets
        return True

    def _number(self) -> int:
        growth, generation = self._growth, self._generation
        if growth.type == "dec":
            left = growth.start - generation
            return left if left > 1 else 0
        if growth.type == "linear":
            return 1
        if growth.type == "inc" or growth.variant.exponential_is_linear:
            return generation + 1
        if 1 << generation > MOST_AT_ONCE:
            raise AgentError(
                f"2**{generation} researchers would join at once, and {MOST_AT_ONCE:,} are the most. Choose another "
                "generator_type, or let the condition be true less often."
            )
        return 1 << generation
