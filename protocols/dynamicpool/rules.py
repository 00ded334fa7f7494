"""The contracts' rules in integers, equal to contracts/dynamicpool/UpdateRule.sol to the unit. Numbers have 18 decimals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, final

import numpy as np

from tokenspice.engine.errors import WorldError
from tokenspice.engine.units import Floats
from tokenspice.protocols.dynamicpool.fixed_point import ONE, exponential, over, power, times

__all__ = [
    "GRADIENT_KINDS",
    "FixedRule",
    "RuleKind",
    "RuleState",
    "RuleTerms",
    "channel",
    "gradient",
    "inverse",
    "powered",
    "zero_sum",
]

RuleKind = Literal[
    "Momentum", "PowerChannel", "MeanReversionChannel", "TripleThreat", "DifferenceMomentum", "MinVariance"
]

# Rules whose gradient may be relative to another average, or to a price.
GRADIENT_KINDS: tuple[RuleKind, ...] = ("Momentum", "PowerChannel", "MeanReversionChannel")
PI = 3_141592653589793238


@final
@dataclass(frozen=True)
class RuleTerms:
    """What a rule is made with; each tuple has a number for every token, or is empty where the rule has no use for it.

    Attributes:
        kind: of rule.
        decay: λ, by which the estimator forgets at every update.
        trend_decay, envelope_decay: of TripleThreat, whose `decay` is that of the wave.
        gains: changes of weight for a signal of 1; negative ones go against it.
        average_decay: λ of the average that the gradient is relative to; empty for the estimator's own. Of
            DifferenceMomentum, λ of the slow average; `decay` is that of the fast one.
        raw_price: whether the gradient is relative to the price instead.
        previous_average: whether it is relative to the average before the update.
        exponent, scale: of the trend.
        width, amplitude, peak: of the channel; `peak` is what its wave is divided by.
        blend: the part of the old weights that an update keeps.

    Raises:
        WorldError: the gradient is said to be relative to something, and the rule's is to its average always, or is none.
    """

    kind: RuleKind
    decay: tuple[int, ...]
    gains: tuple[int, ...] = ()
    trend_decay: tuple[int, ...] = ()
    envelope_decay: tuple[int, ...] = ()
    average_decay: tuple[int, ...] = ()
    raw_price: bool = False
    previous_average: bool = False
    exponent: tuple[int, ...] = ()
    scale: tuple[int, ...] = ()
    width: tuple[int, ...] = ()
    amplitude: tuple[int, ...] = ()
    peak: tuple[int, ...] = ()
    blend: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in GRADIENT_KINDS and (self.raw_price or self.previous_average):
            raise WorldError(
                f"RuleTerms of {self.kind} with raw_price or previous_average, for which it has no use. Leave them away."
            )


@final
@dataclass(frozen=True)
class RuleState:
    """What a rule remembers of prices, per token; of TripleThreat, averages and sums of the wave, the trend, the envelope.

    Attributes:
        averages: moving averages of prices; of MinVariance, the last prices.
        sums: decayed sums of the averages' errors; of MinVariance, of squared deviations of returns; empty for
            DifferenceMomentum.
        others: averages with another memory, if the rule has them; of MinVariance, the means of returns.
        has_return: of MinVariance, whether a return was seen.
    """

    averages: tuple[int, ...]
    sums: tuple[int, ...]
    others: tuple[int, ...] = ()
    has_return: bool = True

    def memory(self, kind: RuleKind) -> dict[str, Floats]:
        """The same in floats, by name."""
        names = ("last_prices", "spreads", "means") if kind == "MinVariance" else ("averages", "sums", "slow_averages")
        named = dict(zip(names, (self.averages, self.sums, self.others), strict=True))
        return {name: np.array(values) / ONE for name, values in named.items() if values}


@final
class FixedRule:
    """A rule with its memory.

    Args:
        terms: what it is made with.
        state: what it remembers so far.
    """

    def __init__(self, terms: RuleTerms, state: RuleState) -> None:
        self.terms = terms
        self.state = state

    def update(self, prices: Sequence[int], weights: Sequence[int]) -> list[int]:
        """[n] the weights that it wants, not yet within guard rails, after one more price of each token."""
        n = len(self.terms.decay)
        if len(prices) != n or len(weights) != n:
            raise WorldError(
                f"a rule of {n} tokens was given {len(prices)} prices, {len(weights)} weights: the contract reverts."
            )
        if self.terms.kind == "MinVariance":
            return self._blended(prices, weights)
        see = {"DifferenceMomentum": self._difference, "TripleThreat": self._triple}.get(self.terms.kind, self._signal)
        signals = [see(i, price) for i, price in enumerate(prices)]
        change = zero_sum(signals, self.terms.gains)
        return [weight + one for weight, one in zip(weights, change, strict=True)]

    def _signal(self, i: int, price: int) -> int:
        terms, state, decay = self.terms, self.state, self.terms.decay[i]
        before = state.averages[i]
        average = averaged(before, price, decay)
        total = times(decay, state.sums[i]) + over(price - average, ONE - decay)
        self.state = RuleState(put(state.averages, i, average), put(state.sums, i, total), state.others)
        if terms.average_decay:
            before = state.others[i]
            average = averaged(before, price, terms.average_decay[i])
            self.state = RuleState(self.state.averages, self.state.sums, put(state.others, i, average))
        below = price if terms.raw_price else before if terms.previous_average else average
        found = gradient(total, below, decay)
        if terms.kind == "PowerChannel":
            return powered(found, terms.exponent[i], terms.scale[i])
        if terms.kind == "MeanReversionChannel":
            return channel(found, found, found, *self._shape(i))
        return found

    def _triple(self, i: int, price: int) -> int:
        terms, state, n, found = self.terms, self.state, len(self.terms.decay), []
        shared = averaged(state.others[i], price, terms.average_decay[i])
        averages, sums = state.averages, state.sums
        for j, decays in zip(range(i, 3 * n, n), (terms.decay, terms.trend_decay, terms.envelope_decay), strict=True):
            average = averaged(averages[j], price, decays[i])
            total = times(decays[i], sums[j]) + over(price - average, ONE - decays[i])
            averages, sums = put(averages, j, average), put(sums, j, total)
            found.append(gradient(total, shared, decays[i]))
        self.state = RuleState(averages, sums, put(state.others, i, shared))
        wave, trend, envelope = found
        return channel(wave, trend, envelope, *self._shape(i))

    def _shape(self, i: int) -> tuple[int, int, int, int, int]:
        terms = self.terms
        return terms.width[i], terms.amplitude[i], terms.exponent[i], terms.scale[i], terms.peak[i]

    def _difference(self, i: int, price: int) -> int:
        terms, state = self.terms, self.state
        fast = averaged(state.averages[i], price, terms.decay[i])
        slow = averaged(state.others[i], price, terms.average_decay[i])
        self.state = RuleState(put(state.averages, i, fast), state.sums, put(state.others, i, slow))
        return ONE - over(slow, fast)

    def _blended(self, prices: Sequence[int], weights: Sequence[int]) -> list[int]:
        wanted = inverse([self._variance(i, price) for i, price in enumerate(prices)])
        state, blend = self.state, self.terms.blend
        self.state = RuleState(state.averages, state.sums, state.others, has_return=True)
        return [times(b, old) + times(ONE - b, new) for b, old, new in zip(blend, weights, wanted, strict=True)]

    def _variance(self, i: int, price: int) -> int:
        state, decay = self.state, self.terms.decay[i]
        gain, lasts = over(price, state.averages[i]) - ONE, put(state.averages, i, price)
        if not state.has_return:
            self.state = RuleState(lasts, state.sums, put(state.others, i, gain), has_return=False)
            return ONE
        before = state.others[i]
        mean = averaged(before, gain, decay)
        spread = times(decay, state.sums[i]) + times(gain - before, gain - mean)
        self.state = RuleState(lasts, put(state.sums, i, spread), put(state.others, i, mean))
        return times(ONE - decay, spread)


def put(values: tuple[int, ...], i: int, value: int) -> tuple[int, ...]:
    """The values with one of them replaced."""
    return (*values[:i], value, *values[i + 1 :])


def averaged(old: int, value: int, decay: int) -> int:
    """A moving average, after one more value."""
    return old + times(ONE - decay, value - old)


def gradient(total: int, denominator: int, decay: int) -> int:
    """Relative change of price per update, from the estimator's decayed sum."""
    forgotten = ONE - decay
    scaled = times(times(times(total, forgotten), forgotten), forgotten)
    return over(scaled, times(decay, denominator))


