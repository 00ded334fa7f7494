"""What votes change on an exchange."""

from fractions import Fraction

import pytest

from tests.markets.exchange.cases import cases
from tests.markets.exchange.venue import DATED, Venue, config
from tokenspice.markets.exchange import AccountType, Asset, Market
from tokenspice.markets.exchange.config import Successor
from tokenspice.markets.exchange.governance.changes import (
    Change,
    Freeform,
    NewAsset,
    NewMarket,
    NewTransfer,
    UpdateMarket,
    UpdateMarketState,
    UpdateNetworkParameter,
)
from tokenspice.markets.exchange.governance.enacting import StateChange, TransferTerms
from tokenspice.markets.exchange.governance.proposals import Proposal
from tokenspice.markets.exchange.governance.reasons import ProposalReason
from tokenspice.markets.exchange.products.future import Future
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.transfer_terms import Allowance

FEE = "market.fee.factors.makerFee"


class Parliament(Venue):
    """An open market, and a founder who has all 1000 votes."""

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        self.exchange.deposit("founder", "VOTE", 1000)
        self.fund(ada=1_000_000, ben=1_000_000)
        self.open("ada", "ben", 5, 100)

    def propose(self, change: Change, closes: int = 2, enacts: int = 4, by: str = "founder") -> Proposal:
        return self.exchange.propose(by, change, self.now + closes, self.now + enacts)

    def decide(self, change: Change) -> Proposal:
        """Propose, vote yes, and wait until the change is in force."""
        proposal = self.propose(change)
        self.exchange.vote("founder", proposal.id)
        self.blocks(4)
        return proposal


def test_a_parameter_changes_when_the_proposal_comes_into_force() -> None:
    house = Parliament()
    proposal = house.propose(UpdateNetworkParameter(FEE, "0.5"))
    house.exchange.vote("founder", proposal.id)
    house.blocks(3)
    assert (proposal.state.value, house.exchange.network.parameters.text(FEE)) == ("passed", "0.0002")
    house.blocks(1)

    assert (proposal.state.value, house.exchange.network.parameters.text(FEE)) == ("enacted", "0.5")
    assert house.exchange.governance.live == {}


def test_a_parameter_holds_in_markets_that_are_there_and_in_later_ones() -> None:
    house = Parliament()
    house.decide(UpdateNetworkParameter(FEE, "0.5"))
    house.decide(NewMarket(config()))

    assert [market.config.fees.maker for market in house.exchange.markets.values()] == [0.5, 0.5]  # type: ignore[attr-defined]


def test_weights_are_those_at_close() -> None:
    house = Parliament()
    house.exchange.deposit("rival", "VOTE", 400)
    proposal = house.propose(Freeform())
    house.exchange.vote("founder", proposal.id)
    house.exchange.vote("rival", proposal.id, is_yes=False)
    house.exchange.deposit("rival", "VOTE", 200)
    house.blocks(2)

    assert proposal.state.value == "declined"


def test_without_votes_nothing_passes() -> None:
    house = Parliament()
    proposal = house.propose(NewAsset(Asset("EUR")))
    house.blocks(2)

    assert (proposal.state.value, "EUR" in house.exchange.assets) == ("declined", False)


def test_nobody_votes_after_the_close_or_without_tokens() -> None:
    house = Parliament()
    proposal = house.propose(Freeform())
    assert house.exchange.vote("ada", proposal.id) is ProposalReason.NO_STAKE
    house.blocks(2)

    assert house.exchange.vote("founder", proposal.id) is ProposalReason.NO_SUCH_PROPOSAL
    assert house.exchange.vote("founder", "P9") is ProposalReason.NO_SUCH_PROPOSAL


