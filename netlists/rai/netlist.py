"""Does a controlled coin keep to its redemption price, and what does it cost those who owe it? RAI's contracts, on a chain."""

from fractions import Fraction

from tokenspice.agents import ArbitrageurAgent
from tokenspice.agents.rai import (
    CoinValueAgent,
    DemandAgent,
    EtherAgent,
    InterestAgent,
    Jump,
    LiquidationAgent,
    LiquidityAgent,
    MedianizerAgent,
    OracleKeeperAgent,
    PegTraderAgent,
    RateKeeperAgent,
    SafeAgent,
    SafeTerms,
    WatchAgent,
    WhaleAgent,
    deviation,
    eth_model,
    pays,
)
from tokenspice.engine import (
    HOUR,
    Amount,
    LogNormal,
    LogRow,
    Mark,
    Metric,
    Range,
    Rows,
    SimStateBase,
    Spec,
    Study,
    final,
    in_tokens,
)
from tokenspice.protocols.rai import (
    ControllerTwin,
    as_wad,
    deploy_bank,
    deploy_system,
    fill_pool,
    remembered,
)
from tokenspice.web3engine import UNLIMITED, Chain, EvmWallet

from .charts import CHARTS
from .kpis import KPIs
from .strategy import Shocks, SimStrategy

__all__ = ["KPIs", "Shocks", "SimState", "SimStrategy", "netlist_charts", "netlist_createLogData", "netlist_marks"]

netlist_charts = CHARTS


