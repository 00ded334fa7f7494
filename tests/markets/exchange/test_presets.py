"""Markets that are written down."""

from pathlib import Path

import pytest

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import Asset, Exchange
from tokenspice.markets.exchange.composite_mark import Combination, CompositeMark
from tokenspice.markets.exchange.lognormal_risk import LogNormalRisk
from tokenspice.markets.exchange.market_configs import (
    DEFAULT_TRIGGERS,
    SIMPLE_RISK,
    default_market,
    simple_future,
    simple_perpetual,
    simple_spot,
)
from tokenspice.markets.exchange.presets_file import market_from_file, preset, presets
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.spot import Spot


@pytest.mark.parametrize("name", presets())
def test_every_preset_opens_a_market(name: str) -> None:
    exchange = Exchange()
    exchange.add_asset(Asset("USDT", 6))

    assert exchange.add_market(preset(name)).state.value == "pending"


def test_the_perpetual_of_the_main_network_has_its_numbers() -> None:
    config = preset("btc_usdt_perp")
    product, mark = config.product, config.mark_price

    assert isinstance(product, Perpetual)
    assert isinstance(mark, CompositeMark)
    assert (config.decimals, config.position_decimals, config.tick_size) == (1, 4, 2)
    assert (product.rate_lower_bound, product.rate_upper_bound, product.funding.every) == (-0.001, 0.001, 28800)
    assert (mark.combine, mark.cash) == (Combination.MEDIAN, 50.0)
    assert config.risk == LogNormalRisk(1e-6, 3.995e-6, 0.0, 1.0, 0.0)
    assert [trigger.horizon for trigger in config.price_triggers] == [360, 1440, 4320, 21600]


def test_values_of_a_preset_may_be_replaced() -> None:
    config = preset("btc_usdt_perp", asset="tUSD", risk__sigma=2.0)

    assert (config.asset, config.risk) == ("tUSD", LogNormalRisk(1e-6, 3.995e-6, 0.0, 2.0, 0.0))


def test_a_preset_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(ExchangeError, match="btc_usdt_perp"):
        preset("btc_usdt_prep")


def test_a_file_of_ones_own_is_read_in_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "X"\nasset = "USD"\n[risk]\nkind = "simple"\nlong = 0.2\n')
    assert market_from_file(path, tick_size=3).tick_size == 3

    path.write_text('name = "X"\nasset = "USD"\nticksize = 2\n')
    with pytest.raises(ExchangeError, match="ticksize: a MarketConfig has no such value. Write one of: tick_size"):
        market_from_file(path)
    with pytest.raises(ExchangeError, match="cannot be read"):
        market_from_file(tmp_path / "none.toml")


def test_defaults_are_those_of_the_protocols_configuration_object() -> None:
    config = default_market("m", "USD")

    assert config.risk == LogNormalRisk(0.01, 1.90128526884173e-06, 0.0, 3.0, 0.016)
    assert config.price_triggers == DEFAULT_TRIGGERS
    assert [(each.horizon, each.extension) for each in DEFAULT_TRIGGERS] == [
        (900, 60),
        (3600, 300),
        (14_400, 900),
        (86_400, 3600),
    ]
    assert (config.decimals, config.position_decimals, config.tick_size, config.linear_slippage) == (4, 2, 1, 1e-3)
    assert (config.liquidity.target_window, config.liquidity.target_scaling) == (3600, 1.0)


def test_simple_markets_listen_to_one_key() -> None:
    future, perpetual = simple_future("m", "USD", "key", tick_size=2), simple_perpetual("m", "USD", "key")

    assert (future.risk, future.tick_size, [each.horizon for each in future.price_triggers]) == (
        SIMPLE_RISK,
        2,
        [86_400],
    )
    assert [binding.signers for binding in future.bindings().values()] == [("key",), ("key",)]
    assert list(perpetual.bindings()) == ["funding data"]
    assert [round(part / 1e18, 6) for part in future.risk.factors()] == [0.051531, 0.054215]
    assert (future.decimals, future.position_decimals, future.risk.rate) == (4, 2, 0.016)  # type: ignore[attr-defined]


def test_a_spot_market_moves_in_steps_of_two() -> None:
    for config in (default_market("m", "USD", Spot("BTC")), simple_spot("m", "BTC", "USD")):
        assert (config.decimals, config.position_decimals, config.tick_size) == (4, 2, 2)
