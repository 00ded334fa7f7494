"""What can mean nothing in a market's configuration is refused where it is written, and the message says what to write."""

from dataclasses import dataclass
from typing import Any, final

import pytest

from tests.markets.exchange.trading import Trading
from tokenspice.markets.errors import ExchangeError, ProposalNotAcceptedError
from tokenspice.markets.exchange import (
    Asset,
    Exchange,
    ExchangeService,
    FactorFees,
    MarginRule,
    MarginScaling,
    MarketConfig,
    MarketView,
    Position,
    SimpleRisk,
)
from tokenspice.markets.exchange.market_configs import default_market
from tokenspice.markets.exchange.products.future import Cap
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.schedule import TimeTrigger
from tokenspice.markets.exchange.risk import OverriddenRisk


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"decimals": -1}, "market m: decimals is -1. Write a whole number from 0 to 18"),
        ({"position_decimals": 99}, "position_decimals is 99. Write a whole number from -18 to 18"),
        ({"tick_size": 0}, "tick_size is 0. Write a whole number from 1"),
        ({"linear_slippage": -1}, "linear_slippage is -1.0. Write a number from 0"),
        ({"mark_seconds": -1}, "mark_seconds is -1. Write a whole number from 0"),
        ({"liquidity_fee": 2}, "liquidity_fee is 2.0. Write a number from 0 to 1"),
        ({"fees__maker": -0.1}, "FactorFees: maker is -0.1. Write a number from 0 to 1"),
        ({"scaling__search": -1}, "MarginScaling: search is -1.0"),
    ],
)
def test_a_market_of_impossible_values_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ExchangeError, match=message):
        default_market("m", "USD", **values)


def test_parts_of_impossible_values_are_refused() -> None:
    nan = float("nan")
    for kind, given in (
        (FactorFees, {"treasury": nan}),
        (MarginScaling, {"initial": nan}),
        (SimpleRisk, {"long": -0.1}),
        (OverriddenRisk, {"model": SimpleRisk(), "long": 0.1, "short": -1}),
        (TimeTrigger, {"every": 0}),
        (TimeTrigger, {"every": 60, "first": -1}),
        (Cap, {"max_price": 0}),
        (Perpetual, {"margin_funding_factor": -1}),
        (Perpetual, {"interest_rate": 2}),
        (Perpetual, {"scaling_factor": nan}),
        (Asset, {"symbol": ""}),
        (Asset, {"symbol": "USD", "decimals": -1}),
        (Asset, {"symbol": "USD", "quantum": 0}),
    ):
        with pytest.raises(ExchangeError, match="Write"):
            kind(**given)


def test_a_verb_says_what_to_write_in_place_of_what_it_cannot_read() -> None:
    service = ExchangeService(Exchange())
    with pytest.raises(ExchangeError, match="There are: none. Add the asset first"):
        service.create_simple_market("X", "USD")
    service.create_asset("USD")
    with pytest.raises(ExchangeError, match=r"clamp_lower_bound 0.1 is above clamp_upper_bound 0.0. Write"):
        service.create_market_from_config(default_market("P", "USD", Perpetual(clamp_lower_bound=0.1)))
    market = service.create_simple_market("X", "USD")

    with pytest.raises(ProposalNotAcceptedError, match="Near it are: liquidity.price_range"):
        service.update_market(market, {"liquidity.pricerange": 0.2})
    with pytest.raises(ProposalNotAcceptedError, match=r"none of this name. Near it are transfer\.fee\.factor"):
        service.update_network_parameter("transfer.fee.facto", 1)
    with pytest.raises(ExchangeError, match="n_levels = -1. Write 0 or more"):
        service.market_depth(market, -1)
    with pytest.raises(ExchangeError, match=r"wait_fn\(-1\).*Write 0 or more"):
        service.wait_fn(-1)
    with pytest.raises(ExchangeError, match="'half' is no finite number"):
        service.recurring_transfer("a", "b", "USD", 1, factor="half")


def test_a_market_takes_rules_and_numbers_alone() -> None:
    with pytest.raises(
        ExchangeError, match="market m: margin is 'cross'. Write a value of a class that extends MarginRule"
    ):
        MarketConfig("m", "USD", margin="cross")  # type: ignore[arg-type]
    with pytest.raises(ExchangeError, match="decimals is '2'. Write a whole number"):
        MarketConfig("m", "USD", decimals="2")  # type: ignore[arg-type]
    with pytest.raises(ExchangeError, match=r"tick_size is 1.5. Write a whole number"):
        MarketConfig("m", "USD", tick_size=1.5)  # type: ignore[arg-type]
    with pytest.raises(ExchangeError, match="SimpleRisk: short is 'x'. Write a number"):
        SimpleRisk(0.1, "x")  # type: ignore[arg-type]


@final
@dataclass(frozen=True)
class RoughMargin(MarginRule):
    """A tenth of the notional, as a float."""

    def maintenance(self, position: Position, market: MarketView) -> int:
        return 0.1 * abs(position.volume + position.buys) * market.mark  # type: ignore[return-value]


def test_a_rule_that_gives_a_float_is_told_so_before_it_reaches_an_account() -> None:
    trading = Trading(margin=RoughMargin())
    with pytest.raises(ExchangeError, match="margin rule, gave the amount 1[0-9.]+ of USD. Let it return an int"):
        trading.trade("ada", "ben", 1, 1000)

    assert all(type(account.balance) is int for account in trading.exchange.ledger.accounts())
