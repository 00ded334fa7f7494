"""What parties hold and win, measured where somebody is rewarded for it."""

from tokenspice.markets.exchange.profit import profit
from tokenspice.markets.exchange.rewards.metrics import Activity
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["end_results", "sample"]


def sample(activity: Activity, market: MarketView) -> None:
    """Count what each position has been worth since the last time, at the mark price that held until then."""
    now = market.venue.now
    seconds, activity.sampled_at = now - activity.sampled_at, now
    for position in market.active.values():
        if position.volume and position is not market.network:
            worth = abs(position.volume) * market.mark * market.value_up // market.value_down
            activity.of(position.party).notional_seconds += worth * seconds


def end_results(activity: Activity, market: MarketView) -> None:
    """Count what each party won and realised in the epoch that ends."""
    for party, position in market.positions.items():
        found = profit(position, market)
        total = found.unrealised + found.realised
        before, realised_before = activity.known.get(party, (0, 0))
        if total != before or found.realised != realised_before:
            record = activity.of(party)
            record.returns += total - before
            record.realised += found.realised - realised_before
            activity.known[party] = (total, found.realised)
