"""What the exchange buys with its fees."""

import pytest

from tests.markets.exchange.venue import Venue, config
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import AccountType, Asset
from tokenspice.markets.exchange.governance.changes import NewAutomatedPurchase
from tokenspice.markets.exchange.governance.reasons import ProposalReason
from tokenspice.markets.exchange.products.spot import Spot
from tokenspice.markets.exchange.purchases import AutomatedPurchase


class Desk(Venue):
    """A spot market at 100, where Ben sells 50 coins, and 1000 dollars of fees."""

    def __init__(self) -> None:
        super().__init__()
        self.exchange.add_asset(Asset("COIN", 0))
        self.market = self.exchange.add_market(config(product=Spot("COIN")))
        self.exchange.deposit("founder", "VOTE", 1000)
        self.fund(ada=10_000)
        self.exchange.deposit("ben", "COIN", 1000)
        self.open("ada", "ben", 1, 100)
        self.order("ben", "sell", 50, 100)
        self.fees = self.market.of_asset(AccountType.BUY_BACK_FEES)
        self.exchange.ledger.deposit(self.fees, 1000)

    def vote(self, programme: AutomatedPurchase) -> None:
        proposal = self.exchange.propose("founder", NewAutomatedPurchase(programme), self.now + 2, self.now + 4)
        self.exchange.vote("founder", proposal.id)
        self.blocks(4)

    def coins(self) -> int:
        return self.exchange.ledger.find("network", "COIN", AccountType.NETWORK_TREASURY)


def test_fees_buy_coins_for_the_treasury_time_and_again() -> None:
    desk = Desk()
    desk.vote(AutomatedPurchase(desk.market.id, every=10, maximum=350))
    desk.blocks(9)
    assert desk.coins() == 0
    desk.blocks(1)
    assert (desk.coins(), desk.fees.balance) == (3, 700)
    desk.blocks(10)

    assert (desk.coins(), desk.fees.balance) == (6, 400)
    assert desk.is_conserved()


def test_nothing_is_bought_for_less_than_the_minimum_or_after_the_end() -> None:
    desk = Desk()
    desk.vote(AutomatedPurchase(desk.market.id, every=10, maximum=600, minimum=500, expires=desk.now + 40))
    desk.blocks(60)

    # 5 coins for 500 dollars, then 4 for 400; of the last 100 nothing is spent
    assert (desk.coins(), desk.fees.balance, desk.exchange.purchases.due) == (9, 100, {})


def test_what_finds_no_seller_in_range_goes_back() -> None:
    desk = Desk()
    desk.exchange.cancel_all("ben")
    desk.order("ben", "sell", 5, 120)
    desk.vote(AutomatedPurchase(desk.market.id, every=5))
    desk.blocks(10)

    assert (desk.coins(), desk.fees.balance) == (0, 1000)


def test_a_market_that_is_no_spot_market_is_refused() -> None:
    desk = Desk()
    proposal = desk.exchange.propose(
        "founder", NewAutomatedPurchase(AutomatedPurchase("M1")), desk.now + 2, desk.now + 4
    )

    assert proposal.reason is ProposalReason.INVALID_PROGRAM
    with pytest.raises(ExchangeError, match="buy back fees or network treasury"):
        AutomatedPurchase("M1", source=AccountType.INSURANCE)