class SimState(SimStateBase):
    ss: SimStrategy
    kpis: KPIs

    def __init__(self, ss: SimStrategy, chain: Chain) -> None:
        super().__init__(ss, chain)
        self.chain = chain
        self.terms, self.bounds = ss.gains.terms, ss.gains.rate_bounds
        self.bank = deploy_bank(chain, ss.system, ss.start)
        self.owners = self._open_safes()
        provider = self._funded("providers", 1 + ss.providers_reserve)
        fill_pool(chain, self.bank, provider, ss.start, ss.system)
        provider.send(self.bank.pool.contract.approve(self.bank.pool.exchange.address, UNLIMITED))
        self.system = deploy_system(chain, self.bank, ss.system, self.terms, self.bounds, ss.start)

        self.ether = EtherAgent(
            "ether",
            chain.wallet("ether"),
            self.system,
            eth_model(ss.eth, ss.eth_series),
            ss.start.eth_price,
            ss.max_ticks,
            Jump(ss.shock.eth, ss.shock.eth_hour),
        )
        onlooker = chain.wallet("onlooker")
        self.watch = WatchAgent("watch", onlooker, self.system, self.ether)
        self.close = WatchAgent("close", onlooker, self.system, self.ether, self.watch, self._n_safe_changes)
        # Ether moves; keepers and the arbitrageur follow at once; then all others act on what they see.
        self.addAgent(self.ether)
        self._add_keepers()
        self._add_arbitrageur()
        self.addAgent(self.watch)
        self._add_holders(provider)
        self._add_traders()
        self._add_shocks()
        self._add_liquidator()
        self.addAgent(self.close)
        self.kpis = KPIs(ss.time_step, self.close, ss.band, self.agents)

    def _n_safe_changes(self) -> int:
        """How often something was done, or tried, that may have changed a SAFE."""
        owners = sum(agent.n_changes + agent.n_refused for agent in self.borrowers)
        return owners + self.liquidator.n_liquidations + (self.demand.n_calls if self.demand else 0)

    def _open_safes(self) -> dict[str, EvmWallet]:
        """Let everyone who owes draw its coins; all go to the faucet, which gives what is left back."""
        ss, chain = self.ss, self.chain
        levered = int(ss.start.debt_RAI * Fraction(ss.leverager_share))
        each = (ss.start.debt_RAI - levered) // ss.n_safes
        owners = {}
        for name, ratio, debt in [
            *((f"safe{i}", self.ratio(i), each) for i in range(ss.n_safes)),
            *self._lever(levered),
        ]:
            locked = self._collateral(debt, ratio)
            reserve = 0 if name == "leverager" else int(locked * Fraction(ss.safe_reserve))
            owners[name] = wallet = chain.wallet(name, WETH=locked + reserve)
            self.bank.open_account(wallet)
            wallet.send(self.bank.change(locked, debt))
            kept = int(debt * (1 - Fraction(ss.coins_given))) if name != "leverager" else 0
            wallet.transfer(chain.faucet, "RAI", debt - kept)
        return owners

    def _lever(self, debt: Amount) -> list[tuple[str, float, Amount]]:
        return [("leverager", self.ss.leverager_ratio, debt)] if debt else []

    def ratio(self, index: int) -> float:
        """The collateral per debt that an owner of a SAFE wants: evenly from the lowest to as far above the mean."""
        ss = self.ss
        if ss.n_safes == 1:
            return ss.start.collateral_ratio
        width = 2 * (ss.start.collateral_ratio - ss.lowest_ratio)
        return ss.lowest_ratio + width * index / (ss.n_safes - 1)

    def _collateral(self, debt: Amount, ratio: float) -> Amount:
        """What is locked for a debt, at the start's prices."""
        start = self.ss.start
        return int(debt * Fraction(ratio) * as_wad(start.redemption_price) / as_wad(start.eth_price))

    def _funded(self, name: str, share: float, with_coins: bool = True) -> EvmWallet:
        """Make a wallet that holds a share of what the pool holds at the start, of ether and of coins."""
        start = self.ss.start
        coins = int(start.pool_RAI * Fraction(share))
        dear = max(start.market_price, start.average_price)
        ether = coins * as_wad(dear) // as_wad(start.eth_price)
        wallet = self.chain.wallet(name, WETH=ether, RAI=coins if with_coins else 0)
        self.bank.open_account(wallet)
        return wallet

    def _add_keepers(self) -> None:
        ss, chain, system = self.ss, self.chain, self.system
        view = system.look(chain)
        self.twin = ControllerTwin(
            view.price_time,
            self.terms,
            self.bounds,
            remembered(chain.now, self.terms, ss.start),
            view.redemption_price,
            view.rate,
        )
        pays_gas = chain.wallet("keeper")
        slot = ss.system.twap_window // ss.system.twap_slots
        relayer = [system.controller.relayer] if ss.controller == "python" else []
        for contract in (self.bank.engine, *relayer):
            chain.faucet.send(contract.addAuthorization(pays_gas.address))
        delay = ss.system.oracle_delay
        self.addAgent(OracleKeeperAgent("oracle_keeper", pays_gas, chain, system, delay, self.twin.touch))
        self.addAgent(MedianizerAgent("medianizer_keeper", pays_gas, chain, system, slot))
        self.rate_keeper = RateKeeperAgent(
            "rate_keeper", pays_gas, chain, system, self.terms, self.bounds, self.twin, ss.controller
        )
        self.addAgent(self.rate_keeper)
        self.addAgent(InterestAgent("interest", pays_gas, chain, system, ss.system.stability_fee))

    def _add_holders(self, provider: EvmWallet) -> None:
        ss = self.ss
        self.borrowers: list[SafeAgent] = []
        drain = Jump(ss.shock.drain, ss.shock.drain_hour)
        self.addAgent(LiquidityAgent("providers", provider, self.system, ss.providers, drain))
        for index, (name, wallet) in enumerate(self.owners.items()):
            is_leverager = name == "leverager"
            ratio = ss.leverager_ratio if is_leverager else self.ratio(index)
            terms: SafeTerms = ss.leverager if is_leverager else ss.safe
            self.borrowers.append(
                SafeAgent(name, wallet, self.system, self.watch, self.ether, ratio, terms, is_leverager)
            )
            self.addAgent(self.borrowers[-1])

    def _add_traders(self) -> None:
        ss, system, watch, ether = self.ss, self.system, self.watch, self.ether
        for name, n, bound, signal in (
            ("price_trader", ss.n_price_traders, ss.price_trader, deviation),
            ("rate_trader", ss.n_rate_traders, ss.rate_trader, pays),
        ):
            for index in range(n):
                wallet = self._funded(f"{name}{index}", bound.budget)
                self.addAgent(PegTraderAgent(f"{name}{index}", wallet, system, watch, ether, bound, signal))

    def _add_shocks(self) -> None:
        ss, system, watch, ether = self.ss, self.system, self.watch, self.ether
        self.demand: DemandAgent | None = None
        if ss.whale.budget:
            whale = self._funded("whale", ss.whale.budget, with_coins=False)
            self.addAgent(WhaleAgent("whale", whale, system, watch, ether, ss.whale, whale.balance("WETH")))
        if ss.shock.demand:
            # Buying a share of a pool costs share / (1 - share) of its ether; a SAFE locks what its ratio says.
            share = abs(ss.shock.demand)
            budget = share * ss.start.collateral_ratio if ss.shock.demand < 0 else share / (1 - share)
            buyer = self._funded("demand", 2 * budget, with_coins=False)
            jump = Jump(ss.shock.demand, ss.shock.demand_hour)
            ratio = ss.start.collateral_ratio
            self.demand = DemandAgent("demand", buyer, system, ether, watch, jump, ratio)
            self.addAgent(self.demand)

    def _add_liquidator(self) -> None:
        wallet = self._funded("liquidator", self.ss.liquidator_budget, with_coins=False)
        owners = [owner.address for owner in self.owners.values()]
        discount = self.ss.system.liquidation_discount
        self.liquidator = LiquidationAgent("liquidator", wallet, self.system, self.watch, owners, discount)
        self.addAgent(self.liquidator)

    def _add_arbitrageur(self) -> None:
        self.value = CoinValueAgent("value", self.chain, self.ether, self.watch, self.close, self.ss.peg)
        self.addAgent(self.value)
        self.arbitrageur = ArbitrageurAgent(
            "arbitrageur",
            self._funded("arbitrageur", self.ss.arbitrageur_budget),
            self.bank.pool,
            lambda: self.value.price / self.ether.price,
            heeds_fee=True,
        )
        self.addAgent(self.arbitrageur)