@pytest.mark.parametrize(
    ("change", "times", "by", "reason"),
    [
        (Freeform(), (0, 4), "founder", ProposalReason.CLOSES_TOO_EARLY),
        (Freeform(), (10**9, 10**9), "founder", ProposalReason.CLOSES_TOO_LATE),
        (Freeform(), (4, 2), "founder", ProposalReason.ENACTED_TOO_EARLY),
        (Freeform(), (4, 10**9), "founder", ProposalReason.ENACTED_TOO_LATE),
        (Freeform(), (2, 4), "ada", ProposalReason.NO_STAKE),
        (NewAsset(Asset("USD")), (2, 4), "founder", ProposalReason.ASSET_EXISTS),
        (NewMarket(config(successor=Successor("M9"))), (2, 4), "founder", ProposalReason.NO_SUCH_PARENT),
        (
            NewMarket(config(successor=Successor("M1"), product=Perpetual())),
            (2, 4),
            "founder",
            ProposalReason.NO_SUCH_PARENT,
        ),
        (UpdateMarket("M9", {}), (2, 4), "founder", ProposalReason.NO_SUCH_MARKET),
        (UpdateMarket("M1", {"decimals": 3}), (2, 4), "founder", ProposalReason.NOT_UPDATABLE),
        (UpdateMarket("M1", {"product": Perpetual()}), (2, 4), "founder", ProposalReason.NOT_UPDATABLE),
        (UpdateMarket("M1", {"tick": 3}), (2, 4), "founder", ProposalReason.INVALID_VALUE),
        (UpdateMarketState("M1", StateChange.RESUME), (2, 4), "founder", ProposalReason.INVALID_NEW_STATE),
        (UpdateMarketState("M1", StateChange.TERMINATE, -1), (2, 4), "founder", ProposalReason.INVALID_PRICE),
        (UpdateNetworkParameter(FEE, "2"), (2, 4), "founder", ProposalReason.INVALID_VALUE),
        (UpdateNetworkParameter("no.such", "2"), (2, 4), "founder", ProposalReason.INVALID_VALUE),
        (NewTransfer(TransferTerms("EUR", 5)), (2, 4), "founder", ProposalReason.NO_SUCH_ASSET),
        (NewTransfer(TransferTerms("USD", 0, target_party="ada")), (2, 4), "founder", ProposalReason.INVALID_TRANSFER),
    ],
)
def test_what_cannot_be_proposed_is_refused(
    change: Change, times: tuple[int, int], by: str, reason: ProposalReason
) -> None:
    proposal = Parliament().propose(change, *times, by)

    assert (proposal.state.value, proposal.reason) == ("rejected", reason)


def test_a_market_waits_for_its_vote_and_opens_after_its_enactment() -> None:
    house = Parliament()
    proposal = house.propose(NewMarket(config()))
    market = house.exchange.markets[proposal.subject]
    house.exchange.vote("founder", proposal.id)
    assert (market.state.value, house.order("ada", "buy", 1, 100, market).status.value) == ("proposed", "rejected")
    house.blocks(2)
    assert (market.state.value, market.mode.value) == ("pending", "opening auction")
    house.order("ada", "buy", 1, 100, market)
    house.order("ben", "sell", 1, 100, market)
    house.blocks(1)
    assert market.state.value == "pending"
    house.blocks(1)

    assert (market.state.value, market.mark) == ("active", 100)


def test_a_market_that_is_voted_down_takes_no_orders() -> None:
    house = Parliament()
    proposal = house.propose(NewMarket(config()))
    house.blocks(2)
    market = house.exchange.markets[proposal.subject]

    assert (market.state.value, house.order("ada", "buy", 1, 100, market).status.value) == ("rejected", "rejected")


def test_values_of_a_market_change_by_their_paths() -> None:
    house = Parliament()
    house.decide(UpdateMarket("M1", {"tick_size": 5, "risk.long": 0.3}))

    assert house.order("ada", "buy", 1, 101).status.value == "rejected"
    assert house.market.risk.long == 3 * 10**17


def test_a_suspended_market_collects_orders_until_it_is_resumed() -> None:
    house = Parliament()
    house.decide(UpdateMarketState("M1", StateChange.SUSPEND))
    assert (house.state(), house.market.mode.value) == ("suspended via governance", "suspended via governance")
    house.order("ada", "buy", 1, 90)
    house.order("ben", "sell", 1, 90)
    house.blocks(5)
    assert house.market.last_price == 100
    house.decide(UpdateMarketState("M1", StateChange.RESUME))

    assert (house.state(), house.market.last_price) == ("active", 90)


