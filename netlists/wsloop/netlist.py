"""Does work that is paid by a network's revenue let that revenue grow? The Web3 Sustainability Loop, without a chain."""

from dataclasses import replace

from tokenspice.agents import (
    BurnerAgent,
    FuncMinterAgent,
    GrantGivingAgent,
    GrantTakingAgent,
    MarketplacesAgent,
    MarketplacesStrategy,
    Minting,
    RouterAgent,
    TokenSupply,
)
from tokenspice.engine import (
    DAY,
    MONTH,
    YEAR,
    Amount,
    Choice,
    LogRow,
    Range,
    SimStateBase,
    Spec,
    Study,
    Triangular,
    Wallet,
    final,
    in_tokens,
)

from .charts import ANSWER, CHARTS, MORE_CHARTS
from .kpis import KPIs
from .strategy import SimStrategy

__all__ = ["KPIs", "SimState", "SimStrategy", "netlist_charts", "netlist_createLogData", "netlist_x_axis"]


class SimState(SimStateBase):
    ss: SimStrategy
    kpis: KPIs

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.supply = TokenSupply("OCEAN", ss.INIT_OCEAN_SUPPLY)
        self.speculation_valuation = ss.init_speculation_valuation
        self._add_revenue()
        self._add_treasuries()
        self._add_dao_and_workers()
        workers = list(self.agents.filter_by_class(GrantTakingAgent).values())
        self.kpis = KPIs(ss, self.marketplaces, workers, self.supply, self.ocean_price)

    def takeStep(self) -> None:
        super().takeStep()
        self.speculation_valuation *= 1 + self.ss.percent_increase_speculation_valuation_per_s * self.ss.time_step

    @property
    def marketplaces(self) -> MarketplacesAgent:
        return self.agents.filter_by_class(MarketplacesAgent)["marketplaces1"]

    @property
    def dao(self) -> RouterAgent:
        return self.agents.filter_by_class(RouterAgent)["ocean_dao"]

    def overall_valuation(self) -> float:
        """Of the network, USD."""
        valuations = (self.kpis.fundamentals_valuation(), self.speculation_valuation)
        return max(valuations) if self.ss.overall_valuation == "max" else sum(valuations)

    def ocean_price(self) -> float:
        """In USD per OCEAN."""
        return self.overall_valuation() / in_tokens(self.supply.total)

    def _add_revenue(self) -> None:
        ss = self.ss
        start = MarketplacesStrategy(ss.init_n_marketplaces, ss.init_sales_per_marketplace_per_s, "opc_address")
        self.addAgent(
            MarketplacesAgent("marketplaces1", start, lambda: self.kpis.annual_growth_rate(), ss.network_revenue)
        )
        self._add_router("opc_address", {"ocean_dao": 1 - ss.percent_burn, "opc_burner": ss.percent_burn})
        self.addAgent(BurnerAgent("opc_burner", Wallet("opc_burner"), self.supply, self.ocean_price))

    def _add_treasuries(self) -> None:
        ss = self.ss
        schedule = replace(ss.minting, ramps_add_up=ss.minting.ramps_add_up or ss.legacy)
        minting = Minting("ocean_dao", ss.unminted_OCEAN_supply, DAY)
        self.addAgent(FuncMinterAgent("ocean_51", self.supply, minting, schedule))
        for_dao, months = ss.OPF_TREASURY_OCEAN_FOR_OCEAN_DAO, ss.opf_n_grants
        self._add_treasury("opf_treasury_for_ocean_dao", "ocean_dao", months, USD=0, OCEAN=for_dao)
        funds = {"USD": ss.OPF_TREASURY_USD, "OCEAN": ss.OPF_TREASURY_OCEAN - for_dao}
        self._add_treasury("opf_treasury_for_opf_mgmt", "opf_mgmt", months, **funds)
        funds = {"USD": ss.BDB_TREASURY_USD, "OCEAN": ss.BDB_TREASURY_OCEAN}
        self._add_treasury("bdb_treasury", "bdb_mgmt", ss.bdb_n_grants, **funds)

    def _add_dao_and_workers(self) -> None:
        self._add_router("ocean_dao", {"opc_workers": 1.0})
        self._add_router("opf_mgmt", {"opc_workers": 1.0})
        self._add_router("bdb_mgmt", {"bdb_workers": 1.0})
        for name in ("opc_workers", "bdb_workers"):
            self.addAgent(GrantTakingAgent(name, Wallet(name), self.ocean_price))

    def _add_treasury(self, name: str, receiver: str, n_grants: int, **funds: Amount) -> None:
        self.addAgent(GrantGivingAgent(name, Wallet(name, **funds), receiver, MONTH, n_grants))

    def _add_router(self, name: str, shares: dict[str, float]) -> None:
        self.addAgent(RouterAgent(name, Wallet(name), lambda: shares))


