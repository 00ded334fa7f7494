"""The exchange's formulas, written a second time from the text alone: slow, exact, and independent of the code that they judge.

Money is exact (Fraction, ints); what is a logarithm or a root by nature is a float.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

NORMAL = NormalDist()
YEAR_OF_BANDS = 365.25 * 86400
YEAR_OF_FUNDING = 31_536_000


def phi(x: float) -> float:
    """The normal distribution function, exact in its lower tail."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def risk_factors(lam: float, tau: float, mu: float, sigma: float) -> tuple[float, float]:
    """Long and short expected shortfall per unit of notional, lognormal."""
    spread, tail = sigma * math.sqrt(tau), NORMAL.inv_cdf(lam)
    growth = math.exp(mu * tau) / lam
    return 1 - growth * phi(tail - spread), growth * phi(spread + tail) - 1


def price_band(reference: int, horizon: float, probability: float, mu: float, sigma: float) -> tuple[int, int]:
    """The least and the greatest price that a trigger admits."""
    tau = horizon / YEAR_OF_BANDS
    drift, width = (mu - sigma**2 / 2) * tau, sigma * math.sqrt(tau) * NORMAL.inv_cdf((1 + probability) / 2)
    return math.ceil(reference * math.exp(drift - width)), math.floor(reference * math.exp(drift + width))


def uncrossing(
    buys: Sequence[tuple[int, int]], sells: Sequence[tuple[int, int]], tick: int = 1
) -> tuple[int, int, int, int]:
    """Volume, the range of prices that reach it, and the price; orders are (price, size). All are 0 when nothing crosses."""
    prices = sorted({price for price, _ in (*buys, *sells)})
    volumes = {price: volume_at(price, buys, sells) for price in prices}
    most = max(volumes.values(), default=0)
    if not most:
        return 0, 0, 0, 0
    best = [price for price in prices if volumes[price] == most]
    return most, best[0], best[-1], (best[0] + best[-1]) // 2 // tick * tick


def volume_at(price: int, buys: Sequence[tuple[int, int]], sells: Sequence[tuple[int, int]]) -> int:
    bought = sum(size for limit, size in buys if limit >= price)
    return min(bought, sum(size for limit, size in sells if limit <= price))


def maintenance(
    position: int, buys: int, sells: int, mark: Fraction, risk: tuple[Fraction, Fraction], slippage: Fraction
) -> Fraction:
    """Cross maintenance margin before it is rounded up, in continuous trading; sizes without decimals."""
    long, short = risk
    held = max(position, 0) * mark * (slippage + long) + buys * mark * long if position + buys > 0 else Fraction(0)
    owed = max(-position, 0) * mark * (slippage + short) + sells * mark * short if position - sells < 0 else Fraction(0)
    return max(held, owed)


def levels(least: Fraction, factors: Sequence[Fraction]) -> tuple[int, ...]:
    """Maintenance in whole units, and the levels that follow from it."""
    whole = math.ceil(least)
    return whole, *(math.floor(whole * factor) for factor in factors)


def order_margin(size: int, limit: int, factor: Fraction, offset: int = 0) -> Fraction:
    """Isolated margin of an order, of whose size `offset` would close the position."""
    return max(size - offset, 0) * limit * factor


def auction_maintenance(orders: Sequence[tuple[int, int]], reference: int, risk: Fraction) -> Fraction:
    """What orders (price, size) of one side need in an auction; the reference is the greater of mark and indicative price."""
    return max(sum(price * size for price, size in orders), sum(size for _, size in orders) * reference) * risk


def cash(held: int, trades: Sequence[tuple[int, int]], old: int, new: int, decimals: int = 0) -> Fraction:
    """What a party receives at a mark to market; trades are (signed size, price)."""
    moved = held * (new - old) + sum(size * (new - price) for size, price in trades)
    return Fraction(moved) / Fraction(10) ** decimals


