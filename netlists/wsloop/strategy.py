"""The parameters of wsloop, and the formulas that need nothing else."""

from dataclasses import dataclass
from typing import Annotated, Literal

from tokenspice.agents import RampedExponential
from tokenspice.engine import (
    DAY,
    MONTH,
    YEAR,
    Above,
    Amount,
    AtLeast,
    Doc,
    Share,
    SimStrategyBase,
    StrategyError,
    Unit,
    as_text,
    parameter_values,
    tokens,
)

__all__ = ["SimStrategy"]

PARTS = {"INIT_OCEAN_SUPPLY": "TOTAL_OCEAN_SUPPLY", "OPF_TREASURY_OCEAN_FOR_OCEAN_DAO": "OPF_TREASURY_OCEAN"}


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    """Sales are USD of any period; so are the revenue and the stake that follow from them."""

    time_step: int = DAY
    max_ticks: int = 730  # two years of days
    log_interval: int = 10 * DAY
    legacy: Annotated[bool, Doc("TokenSPICE's numbers, with the slips listed below")] = False

    percent_consume_sales_for_network: Annotated[
        float, AtLeast(0), Unit("fraction"), Doc("toll on sales of data for consumption")
    ] = 0.03
    percent_swap_sales_for_network: Annotated[float, AtLeast(0), Unit("fraction"), Doc("toll on swaps")] = 0.001
    swap_to_consume_sales_ratio: Annotated[
        float, AtLeast(0), Doc("swaps per consume sales; together they are total sales")
    ] = 100.0
    init_n_marketplaces: Annotated[float, AtLeast(0), Doc("as a model's quantity, it need not stay whole")] = 1.0
    init_sales_per_marketplace_per_s: Annotated[
        float, AtLeast(0), Unit("USD per second"), Doc("consume sales; 20,000 USD a month")
    ] = 20e3 / MONTH
    percent_burn: Annotated[Share, Unit("fraction"), Doc("of the network's revenue; the rest is the DAO's")] = 0.05

    growth_rate_if_0_sales: Annotated[
        float, Above(-1), Unit("per year"), Doc("growth of marketplaces, and of the sales of each, without any R&D")
    ] = -0.118
    max_growth_rate: Annotated[float, Above(-1), Unit("per year"), Doc("the same, with no end of R&D")] = 0.415
    tau: Annotated[float, Above(0), Doc("the ratio of R&D to revenue at which growth is halfway between the two")] = 0.6

    p_s_ratio: Annotated[float, AtLeast(0), Doc("fundamentals valuation per USD of annual revenue")] = 30.0
    init_speculation_valuation: Annotated[float, Above(0), Unit("USD"), Doc("at the beginning")] = 150e6
    percent_increase_speculation_valuation_per_s: Annotated[
        float, AtLeast(0), Unit("per second"), Doc("10 % a year, compounded every tick")
    ] = 0.10 / YEAR
    overall_valuation: Annotated[Literal["max", "sum"], Doc("of fundamentals and speculation")] = "max"

    TOTAL_OCEAN_SUPPLY: Annotated[Amount, Unit("OCEAN"), Doc("that will ever be")] = tokens("1.41e9")
    INIT_OCEAN_SUPPLY: Annotated[
        Amount, Above(0), Unit("OCEAN"), Doc("at the beginning, 49 % of it; the rest is minted")
    ] = tokens("690.9e6")
    minting: RampedExponential = RampedExponential()

    OPF_TREASURY_USD: Annotated[Amount, AtLeast(0), Unit("USD"), Doc("for management, given away monthly")] = tokens(
        2_000_000
    )
    OPF_TREASURY_OCEAN: Annotated[Amount, Unit("OCEAN"), Doc("given away monthly")] = tokens(200_000_000)
    OPF_TREASURY_OCEAN_FOR_OCEAN_DAO: Annotated[
        Amount, AtLeast(0), Unit("OCEAN"), Doc("of that, the DAO's part; the rest is for management")
    ] = tokens(100_000_000)
    opf_n_grants: Annotated[int, AtLeast(1), Doc("in how many months")] = 36
    BDB_TREASURY_USD: Annotated[Amount, AtLeast(0), Unit("USD"), Doc("given away monthly")] = tokens(2_000_000)
    BDB_TREASURY_OCEAN: Annotated[Amount, AtLeast(0), Unit("OCEAN"), Doc("given away monthly")] = tokens(20_000_000)
    bdb_n_grants: Annotated[int, AtLeast(1), Doc("in how many months")] = 17

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.growth_rate_if_0_sales > self.max_growth_rate:
            raise StrategyError(
                f"growth_rate_if_0_sales = {self.growth_rate_if_0_sales:g}: "
                f"write no more than max_growth_rate = {self.max_growth_rate:g}."
            )
        self._check_supply()

    def _check_supply(self) -> None:
        shown = parameter_values(self)
        for part, whole in PARTS.items():
            if getattr(self, part) > getattr(self, whole):
                raise StrategyError(
                    f"{part} = {shown[part]} is part of {whole} = {shown[whole]}: write no more than that."
                )
        treasuries = self.OPF_TREASURY_OCEAN + self.BDB_TREASURY_OCEAN
        if treasuries > self.INIT_OCEAN_SUPPLY:
            raise StrategyError(
                f"OPF_TREASURY_OCEAN and BDB_TREASURY_OCEAN together are {as_text(treasuries)}, which are part of "
                f"INIT_OCEAN_SUPPLY = {shown['INIT_OCEAN_SUPPLY']}: write no more than that."
            )

    @property
    def unminted_OCEAN_supply(self) -> Amount:
        return self.TOTAL_OCEAN_SUPPLY - self.INIT_OCEAN_SUPPLY

    def swap_sales(self, consume_sales: float) -> float:
        return self.swap_to_consume_sales_ratio * consume_sales

    def total_sales(self, consume_sales: float) -> float:
        return consume_sales + self.swap_sales(consume_sales)

    def total_staked(self, consume_sales: float) -> float:
        """What is staked in pools, given a day's consume sales: as much as is sold in a day, swaps included."""
        return self.total_sales(consume_sales)

    def network_revenue(self, consume_sales: float) -> float:
        consume_toll = self.percent_consume_sales_for_network * consume_sales
        return consume_toll + self.percent_swap_sales_for_network * self.swap_sales(consume_sales)

    def annual_growth_rate(self, rnd_to_sales_ratio: float) -> float:
        """At which marketplaces grow, as a fraction per year."""
        saturation = 1 - 0.5 ** (rnd_to_sales_ratio / self.tau)
        span = self.max_growth_rate - self.growth_rate_if_0_sales
        return float(self.growth_rate_if_0_sales + span * saturation)
