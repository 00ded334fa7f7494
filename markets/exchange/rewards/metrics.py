"""What parties did, by market and epoch, as far back as rewards look."""

from collections import deque
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple, final

from tokenspice.markets.exchange.rewards.strategy import RewardMetric

__all__ = ["Activity", "EpochRecord", "Metrics", "PastEpoch"]

LONGEST_WINDOW = 100  # epochs


@final
class EpochRecord:
    """One party in one market during one epoch. Amounts are in asset units.

    Attributes:
        maker_paid, maker_received, lp_received: fees.
        taker_fees: all fees that the party paid as a taker.
        notional_seconds: Σ of the position's worth times the seconds that it was held.
        returns: gains less losses by mark to market.
        realised: profit and loss of what was closed.
    """

    __slots__ = (
        "lp_received",
        "maker_paid",
        "maker_received",
        "notional_seconds",
        "realised",
        "returns",
        "taker_fees",
    )

    def __init__(self) -> None:
        self.maker_paid = 0
        self.maker_received = 0
        self.lp_received = 0
        self.taker_fees = 0
        self.notional_seconds = 0
        self.returns = 0
        self.realised = 0


class PastEpoch(NamedTuple):
    """One market during an epoch that is over.

    Attributes:
        seconds: how long it lasted.
        value: what was traded, in asset units.
    """

    seconds: int
    value: int
    records: Mapping[str, EpochRecord]


@final
class Activity:
    """All of one market.

    Attributes:
        asset: symbol of what the market settles in.
        value: what was traded in the present epoch, in asset units.
        proposer: who proposed the market; "" for nobody.
        follows_positions: whether somebody is rewarded for what parties hold and win, so that it is measured.
        sampled_at: when that was done last, in Unix seconds.
        known: of each party, its whole and its realised profit and loss when the epoch began.
        current: of the present epoch, by party.
        past: earlier epochs, the latest last.
    """

    def __init__(self, asset: str, proposer: str = "") -> None:
        self.asset = asset
        self.proposer = proposer
        self.follows_positions = False
        self.sampled_at = 0
        self.known: dict[str, tuple[int, int]] = {}
        self.value = 0
        self.current: dict[str, EpochRecord] = {}
        self.past: deque[PastEpoch] = deque(maxlen=LONGEST_WINDOW)

    def __repr__(self) -> str:
        return f"Activity({len(self.current)} parties, {len(self.past)} epochs)"

    def of(self, party: str) -> EpochRecord:
        """Return a party's record of the present epoch, which begins empty."""
        found = self.current.get(party)
        if found is None:
            found = self.current[party] = EpochRecord()
        return found

    def note_fees(self, payer: str, maker: str, maker_fee: int, total: int) -> None:
        """Count the fees of one trade.

        Args:
            maker_fee: what the maker got.
            total: all that the payer paid.
        """
        record = self.of(payer)
        record.maker_paid += maker_fee
        record.taker_fees += total
        if maker_fee:
            self.of(maker).maker_received += maker_fee

    def end_epoch(self, seconds: int) -> None:
        """Put the present epoch, of so many seconds, among the past ones."""
        self.past.append(PastEpoch(max(seconds, 1), self.value, self.current))
        self.current = {}
        self.value = 0


