"""The clearing house looks at those margins alone that may have left their levels, and does the same as if it saw all."""

import random
from dataclasses import dataclass
from typing import final

import pytest

from tokenspice.markets.exchange import (
    Asset,
    CrossMargin,
    Exchange,
    MarginRule,
    Market,
    MarketConfig,
    Position,
    Side,
)
from tokenspice.markets.exchange.venue import MarketView


@final
@dataclass(frozen=True)
class Unweighed(MarginRule):
    """The same margins, without a word on how they depend on the mark price."""

    def maintenance(self, position: Position, market: MarketView) -> int:
        return CrossMargin().maintenance(position, market)


def traded(rule: MarginRule, seed: int, decimals: int) -> tuple[list[tuple[str, str, int]], list[int]]:
    """Random orders of rich and poor parties around a price that wanders: all balances, and all volumes."""
    exchange, rng = Exchange(), random.Random(seed)
    exchange.add_asset(Asset("USD", decimals=decimals))
    config = MarketConfig(
        "BTC", "USD", decimals=1, position_decimals=1, margin=rule, mark_seconds=1, linear_slippage=0.1
    )
    market = exchange.add_market(config)
    for party in range(12):
        exchange.deposit(str(party), "USD", rng.choice((2, 20, 2000)) * 10 ** (decimals + 3))
    price = 1000.0
    for _ in range(300):
        price *= 1 + rng.gauss(0, 0.01)
        side = rng.choice((Side.BUY, Side.SELL))
        exchange.submit(str(rng.randrange(12)), market.id, side, rng.randrange(1, 60), round(price + rng.gauss(0, 8)))
        exchange.advance(rng.randrange(2))
    return balances(exchange), volumes(market)


def balances(exchange: Exchange) -> list[tuple[str, str, int]]:
    return [(account.party, account.type, account.balance) for account in exchange.ledger.accounts()]


def volumes(market: Market) -> list[int]:
    return [position.volume for position in (market.network, *market.positions.values())]


@pytest.mark.parametrize("decimals", [0, 1, 5])
@pytest.mark.parametrize("seed", range(4))
def test_margins_that_are_far_from_all_levels_need_no_look(seed: int, decimals: int) -> None:
    assert traded(CrossMargin(), seed, decimals) == traded(Unweighed(), seed, decimals)
