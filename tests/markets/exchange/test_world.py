"""The exchange as a world, as a wallet, and again from what it was told."""

from pathlib import Path
from typing import Literal

import pytest

from tests.suites.world import WorldSuite
from tokenspice.engine.errors import InsufficientFunds, InvariantError, WalletError, WorldError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.wallet import Wallet
from tokenspice.engine.world import World
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import AccountType, Asset, MarketConfig, SimpleRisk
from tokenspice.markets.exchange.checks import exchange_invariants
from tokenspice.markets.exchange.journal import INSTRUCTIONS, Journal, replay, replay_file
from tokenspice.markets.exchange.state_bytes import state_hash
from tokenspice.markets.exchange.wallet import ExchangeWallet
from tokenspice.markets.exchange.world import ExchangeWorld


class TestExchangeWorld(WorldSuite):
    """Passes the suite of worlds."""

    @pytest.fixture
    def world(self) -> World:
        return ExchangeWorld()


def open_world() -> ExchangeWorld:
    """A world with one market, before anybody is there."""
    world = ExchangeWorld()
    world.service.create_asset("USD", 6)
    world.service.create_market_from_config(
        MarketConfig("BTC", "USD", decimals=2, position_decimals=3, opens_at_once=True, risk=SimpleRisk(0.1, 0.1))
    )
    return world


def trade(world: ExchangeWorld, offset: int = 0) -> None:
    """Two parties trade, and leave something in the book."""
    service = world.service
    for party in ("ada", "ben"):
        service.mint(party, "USD", 1000)
    service.submit_order("ada", "M1", "sell", 1, 100 + offset)
    service.submit_order("ben", "M1", "buy", 0.4, 101 + offset)
    world.advance(60)


def test_a_restored_snapshot_goes_on_as_if_nothing_had_happened_since_and_others_hold_the_same_objects() -> None:
    world = open_world()
    exchange, service, heard = world.exchange, world.service, []
    exchange.venue.on_trade = lambda *event: heard.append(event)
    trade(world)
    snapshot, before = world.snapshot(), world.state_hash
    trade(world, 5)
    after = world.state_hash
    world.restore(snapshot)

    assert (world.exchange, world.service, service.exchange) == (exchange, service, exchange)
    assert world.state_hash == before != after
    trade(world, 5)
    assert world.state_hash == after and len(heard) == 3


def test_a_tick_that_its_transactions_made_longer_is_not_made_longer_again() -> None:
    world = open_world()
    world.service.transactions_per_block, start = 1, world.now
    trade(world)  # two orders in a block each
    assert world.now == start + 60
    for _ in range(70):
        world.service.submit_order("ben", "M1", "buy", 0.001, 1)
    world.advance(60)
    assert world.now == start + 130
    world.advance(60)
    assert world.now == start + 190


def test_blocks_that_do_not_fit_into_a_tick_are_made_up_for_in_the_next() -> None:
    world = ExchangeWorld(seconds_per_block=7)
    world.service.create_asset("USD")
    world.service.create_market_from_config(MarketConfig("BTC", "USD"))
    start, ends = world.now, []
    for _ in range(7):
        world.advance(10)
        ends.append(world.now - start)

    assert ends == [7, 14, 28, 35, 49, 56, 70]


def test_what_is_no_snapshot_is_refused() -> None:
    world = open_world()
    with pytest.raises(WorldError, match="no snapshot"):
        world.restore(b"\x93\x01\x02\x03")


def test_a_journal_makes_the_same_exchange_again(tmp_path: Path) -> None:
    world = ExchangeWorld()
    journal = Journal(world.exchange)
    world.service.create_asset("USD", 6)
    config = MarketConfig("BTC", "USD", decimals=2, position_decimals=3, opens_at_once=True, risk=SimpleRisk(0.1, 0.1))
    world.service.create_market_from_config(config)
    trade(world)
    world.service.cancel_order("ada", "M1")
    ExchangeWallet("ada", world.exchange).transfer(ExchangeWallet("eve", world.exchange), "USD", 5)
    with pytest.raises(ExchangeError):
        world.exchange.add_asset(Asset("USD"))
    journal.write(tmp_path / "journal")

    again = replay_file(tmp_path / "journal")
    assert state_hash(again) == world.state_hash
    assert again.markets["M1"].config == config


