"""Takers: how much they trade, when, and at which prices."""

import numpy as np
import pytest

from tests.agents.exchange.market import MAKER, new_market, new_state, quote, sent
from tokenspice.agents.exchange import (
    AutomatedMarketMaker,
    InformedStrategy,
    InformedTrader,
    Intent,
    LimitOrderStrategy,
    LimitOrderTrader,
    MarketOrderStrategy,
    MarketOrderTrader,
    MomentumStrategy,
    MomentumTrader,
    PoolStrategy,
    PriceSensitiveLimitOrderTrader,
    PriceSensitiveMarketOrderTrader,
    PriceSensitiveStrategy,
    PuppetMaker,
    PuppetTrader,
    RiskyMarketOrderTrader,
    RiskyStrategy,
    SimpleAgent,
    SimultaneousTraders,
    SweepStrategy,
)
from tokenspice.agents.exchange.party import TraderAgent
from tokenspice.engine import SimStateBase
from tokenspice.engine.errors import StrategyError
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import Side, TimeInForce, TradingMode
from tokenspice.markets.processes import PriceSeries


def steps(agent: TraderAgent, n_ticks: int, seed: int = 1) -> None:
    state = new_state(seed=seed)
    for state.tick in range(n_ticks):
        agent.takeStep(state)


def test_a_market_order_trader_buys_and_sells_what_its_intensities_say() -> None:
    service, market = new_market(100)
    quote(service, market, 100, size=1e6)
    orders = sent(service)
    steps(MarketOrderTrader("mo", service, market, MarketOrderStrategy(3, 1, 0.1, 0.5, mint=1e8)), 2000)

    bought, sold = (sum(size for _, side, size, _, _ in orders if side == s) for s in ("buy", "sell"))
    assert bought / 2000 == pytest.approx(3 * 0.1 * 0.5, rel=0.1)
    assert sold / 2000 == pytest.approx(1 * 0.1 * 0.5, rel=0.1)
    assert {order[3] for order in orders} == {None}
    assert len({order[1] for order in orders[::7]}) == 2


def test_a_trader_waits_while_a_market_does_not_trade() -> None:
    service, market = new_market()
    orders = sent(service)
    service.market(market).mode = TradingMode.MONITORING_AUCTION

    steps(MarketOrderTrader("mo", service, market, MarketOrderStrategy(5, 5)), 5)

    assert orders == []


def test_the_same_seed_sends_the_same_orders_whoever_else_is_there() -> None:
    found = []
    for also in (False, True, True):
        service, market = new_market()
        orders = sent(service)
        state = new_state(seed=3)
        agents = [MarketOrderTrader("mo", service, market)] + [MarketOrderTrader("x", service, market)] * also
        for state.tick in range(50):
            for agent in agents:
                agent.takeStep(state)
        found.append([order[1:3] for order in orders if order[0] == "mo"])

    assert found[0] == found[1] == found[2] != []


def test_a_sensitive_trader_halves_its_chance_per_half_life_of_a_worse_price() -> None:
    service, market = new_market(100)  # asks from 100.5, bids from 99.5
    quote(service, market, 100, size=1e7)
    strategy = PriceSensitiveStrategy(buy_intensity=20, sell_intensity=20, base_order_size=0.01, price_half_life=1.0)
    orders = sent(service)
    steps(PriceSensitiveMarketOrderTrader("s", service, market, PriceSeries([98.5]), strategy), 1000)

    sides = [order[1] for order in orders]
    assert sides.count("buy") == pytest.approx(1000 * 0.5**2, rel=0.15)
    assert sides.count("sell") == 1000  # a bid of 99.5 is better than outside


def test_a_sensitive_trader_passes_a_step_without_a_price() -> None:
    service, market = new_market()
    orders = sent(service)
    steps(PriceSensitiveMarketOrderTrader("s", service, market, PriceSeries([float("nan")])), 20)
    steps(PriceSensitiveLimitOrderTrader("l", service, market, PriceSeries([float("nan")])), 20)

    assert orders == []


def test_a_sweeper_takes_what_is_better_than_outside_and_leaves_nothing_behind() -> None:
    service, market = new_market(100)
    sweeper = PriceSensitiveLimitOrderTrader(
        "l", service, market, PriceSeries([104.0]), SweepStrategy(scale=0.01, max_order_size=100, mint=1e7)
    )
    steps(sweeper, 1)

    assert sweeper.volume() == 40  # asks of 100.5, 101.5, 102.5 and 103.5
    assert service.best_prices(market).ask == 104.5
    assert not service.market(market).positions["l"].orders