def zero_sum(signals: Sequence[int], gains: Sequence[int]) -> list[int]:
    """[n] changes of weights whose sum is 0: each token's signal against the mean, weighted by the gains."""
    total = sum(gains)
    mean = sum(times(gain, signal) for gain, signal in zip(gains, signals, strict=True))
    if total:
        mean = over(mean, total)
    return [times(gain, signal - mean) for gain, signal in zip(gains, signals, strict=True)]


def powered(found: int, exponent: int, scale: int) -> int:
    """sign(g) · |g / (2 scale)| ** exponent."""
    if not found:
        return 0
    size = power(over(abs(found), 2 * scale), exponent)
    return -size if found < 0 else size


def channel(
    wave: int, trend: int, envelope: int, width: int, amplitude: int, exponent: int, scale: int, peak: int
) -> int:
    """Against the movement inside a channel of gradients, with it outside. Each part has its gradient."""
    ratio = over(envelope, width)
    inside = exponential(-(times(ratio, ratio) // 2))
    u = third(times(PI, over(wave, width)))
    cube = times(times(u, u), u)
    height = over(u - (cube // 6 if cube >= 0 else -(-cube // 6)), peak)
    return times(ONE - inside, powered(trend, exponent, scale)) - times(times(amplitude, inside), height)


def third(x: int) -> int:
    return x // 3 if x >= 0 else -(-x // 3)


def inverse(variance: Sequence[int]) -> list[int]:
    """[n] weights in inverse proportion to variances; a token without variance counts as one with very little."""
    precise = [over(ONE, max(one, 1)) for one in variance]
    total = sum(precise)
    return [over(one, total) for one in precise]
