"""The probability of trading."""

import pytest

from tokenspice.markets.exchange.liquidity.probability_of_trading import (
    PriceView,
    TradingModel,
    probability_of_trading,
)

VIEW = PriceView(1045, 1055, 1035, 1175)
MODEL = TradingModel(0, 1.2, 0.0027378507871321013, 0.001)


@pytest.mark.parametrize(
    ("is_buy", "price", "expected"),
    [
        (True, 1030, 0.001),
        (True, 1035, 0.001),
        (True, 1045, 0.5),
        (True, 1050, 0.5),
        (False, 1055, 0.5),
        (False, 1175, 0.001),
        (False, 1180, 0.001),
    ],
)
def test_prob_1_orders_far_from_the_best_price_hardly_trade(is_buy: bool, price: int, expected: float) -> None:
    assert probability_of_trading(is_buy, price, VIEW, MODEL) == pytest.approx(expected, abs=1e-12)


def test_the_probability_falls_with_the_distance() -> None:
    buys = [probability_of_trading(True, price, VIEW, MODEL) for price in range(1045, 1034, -1)]
    sells = [probability_of_trading(False, price, VIEW, MODEL) for price in range(1055, 1176, 5)]
    assert buys == sorted(buys, reverse=True)
    assert sells == sorted(sells, reverse=True)
