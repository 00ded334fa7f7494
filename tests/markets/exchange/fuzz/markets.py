"""Random markets for random instructions: settings of all kinds, and parties rich and poor."""

import random

from tests.markets.exchange.fuzz.call import Call, worth_of_an_order
from tests.markets.exchange.fuzz.further import ORACLE
from tokenspice.markets.exchange import (
    Asset,
    Combination,
    CompositeMark,
    Exchange,
    FactorFees,
    LastTradeMark,
    MarginScaling,
    MarketConfig,
    Side,
    SimpleRisk,
)
from tokenspice.markets.exchange.disposal import StepwiseDisposal
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.price_monitoring import LogNormalBand, PriceTrigger
from tokenspice.markets.exchange.products.future import Cap, Future
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.product import Product
from tokenspice.markets.exchange.products.schedule import TimeTrigger
from tokenspice.markets.exchange.staking import VOTE


def configuration(rng: random.Random, name: str) -> MarketConfig:
    """A market of random decimals, ticks, risk, levels, triggers and disposal."""
    search = rng.choice((1.0, 1.1, 1.5))
    initial = search + rng.choice((0.1, 0.4))
    triggers = (PriceTrigger(rng.choice((5, 60)), rng.choice((0.95, 0.999)), rng.choice((3, 20))),)
    return MarketConfig(
        name,
        "USD",
        decimals=rng.choice((0, 1, 3)),
        position_decimals=rng.choice((-1, 0, 2)),
        tick_size=rng.choice((1, 1, 5)),
        linear_slippage=rng.choice((0.0, 0.001, 0.1)),
        mark_seconds=rng.choice((0, 1, 5)),
        risk=SimpleRisk(rng.choice((0.01, 0.1, 0.3)), rng.choice((0.01, 0.1, 0.3))),
        scaling=MarginScaling(search, initial, initial + 0.2),
        fees=FactorFees() if rng.random() < 0.7 else FactorFees(0, 0, 0, 0),
        liquidation=StepwiseDisposal(rng.choice((1, 10)), rng.choice((0.1, 1.0)), 5, rng.choice((0.1, 1.0)), 0.5),
        price_triggers=rng.choice(((), triggers)),
        price_band=LogNormalBand(0.0, rng.choice((1.0, 20.0))),
        product=product(rng),
        liquidity_fee=rng.choice((0.0, 0.001)),
        mark_price=rng.choice((LastTradeMark(), LastTradeMark(), composite(rng))),
    )


def composite(rng: random.Random) -> CompositeMark:
    """A mark price of trades and book."""
    combine = rng.choice((Combination.WEIGHTED, Combination.MEDIAN))
    return CompositeMark(
        (0.7, 0.3, 0.0), (60, 60, 60), rng.choice((0.0, 0.9)), rng.choice((1, 2)), rng.choice((0, 5)), combine
    )


def product(rng: random.Random) -> Product:
    """A dated future, a capped one that is collateralised in full, or a perpetual with short periods."""
    price = OracleBinding("price", (ORACLE,))
    if rng.random() < 0.5:
        cap = rng.choice((None, None, Cap(2000.0, fully_collateralised=True)))
        return Future(price, OracleBinding("terminated", (ORACLE,)), cap=cap)
    return Perpetual(price, TimeTrigger(rng.choice((10, 60))), margin_funding_factor=rng.choice((0.0, 0.9)))


def opened(exchange: Exchange, rng: random.Random, script: list[Call]) -> list[str]:
    """Open one or two markets and give money to parties, of whom half are poor; return the parties."""
    asset = Asset("USD", decimals=rng.choice((0, 2, 5)))
    play(exchange, script, Call("add_asset", (asset,)))
    for index in range(rng.choice((1, 1, 2))):
        play(exchange, script, Call("add_market", (configuration(rng, f"market {index}"),)))
    typical = max(worth_of_an_order(market) for market in exchange.markets.values())
    parties = [f"p{n}" for n in range(rng.randrange(4, 12))]
    for party in parties:
        amount = typical * rng.choice((5, 20, 60, 300, 10**6)) // 100
        play(exchange, script, Call("deposit", (party, "USD", amount)))
    for party, side in (("opener", Side.BUY), ("closer", Side.SELL)):
        play(exchange, script, Call("deposit", (party, "USD", 10**6 * typical)))
        play(exchange, script, Call("deposit", (party, VOTE, 1000)))
        for market in exchange.markets.values():
            play(exchange, script, Call("submit", (party, market.id, side, 1, 1000)))
    play(exchange, script, Call("advance", (1,)))
    return parties


def play(exchange: Exchange, script: list[Call], call: Call) -> None:
    script.append(call)
    call.on(exchange)
