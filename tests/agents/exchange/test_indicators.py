"""Indicators: what TA-Lib 0.8.2 says of the same prices, and which signals follow."""

from collections.abc import Sequence
from math import isnan, sin

import pytest

from tokenspice.agents.exchange.indicators import (
    KEPT,
    ApoSignal,
    CmoSignal,
    Indicator,
    IndicatorName,
    MacdSignal,
    RelativeStrength,
    StochRsiSignal,
    indicator,
)

# fmt: off
PRICES = (
    102.04, 99.49, 99.9, 99.34, 98.88, 98.67, 96.65, 96.42, 95.55, 98.87, 99.1, 98.75, 98.47, 97.8, 96.74, 96.35, 96.83,
    96.59, 97.55, 97.35, 97.38, 98.92, 99.47, 98.96, 98.78, 99.32, 101.26, 100.99, 100.74, 101.74, 100.86, 100.57, 101.45,
    102.03, 102.12, 102.79, 99.96, 100.98, 100.02, 98.36, 98.63, 99.33, 98.89, 97.81, 97.84, 97.78, 99.19, 99.94, 100.13,
    101.24, 101.04, 100.11, 100.7, 101.28, 101.06, 100.28, 100.51, 98.02, 98.71, 99.2,
)
# fmt: on
RSI = (51.011098, 53.855693, 56.528038, 55.221677, 50.744113, 51.980537, 40.212028, 43.995888, 46.581393)
K = (0.0, 45.938986, 89.096221, 76.320902, 0.0, 21.3769, 0.0, 25.209515, 54.122107)
D = (62.683228, 44.66289, 45.011736, 70.452036, 55.139041, 32.565934, 7.125633, 15.528805, 26.443874)
APO = (0.176973, 0.228522, 0.312573, 0.357312, 0.326071, 0.316225, 0.106275, -0.004383, -0.051944)
HISTOGRAM = (0.132527, 0.148151, 0.186515, 0.185642, 0.12406, 0.091828, -0.094111, -0.163489, -0.168563)
NAMES: tuple[IndicatorName, ...] = ("RSI", "CMO", "STOCHRSI", "APO", "MACD")


def signals(of: Indicator, prices: Sequence[float]) -> list[int]:
    return [of.add(price) for price in prices]


def test_strength_and_lines_are_those_of_ta_lib() -> None:
    strength, stoch, apo, macd = RelativeStrength(14), StochRsiSignal(0, 0), ApoSignal(0, 0), MacdSignal(0, 0)

    assert [strength.add(price) for price in PRICES][-9:] == pytest.approx(RSI, abs=1e-6)
    lines = [stoch.lines(price) for price in PRICES][-9:]
    assert [k for k, _ in lines] == pytest.approx(K, abs=1e-5)
    assert [d for _, d in lines] == pytest.approx(D, abs=1e-5)
    assert [apo.line(price) for price in PRICES][-9:] == pytest.approx(APO, abs=1e-6)
    assert [macd.line(price) for price in PRICES][-9:] == pytest.approx(HISTOGRAM, abs=1e-6)


def test_an_indicator_has_no_value_before_its_window_is_full() -> None:
    strength, macd = RelativeStrength(14), MacdSignal(0, 0)

    assert [isnan(strength.add(price)) for price in PRICES].count(True) == 14
    assert [isnan(macd.line(price)) for price in PRICES].count(True) == 26 + 9 - 2
    assert all(signals(indicator(name, 0, 100), PRICES[:14]) == [0] * 14 for name in NAMES)


def test_oscillators_sell_what_is_dear_and_buy_what_is_cheap() -> None:
    rising = [100.0 + i for i in range(20)]

    assert signals(indicator("RSI", 30, 70), rising)[14:] == [-1] * 6
    assert signals(CmoSignal(-40, 40), rising[::-1])[14:] == [1] * 6


def test_a_price_that_never_moves_gives_no_signal() -> None:
    for name in NAMES:
        assert set(signals(indicator(name, -30, 70), [5.0] * 60)) == {0}


def test_trend_followers_act_where_their_line_crosses_zero_and_nowhere_else() -> None:
    waves = [100 + 10 * sin(i / 20) for i in range(400)]
    for name, line in (("APO", ApoSignal(0, 0)), ("MACD", MacdSignal(0, 0))):
        found = [(i, s) for i, s in enumerate(signals(indicator(name, 0, 0), waves)) if s]  # type: ignore[arg-type]
        values = [line.line(price) for price in waves]

        assert found == [(i, 1 if values[i] >= 0 else -1) for i in range(1, 400) if values[i - 1] * values[i] < 0]
        assert len(found) >= 5


def test_a_stochastic_strength_acts_where_its_lines_cross_beyond_a_threshold() -> None:
    found = signals(StochRsiSignal(30, 70), PRICES)

    assert found[-9:] == [0, 0, 0, 0, 0, 0, 0, 1, 0]  # D - K turns from 7.1 to -9.7 while K is 25
    assert signals(StochRsiSignal(100, 70), PRICES).count(1) > found.count(1)


def test_memory_stays_bounded_and_values_do_not_change_by_it() -> None:
    waves = [100 + 10 * sin(i / 7) + i % 3 for i in range(5000)]
    long, short = RelativeStrength(14), RelativeStrength(14)

    values = [long.add(price) for price in waves]

    assert len(long._rsi.input_values) <= 4 * KEPT + 1
    assert [short.add(price) for price in waves[-1000:]][-1] == pytest.approx(values[-1], rel=1e-9)
