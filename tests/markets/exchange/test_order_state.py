"""Orders of every kind survive a snapshot, and a journal: what goes on from either comes to the same."""

from decimal import Decimal

from tests.markets.exchange.floor import Floor
from tokenspice.markets.exchange import Exchange, Journal, Side, from_bytes, replay, state_hash, to_bytes
from tokenspice.markets.exchange.numbers import factor
from tokenspice.markets.exchange.orders import TimeInForce
from tokenspice.markets.exchange.pegs import PegReference
from tokenspice.markets.exchange.price_monitoring import FactorBand, PriceTrigger
from tokenspice.markets.exchange.stop_orders import StopDirection


def busy() -> tuple[Floor, Journal]:
    """A market with an iceberg, pegs, stops, an expiry, a waiting transaction, and a protective auction."""
    band = FactorBand(Decimal("0.9"), Decimal("1.1"))
    floor = Floor(price_triggers=(PriceTrigger(60, 0.95, 5),), price_band=band)
    journal = Journal(floor.exchange)
    floor.trade(100)
    floor.iceberg("a", Side.BUY, 50, 95, 10, 4)
    floor.sell("b", 8, 95)
    floor.sell("s", 30, 105)
    floor.peg("p", Side.BUY, 3, PegReference.MID, 1)
    floor.peg("q", Side.SELL, 3, PegReference.BEST_ASK, 2, tif=TimeInForce.GTT, expires=floor.exchange.now + 9)
    floor.stop("a", StopDirection.FALLS_BELOW, trail=factor("0.02"))
    floor.pair("a", 130, 60, expires=floor.exchange.now + 7)
    floor.exchange.send("submit", party="b", market_id=floor.market.id, side=Side.SELL, size=40, price=90)
    floor.sell("s", 5, 120)
    floor.buy("t", 40, 120)
    assert not floor.is_continuous
    return floor, journal


def go_on(exchange: Exchange) -> str:
    for _ in range(12):
        exchange.advance(1)
    exchange.submit("t", "M1", Side.SELL, 60, 80)
    exchange.advance(1)
    return state_hash(exchange)


def test_a_copy_of_the_state_goes_on_to_the_same() -> None:
    floor, _ = busy()
    copy = from_bytes(to_bytes(floor.exchange))
    assert state_hash(copy) == state_hash(floor.exchange)
    assert go_on(copy) == go_on(floor.exchange)


def test_a_replay_of_the_instructions_comes_to_the_same() -> None:
    first, journal = busy()
    again = replay(journal.lines)
    assert go_on(again) == go_on(first.exchange)