def test_a_journal_that_is_begun_later_begins_with_what_there_was() -> None:
    world = open_world()
    trade(world)
    journal = Journal(world.exchange)
    trade(world, 3)

    assert state_hash(replay(journal.lines)) == world.state_hash


@pytest.mark.parametrize("checks", ["tick", "block"])
def test_an_exchange_that_is_broken_is_found_by_its_next_check(checks: Literal["tick", "block"]) -> None:
    world = ExchangeWorld(open_world().exchange, checks=checks)
    trade(world)
    world.exchange.ledger.account("ada", "USD", AccountType.GENERAL).balance += 1

    with pytest.raises(InvariantError, match="accounts hold 2000000001 USD, and 2000000000 were deposited"):
        world.advance(60)
    found = {
        name: holds(SimStateBase(SimStrategyBase(max_ticks=1), world)) for name, holds in exchange_invariants().items()
    }
    assert [name for name, answer in found.items() if answer is not True] == [
        "balances are deposits, and none is negative"
    ]


def test_a_world_that_checks_records_and_keeps_streams_is_restored_like_any_other() -> None:
    world = ExchangeWorld(open_world().exchange, records="all", checks="block")
    world.record()
    world.service.open_streams(trades=5, ledger_entries=5)
    trade(world)
    snapshot, trades = world.snapshot(), world.service.get_trades()
    trade(world, 2)
    world.restore(snapshot)

    assert world.service.get_trades() == trades
    trade(world, 4)
    assert len(world.service.get_trades()) == 2 and world.service.on_block == world.check


def test_trades_and_movements_are_kept_if_somebody_asks_for_it() -> None:
    world = open_world()
    with pytest.raises(ExchangeError, match="open_streams"):
        world.service.get_trades()
    world.service.open_streams(trades=2, ledger_entries=100)
    for offset in range(3):
        trade(world, offset)

    trades = world.service.get_trades("M1", "ben")
    assert len(trades) == 2 and trades[-1].kind == "continuous" and trades[-1].fee_infrastructure > 0
    assert {entry.kind for entry in world.service.list_ledger_entries("ben")} >= {"deposit", "fee", "margin low"}
    assert world.service.check_invariants() == [] and world.service.check_market_states_consistent()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "no beginning"),
        (['["tokenspice exchange journal 1",5]', '["venue",[]]'], "line 2 of the journal is no instruction"),
        (['["tokenspice exchange journal 1",5]', '["__init__",[5]]'], "line 2"),
        (['["tokenspice exchange journal 1",5]', '["advance",[{"state":"AAAA"}]]'], "line 2|no state"),
    ],
)
def test_a_line_that_is_no_instruction_is_refused(lines: list[str], message: str) -> None:
    with pytest.raises(ExchangeError, match=message):
        replay(lines)


def test_all_that_changes_an_exchange_is_an_instruction() -> None:
    reads = {"general", "now"}
    public = {name for name in dir(ExchangeWorld().exchange) if not name.startswith("_") and name.islower()}
    attributes = set(vars(ExchangeWorld().exchange))

    assert public - attributes - reads == INSTRUCTIONS


def test_a_wallet_is_the_partys_general_accounts() -> None:
    world = open_world()
    ada, ben = (ExchangeWallet(name, world.exchange) for name in ("ada", "ben"))
    ada.deposit("USD", 1_500_000)
    ada.transfer(ben, "USD", 500_000)
    ben.withdraw("USD", 200_000)

    assert (ada.balances(), ben.balance("USD")) == ({"USD": 1_000_000}, 300_000)
    assert repr(ada) == "ExchangeWallet(ada: 1 USD)"
    with pytest.raises(InsufficientFunds, match=r"holds 0\.3 USD in general and tried to give 1"):
        ben.transfer(ada, "USD", 1_000_000)
    with pytest.raises(WalletError, match="no asset USB"):
        ben.transfer(ada, "USB", 1)
    with pytest.raises(WalletError, match="Give both agents an"):
        ben.transfer(Wallet("eve"), "USD", 1)