@final
class Metrics:
    """What a score is made of.

    Attributes:
        markets: activity by market's id.
        follows_positions: whether what parties hold and win is measured.
    """

    def __init__(self) -> None:
        self.markets: dict[str, Activity] = {}
        self.follows_positions = False

    def __repr__(self) -> str:
        return f"Metrics({len(self.markets)} markets)"

    def add(self, market: str, activity: Activity, now: int) -> None:
        """Begin to count what is done in a market."""
        self.markets[market] = activity
        activity.follows_positions, activity.sampled_at = self.follows_positions, now

    def follow(self, positions: bool, now: int) -> None:
        """Measure from here on what parties hold and win, if that is wanted."""
        if positions and not self.follows_positions:
            self.follows_positions = True
            for activity in self.markets.values():
                activity.follows_positions, activity.sampled_at = True, now

    def in_scope(self, asset: str, markets: tuple[str, ...]) -> list[Activity]:
        """Return the activity that counts: of the named markets, or of all, that settle in an asset."""
        found = (activity for id, activity in self.markets.items() if not markets or id in markets)
        return [activity for activity in found if not asset or activity.asset == asset]

    def active(self) -> list[str]:
        """Return who traded in the present epoch."""
        return list(dict.fromkeys(party for each in self.markets.values() for party in each.current))

    def end_epoch(self, seconds: int) -> None:
        """An epoch of so many seconds is over."""
        for activity in self.markets.values():
            activity.end_epoch(seconds)

    def scores(self, metric: RewardMetric, asset: str, markets: tuple[str, ...], window: int) -> dict[str, Fraction]:
        """Return each active party's score over the last `window` epochs that are over."""
        scope = self.in_scope(asset, markets)
        if metric is RewardMetric.MARKET_VALUE:
            return traded_by_proposer(scope, window)
        parties = dict.fromkeys(party for each in scope for epoch in last(each, window) for party in epoch.records)
        return {party: score(metric, [epochs_of(party, each, window) for each in scope], window) for party in parties}

    def taker_fees(self, asset: str, markets: tuple[str, ...], window: int = 1) -> dict[str, int]:
        """Return all fees that each party paid as a taker over the last epochs that are over."""
        paid: dict[str, int] = {}
        for activity in self.in_scope(asset, markets):
            for epoch in last(activity, window):
                for party, record in epoch.records.items():
                    paid[party] = paid.get(party, 0) + record.taker_fees
        return paid


def last(activity: Activity, window: int) -> list[PastEpoch]:
    return list(activity.past)[-window:]


def epochs_of(party: str, activity: Activity, window: int) -> list[tuple[int, EpochRecord]]:
    """Return a party's records in one market, with each epoch's seconds."""
    return [(epoch.seconds, epoch.records[party]) for epoch in last(activity, window) if party in epoch.records]


def score(metric: RewardMetric, markets: list[list[tuple[int, EpochRecord]]], window: int) -> Fraction:
    """Return a party's score over all markets in scope: sums of fees, and means over the window of what is measured by it."""
    records = [each for market in markets for each in market]
    match metric:
        case RewardMetric.MAKER_FEES_PAID:
            return Fraction(sum(record.maker_paid for _, record in records))
        case RewardMetric.MAKER_FEES_RECEIVED:
            return Fraction(sum(record.maker_received for _, record in records))
        case RewardMetric.LP_FEES_RECEIVED:
            return Fraction(sum(record.lp_received for _, record in records))
        case RewardMetric.AVERAGE_NOTIONAL:
            return sum((held(each) for each in records), Fraction(0)) / window
        case RewardMetric.RELATIVE_RETURN:
            return sum((relative_return(each) for each in records), Fraction(0)) / window
        case RewardMetric.REALISED_RETURN:
            return Fraction(sum(record.realised for _, record in records), window)
        case RewardMetric.RETURN_VOLATILITY:
            return steadiness([relative_return(each) for each in records], window)
    return Fraction(1)


def held(record: tuple[int, EpochRecord]) -> Fraction:
    """Return what the position was worth on average over the epoch."""
    return Fraction(record[1].notional_seconds, record[0])


def relative_return(record: tuple[int, EpochRecord]) -> Fraction:
    """Return gains per worth of the average position; 0 without one."""
    worth = held(record)
    return record[1].returns / worth if worth else Fraction(0)


def steadiness(returns: list[Fraction], window: int) -> Fraction:
    """Return the inverse of the variance of returns; 0 of fewer than two or of an incomplete window."""
    if len(returns) < max(window, 2):
        return Fraction(0)
    mean = sum(returns, Fraction(0)) / len(returns)
    variance = sum(((each - mean) ** 2 for each in returns), Fraction(0)) / len(returns)
    return 1 / variance if variance else Fraction(0)


def traded_by_proposer(markets: list[Activity], window: int) -> dict[str, Fraction]:
    """Return what was traded in all markets that each party proposed."""
    found: dict[str, Fraction] = {}
    for activity in markets:
        if activity.proposer:
            value = sum(epoch.value for epoch in last(activity, window))
            found[activity.proposer] = found.get(activity.proposer, Fraction(0)) + value
    return found