def test_limit_orders_scatter_about_their_reference_and_end_as_their_kind_says() -> None:
    service, market = new_market(None)
    orders = sent(service)
    strategy = LimitOrderStrategy(submit_bias=1, cancel_bias=0, mean=0, sigma=0.2, spread=20, mint=1e9)
    trader = LimitOrderTrader("lo", service, market, strategy, PriceSeries([1000.0]))
    wanted = [next(iter(trader.decide(new_state(seed=seed)))) for seed in range(2000)]

    buys = [intent.price - 990 for intent in wanted if intent.side is Side.BUY and intent.price]
    sells = [1010 - intent.price for intent in wanted if intent.side is Side.SELL and intent.price]
    assert len(buys) == pytest.approx(1000, rel=0.1)
    for distances in (buys, sells):
        assert np.mean(distances) == pytest.approx(0, abs=0.02)
        assert min(distances) > -np.exp(0.02)
    shares = [sum(intent.tif == kind for intent in wanted) / 2000 for kind in ("GTC", "GTT", "IOC", "FOK")]
    assert shares == pytest.approx([0.4, 0.3, 0.2, 0.1], abs=0.03)
    assert {intent.expires_at - service.get_blockchain_time() for intent in wanted if intent.tif == "GTT"} == {120}
    assert orders == []


def test_a_limit_order_trader_cancels_only_where_it_has_sent_an_order() -> None:
    service, market = new_market()
    strategy = LimitOrderStrategy(submit_bias=1, cancel_bias=1, gtc=1, gtt=0, ioc=0, fok=0, mean=0, spread=8, mint=1e9)
    trader = LimitOrderTrader("lo", service, market, strategy, PriceSeries([100.0]))
    steps(trader, 50)

    assert len(service.market(market).positions["lo"].orders) <= 1
    with pytest.raises(StrategyError, match="add up to 1"):
        LimitOrderStrategy(gtc=0.9)


def test_an_informed_trader_takes_what_is_mispriced_and_closes_it_at_its_lookahead() -> None:
    service, market = new_market(100)
    prices = PriceSeries([100, 100, 100, 102, 102, 102, 102, 102, 102])
    trader = InformedTrader("i", service, market, prices, InformedStrategy(proportion_taken=0.5, lookahead=2))
    state, held = new_state(), []
    for state.tick in range(6):
        trader.takeStep(state)
        held.append(trader.volume())

    # At 0 it sees 102 at step 3: asks of 100.5 and 101.5 are mispriced, 20 together. Then it takes half of what is left.
    assert held[:2] == [10, 15]
    assert held[2] == pytest.approx(15 - 10 + 2.5 + 2.5, abs=6)
    assert held[-1] == 0
    assert not trader.opened


def test_an_informed_trader_who_is_wrong_believes_in_the_mirror_of_the_future() -> None:
    service, market = new_market(100)
    prices = PriceSeries([100, 100, 102])
    trader = InformedTrader("i", service, market, prices, InformedStrategy(accuracy=0, proportion_taken=1))
    steps(trader, 1)

    assert trader.volume() == -20  # bids of 99.5 and 98.5 are above 98


def test_an_informed_trader_holds_no_more_than_it_may() -> None:
    service, market = new_market(100)
    rising = PriceSeries([100 + i for i in range(50)])
    trader = InformedTrader("i", service, market, rising, InformedStrategy(lookahead=30, max_abs_position=12))
    steps(trader, 5)

    assert trader.volume() == 12


def test_an_informed_trader_counts_what_pools_offer_beside_the_book() -> None:
    service, market = new_market(100)
    without = InformedTrader("i", service, market, PriceSeries([100]))._mispriced(Side.BUY, 101.0)
    pool = AutomatedMarketMaker(
        "amm", service, market, PriceSeries([100]), PoolStrategy(commitment_amount=1e5, mint=1e6)
    )
    pool.takeStep(new_state())
    trader = InformedTrader("j", service, market, PriceSeries([100]))

    offered = sum(volume for price, volume in service.market_depth(market, 300).sells if price < 101)
    assert without == 10
    assert trader._mispriced(Side.BUY, 101.0) > 10
    assert trader._mispriced(Side.BUY, 101.0) == pytest.approx(offered)


def test_what_a_thin_book_did_not_close_stays_due() -> None:
    service, market = new_market(100)
    trader = InformedTrader("i", service, market, PriceSeries([100, 100, 103, 103, 103]), InformedStrategy())
    state = new_state()
    trader.takeStep(state)
    held = trader.volume()
    service.cancel_order(MAKER, market)
    service.submit_order(MAKER, market, "buy", 4, 99)
    state.tick = 1
    trader.takeStep(state)

    assert trader.volume() == held - 4
    quote(service, market, 100)
    state.tick = 2
    trader.takeStep(state)
    assert trader.volume() == 0


@pytest.mark.parametrize(("name", "wanted"), [("RSI", "sell"), ("CMO", "sell"), ("APO", None), ("MACD", None)])
def test_a_momentum_trader_follows_its_indicator(name: str, wanted: str | None) -> None:
    service, market = new_market(None)
    orders = sent(service)
    trader = MomentumTrader("m", service, market, MomentumStrategy(momentum_strategy=name, mint=1e8))  # type: ignore[arg-type]
    state = new_state()
    for state.tick in range(40):  # a steady rise: an oscillator calls it dear, a trend never turns
        quote(service, market, 100 + state.tick)
        trader.takeStep(state)

    assert {order[1] for order in orders if order[0] == "m"} == ({wanted} if wanted else set())


