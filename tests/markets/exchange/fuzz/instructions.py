"""Random instructions for an exchange, each field valid with some probability, else anything.

An instruction is a name of a method of the exchange with its arguments: what a journal notes, and a replay does again.
"""

import random
from collections.abc import Callable
from typing import Any, TypeAlias

from tests.markets.exchange.fuzz import further
from tests.markets.exchange.fuzz.call import Call, worth_of_an_order
from tokenspice.markets.exchange import ONE, Exchange, Market, Order, OrderType, Side, TimeInForce
from tokenspice.markets.exchange.amendments import Amendment
from tokenspice.markets.exchange.icebergs import Iceberg
from tokenspice.markets.exchange.pegs import Peg, PegReference
from tokenspice.markets.exchange.programmes.programme import (
    DiscountTier,
    RebateTier,
    ReferralProgramme,
    ReferralTier,
    VolumeDiscountProgramme,
    VolumeRebateProgramme,
)
from tokenspice.markets.exchange.programmes.tiers import FeeFactors
from tokenspice.markets.exchange.stop_orders import StopDirection, StopExpiry, Trigger

HUGE = 2**64 - 1


Maker: TypeAlias = "Callable[[Fuzzer, Exchange, Market], Call]"


class Fuzzer:
    """Draws instructions that fit the exchange's present state with probability `bias` in each field.

    Args:
        rng: all randomness.
        parties: who acts; the poor among them are closed out often.
        bias: the validity of each field.
        step: standard deviation of prices around the middle of the book, in ticks.
    """

    def __init__(self, rng: random.Random, parties: list[str], bias: float = 0.9, step: float = 10.0) -> None:
        self.rng, self.parties, self.bias, self.step = rng, parties, bias, step
        self.makers: dict[str, tuple[Maker, int]] = {
            "order": (Fuzzer.order, 500),
            "amendment": (Fuzzer.amendment, 140),
            "cancellation": (Fuzzer.cancellation, 120),
            "cancel_all": (Fuzzer.cancel_all, 10),
            "stop": (Fuzzer.stop, 60),
            "cancel_stop": (Fuzzer.cancel_stop, 10),
            "block": (Fuzzer.block, 130),
            "refill": (Fuzzer.refill, 40),
            "margin_mode": (further.margin_mode, 15),
            "programme": (Fuzzer.programme, 6),
            "create_pool": (further.create_pool, 6),
            "amend_pool": (further.amend_pool, 6),
            "cancel_pool": (further.cancel_pool, 3),
            "commitment": (further.commitment, 8),
            "oracle": (further.oracle, 15),
            "transfer": (further.transfer, 8),
            "proposal": (further.proposal, 2),
            "vote": (further.vote, 4),
            "stake": (further.stake, 2),
        }

    def next(self, exchange: Exchange) -> Call:
        """Draw one instruction."""
        name = self.rng.choices(list(self.makers), [weight for _, weight in self.makers.values()])[0]
        return self.draw(name, exchange)

    def draw(self, name: str, exchange: Exchange) -> Call:
        """Draw an instruction of one kind, for some market."""
        market = self.rng.choice(list(exchange.markets.values()))
        return self.makers[name][0](self, exchange, market)

    # fields

    def valid(self) -> bool:
        return self.rng.random() < self.bias

    def heavy(self) -> int:
        """From nothing to the greatest number, mostly one of the ends."""
        return int(self.rng.betavariate(0.05, 0.05) * HUGE)

    def party(self) -> str:
        return self.rng.choice(self.parties) if self.valid() or self.rng.random() < 0.9 else "nobody"

    def market_id(self, market: Market) -> str:
        return market.id if self.valid() or self.rng.random() < 0.9 else "M999"

    def size(self) -> int:
        return self.rng.randrange(1, 60) if self.valid() else self.rng.choice((0, -3, self.heavy(), 10**6))

    def price(self, market: Market) -> int:
        """Near the middle of the book, on the tick; or not."""
        if not self.valid():
            return self.rng.choice((0, -5, self.heavy(), market.mark + 1))
        bid, ask = market.book.best_bid(), market.book.best_ask()
        middle = (bid + ask) // 2 if bid and ask else bid or ask or market.mark or 1000
        middle = min((3 * middle + (market.mark or middle)) // 4, HUGE)  # pools may drive it on and on
        return max(round(self.rng.gauss(middle, self.step)) // market.tick_size, 1) * market.tick_size

    def side(self) -> Side:
        return self.rng.choice((Side.BUY, Side.SELL))

    def tif(self) -> TimeInForce:
        return self.rng.choices(list(TimeInForce), (50, 15, 15, 8, 6, 6))[0]

    def expiry(self, exchange: Exchange, tif: TimeInForce) -> int:
        if not self.valid():
            return self.rng.choice((0, -1, exchange.now, exchange.now + 5))
        return exchange.now + self.rng.randrange(1, 40) if tif is TimeInForce.GTT else 0

    def live(self, market: Market) -> Order | None:
        """Some party's live order, if it has one."""
        for _ in range(3):
            position = market.positions.get(self.rng.choice(self.parties))
            if position is not None and position.orders:
                return self.rng.choice(list(position.orders.values()))
        return None

    # instructions

    def order(self, exchange: Exchange, market: Market) -> Call:
        rng, tif = self.rng, self.tif()
        type = OrderType.MARKET if rng.random() < 0.2 else OrderType.LIMIT
        if type is OrderType.MARKET and self.valid():
            tif = rng.choice((TimeInForce.IOC, TimeInForce.FOK))
        price = 0 if type is OrderType.MARKET and self.valid() else self.price(market)
        kwargs: dict[str, Any] = {"type": type, "tif": tif}
        if expires := self.expiry(exchange, tif):
            kwargs["expires"] = expires
        if rng.random() < 0.1:
            kwargs["post_only"] = True
        if rng.random() < (0.2 if tif in (TimeInForce.IOC, TimeInForce.FOK) else 0.01):
            kwargs["reduce_only"] = True
        if type is OrderType.LIMIT and rng.random() < 0.1:
            peak = rng.randrange(1, 20)
            kwargs["iceberg"] = Iceberg(peak, rng.randrange(1, peak + 1) if self.valid() else peak + 1)
        side = self.side()
        if type is OrderType.LIMIT and rng.random() < 0.1:
            price, kwargs["peg"] = (0 if self.valid() else price), self.peg(market, side)
        return Call("submit", (self.party(), self.market_id(market), side, self.size(), price), kwargs)

    def peg(self, market: Market, side: Side) -> Peg:
        own = PegReference.BEST_BID if side is Side.BUY else PegReference.BEST_ASK
        reference = self.rng.choice((own, PegReference.MID)) if self.valid() else self.rng.choice(list(PegReference))
        return Peg(
            reference, self.rng.randrange(1, 12) * market.tick_size if self.valid() else self.rng.randrange(-3, 9)
        )

    def amendment(self, exchange: Exchange, market: Market) -> Call:
        order, rng = self.live(market), self.rng
        if order is None:
            return self.order(exchange, market)
        party = order.party if self.valid() else self.party()
        fields: dict[str, Any] = {}
        if order.peg is None and rng.random() < 0.5:
            fields["price"] = self.price(market)
        elif rng.random() < 0.5:
            fields["offset"] = rng.randrange(0, 12) * market.tick_size
        if rng.random() < 0.6:
            name = "size_change" if rng.random() < 0.6 else "size"
            fields[name] = rng.randrange(-20, 20) if name == "size_change" else self.size()
        if rng.random() < 0.1:
            fields["tif"] = rng.choice((TimeInForce.GTC, TimeInForce.GTT))
            fields["expires"] = exchange.now + rng.randrange(0, 30)
        return Call("amend", (party, self.market_id(market), order.id, Amendment(**fields)))

    def cancellation(self, exchange: Exchange, market: Market) -> Call:
        order = self.live(market)
        if order is None or not self.valid():
            return Call("cancel", (self.party(), self.market_id(market), "O7"))
        return Call("cancel", (order.party, market.id, order.id))

    def cancel_all(self, exchange: Exchange, market: Market) -> Call:
        return Call("cancel_all", (self.party(), market.id if self.rng.random() < 0.5 else ""))

    def stop(self, exchange: Exchange, market: Market) -> Call:
        legs = [self.trigger(exchange, market) for _ in range(self.rng.choice((1, 1, 2)))]
        return Call("submit_stop", (self.party(), self.market_id(market), *legs))

    def trigger(self, exchange: Exchange, market: Market) -> Trigger:
        rng = self.rng
        trails, scaled = rng.random() < 0.3, rng.random() < 0.2
        is_limit = rng.random() < 0.3
        return Trigger(
            rng.choice(list(StopDirection)),
            self.side(),
            0 if scaled else self.size(),
            0 if trails else self.price(market),
            rng.randrange(1, 9) * ONE // 100 if trails else 0,
            OrderType.LIMIT if is_limit else OrderType.MARKET,
            rng.choice((TimeInForce.IOC, TimeInForce.FOK)) if self.valid() else self.tif(),
            self.price(market) if is_limit else 0,
            reduce_only=rng.random() < 0.8,
            expires=exchange.now + rng.randrange(0, 30) if rng.random() < 0.3 else 0,
            on_expiry=rng.choice(list(StopExpiry)),
            fraction=rng.randrange(1, 11) * ONE // 10 if scaled else 0,
        )

    def cancel_stop(self, exchange: Exchange, market: Market) -> Call:
        held = list(market.stops.by_party.items())
        if not held:
            return Call("cancel_stop", (self.party(), market.id))
        party, stops = self.rng.choice(held)
        return Call("cancel_stop", (party, market.id, self.rng.choice(["", *stops])))

    def block(self, exchange: Exchange, market: Market) -> Call:
        """Mostly the next second; longer where an auction runs; rarely a silence that leads to one."""
        if market.in_auction:
            return Call("advance", (9,))
        return Call("advance", (self.rng.choices((1, 5, 15, 200), (900, 100, 2, 1))[0],))

    def refill(self, exchange: Exchange, market: Market) -> Call:
        """Give who has nothing left a little, so that it can lose it again."""
        party, symbol = self.rng.choice(self.parties), market.asset.symbol
        typical = worth_of_an_order(market)
        if exchange.general(party, symbol).balance * 20 < typical:
            return Call("deposit", (party, symbol, typical * self.rng.choice((5, 30, 100)) // 100 + 1))
        return Call("withdraw", (party, symbol, self.rng.randrange(1, 100)))

    def programme(self, exchange: Exchange, market: Market) -> Call:
        """Bring somebody, be brought, or change what trading costs."""
        sets = list(exchange.venue.programmes.sets.sets)
        if sets and self.rng.random() < 0.5:
            return Call("join_referral_set", (self.party(), self.rng.choice(sets)))
        if self.rng.random() < 0.5:
            return Call("create_referral_set", (self.party(),))
        tenth, third = FeeFactors.of_all(0.1), FeeFactors.of_all(1 / 3)
        return Call(
            "enact_programme",
            (
                self.rng.choice(
                    (
                        ReferralProgramme((ReferralTier(0, 0, tenth, third),)),
                        VolumeDiscountProgramme((DiscountTier(1, tenth), DiscountTier(1000, third))),
                        VolumeRebateProgramme((RebateTier(0.1, 0.0001), RebateTier(0.3, 0.01))),
                    )
                ),
            ),
        )
