"""Markets are opened, changed and ended through the service, with and without a vote; money moves between parties."""

import pytest

from tokenspice.markets.errors import ExchangeError, ProposalNotAcceptedError
from tokenspice.markets.exchange import MarketState, Pegged, Reason, replay
from tokenspice.markets.exchange.exchange import Exchange
from tokenspice.markets.exchange.governance.changes import Freeform, UpdateNetworkParameter
from tokenspice.markets.exchange.governance.reasons import ProposalReason
from tokenspice.markets.exchange.journal import Journal
from tokenspice.markets.exchange.programmes.programme import DiscountTier, VolumeDiscountProgramme
from tokenspice.markets.exchange.programmes.tiers import FeeFactors
from tokenspice.markets.exchange.service.service import ExchangeService
from tokenspice.markets.exchange.state_bytes import state_hash
from tokenspice.markets.exchange.transfer_terms import TransferReason


@pytest.fixture
def service() -> ExchangeService:
    """Nothing but a governance token, of which gov has nearly all, and money."""
    service = ExchangeService(Exchange())
    service.create_asset("VOTE")
    service.create_asset("USD", 6)
    service.mint("gov", "VOTE", 10_000)
    service.mint("few", "VOTE", 10)
    for party in ("ada", "ben"):
        service.mint(party, "USD", 10_000)
    return service


def opened(service: ExchangeService, proposer: str = "") -> str:
    """A simple market out of its opening auction, in which ben has bought one from ada at 100."""
    market = service.create_simple_market("BTC", "USD", proposer, decimals=2)
    service.submit_order("ada", market, "sell", 1, 100)
    service.submit_order("ben", market, "buy", 1, 100)
    service.forward(60)
    return market


@pytest.mark.parametrize("proposer", ["", "gov"])
def test_a_market_is_opened_with_and_without_a_vote(service: ExchangeService, proposer: str) -> None:
    start = service.get_blockchain_time()
    market = opened(service, proposer)

    info = service.market_info(market)
    assert (info.name, info.state, info.product, info.tick_size) == ("BTC", MarketState.ACTIVE, "future", 0.01)
    assert service.find_market_id("BTC") == market and service.find_market_id("ETH") == ""
    assert service.get_blockchain_time() - start == (110 if proposer else 60)
    assert service.get_risk_factors(market) == pytest.approx((0.051531, 0.054215), abs=1e-6)
    assert service.price_bounds(market).min < 100 < service.price_bounds(market).max


def test_who_has_too_few_tokens_is_refused_and_a_vote_may_be_lost(service: ExchangeService) -> None:
    with pytest.raises(ProposalNotAcceptedError, match="too little of the governance asset"):
        service.create_simple_market("BTC", "USD", "ada")
    now = service.get_blockchain_time()
    id = service.submit_proposal("few", UpdateNetworkParameter("transfer.fee.factor", "0.5"), now + 10, now + 20)
    assert service.vote("few", id) is ProposalReason.NONE
    assert service.vote("gov", id, yes=False) is ProposalReason.NONE
    assert service.vote("ada", id) is ProposalReason.NO_STAKE
    service.forward(30)
    assert service.get_network_parameter("transfer.fee.factor") == 0.001
    with pytest.raises(ProposalNotAcceptedError, match="closes earlier"):
        service.submit_proposal("gov", Freeform(), now, now)


def test_network_parameters_are_read_and_changed(service: ExchangeService) -> None:
    service.update_network_parameter("transfer.fee.factor", 0.002)
    service.update_network_parameter("validators.epoch.length", "10m", "gov")

    assert service.get_network_parameter("transfer.fee.factor") == 0.002
    assert service.get_network_parameter("validators.epoch.length") == "10m"
    with pytest.raises(ProposalNotAcceptedError, match=r"network parameter transfer\.fee\.factor = -1"):
        service.update_network_parameter("transfer.fee.factor", -1)


def test_a_market_is_updated_suspended_resumed_and_ended_at_a_price(service: ExchangeService) -> None:
    market = opened(service)
    service.update_market(market, {"linear_slippage": 0.01}, "gov")
    assert service.market(market).config.linear_slippage == 0.01
    service.update_market_state(market, "suspend")
    assert service.market_info(market).state is MarketState.SUSPENDED_VIA_GOVERNANCE
    assert service.submit_order("ada", market, "sell", 1, 100, time_in_force="IOC").is_rejected
    service.update_market_state(market, "resume", proposer="gov")
    service.forward(5)
    assert service.market_info(market).state is MarketState.ACTIVE
    service.update_market_state(market, "terminate", 120)
    service.forward(5)

    assert service.market_info(market).state in (MarketState.CLOSED, MarketState.SETTLED)
    assert service.balance("ben", "USD") == 10_020 and service.balance("ada", "USD") == 9_980
    with pytest.raises(ProposalNotAcceptedError, match="present state"):
        service.update_market_state(market, "resume")


def test_a_future_is_ended_and_settled_by_its_oracle(service: ExchangeService) -> None:
    market = opened(service)
    service.submit_termination_and_settlement_data(market, 90.5)
    service.forward(1)

    assert service.market_info(market).state is MarketState.SETTLED
    assert service.balance("ben", "USD") == 9_990.5 and service.check_balances_equal_deposits()


