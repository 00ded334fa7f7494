"""Cases of funding: averages minute by minute, and what positions pay."""

from fractions import Fraction
from typing import Any

from tests.markets.exchange.cases import Case
from tests.markets.exchange.readings import accounts
from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.funding import Funding
from tokenspice.markets.exchange.products.perpetual import Perpetual, PerpetualInstrument
from tokenspice.markets.exchange.products.product import FUNDING_DATA
from tokenspice.markets.exchange.products.schedule import TimeTrigger

AUCTION = "auction"
DECIMALS = 3


def play_funding(case: Case) -> None:
    if "internal" in case["given"]:
        play_minutes(case)
    else:
        play_payment(case)


def play_minutes(case: Case) -> None:
    """One price a minute of each side, which holds until the next; an auction lasts a little longer than its minutes."""
    given, expect = case["given"], case["expect"]
    perpetual = perpetual_of(given)
    found: dict[str, list[Any]] = {"internal_twap": [], "external_twap": [], "payment": []}
    late, was_auction = 0, False
    prices = list(zip(given["internal"], given["external"], strict=True))
    for index, (internal, external) in enumerate(prices):
        start = index * given["interval_s"] + late
        if was_auction and internal != AUCTION:
            late += given.get("auction_overrun_s", 0)
            start += given.get("auction_overrun_s", 0)
            perpetual.at_auction(start, begins=False)
        if internal == AUCTION and not was_auction:
            perpetual.at_auction(start, begins=True)
        if internal != AUCTION:
            perpetual.at_mark(start, internal * 10**DECIMALS)
            perpetual.hear(FUNDING_DATA, str(external), start)
        was_auction = internal == AUCTION
        due = perpetual.due(start + given["interval_s"])
        for name, value in zip(found, (due.internal, due.external, due.payment), strict=True):
            found[name].append(value)
    assert {name: found[name] for name in expect} == expect


def perpetual_of(given: Case) -> PerpetualInstrument:
    settings = {
        "interest_rate": given.get("interest_rate", 0.0),
        "clamp_lower_bound": given.get("clamp_lower", 0.0),
        "clamp_upper_bound": given.get("clamp_upper", 0.0),
    }
    product = Perpetual(OracleBinding("price", ("key",)), TimeTrigger(10**9), **settings)
    perpetual = product.start(0, DECIMALS)
    perpetual.at_opening(0)
    return perpetual


def play_payment(case: Case) -> None:
    """Positions of parties, who trade with each other, and what a payment moves between them."""
    given = case["given"]
    stage = Stage({"mark": 1000}, [])
    buyers = [party for party, volume in given["positions"].items() if volume > 0]
    sellers = [party for party, volume in given["positions"].items() if volume < 0]
    for buyer, seller in zip(buyers, sellers, strict=True):
        size = given["positions"][buyer]
        stage.play({"op": "trade", "buyer": buyer, "seller": seller, "size": size, "price": 1000})
    before = {party: sum(accounts(stage, party)) for party in case["expect"]}
    market: Any = stage.market
    market.pay_funding(Funding(given["payment"], Fraction(0), None, None))
    assert {party: sum(accounts(stage, party)) - had for party, had in before.items()} == case["expect"]
