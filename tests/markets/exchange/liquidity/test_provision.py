"""Commitments in a market, from epoch to epoch."""

from dataclasses import replace

import pytest

from tests.markets.exchange.liquidity.venue import CONFIG, FEE, general, opened, quote, send, total
from tokenspice.markets.exchange import Asset, Exchange, Reason, Side
from tokenspice.markets.exchange.amm.pool import PoolTerms
from tokenspice.markets.exchange.ledger import AccountType, TransferKind
from tokenspice.markets.exchange.liquidity.fee_factor import ConstantFee
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.products.spot import Spot


def test_a_commitment_is_locked_at_once_and_holds_from_the_next_epoch_on() -> None:
    exchange, market = opened()
    before = general(exchange, "lp")
    assert market.liquidity.commit("lp", 1000, FEE) is Reason.NONE
    found = market.liquidity.commitments["lp"]
    assert (general(exchange, "lp"), found.bond.balance, found.amount) == (before - 1000, 1000, 0)
    exchange.advance(10)
    assert found.amount == 1000
    assert market.liquidity_fee == FEE
    assert market.liquidity.shares.shares() == {"lp": ONE}


@pytest.mark.parametrize(
    ("amount", "fee", "reason"),
    [
        (0, FEE, Reason.COMMITMENT_TOO_SMALL),
        (10**9, FEE, Reason.COMMITMENT_UNFUNDED),
        (1000, ONE, Reason.LIQUIDITY_FEE_TOO_HIGH),
        (1000, -1, Reason.LIQUIDITY_FEE_TOO_HIGH),
    ],
)
def test_a_wrong_commitment_is_refused_without_a_trace(amount: int, fee: int, reason: Reason) -> None:
    exchange, market = opened()
    before = general(exchange, "lp")
    assert market.liquidity.commit("lp", amount, fee) is reason
    assert not market.liquidity.commitments
    assert general(exchange, "lp") == before
    assert market.liquidity.cancel("lp") is Reason.NO_COMMITMENT


def test_more_is_locked_at_once_and_less_is_released_when_the_epoch_ends() -> None:
    exchange, market = opened(min_time_fraction=0, target_scaling=0)
    liquidity = market.liquidity
    liquidity.commit("lp", 1000, FEE)
    exchange.advance(10)
    found = liquidity.commitments["lp"]
    liquidity.amend("lp", 1500, None)
    assert (found.bond.balance, found.amount) == (1500, 1000)
    exchange.advance(10)
    assert found.amount == 1500
    liquidity.amend("lp", 700, 2 * FEE)
    assert (found.bond.balance, found.fee) == (1500, FEE)
    exchange.advance(10)
    assert (found.bond.balance, found.amount, found.fee) == (700, 700, 2 * FEE)
    assert total(exchange) == exchange.ledger.deposited["USD"]


def test_an_increase_that_is_taken_back_costs_nothing() -> None:
    exchange, market = opened(min_time_fraction=0, target_scaling=1000)
    before = general(exchange, "lp")
    market.liquidity.commit("lp", 1000, FEE)
    market.liquidity.cancel("lp")
    exchange.advance(10)
    assert general(exchange, "lp") == before
    assert not market.liquidity.commitments


def test_leaving_below_the_target_stake_is_penalised() -> None:
    exchange, market = opened(min_time_fraction=0, target_scaling=1000)
    before = general(exchange, "lp")
    market.liquidity.commit("lp", 1000, FEE)
    exchange.advance(10)
    market.liquidity.cancel("lp")
    exchange.advance(10)
    assert general(exchange, "lp") == before - 100
    assert market.insurance.balance == 100
    assert market.liquidity.commitments == {}


def test_target_stake_is_reference_price_times_open_interest_times_scaling_times_risk() -> None:
    exchange, market = opened()
    exchange.advance(1)
    assert market.liquidity.target_stake == 100 * 10 // 10


def test_who_keeps_its_obligation_earns_the_fees() -> None:
    exchange, market = opened()
    market.liquidity.commit("lp", 1000, 10 * FEE)
    exchange.advance(10)
    quote(exchange, "lp", 1100)
    exchange.advance(1)
    send(exchange, "ann", Side.BUY, 1, 101)
    for _ in range(8):
        exchange.advance(1)
    found = market.liquidity.commitments["lp"]
    assert found.fees.balance == 2
    before = general(exchange, "lp")
    exchange.advance(1)
    assert found.time_met == ONE * 9 // 10
    assert found.fees.balance == 0
    assert general(exchange, "lp") > before
    assert found.bond.balance == 1000


