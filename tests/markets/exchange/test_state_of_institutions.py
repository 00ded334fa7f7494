"""An exchange with everything that institutions remember goes on from its bytes as if nothing had been."""

from fractions import Fraction

from tests.markets.exchange.venue import KEY, Venue, config
from tokenspice.markets.exchange import Asset, Exchange
from tokenspice.markets.exchange.config import Successor
from tokenspice.markets.exchange.governance.changes import NewMarket, UpdateMarket, UpdateNetworkParameter
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.schedule import TimeTrigger
from tokenspice.markets.exchange.products.spot import Spot
from tokenspice.markets.exchange.rewards.strategy import DispatchStrategy, Distribution, RankShare, RewardMetric
from tokenspice.markets.exchange.state_bytes import from_bytes, state_hash, to_bytes

DATA = OracleBinding("outside", (KEY,))


def busy() -> Exchange:
    """A perpetual and a spot market that trade, an open vote, transfers, rewards by lottery."""
    venue = Venue(product=Perpetual(DATA, TimeTrigger(10), interest_rate=0.1))
    exchange = venue.exchange
    venue.fund(ada=10**6, ben=10**6, sponsor=10**6)
    exchange.add_asset(Asset("COIN", 2))
    exchange.deposit("ben", "COIN", 10**6)
    exchange.deposit("founder", "VOTE", 1000)
    spot = exchange.add_market(config(product=Spot("COIN"), opens_at_once=True))
    venue.hear(outside=90)
    venue.open("ada", "ben", 5, 100)
    venue.order("ben", "sell", 5, 100, spot)
    venue.order("ada", "buy", 9, 100, spot)
    ranked = DispatchStrategy(
        RewardMetric.AVERAGE_NOTIONAL,
        distribution=Distribution.RANK_LOTTERY,
        rank_table=(RankShare(1, 2), RankShare(2, 1)),
    )
    exchange.transfer_every_epoch("sponsor", "USD", 1000, dispatch=ranked, factor=Fraction(9, 10))
    exchange.transfer("ada", "USD", 10, "ben", deliver_at=exchange.now + 50)
    for change in (
        UpdateNetworkParameter("validators.epoch.length", "60s"),
        UpdateMarket("M1", {"tick_size": 5}),
        NewMarket(config(product=Perpetual(DATA), successor=Successor("M1", 0.5))),
    ):
        proposal = exchange.propose("founder", change, exchange.now + 20, exchange.now + 40)
        exchange.vote("founder", proposal.id)
    return exchange


def go_on(exchange: Exchange) -> str:
    for _ in range(150):
        exchange.advance(1)
    exchange.submit_oracle_data(KEY, {"outside": "120"})
    for _ in range(20):
        exchange.advance(1)
    return state_hash(exchange)


def test_it_goes_on_from_its_bytes_to_the_same_bytes() -> None:
    exchange = busy()
    copy = from_bytes(to_bytes(exchange))

    assert go_on(copy) == go_on(exchange)
    assert exchange.network.lottery.count > 0
    assert exchange.markets["M1"].position("ada").adjusted != 0


def test_two_exchanges_that_do_the_same_are_the_same() -> None:
    assert go_on(busy()) == go_on(busy())
