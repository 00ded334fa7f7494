"""The parameters of wsloop, and the formulas that need nothing else."""

from dataclasses import dataclass
from typing import Literal

from tokenspice.agents import RampedExponential
from tokenspice.engine import DAY, MONTH, YEAR, Amount, SimStrategyBase, StrategyError, as_text, parameters, tokens

__all__ = ["SimStrategy"]

NOT_NEGATIVE = (
    *("percent_consume_sales_for_network", "percent_swap_sales_for_network", "swap_to_consume_sales_ratio"),
    *("init_n_marketplaces", "init_sales_per_marketplace_per_s", "percent_burn", "p_s_ratio"),
    *("percent_increase_speculation_valuation_per_s", "OPF_TREASURY_USD", "OPF_TREASURY_OCEAN"),
    *("OPF_TREASURY_OCEAN_FOR_OCEAN_DAO", "BDB_TREASURY_USD", "BDB_TREASURY_OCEAN"),
)
POSITIVE = ("tau", "init_speculation_valuation", "INIT_OCEAN_SUPPLY", "opf_n_grants", "bdb_n_grants")
PARTS = {"INIT_OCEAN_SUPPLY": "TOTAL_OCEAN_SUPPLY", "OPF_TREASURY_OCEAN_FOR_OCEAN_DAO": "OPF_TREASURY_OCEAN"}


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    """Sales are USD of any period; so are the revenue and the stake that follow from them."""

    time_step: int = DAY
    max_ticks: int = 730  # two years of days
    log_interval: int = 10 * DAY
    legacy: bool = False  # TokenSPICE's numbers, with the slips that about.md lists

    percent_consume_sales_for_network: float = 0.03  # a fraction: the toll on consume sales
    percent_swap_sales_for_network: float = 0.001  # a fraction: the toll on swaps
    swap_to_consume_sales_ratio: float = 100.0
    init_n_marketplaces: float = 1.0
    init_sales_per_marketplace_per_s: float = 20e3 / MONTH  # USD per second, consume sales
    percent_burn: float = 0.05  # a fraction of the network's revenue; the rest goes to the DAO

    growth_rate_if_0_sales: float = -0.118  # a fraction per year, of marketplaces without any R&D
    max_growth_rate: float = 0.415  # a fraction per year
    tau: float = 0.6  # the ratio of R&D to revenue at which growth is halfway between these two

    p_s_ratio: float = 30.0  # fundamentals valuation per annual network revenue
    init_speculation_valuation: float = 150e6  # USD
    percent_increase_speculation_valuation_per_s: float = 0.10 / YEAR  # a fraction per second
    overall_valuation: Literal["max", "sum"] = "max"  # of fundamentals and speculation

    TOTAL_OCEAN_SUPPLY: Amount = tokens("1.41e9")  # that will ever be
    INIT_OCEAN_SUPPLY: Amount = tokens("690.9e6")  # 49 % of it
    minting: RampedExponential = RampedExponential()  # of the rest

    OPF_TREASURY_USD: Amount = tokens(2_000_000)
    OPF_TREASURY_OCEAN: Amount = tokens(200_000_000)
    OPF_TREASURY_OCEAN_FOR_OCEAN_DAO: Amount = tokens(100_000_000)  # of these; the rest is for management
    opf_n_grants: int = 36  # monthly
    BDB_TREASURY_USD: Amount = tokens(2_000_000)
    BDB_TREASURY_OCEAN: Amount = tokens(20_000_000)
    bdb_n_grants: int = 17  # monthly

    def __post_init__(self) -> None:
        super().__post_init__()
        shown = parameters(self)
        for name in NOT_NEGATIVE:
            if not getattr(self, name) >= 0:
                raise StrategyError(f"{name} = {shown[name]}: write 0 or more.")
        for name in POSITIVE:
            if not getattr(self, name) > 0:
                raise StrategyError(f"{name} = {shown[name]}: write more than 0.")
        if self.percent_burn > 1:
            raise StrategyError(f"percent_burn = {self.percent_burn:g}: it is a fraction, from 0 to 1.")
        if not -1 < self.growth_rate_if_0_sales <= self.max_growth_rate:
            raise StrategyError(
                f"growth_rate_if_0_sales = {self.growth_rate_if_0_sales:g}: write more than -1, at which all is gone in "
                f"a year, and no more than max_growth_rate = {self.max_growth_rate:g}."
            )
        self._check_supply()

    def _check_supply(self) -> None:
        shown = parameters(self)
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