def netlist_createLogData(state: SimState) -> LogRow:
    return sales_columns(state) | valuation_columns(state) | income_columns(state)


def sales_columns(state: SimState) -> LogRow:
    ss, kpis = state.ss, state.kpis
    monthly, yearly = kpis.sales(MONTH), kpis.sales(YEAR)
    # TokenSPICE counts 30 days a month, and 30.5 here alone.
    daily = monthly / 30.5 if ss.legacy else monthly * DAY / MONTH
    return {
        "Num_mkts": state.marketplaces.n_marketplaces,
        "onemkt_cons_sales/mo": kpis.one_marketplace_sales(MONTH),
        "onemkt_cons_sales/yr": kpis.one_marketplace_sales(YEAR),
        "allmkts_cons_sales/mo": monthly,
        "allmkts_cons_sales/yr": yearly,
        "allmkts_tot_sales/day": ss.total_sales(daily),
        "allmkts_tot_sales/mo": ss.total_sales(monthly),
        "allmkts_tot_sales/yr": ss.total_sales(yearly),
        "tot_staked": ss.total_staked(ss.total_sales(daily) if ss.legacy else daily),
        "network_rev/mo": kpis.network_revenue(MONTH),
        "network_rev/yr": kpis.network_revenue(YEAR),
        "network_rev_growth/mo": kpis.network_revenue_growth(MONTH),
        "network_rev_growth/yr": kpis.network_revenue_growth(YEAR),
    }


def valuation_columns(state: SimState) -> LogRow:
    kpis, supply = state.kpis, state.supply
    return {
        "overall_valuation": state.overall_valuation(),
        "fundamentals_valuation": kpis.fundamentals_valuation(),
        "speculation_valuation": state.speculation_valuation,
        "tot_OCEAN_supply": in_tokens(supply.total),
        "tot_OCEAN_minted": in_tokens(supply.minted),
        "tot_OCEAN_burned": in_tokens(supply.burned),
        "OCEAN_minted/mo": in_tokens(kpis.monthly_minted()),
        "OCEAN_burned/mo": in_tokens(kpis.monthly_burned()),
        "OCEAN_minted_USD/mo": kpis.monthly_minted_USD(),
        "OCEAN_burned_USD/mo": in_tokens(kpis.monthly_burned_USD()),
        "OCEAN_price": state.ocean_price(),
    }


def income_columns(state: SimState) -> LogRow:
    kpis = state.kpis
    dao_USD = in_tokens(state.dao.monthly_received("USD", state))
    dao_OCEAN = in_tokens(state.dao.monthly_received("OCEAN", state))
    dao_OCEAN_in_USD = dao_OCEAN * state.ocean_price()
    return {
        "RND/mo": kpis.monthly_rnd(),
        "rnd_to_cons_sales_ratio": kpis.rnd_to_sales_ratio(),
        "mkts_annual_growth_rate": kpis.annual_growth_rate(),
        "dao_USD/mo": dao_USD,
        "dao_OCEAN/mo": dao_OCEAN,
        "dao_OCEAN_in_USD/mo": dao_OCEAN_in_USD,
        "dao_total_in_USD/mo": dao_USD + dao_OCEAN_in_USD,
    }


netlist_charts = [ANSWER, *CHARTS, *MORE_CHARTS]
netlist_x_axis = "Year"


netlist_study = Study(
    design={
        "percent_burn": Range(0.0, 0.5),
        "percent_consume_sales_for_network": Range(0.005, 0.1, log=True),
        "minting.H": Range(2.0, 8.0),
        "opf_n_grants": Range(12, 72),
    },
    random={
        "tau": Triangular(0.3, 0.6, 1.2),
        "max_growth_rate": Triangular(0.2, 0.415, 0.6),
        "p_s_ratio": Triangular(10, 30, 60),
    },
    environment={"growth_rate_if_0_sales": Range(-0.3, 0.0), "overall_valuation": Choice("max", "sum")},
    metrics={
        "revenue": final("network_rev/yr", unit="USD"),
        "price": final("OCEAN_price", unit="USD"),
        "supply": final("tot_OCEAN_supply", unit="OCEAN"),
        "markets": final("Num_mkts"),
    },
    specs=[Spec("revenue", at_least=50_000, unit="USD", in_share=0.9)],
    invariants={
        "there is no more OCEAN than there may be": lambda state: state.supply.total <= state.ss.TOTAL_OCEAN_SUPPLY
    },
    goals={"revenue": "maximise", "supply": "minimise"},
)
