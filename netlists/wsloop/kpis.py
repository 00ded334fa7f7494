"""What wsloop measures over days, months and years."""

import math
from collections.abc import Callable
from typing import final

from tokenspice.agents import GrantTakingAgent, MarketplacesAgent, TokenSupply
from tokenspice.engine import MONTH, YEAR, Amount, KPIsBase, PrefixSums, Seconds, SimStateBase, in_tokens

from .strategy import SimStrategy

__all__ = ["KPIs"]


@final
class KPIs(KPIsBase):
    """Sales, revenue, R&D, minting and burning, tick by tick.

    Sales are rates; those of a period are their integral over its seconds, the first and the last one included.
    Everything else belongs to a tick, and a month's is that of the last 30 days of ticks.

    Args:
        ss: the run's parameters.
        marketplaces: who sells.
        workers: those whose spending is R&D.
        supply: of OCEAN.
        ocean_price: returns the present price, in USD per OCEAN.
    """

    def __init__(
        self,
        ss: SimStrategy,
        marketplaces: MarketplacesAgent,
        workers: list[GrantTakingAgent],
        supply: TokenSupply,
        ocean_price: Callable[[], float],
    ) -> None:
        super().__init__(ss.time_step)
        self._ss = ss
        self._marketplaces = marketplaces
        self._workers = workers
        self._supply = supply
        self._ocean_price = ocean_price
        self._ticks_per_month = math.ceil(MONTH / ss.time_step)
        self._spent = PrefixSums(0.0)  # USD
        self._one_sales_per_s = PrefixSums(0.0)  # USD per second, of one marketplace
        self._all_sales_per_s = PrefixSums(0.0)  # USD per second, of all
        self._minted = PrefixSums(0)  # base units
        self._burned = PrefixSums(0)  # base units
        self._minted_USD = PrefixSums(0.0)
        self._burned_USD = PrefixSums(0)  # base units

    def takeStep(self, state: SimStateBase) -> None:
        super().takeStep(state)
        self._spent.append(sum(worker.spent_at_tick for worker in self._workers))
        self._one_sales_per_s.append(self._marketplaces.sales_per_marketplace_per_s)
        self._all_sales_per_s.append(self._marketplaces.sales_per_s)
        self._burned.append(self._supply.burned - self._burned.total)
        self._burned_USD.append(self._supply.burned_USD - self._burned_USD.total)
        minted = self._supply.minted - self._minted.total
        self._minted.append(minted)
        # From here on the price knows this tick's sales.
        if self._ss.legacy:
            self._minted_USD.append(in_tokens(self._supply.minted) * self._ocean_price() - self._minted_USD.total)
        else:
            self._minted_USD.append(in_tokens(minted) * self._ocean_price())

    def one_marketplace_sales(self, period: Seconds) -> float:
        """Consume sales of one marketplace in the `period` seconds up to now, USD."""
        return self._one_sales_per_s.integral(self.elapsed - period, self.elapsed, self.time_step)

    def sales(self, period: Seconds, ago: Seconds = 0) -> float:
        """Consume sales of all marketplaces in the `period` seconds up to `ago` seconds before now, USD."""
        end = self.elapsed - ago
        return self._all_sales_per_s.integral(end - period, end, self.time_step)

    def network_revenue(self, period: Seconds, ago: Seconds = 0) -> float:
        """Toll on these sales, USD."""
        return self._ss.network_revenue(self.sales(period, ago))

    def network_revenue_growth(self, period: Seconds) -> float:
        """Revenue of the last `period` over that of the period before, less 1; infinite if that was 0."""
        before = self.network_revenue(period, ago=period)
        return self.network_revenue(period) / before - 1 if before else math.inf

    def monthly_rnd(self) -> float:
        """What workers spent, USD."""
        return self._spent.last(self._ticks_per_month)

    def rnd_to_sales_ratio(self) -> float:
        """A month's R&D over its network revenue: 0 without any R&D, else infinite without any revenue."""
        rnd, revenue = self.monthly_rnd(), self.network_revenue(MONTH)
        if not rnd:
            return 0.0
        return rnd / revenue if revenue else math.inf

    def annual_growth_rate(self) -> float:
        """Of marketplaces, as a fraction per year."""
        return self._ss.annual_growth_rate(self.rnd_to_sales_ratio())

    def fundamentals_valuation(self) -> float:
        """What a year's revenue is worth, USD."""
        return self._ss.p_s_ratio * self.network_revenue(YEAR)

    def monthly_minted(self) -> Amount:
        return self._minted.last(self._ticks_per_month)

    def monthly_burned(self) -> Amount:
        return self._burned.last(self._ticks_per_month)

    def monthly_minted_USD(self) -> float:
        """What was minted in a month, at the price of the day (legacy: by how much the worth of all ever minted rose)."""
        return self._minted_USD.last(self._ticks_per_month)

    def monthly_burned_USD(self) -> Amount:
        """What the tokens burned in a month cost, in base units."""
        return self._burned_USD.last(self._ticks_per_month)