def socialised(wins: Sequence[int], collected: int) -> list[int]:
    """What each winner gets, in the order in which their positions were created."""
    owed = sum(wins)
    if collected >= owed:
        return list(wins)
    paid = [win * collected // owed for win in wins]
    last = max(index for index, win in enumerate(wins) if win)
    paid[last] += collected - sum(paid)
    return paid


@dataclass
class Book:
    """Average-cost profit and loss of one position."""

    size: int = 0
    entry: Fraction = Fraction(0)
    realised: Fraction = Fraction(0)

    def trade(self, size: int, price: int) -> None:
        """Add a signed trade."""
        closed = min(abs(size), abs(self.size)) if self.size * size < 0 else 0
        sign = 1 if self.size > 0 else -1
        self.realised += closed * sign * (price - self.entry)
        rest = size + sign * closed if closed else size
        left = self.size - sign * closed if closed else self.size
        if rest:
            self.entry = (left * self.entry + rest * price) / (left + rest)
        self.size = left + rest

    def unrealised(self, mark: int) -> Fraction:
        return self.size * (mark - self.entry)


def fee(price: int, size: int, factor: Fraction) -> int:
    return math.ceil(price * size * factor)


def marginal_fee(lps: Sequence[tuple[int, float]], target: float) -> float:
    """The fee of the last provider, from the cheapest on, whose stake is needed for more than the target."""
    supplied, ordered = 0.0, sorted(lps, key=lambda lp: lp[1])
    for stake, rate in ordered:
        supplied += stake
        if supplied > target:
            return rate
    return ordered[-1][1]


def weighted_fee(lps: Sequence[tuple[int, float]]) -> float:
    return sum(stake * rate for stake, rate in lps) / sum(stake for stake, _ in lps)


def greatest_interest(samples: Sequence[tuple[int, int]], now: int, window: int, opened: int) -> int:
    """The greatest open interest recorded within the window, or since the market opened."""
    start = max(now - window, opened)
    return max((interest for time, interest in samples if start <= time <= now), default=0)


def sla_penalty(time: Fraction, least: Fraction, competition: Fraction) -> Fraction:
    if time < least:
        return Fraction(1)
    return Fraction(0) if least == 1 else competition * (1 - (time - least) / (1 - least))


def funding(internal: float, external: float, rate: float, years: float, lower: float, upper: float) -> float:
    """A period's funding payment per unit of position, before scaling."""
    interest = (1 + years * rate) * external - internal
    return internal - external + min(upper * external, max(lower * external, interest))


def probability_of_trading(
    side: str,
    price: int,
    best: tuple[int, int],
    valid: tuple[int, int],
    mu: float,
    tau: float,
    sigma: float,
    least: float,
) -> float:
    (bid, ask), (low, high) = best, valid
    if bid <= price <= ask:
        return 0.5
    if not low <= price <= high:
        return least

    def below(x: float, centre: float) -> float:
        return phi((math.log(x / centre) - (mu - sigma**2 / 2) * tau) / (sigma * math.sqrt(tau)))

    if side == "buy":
        if price > ask:
            return 0.5
        part = (below(price, bid) - below(low, bid)) / (below(bid, bid) - below(low, bid))
    else:
        if price < bid:
            return 0.5
        part = (below(high, ask) - below(price, ask)) / (below(high, ask) - below(ask, ask))
    return max(0.5 * part, least)


@dataclass(frozen=True)
class Range:
    """One side of a pool, between two prices."""

    low: float
    high: float
    unit: float
    position: float

    @property
    def liquidity(self) -> float:
        return self.position * self.unit

    def between(self, low: float, high: float) -> float:
        """The position that changes between two prices of the range."""
        return self.liquidity * (1 / math.sqrt(low) - 1 / math.sqrt(high))


def pool_range(commitment: float, low: float, high: float, leverage: float, is_lower: bool) -> Range:
    """The range below (or above) the base price, at the leverage of its outer bound."""
    unit = math.sqrt(high) * math.sqrt(low) / (math.sqrt(high) - math.sqrt(low))
    average = unit * math.sqrt(high) * (1 - unit / (unit + math.sqrt(high)))
    worth = low * (1 - leverage) + leverage * average if is_lower else high * (1 + leverage) - leverage * average
    return Range(low, high, unit, leverage * commitment / worth)


def pool_leverage(risk: float, slippage: float, initial: float, bound: float | None) -> float:
    """The leverage that margin admits, or less where the owner says so."""
    most = 1 / ((risk + slippage) * initial)
    return most if bound is None else min(bound, most)
