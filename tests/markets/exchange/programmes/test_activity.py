"""Activity streaks, and what they do to vesting."""

from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import AccountType
from tokenspice.markets.exchange.programmes.activity import ActivityStreaks, StreakTier


def test_a_streak_is_lost_after_too_much_inactivity() -> None:
    streaks = ActivityStreaks((StreakTier(2, 1.5, 2.0),), inactivity_limit=2)
    for active in (["a"], ["a"], [], ["a"]):
        streaks.end_epoch(active)
    assert (streaks.streak("a"), streaks.benefits("a").reward_multiplier) == (3, 1.5)
    streaks.end_epoch([])
    streaks.end_epoch([])

    assert (streaks.streak("a"), streaks.benefits("a")) == (0, StreakTier(0))


def test_who_trades_epoch_after_epoch_has_its_rewards_sooner() -> None:
    trading = Trading()
    network, ledger = trading.exchange.network, trading.exchange.ledger
    network.use_streaks(ActivityStreaks((StreakTier(1, vesting_multiplier=3.0),)))
    for party in ("active", "idle"):
        ledger.deposit(ledger.account(party, "USD", AccountType.VESTING), 1000)
        network.vesting.add(party, "USD", 1000, 0)
    trading.trade("active", "other", 1, 100)
    for _ in range(13):
        trading.exchange.advance(10)

    assert [ledger.find(party, "USD", AccountType.VESTED) for party in ("active", "idle")] == [300, 100]
