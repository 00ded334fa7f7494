"""Equity-like shares."""

import pytest

from tokenspice.markets.exchange.liquidity.shares import EquityShares, Stake
from tokenspice.markets.exchange.numbers import ONE


def test_lps_3_the_entry_valuation_is_averaged_by_stake() -> None:
    shares = EquityShares()
    shares.set_stake("a", 8000)
    shares.set_stake("b", 2000)
    assert shares.stakes["a"].entry == 8000 * ONE
    assert shares.stakes["b"].entry == 10_000 * ONE
    shares.set_stake("b", 1000)
    assert shares.stakes["b"].entry == 10_000 * ONE
    shares.set_stake("b", 1500)
    assert shares.stakes["b"].entry == (10_000 * 1000 + 9500 * 500) * ONE // 1500


def test_shares_sum_to_one() -> None:
    shares = EquityShares()
    for n, party in enumerate("abcdefg"):
        shares.set_stake(party, 1000 + n)
    assert sum(shares.shares().values()) == ONE


def test_virtual_stakes_grow_with_the_traded_value_from_the_second_period_on() -> None:
    shares = EquityShares()
    shares.set_stake("a", 1000)
    for traded in (100, 100, 400):
        shares.traded = traded
        shares.end_period()
    # averages: 100, 100, 200
    assert shares.stakes["a"].virtual == 2000 * ONE
    shares.set_stake("b", 1000)
    assert shares.shares()["b"] == pytest.approx(ONE / 3)
    shares.set_stake("a", 500)
    assert shares.stakes["a"].virtual == 1000 * ONE


def test_a_virtual_stake_never_falls_below_the_physical_one() -> None:
    shares = EquityShares()
    shares.set_stake("a", 1000)
    for traded in (100, 100, 1, 1, 1):
        shares.traded = traded
        shares.end_period()
    assert shares.stakes["a"].virtual == 1000 * ONE


def test_periods_without_trades_bring_the_physical_stakes_back() -> None:
    shares = EquityShares()
    shares.set_stake("a", 1000)
    parent = Stake()
    parent.physical, parent.virtual = 500, 4000 * ONE
    shares.carry("b", parent)
    shares.set_stake("b", 600)
    assert shares.stakes["b"].virtual == 4100 * ONE
    shares.end_period()
    assert shares.stakes["b"].virtual == 600 * ONE