def test_a_perpetual_hears_of_the_outside_price_and_pays_funding(service: ExchangeService) -> None:
    market = service.create_simple_perps_market("ETH", "USD", decimals=2)
    service.submit_order("ada", market, "sell", 1, 100)
    service.submit_order("ben", market, "buy", 1, 100)
    service.forward(10)
    assert service.submit_oracle_data("prices.ETH.value", 90) == 1
    assert service.submit_oracle_data("oracle", 90) == 1  # by who signs
    assert service.submit_oracle_data("prices.ETH.value", 90, source="somebody else") == 0
    service.forward(600)

    assert service.market_info(market).product == "perpetual"
    assert sum(service.party_account("ben", market)) < 10_000 < sum(service.party_account("ada", market))
    assert service.check_balances_equal_deposits()


def test_transfers_go_at_once_later_and_every_epoch(service: ExchangeService) -> None:
    assert service.one_off_transfer("ada", "ben", "USD", 100) is TransferReason.NONE
    assert service.one_off_transfer("ada", "ben", "USD", 100, delay=50) is TransferReason.NONE
    assert service.one_off_transfer("ada", "ben", "USD", 1e6) is TransferReason.INSUFFICIENT_FUNDS
    assert service.one_off_transfer("ada", "ben", "EUR", 1) is TransferReason.NO_SUCH_ASSET
    assert service.balance("ben", "USD") == 10_100
    (waiting,) = service.list_transfers("ada")
    assert (waiting.target, waiting.amount, waiting.due) == ("ben", 100, service.get_blockchain_time() + 50)
    service.forward(60)
    assert service.balance("ben", "USD") == 10_200 and not service.list_transfers()

    assert service.recurring_transfer("ben", "ada", "USD", 10, factor=0.5) is TransferReason.NONE
    service.forward("4m")
    assert service.balance("ben", "USD") == pytest.approx(10_185, abs=0.1)
    (again,) = service.list_transfers("ben")
    assert service.cancel_transfer("ben", again.id) is TransferReason.NONE


def test_tokens_are_staked_and_freed(service: ExchangeService) -> None:
    assert service.stake("gov", 100) and not service.stake("gov", 1e9)
    assert service.get_stake("gov") == 100
    assert service.stake("gov", -40) and service.get_stake("gov") == 60


def test_referrals_and_discounts_are_told(service: ExchangeService) -> None:
    set_id = service.create_referral_set("ada", "the ones")
    assert service.apply_referral_code("ben", set_id) is Reason.NONE
    assert service.apply_referral_code("ben", "R9") is Reason.NO_SUCH_SET and service.create_referral_set("ben") == ""
    assert [(each.referrer, each.team, each.referees) for each in service.list_teams()] == [
        ("ada", "the ones", ("ben",))
    ]
    assert service.list_team_referees() == service.list_referral_set_referees(set_id) == [(set_id, "ben", 0)]
    tiers = (DiscountTier(1, FeeFactors.of_all(0.5)),)
    service.update_volume_discount_program("gov", VolumeDiscountProgramme(tiers, window=3))
    market = opened(service)
    service.forward("3m")
    service.submit_order("ada", market, "sell", 1, 100)
    service.submit_order("ben", market, "buy", 1, 100)
    service.forward("3m")
    service.submit_order("ada", market, "sell", 1, 100)
    service.submit_order("ben", market, "buy", 1, 100)

    assert service.get_volume_discount_stats("ben")[0].share == 0.5
    (stats,) = service.get_fees_stats(party="ben")
    assert stats.discounts > 0 and stats.rebates == 0


def test_a_journal_of_all_this_makes_the_same_exchange(service: ExchangeService) -> None:
    fresh = ExchangeService(Exchange())
    journal = Journal(fresh.exchange)
    for party in ("gov", "ada", "ben"):
        fresh.create_asset(f"A{party}")
    fresh.create_asset("VOTE")
    fresh.create_asset("USD", 6)
    fresh.mint("gov", "VOTE", 10_000)
    for party in ("ada", "ben"):
        fresh.mint(party, "USD", 10_000)
    market = opened(fresh, "gov")
    fresh.submit_order("ada", market, "sell", 1, pegged=Pegged("best_ask", 1))
    fresh.submit_liquidity("ada", market, 5000, 0.001)
    fresh.update_market(market, {"linear_slippage": 0.01})
    fresh.recurring_transfer("ben", "ada", "USD", 10, factor=0.5)
    fresh.forward("5m")
    fresh.submit_termination_and_settlement_data(market, 90.5)
    fresh.forward(1)

    assert state_hash(replay(journal.lines)) == state_hash(fresh.exchange)


def test_a_simple_market_with_a_field_that_there_is_not_is_refused(service: ExchangeService) -> None:
    with pytest.raises(ExchangeError, match="there is no value"):
        service.create_simple_market("BTC", "USD", decimal=3)


def test_an_asset_keeps_its_name_and_counts_in_its_smallest_unit(service: ExchangeService) -> None:
    service.create_asset("EUR", 5, name="Euro")
    service.create_asset("JPY", 2, quantum=100)
    service.mint("ada", "EUR", 1000)

    assert service.get_asset("EUR") == ("EUR", "EUR", 5, 0.00001, "Euro")
    assert service.get_asset("JPY") == ("JPY", "JPY", 2, 100.0, "JPY")
    assert service.one_off_transfer("ada", "ben", "EUR", 500) is TransferReason.NONE
    assert (service.balance("ada", "EUR"), service.balance("ben", "EUR")) == (499.999, 500.0)
    with pytest.raises(ExchangeError, match="quantum of GBP is 0.001. Write one base unit, 0.01, or more"):
        service.create_asset("GBP", 2, quantum=0.001)
