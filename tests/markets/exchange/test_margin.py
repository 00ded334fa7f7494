"""What a position and its orders must have put aside."""

from types import SimpleNamespace
from typing import Any

from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import ONE, Account, AccountType, CrossMargin, FullCollateral, Position, factor
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.schedule import TimeTrigger
from tokenspice.markets.exchange.risk import RiskFactors


def alone(volume: int = 0, buys: int = 0, sells: int = 0, limit: int = 0) -> Position:
    account = Account("party", "USD", AccountType.GENERAL)
    position = Position("party", 0, account, account)
    position.volume, position.buys, position.sells = volume, buys, sells
    position.buy_value, position.sell_value = buys * limit, sells * limit
    return position


def market(**settings: Any) -> Any:
    """What margin rules see of a market, at a mark of 100."""
    defaults = {
        **{"mark": 100, "indicative": 0, "in_auction": False, "funding": 0, "funding_factor": 0, "cap": 0},
        **{
            "risk": RiskFactors(factor("0.1"), factor("0.1")),
            "slippage": factor("0.25"),
            "value_up": 1,
            "value_down": 1,
        },
    }
    return SimpleNamespace(**{**defaults, **settings})


def test_slippage_counts_for_the_open_position_alone() -> None:
    assert CrossMargin().maintenance(alone(10, buys=4, sells=8), market()) == 390  # 10 * 100 * 0.35 + 4 * 100 * 0.1


def test_orders_that_close_the_position_cost_nothing() -> None:
    assert CrossMargin().maintenance(alone(10, sells=10), market()) == 350
    assert CrossMargin().maintenance(alone(-10, buys=10), market()) == 350


def test_an_auction_takes_the_higher_of_limit_and_indicative_price() -> None:
    at = market(mark=0, in_auction=True, indicative=100)

    assert CrossMargin().maintenance(alone(buys=10, limit=3), at) == 100  # MARG-8
    assert CrossMargin().maintenance(alone(sells=10, limit=120), at) == 120


def test_an_auction_takes_the_mark_where_it_is_higher_still() -> None:
    at = market(in_auction=True, indicative=90)

    assert CrossMargin().maintenance(alone(buys=10, limit=3), at) == 100


def test_funding_owed_is_part_of_the_margin_and_funding_due_to_the_party_is_not() -> None:
    at = market(funding=7, funding_factor=factor("0.5"))

    assert CrossMargin().maintenance(alone(10), at) == 350 + 35
    assert CrossMargin().maintenance(alone(-10), at) == 350


def test_margin_is_rounded_up_in_asset_units() -> None:
    at = market(value_down=100, risk=RiskFactors(factor("0.11"), factor("0.1")))

    assert CrossMargin().maintenance(alone(buys=10), at) == 2  # 0.1 * 100 * 0.11 = 1.1


def test_full_collateral_is_all_that_can_be_lost() -> None:
    long, short = alone(10), alone(-10)
    long.basis, short.basis = 10 * 300, -10 * 300

    assert FullCollateral().maintenance(long, market(cap=1000)) == 3000
    assert FullCollateral().maintenance(short, market(cap=1000)) == 7000


def test_orders_of_a_fully_collateralised_market_cost_what_they_could_lose() -> None:
    at = market(cap=1000)

    assert FullCollateral().maintenance(alone(buys=10, limit=300), at) == 3000
    assert FullCollateral().maintenance(alone(sells=10, limit=300), at) == 7000


def test_where_margin_covers_all_there_is_one_level() -> None:
    found = Trading(margin=FullCollateral()).market

    assert (found.search, found.initial, found.release) == (ONE, ONE, ONE)


def test_margins_follow_funding_that_accrues_while_the_mark_stays() -> None:
    data = OracleBinding("price", ("oracle",))
    trading = Trading(product=Perpetual(data=data, funding=TimeTrigger(1000)), mark_seconds=2)
    trading.trade("long", "short", 10, 100)
    trading.exchange.submit_oracle_data("oracle", {"price": "90"})
    for _ in range(6):
        trading.exchange.advance(1)
    found, position = trading.market, trading.market.position("long")

    assert found.funding > 0 and found.mark == 100
    assert position.margin.balance >= CrossMargin().maintenance(position, found) > 350