def test_who_misses_its_obligation_loses_fees_and_a_part_of_the_bond() -> None:
    exchange, market = opened()
    market.liquidity.commit("lp", 1000, FEE)
    for _ in range(2):
        exchange.advance(10)
    found = market.liquidity.commitments["lp"]
    assert found.time_met == 0
    assert found.bond.balance == found.amount == 500
    assert market.insurance.balance == 500


def test_an_obligation_missed_within_a_block_is_missed_for_the_block() -> None:
    exchange, market = opened()
    market.liquidity.commit("lp", 1000, FEE)
    exchange.advance(10)
    orders = quote(exchange, "lp", 1100)
    exchange.advance(1)
    found = market.liquidity.commitments["lp"]
    assert found.is_met
    exchange.cancel("lp", "M1", orders[0].id)
    assert not found.is_met
    quote(exchange, "lp", 1100)
    assert not found.is_met
    exchange.advance(1)
    assert found.is_met


def test_orders_outside_the_price_range_do_not_count() -> None:
    exchange, market = opened()
    market.liquidity.commit("lp", 1000, FEE)
    exchange.advance(10)
    send(exchange, "maker", Side.BUY, 1, 99)
    send(exchange, "maker", Side.SELL, 1, 101)
    send(exchange, "lp", Side.BUY, 100, 89)
    send(exchange, "lp", Side.SELL, 100, 111)
    exchange.advance(1)
    assert not market.liquidity.commitments["lp"].is_met


def test_two_providers_share_fees_by_share_and_score() -> None:
    exchange, market = opened()
    market.liquidity.commit("lp", 3000, 10 * FEE)
    market.liquidity.commit("lp2", 1000, 10 * FEE)
    exchange.advance(10)
    quote(exchange, "lp", 3300)
    quote(exchange, "lp2", 3300)
    exchange.advance(1)
    exchange.ledger.deposit(market.account(AccountType.FEES_LIQUIDITY), 1000)
    exchange.advance(1)
    earned = [market.liquidity.commitments[party].fees.balance for party in ("lp", "lp2")]
    assert earned == [375 + 250, 125 + 250]


def test_a_bond_that_paid_for_margin_is_a_smaller_commitment() -> None:
    exchange, market = opened()
    market.liquidity.commit("lp", 1000, FEE)
    exchange.advance(10)
    found = market.liquidity.commitments["lp"]
    exchange.ledger.transfer(found.bond, market.insurance, 400, TransferKind.BOND)
    exchange.advance(1)
    assert found.amount == found.locked == 600


def test_a_successor_takes_virtual_stakes_over() -> None:
    exchange, market = opened()
    market.liquidity.commit("lp", 1000, FEE)
    exchange.advance(10)
    market.liquidity.shares.stakes["lp"].virtual = 5000 * ONE
    other, successor = opened()
    successor.liquidity.inherit(market.liquidity)
    successor.liquidity.commit("lp", 1500, FEE)
    other.advance(10)
    assert successor.liquidity.shares.stakes["lp"].virtual == 5500 * ONE
    third, late = opened()
    late.liquidity.commit("lp", 1500, FEE)
    third.advance(10)
    late.liquidity.inherit(market.liquidity)
    assert late.liquidity.shares.stakes["lp"].virtual == 5500 * ONE


def test_a_market_that_ends_gives_bonds_back() -> None:
    exchange, market = opened(min_time_fraction=0)
    before = general(exchange, "lp")
    market.liquidity.commit("lp", 1000, FEE)
    exchange.advance(10)
    market.liquidity.close()
    assert general(exchange, "lp") == before
    assert market.liquidity.commitments == {}


def test_a_constant_fee_holds_without_providers() -> None:
    exchange, market = opened(fee=ConstantFee(0.002))
    exchange.advance(1)
    assert market.liquidity_fee == 2 * FEE
    market.liquidity.commit("lp", 1000, FEE)
    exchange.advance(10)
    assert market.liquidity_fee == 2 * FEE


def test_in_a_spot_market_penalties_go_to_the_treasury_and_there_are_no_pools() -> None:
    exchange = Exchange()
    for symbol in ("USD", "BTC"):
        exchange.add_asset(Asset(symbol, 0))
    market = exchange.add_market(replace(CONFIG, product=Spot("BTC")))
    assert market.liquidity.host.penalties is market.of_asset(AccountType.NETWORK_TREASURY)
    assert market.pools.create("lp", PoolTerms(10**6, 100, 90, 110)) is Reason.POOL_WITHOUT_MARGIN
