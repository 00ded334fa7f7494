"""What a position and its orders must have put aside."""

from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import CrossMargin, FullCollateral, Market, Position, SimpleRisk


def alone(market: Market, volume: int = 0, buys: int = 0, sells: int = 0, limit: int = 0) -> Position:
    account = market.insurance
    position = Position("party", 0, account, account)
    position.volume, position.buys, position.sells = volume, buys, sells
    position.buy_value, position.sell_value = buys * limit, sells * limit
    return position


def market(**settings: object) -> Market:
    made = Trading(**settings).market  # type: ignore[arg-type]
    made.mark = 100
    return made


def test_slippage_counts_for_the_open_position_alone() -> None:
    position = alone(market(), volume=10, buys=4, sells=8)

    assert CrossMargin().maintenance(position, market()) == 390  # 10 * 100 * 0.35 + 4 * 100 * 0.1


def test_orders_that_close_the_position_cost_nothing() -> None:
    at = market()

    assert CrossMargin().maintenance(alone(at, volume=10, sells=10), at) == 350
    assert CrossMargin().maintenance(alone(at, volume=-10, buys=10), at) == 350


def test_an_auction_takes_the_higher_of_limit_and_indicative_price() -> None:
    at = market()
    at.mark, at.in_auction, at.indicative = 0, True, 100

    assert CrossMargin().maintenance(alone(at, buys=10, limit=3), at) == 100  # MARG-8
    assert CrossMargin().maintenance(alone(at, sells=10, limit=120), at) == 120


def test_an_auction_takes_the_mark_where_it_is_higher_still() -> None:
    at = market()
    at.in_auction, at.indicative = True, 90

    assert CrossMargin().maintenance(alone(at, buys=10, limit=3), at) == 100


def test_funding_owed_is_part_of_the_margin_and_funding_due_to_the_party_is_not() -> None:
    at = market()
    at.funding, at.funding_factor = 7, 10**18 // 2

    assert CrossMargin().maintenance(alone(at, volume=10), at) == 350 + 35
    assert CrossMargin().maintenance(alone(at, volume=-10), at) == 350


def test_margin_is_rounded_up_in_asset_units() -> None:
    at = market(position_decimals=2, risk=SimpleRisk(0.11, 0.1))

    assert CrossMargin().maintenance(alone(at, buys=10), at) == 2  # 0.1 * 100 * 0.11 = 1.1


def test_full_collateral_is_all_that_can_be_lost() -> None:
    at = market(margin=FullCollateral())
    at.cap = 1000
    long, short = alone(at, volume=10), alone(at, volume=-10)
    long.basis, short.basis = 10 * 300, -10 * 300

    assert FullCollateral().maintenance(long, at) == 3000
    assert FullCollateral().maintenance(short, at) == 7000
    assert (at.search, at.initial, at.release) == (10**18,) * 3