def test_stl_4_a_vote_closes_a_market_at_its_price() -> None:
    case = cases()["STL-4"]
    house = Parliament(decimals=1)
    house.decide(UpdateMarketState("M1", StateChange(case["events"][0]["change"].lower()), 51))

    assert (house.market.mark, house.state().upper()) == (case["expect"]["mark"] * 10, case["expect"]["state"])
    assert house.market.position("ada").margin.balance == 0
    assert house.is_conserved()


def test_a_successor_takes_its_part_of_the_insurance_pool_as_it_opens() -> None:
    house = Parliament()
    house.exchange.ledger.deposit(house.market.insurance, 100)
    first, second = (
        house.exchange.markets[house.decide(NewMarket(config(successor=Successor("M1", 0.5)))).subject]
        for _ in range(2)
    )
    house.open("ada", "ben", 1, 100, second)

    assert pools(house.market, first, second) == [50, 0, 50]
    assert (first.state.value, second.state.value) == ("cancelled", "active")


def test_what_a_successor_leaves_goes_to_the_asset_when_its_parent_ends() -> None:
    house = Parliament()
    house.exchange.ledger.deposit(house.market.insurance, 100)
    house.hear(price=100)
    house.hear(terminated="true")
    successor = house.exchange.markets[house.decide(NewMarket(config(successor=Successor("M1", 0.5)))).subject]
    house.open("ada", "ben", 1, 100, successor)
    house.blocks(1)

    assert pools(house.market, successor) == [0, 50]
    assert house.exchange.ledger.find("network", "USD", AccountType.GLOBAL_INSURANCE) == 50


def pools(*markets: Market) -> list[int]:
    return [market.insurance.balance for market in markets]


def test_a_vote_pays_from_the_treasury() -> None:
    house = Parliament()
    treasury = house.exchange.ledger.of_network("USD", AccountType.NETWORK_TREASURY)
    house.exchange.ledger.deposit(treasury, 1000)
    terms = TransferTerms("USD", 800, target_party="carl", allowance=Allowance(Fraction(1, 2)))
    house.decide(NewTransfer(terms))

    assert (treasury.balance, house.general("carl")) == (500, [500])


def test_proposals_come_into_force_in_the_order_of_their_times() -> None:
    house = Parliament()
    late = house.propose(UpdateNetworkParameter(FEE, "0.1"), 2, 5)
    early = house.propose(UpdateNetworkParameter(FEE, "0.2"), 2, 4)
    for proposal in (late, early):
        house.exchange.vote("founder", proposal.id)
    house.exchange.advance(5)

    assert house.exchange.network.parameters.text(FEE) == "0.1"


def test_what_became_impossible_fails() -> None:
    house = Parliament()
    change = NewAsset(Asset("EUR"))
    first, second = house.propose(change), house.propose(change)
    for proposal in (first, second):
        house.exchange.vote("founder", proposal.id)
    house.blocks(4)

    assert (first.state.value, second.state.value) == ("enacted", "failed")
    assert second.reason is ProposalReason.ASSET_EXISTS


def test_the_terms_of_a_product_change_with_its_market() -> None:
    house = Parliament()
    later = Future(DATED.settlement, DATED.termination, terminates_at=house.now + 10)
    house.decide(UpdateMarket("M1", {"product": later}))
    house.blocks(6)

    assert house.state() == "trading terminated"


def test_the_scaling_of_target_stakes_is_a_parameter_of_all_markets() -> None:
    house = Parliament()
    house.decide(UpdateNetworkParameter("market.stake.target.scalingFactor", "5"))
    house.decide(UpdateNetworkParameter("market.stake.target.timeWindow", "10m"))

    assert (house.market.config.liquidity.target_scaling, house.market.config.liquidity.target_window) == (5.0, 600)
