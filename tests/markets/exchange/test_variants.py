"""The rules against their second writing, for numbers that no case has."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.markets.exchange import reference
from tests.markets.exchange.margins import Levels
from tests.markets.exchange.readings import accounts, pnl
from tests.markets.exchange.reference import Book
from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange import ONE, FactorFees, LogNormalRisk, Side, factor
from tokenspice.markets.exchange.amm.curve import leverage_limit, long_curve, short_curve
from tokenspice.markets.exchange.liquidity.fee_factor import FeeBid, MarginalCost, WeightedAverage
from tokenspice.markets.exchange.liquidity.probability_of_trading import PriceView, TradingModel, probability_of_trading
from tokenspice.markets.exchange.liquidity.sla import penalty
from tokenspice.markets.exchange.price_monitoring import LogNormalBand, PriceBounds, PriceTrigger
from tokenspice.markets.exchange.products.funding import FundingRates, funding
from tokenspice.markets.exchange.socialisation import shared_wins
from tokenspice.markets.exchange.uncrossing import MidOfRange, crossing

HUNDREDTHS = st.integers(1, 50).map(lambda n: Fraction(n, 100))
SIZES = st.integers(0, 30)
PRICES = st.integers(1, 40)
ORDERS = st.lists(st.tuples(PRICES, st.integers(1, 9)), min_size=1, max_size=8)


@given(st.floats(1e-9, 0.3), st.floats(1e-8, 1), st.floats(-0.5, 0.5), st.floats(0.001, 3))
def test_risk_factors(lam: float, tau: float, mu: float, sigma: float) -> None:
    found = [value / ONE for value in LogNormalRisk(lam, tau, mu, sigma).factors()]
    expected = [max(value, 0.0) for value in reference.risk_factors(lam, tau, mu, sigma)]
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(
    st.integers(10**3, 10**9), st.integers(1, 10**6), st.floats(0.9, 0.9999999), st.floats(-1, 1), st.floats(0.01, 5)
)
def test_price_bands(price: int, horizon: int, probability: float, mu: float, sigma: float) -> None:
    bounds = PriceBounds(PriceTrigger(horizon, probability, 1), LogNormalBand(mu, sigma))
    bounds.refer_to(price)
    low, high = reference.price_band(price, horizon, probability, mu, sigma)
    assert abs(bounds.low - low) <= 1 and abs(bounds.high - high) <= 1


@given(ORDERS, ORDERS, st.sampled_from([1, 5]))
def test_uncrossing(buys: list[tuple[int, int]], sells: list[tuple[int, int]], tick: int) -> None:
    buys, sells = ([(price * tick, size) for price, size in side] for side in (buys, sells))
    bids, asks = depth(buys, -1), depth(sells, 1)
    found, price = crossing(bids, asks), MidOfRange().uncross(bids, asks, tick)
    volume, low, high, expected = reference.uncrossing(buys, sells, tick)
    result = (found.volume, found.low, found.high, price.price) if found and price else (0, 0, 0, 0)
    assert result == (volume, low, high, expected)


def depth(orders: Sequence[tuple[int, int]], sign: int) -> list[tuple[int, int]]:
    levels: dict[int, int] = {}
    for price, size in orders:
        levels[price] = levels.get(price, 0) + size
    return sorted(levels.items(), key=lambda level: sign * level[0])


@settings(max_examples=40)
@given(st.integers(-20, 20), SIZES, SIZES, st.integers(50, 5000), HUNDREDTHS, HUNDREDTHS, HUNDREDTHS)
def test_margin_levels_of_positions_with_orders(
    position: int, buys: int, sells: int, mark: int, long: Fraction, short: Fraction, slippage: Fraction
) -> None:
    state = {
        "mark": mark,
        "position": position,
        "buys": buys,
        "sells": sells,
        "risk": {"long": float(long), "short": float(short)},
        "slippage": float(slippage),
    }
    levels = Levels(state)
    least = reference.maintenance(position, buys, sells, Fraction(mark), (long, short), slippage)
    expected = reference.levels(least, (Fraction("1.1"), Fraction("1.2"), Fraction("1.4")))
    market = levels.stage.market
    scaled = (levels.scaled(one) for one in (market.search, market.initial, market.release))
    assert (levels.maintenance, *scaled) == expected


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=9), st.floats(0, 1))
def test_socialised_wins(wins: list[int], part: float) -> None:
    collected = int(sum(wins) * part)
    assert shared_wins(wins, collected, len(wins) - 1) == reference.socialised(wins, collected)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["buy", "sell"]), st.integers(1, 9), st.integers(50, 150)), max_size=12))
def test_profit_and_cash_of_a_row_of_trades(trades: list[tuple[str, int, int]]) -> None:
    stage, book = Stage({"mark": 100}, []), Book()
    stage.deposit("party", 10**9)
    cash, mark = Fraction(0), 100
    for side, size, price in trades:
        signed = size if side == "buy" else -size
        buyer, seller = ("party", "other") if side == "buy" else ("other", "party")
        cash += reference.cash(book.size, [(signed, price)], mark, price)
        book.trade(signed, price)
        mark = price
        stage.play({"op": "trade", "buyer": buyer, "seller": seller, "size": size, "price": price})
    assert sum(accounts(stage, "party")) - stage.started["party"] == cash
    volume, unrealised, realised = pnl(stage, "party")
    assert volume == book.size
    assert abs(unrealised - book.unrealised(mark)) <= 1 and abs(realised - book.realised) <= 1


@given(PRICES, st.integers(1, 10**6), st.lists(st.integers(0, 300), min_size=4, max_size=4))
def test_fees_are_rounded_up_component_by_component(price: int, size: int, factors: list[int]) -> None:
    parts = [Fraction(n, 10_000) for n in factors]
    maker, infrastructure, treasury, buy_back = map(float, parts)
    found = FactorFees(maker, infrastructure, treasury, buy_back).fees(price * size, 100, factor("0.0013"))
    expected = [reference.fee(price, size, part / 100) for part in (parts[0], parts[1], Fraction("0.0013"), *parts[2:])]
    assert list(found) == expected


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 300)), min_size=1, max_size=7), st.integers(0, 2000))
def test_liquidity_fees(lps: list[tuple[int, int]], target: int) -> None:
    rates = [(stake, rate / 10_000) for stake, rate in lps]
    bids = [FeeBid(stake, factor(rate)) for stake, rate in rates]
    assert MarginalCost().fee(bids, target) / ONE == pytest.approx(reference.marginal_fee(rates, target))
    assert WeightedAverage().fee(bids, target) / ONE == pytest.approx(reference.weighted_fee(rates), abs=1e-15)


@given(*[st.integers(0, 100).map(lambda n: Fraction(n, 100))] * 3)
def test_penalties(time: Fraction, least: Fraction, competition: Fraction) -> None:
    found = penalty(*(int(part * ONE) for part in (time, least, competition)))
    assert found == int(reference.sla_penalty(time, least, competition) * ONE)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.floats(0, 1), st.integers(1, 10**6), st.floats(0, 0.1))
def test_funding(internal: int, external: int, rate: float, seconds: int, clamp: float) -> None:
    rates = FundingRates(Fraction(rate), Fraction(-clamp), Fraction(clamp))
    years = seconds / reference.YEAR_OF_FUNDING
    expected = reference.funding(internal, external, rate, years, -clamp, clamp)
    assert funding(rates, internal, external, seconds).payment == pytest.approx(expected, abs=1, rel=1e-9)


@given(st.booleans(), st.integers(60, 140), st.integers(90, 99), st.integers(101, 110), st.floats(0.2, 3))
def test_probabilities_of_trading(is_buy: bool, price: int, bid: int, ask: int, sigma: float) -> None:
    view, model = PriceView(bid, ask, 70, 130), TradingModel(0.0, sigma, 0.01, 0.001)
    side = "buy" if is_buy else "sell"
    expected = reference.probability_of_trading(side, price, (bid, ask), (70, 130), 0.0, 0.01, sigma, 0.001)
    assert probability_of_trading(is_buy, price, view, model) == pytest.approx(expected, abs=1e-9)


@given(st.integers(10**5, 10**8), st.integers(200, 2000), st.integers(1, 60), st.floats(0.05, 0.5))
def test_ranges_of_pools(commitment: int, base: int, width: int, risk: float) -> None:
    low, high = base * (100 - width) // 100, base * (100 + width) // 100
    assume(low < base < high)
    leverage = reference.pool_leverage(risk, 0.1, 1.5, None)
    exact = leverage_limit(0, factor(risk), factor("0.1"), factor("1.5"))
    lower, upper = (long_curve(low, base, exact, (commitment, 1)), short_curve(base, high, exact, (commitment, 1)))
    for found, expected in (
        (lower, reference.pool_range(commitment, low, base, leverage, is_lower=True)),
        (upper, reference.pool_range(commitment, base, high, leverage, is_lower=False)),
    ):
        assert found.exact_position == pytest.approx(expected.position, rel=1e-9)
        assert found.liquidity / ONE == pytest.approx(expected.liquidity, rel=1e-9)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(90, 110)), min_size=1, max_size=9), st.integers(1, 60))
def test_orders_match_by_price_and_then_by_time(asks: list[tuple[int, int]], size: int) -> None:
    stage = Stage({"mark": 100}, [])
    for index, (amount, price) in enumerate(asks):
        stage.submit(f"maker {index}", Side.SELL, amount, price)
    stage.submit("taker", Side.BUY, size, 105)
    expected, left = [], size
    for index in sorted(range(len(asks)), key=lambda n: (asks[n][1], n)):
        amount, price = asks[index]
        if price <= 105 and left:
            expected.append((f"maker {index}", price, min(amount, left)))
            left -= min(amount, left)
    assert [(trade.seller.party, trade.price, trade.size) for trade, _ in stage.trades] == expected
