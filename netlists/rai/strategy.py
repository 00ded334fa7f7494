"""What may change a number in a run of rai."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents.rai import BoundTerms, ControllerMode, LiquidityTerms, SafeTerms, WhaleTerms
from tokenspice.engine import (
    HOUR,
    Above,
    AtLeast,
    Between,
    Doc,
    ParametersBase,
    SimStrategyBase,
    StrategyError,
    Unit,
)
from tokenspice.protocols.rai import ControllerSettings, EthTerms, PegTerms, Start, SystemTerms

__all__ = ["Shocks", "SimStrategy"]


@dataclass(frozen=True)
class Shocks(ParametersBase):
    """What happens once, if it happens. 0 is nothing."""

    eth: Annotated[float, Between(-0.99, 10), Unit("share"), Doc("by which ether's price jumps, such as -0.3")] = 0.0
    eth_hour: Annotated[int, AtLeast(0), Unit("hours"), Doc("when")] = 24
    drain: Annotated[float, Between(0, 0.99), Unit("share"), Doc("of the pool, which its providers take out")] = 0.0
    drain_hour: Annotated[int, AtLeast(0), Unit("hours"), Doc("when")] = 24
    demand: Annotated[
        float, Between(-5, 0.9), Unit("of the pool"), Doc("coins that somebody buys; below 0 it draws them and sells")
    ] = 0.0
    demand_hour: Annotated[int, AtLeast(0), Unit("hours"), Doc("when")] = 24


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: int = HOUR
    max_ticks: int = 168  # a week
    log_interval: int = HOUR
    controller: Annotated[
        ControllerMode,
        Doc("who computes the rate: the contracts, their twin in Python, or both, which must agree on every update"),
    ] = "evm"
    gains: ControllerSettings = ControllerSettings()
    system: SystemTerms = SystemTerms()
    start: Start = Start()
    eth: EthTerms = EthTerms()
    eth_series: Annotated[
        str, Doc("a file, one number a line: prices of a given series, returns to draw from, shocks of a GARCH")
    ] = ""
    peg: PegTerms = PegTerms()
    shock: Shocks = Shocks()
    band: Annotated[
        float, Above(0), Unit("share"), Doc("of the redemption price, how far the market may be from it")
    ] = 0.02
    n_safes: Annotated[
        int, Between(1, 10_000), Doc("owners of SAFEs, with equal debts and ratios from low to high")
    ] = 6
    lowest_ratio: Annotated[float, Above(1), Unit("share"), Doc("that the most daring of them wants; hand-set")] = 2.0
    safe: SafeTerms = SafeTerms(low=0.85, high=1.3, activity=0.25)
    safe_reserve: Annotated[float, AtLeast(0), Unit("of its collateral"), Doc("ether beside a SAFE; hand-set")] = 0.1
    leverager_share: Annotated[float, Between(0, 0.5), Unit("of all debt"), Doc("the leverager's; hand-set")] = 0.02
    leverager_ratio: Annotated[float, Above(1), Unit("share"), Doc("that it wants; the predecessor's")] = 2.9
    leverager: SafeTerms = SafeTerms(low=0.9, high=1.1, activity=0.5)
    n_price_traders: Annotated[int, Between(0, 10_000), Doc("how many; the predecessor has 100")] = 6
    price_trader: BoundTerms = BoundTerms(mean=0.05, spread=0.02, least=0.02, budget=0.002)
    n_rate_traders: Annotated[int, Between(0, 10_000), Doc("how many; hand-set")] = 4
    rate_trader: BoundTerms = BoundTerms(mean=0.03, spread=0.01, least=0.0, budget=0.002)
    providers: LiquidityTerms = LiquidityTerms()
    providers_reserve: Annotated[float, AtLeast(0), Unit("of the pool"), Doc("both tokens beside it; hand-set")] = 0.05
    whale: WhaleTerms = WhaleTerms()
    arbitrageur_budget: Annotated[float, AtLeast(0), Unit("of the pool"), Doc("both tokens; hand-set")] = 0.4
    liquidator_budget: Annotated[float, AtLeast(0), Unit("of the pool"), Doc("ether; hand-set")] = 0.2

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.time_step != HOUR:
            raise StrategyError(f"time_step = {self.time_step} s: this netlist steps by the hour. Write 3600.")
        if self.eth.kind in ("given", "bootstrap") and not self.eth_series:
            raise StrategyError(f"eth.kind = {self.eth.kind} needs a series. Write eth_series=FILE too.")
        if self.lowest_ratio > self.start.collateral_ratio:
            raise StrategyError(
                f"lowest_ratio = {self.lowest_ratio:g} is above start.collateral_ratio = {self.start.collateral_ratio:g}, "
                "which is the mean of all. Write a lower one."
            )
        least = 1.02 * self.system.safety_ratio
        if min(self.lowest_ratio, self.leverager_ratio) < least:
            raise StrategyError(
                f"lowest_ratio = {self.lowest_ratio:g} and leverager_ratio = {self.leverager_ratio:g} must be {least:g} or "
                "more, which is 2 % above system.safety_ratio: below it nothing can be drawn."
            )
        if (given := self.coins_given) > 0.98:
            raise StrategyError(
                f"the pool and the traders are to hold {given:.3g} times the coins that there are (start.debt_RAI). Write "
                "more debt, a smaller pool (start.pool_RAI), or smaller budgets."
            )

    @property
    def coins_given(self) -> float:
        """Of all coins that are drawn, the share that the pool and traders hold at the start."""
        traders = self.n_price_traders * self.price_trader.budget + self.n_rate_traders * self.rate_trader.budget
        pools = 1 + traders + self.providers_reserve + self.arbitrageur_budget
        return pools * self.start.pool_RAI / self.start.debt_RAI