def test_a_momentum_trader_may_send_limit_orders_beyond_the_touch() -> None:
    service, market = new_market(100)
    strategy = MomentumStrategy(send_limit_order=True, tif="GTT", offset_levels=7)
    trader = MomentumTrader("m", service, market, strategy)

    (intent,) = trader._limit(Side.BUY, 2)

    assert intent == Intent(Side.BUY, 2, 100.57, TimeInForce.GTT, service.get_blockchain_time() + 120)
    with pytest.raises(StrategyError, match="lower below the upper"):
        MomentumStrategy(lower=70, upper=70)


def test_a_risky_trader_puts_its_free_money_into_its_position() -> None:
    service, market = new_market(100)
    quote(service, market, 100, size=1e6)
    trader = RiskyMarketOrderTrader("r", service, market, RiskyStrategy("sell", 0.2, step_bias=0, mint=1000))
    risk = service.get_risk_factors(market).short
    steps(trader, 1)

    assert trader.volume() == pytest.approx(-1000 * 0.2 / risk / 100, abs=0.01)
    before = trader.volume()
    steps(trader, 3)
    assert trader.volume() < before


def test_a_risky_trader_who_has_lost_all_is_given_money_and_waits_a_step() -> None:
    service, market = new_market(100)
    trader = RiskyMarketOrderTrader("r", service, market, RiskyStrategy(step_bias=0, mint=1000))
    general = service.exchange.general("r", "USD")
    service.exchange.ledger.withdraw(general, general.balance)
    steps(trader, 1)

    assert (trader.close_outs, trader.volume(), service.balance("r", "USD")) == (1, 0, 1000)


def test_a_simple_agent_trades_when_it_is_told_to() -> None:
    service, market = new_market(100)
    agent = SimpleAgent("student", service, market, mint=1e6)
    agent.takeStep(new_state())
    agent.buy(3)
    agent.sell()

    assert agent.volume() == 2
    agent.flatten()
    assert agent.volume() == 0


def test_a_learner_takes_a_traders_place_by_another_decision() -> None:
    class Learner(MarketOrderTrader):
        def decide(self, state: object) -> list[Intent]:
            return [Intent(Side.BUY, 2.0, 100.5)]

    service, market = new_market(100)
    learner = Learner("learner", service, market)
    steps(learner, 2)

    assert learner.volume() == 4


def test_a_puppet_trades_what_it_is_told_once_and_quotes_where_it_is_told_until_told_otherwise() -> None:
    service, market = new_market(100)
    trader, maker = PuppetTrader("t", service, market, 1e6), PuppetMaker("m", service, market, 1e6)
    trader.orders = [Intent(Side.BUY, 2.0)]
    maker.bid_size, maker.bid_offset = 3.0, 1.5
    for _ in range(2):
        trader.takeStep(new_state())
        maker.takeStep(new_state())

    assert trader.volume() == 2
    assert [(order.price, order.remaining) for order in service.list_orders("m", market)] == [(98, 3)]
    maker.bid_size = 0.0
    maker.takeStep(new_state())
    assert service.list_orders("m", market) == []


class Buyer(TraderAgent):
    """Buys a contract at the best ask that it sees."""

    def decide(self, state: SimStateBase) -> list[Intent]:
        return [Intent(Side.BUY, 10.0, self.service.best_prices(self.market_id).ask)]


def test_traders_who_move_at_once_do_not_see_each_other() -> None:
    service, market = new_market(100)
    traders = [Buyer(name, service, market, 1e6) for name in ("a", "b")]
    SimultaneousTraders("both", traders).takeStep(new_state())
    assert [trader.volume() for trader in traders] == [10, 0]

    service, market = new_market(100)
    traders = [Buyer(name, service, market, 1e6) for name in ("a", "b")]
    for trader in traders:
        trader.takeStep(new_state())
    assert [trader.volume() for trader in traders] == [10, 10]


def test_in_a_shuffled_state_chance_says_who_of_them_sends_first() -> None:
    firsts = []
    for seed in range(20):
        service, market = new_market(100)
        traders = [Buyer(name, service, market, 1e6) for name in ("a", "b")]
        state = new_state(seed=seed)
        state.shuffled = True
        SimultaneousTraders("both", traders).takeStep(state)
        firsts.append(next(trader.name for trader in traders if trader.volume()))

    assert set(firsts) == {"a", "b"}


def test_what_an_agent_is_given_is_an_amount() -> None:
    service, market = new_market(100)

    with pytest.raises(StrategyError, match="a: mint = -1. Write an amount"):
        SimpleAgent("a", service, market, mint=-1)
    with pytest.raises(ExchangeError, match='no market "nowhere"'):
        SimpleAgent("a", service, "nowhere")
