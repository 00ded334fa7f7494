"""Do chance traders on an exchange leave the same bytes, however their run is treated?"""

from dataclasses import dataclass

from tokenspice.engine import AgentBase, LogRow, SimStateBase, SimStrategyBase, lines
from tokenspice.markets.exchange import ExchangeWallet, ExchangeWorld, MarketConfig, SimpleRisk


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: int = 3
    max_ticks: int = 300
    log_interval: int = 30
    n_traders: int = 8
    records: bool = True


class Trader(AgentBase):
    """Sends an order at a price that it draws, and now and then cancels all."""

    def __init__(self, name: str, world: ExchangeWorld, market: str, wallet: ExchangeWallet) -> None:
        super().__init__(name, wallet)
        self.service = world.service
        self.market = market

    def takeStep(self, state: SimStateBase) -> None:
        rng = state.rng(self.name)
        side = "buy" if rng.random() < 0.5 else "sell"
        price = 100 + float(rng.normal(0, 2))
        self.service.submit_order(self.name, self.market, side, float(rng.integers(1, 20)) / 10, round(price, 2))
        if rng.random() < 0.1:
            self.service.cancel_order(self.name, self.market)


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy) -> None:
        self.world = ExchangeWorld(records="all" if ss.records else ())
        super().__init__(ss, self.world)
        service = self.world.service
        service.create_asset("USD", 6)
        config = MarketConfig("BTC", "USD", decimals=2, opens_at_once=True, risk=SimpleRisk(0.1, 0.1))
        self.market = service.create_market_from_config(config)
        for number in range(ss.n_traders):
            name = service.create_key(f"trader{number}", kind="chance")
            wallet = ExchangeWallet(name, self.world.exchange)
            wallet.deposit("USD", 500 * 10**6)
            self.addAgent(Trader(name, self.world, self.market, wallet))


def netlist_createLogData(state: SimState) -> LogRow:
    data = state.world.service.get_latest_market_data(state.market)
    return LogRow(
        mark=data.mark_price,
        open_interest=data.open_interest,
        bid=data.best_bid,
        ask=data.best_ask,
        general_USD=sum(agent.wallet.balance("USD") for agent in state.allAgents()) / 10**6,
        hash_part=int(state.world.state_hash[:12], 16),
    )


netlist_charts = [lines("Mark price", "USD", mark=""), lines("Open interest", "BTC", open_interest="")]