def netlist_marks(state: SimState) -> list[Mark]:
    """The shocks that have come."""
    shock, now = state.ss.shock, state.elapsed
    shocks = [
        (f"ether jumps by {shock.eth:+.0%}", shock.eth, shock.eth_hour),
        (f"{shock.drain:.0%} of the pool is taken out", shock.drain, shock.drain_hour),
        (
            f"RAI {'bought' if shock.demand > 0 else 'sold'}: {abs(shock.demand):.0%} of the pool",
            shock.demand,
            shock.demand_hour,
        ),
    ]
    return [
        Mark(text, hour * HOUR // state.ss.time_step) for text, share, hour in shocks if share and hour * HOUR < now
    ]


def netlist_createLogData(state: SimState) -> LogRow:
    view, market = state.close.view, state.close.market_price
    redemption = view.redemption_at(state.chain.now)
    debt, collateral = in_tokens(view.debt), in_tokens(view.collateral)
    return LogRow(
        eth_price=state.ether.price,
        market_price=market,
        value=state.value.price,
        oracle_price=in_tokens(view.oracle_price),
        redemption_price=redemption,
        redemption_rate=state.close.annual_rate,
        peg_error=market / redemption - 1,
        hours_outside_band=state.kpis.hours_outside,
        n_rate_updates=state.rate_keeper.n_updates,
        n_rate_bound_hits=state.rate_keeper.n_bound_hits,
        pool_RAI=in_tokens(view.pool_coins),
        pool_ETH=in_tokens(view.pool_ether),
        debt_RAI=debt,
        collateral_ETH=collateral,
        collateral_ratio=collateral * state.ether.price / (debt * redemption) if debt else 0.0,
        liquidated_ETH=in_tokens(state.liquidator.liquidated),
        n_arbitrages=state.arbitrageur.n_trades,
        n_trades=state.kpis.n_trades,
        n_safe_changes=state.kpis.n_safe_changes,
        n_refused=state.kpis.n_refused,
    )


def largest_peg_error(rows: Rows) -> float:
    """Return how far the market was from the redemption price at most, as a share."""
    return float(abs(rows["peg_error"]).max())


netlist_study = Study(
    design={
        "gains.kp": Range(1e-8, 1e-6, log=True),
        "gains.ki": Range(0.0, 1e-13),
        "system.oracle_delay": Range(600, 7_200, step=600),
    },
    random={"eth.sigma": LogNormal(median=0.012, spread=0.4), "peg.sigma": LogNormal(median=0.008, spread=0.3)},
    environment={"shock.eth": Range(-0.5, 0.2), "shock.demand": Range(-0.3, 0.3), "shock.drain": Range(0.0, 0.5)},
    metrics={
        "peg_error": Metric(largest_peg_error),
        "hours_outside": final("hours_outside_band", unit="hours"),
        "liquidated": final("liquidated_ETH", unit="ETH"),
    },
    specs=[Spec("peg_error", at_most=0.1, in_share=0.95), Spec("liquidated", at_most=100, unit="ETH", in_share=0.95)],
    invariants={
        "the pool holds RAI and ether": lambda state: min(state.close.view.pool_coins, state.close.view.pool_ether) > 0
    },
    goals={"peg_error": "minimise"},
)
