"""Rules: from past prices to what the weights should become.

A rule is a frozen value with effective parameters: days, gains per day of memory. A parameter is one number for all
tokens, or one per token. `outputs` gives a row for each chunk but the first; row j has seen chunk j + 1 and those before.
A rule of changes says what is added to the weights; a rule of targets says where they should go, and how fast.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import TypeAlias, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.strategies.estimators import ewma, gradients, variances
from tokenspice.markets.strategies.memory import decay_of_memory
from tokenspice.markets.strategies.signals import channel, inverse_variance, power, zero_sum

__all__ = [
    "MAX_MEMORY_DAYS",
    "DifferenceMomentum",
    "Ensemble",
    "IndexRule",
    "MeanReversionChannel",
    "MinVariance",
    "Momentum",
    "PowerChannel",
    "Rule",
    "TripleThreat",
    "Vector",
    "capped",
]

MAX_MEMORY_DAYS = 365.0

Vector: TypeAlias = float | tuple[float, ...]


class Rule(ABC):
    """What the weights should become."""

    @abstractmethod
    def outputs(self, prices: Floats, chunk_minutes: int) -> Floats:
        """[c - 1, n] changes, or targets, of the weights. `prices` is [c, n], of every chunk's first minute."""

    def blend(self, chunk_minutes: int) -> Floats | None:
        """[n] or [] the part of the old weights that a rule of targets keeps; None for a rule of changes."""
        return None

    def check(self, n_tokens: int) -> None:
        """Refuse parameters that do not fit the number of tokens.

        Raises:
            StrategyConfigError: a vector has another length, or a memory is not above 0.
        """
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, tuple) and value and isinstance(value[0], float) and len(value) != n_tokens:
                raise StrategyConfigError(
                    f"{type(self).__name__}.{field.name} has {len(value)} values; there are {n_tokens} tokens."
                )
            if field.name.endswith("memory_days") and value is not None and not (np.asarray(value) > 0).all():
                raise StrategyConfigError(f"{type(self).__name__}.{field.name} is {value}. Write days above 0.")


def capped(memory_days: Vector) -> Floats:
    """Days of memory, at most MAX_MEMORY_DAYS."""
    return np.asarray(np.minimum(np.asarray(memory_days, dtype=float), MAX_MEMORY_DAYS))


def per_token(value: Vector, n_tokens: int) -> Floats:
    """[n] a parameter of every token."""
    return np.broadcast_to(np.asarray(value, dtype=float), (n_tokens,))


@final
@dataclass(frozen=True)
class Momentum(Rule):
    """With the movement of prices; against it, if the gains are negative.

    Attributes:
        memory_days: of the gradient.
        gain_per_day: change of weight for a relative change of price per chunk of 1, per day of memory.
        average_memory_days: of the average that the gradient is relative to; None for the same memory.
    """

    memory_days: Vector = 10.0
    gain_per_day: Vector = 20.0
    average_memory_days: Vector | None = None

    def outputs(self, prices: Floats, chunk_minutes: int) -> Floats:
        g = gradient_rows(prices, self.memory_days, self.average_memory_days, chunk_minutes)
        return np.asarray(zero_sum(np, g, gains_of(self.gain_per_day, self.memory_days, prices.shape[1])))


@final
@dataclass(frozen=True)
class PowerChannel(Rule):
    """With the movement of prices, more than in proportion.

    Attributes:
        memory_days: of the gradient.
        gain_per_day: as of `Momentum`, for a signal of 1.
        exponent: at least 1.
        scale: half the gradient whose signal is 1.
        average_memory_days: of the average that the gradient is relative to; None for the same memory.
    """

    memory_days: Vector = 10.0
    gain_per_day: Vector = 20.0
    exponent: Vector = 1.0
    scale: Vector = 0.5
    average_memory_days: Vector | None = None

    def outputs(self, prices: Floats, chunk_minutes: int) -> Floats:
        g = gradient_rows(prices, self.memory_days, self.average_memory_days, chunk_minutes)
        signal = power(np, g, np.asarray(self.exponent), np.asarray(self.scale))
        return np.asarray(zero_sum(np, signal, gains_of(self.gain_per_day, self.memory_days, prices.shape[1])))


@final
@dataclass(frozen=True)
class MeanReversionChannel(Rule):
    """Against small movements of prices, with large ones.

    Attributes:
        memory_days: of the gradient.
        gain_per_day: as of `Momentum`, for a signal of 1.
        width: of the channel, a gradient.
        amplitude_per_day: of the counter-movement, per day of memory.
        exponent: of the trend, at least 1.
        scale: half the gradient whose trend is 1.
        average_memory_days: of the average that the gradient is relative to; None for the same memory.
    """

    memory_days: Vector = 10.0
    gain_per_day: Vector = 20.0
    width: Vector = 1.0
    amplitude_per_day: Vector = 1.0
    exponent: Vector = 1.0
    scale: Vector = 0.5
    average_memory_days: Vector | None = None

    def outputs(self, prices: Floats, chunk_minutes: int) -> Floats:
        g = gradient_rows(prices, self.memory_days, self.average_memory_days, chunk_minutes)
        amplitude = np.asarray(self.amplitude_per_day) * capped(self.memory_days)
        shape = (np.asarray(self.width), amplitude, np.asarray(self.exponent), np.asarray(self.scale))
        signal = channel(np, g, g, g, *shape)
        return np.asarray(zero_sum(np, signal, gains_of(self.gain_per_day, self.memory_days, prices.shape[1])))


@final
@dataclass(frozen=True)
class TripleThreat(Rule):
    """A channel whose wave, trend and envelope each have a memory of their own.

    Attributes:
        wave_memory_days, trend_memory_days, envelope_memory_days: of the three gradients.
        average_memory_days: of the average that all three are relative to; gains and amplitude are per day of it.
        gain_per_day, width, amplitude_per_day, exponent, scale: as of `MeanReversionChannel`.
    """

    wave_memory_days: Vector = 5.0
    trend_memory_days: Vector = 10.0
    envelope_memory_days: Vector = 20.0
    average_memory_days: Vector = 10.0
    gain_per_day: Vector = 20.0
    width: Vector = 1.0
    amplitude_per_day: Vector = 1.0
    exponent: Vector = 1.0
    scale: Vector = 0.5

    def outputs(self, prices: Floats, chunk_minutes: int) -> Floats:
        wave, trend, envelope = (
            gradient_rows(prices, memory, self.average_memory_days, chunk_minutes)
            for memory in (self.wave_memory_days, self.trend_memory_days, self.envelope_memory_days)
        )
        amplitude = np.asarray(self.amplitude_per_day) * capped(self.average_memory_days)
        shape = (np.asarray(self.width), amplitude, np.asarray(self.exponent), np.asarray(self.scale))
        signal = channel(np, wave, trend, envelope, *shape)
        return np.asarray(zero_sum(np, signal, gains_of(self.gain_per_day, self.average_memory_days, prices.shape[1])))


@final
@dataclass(frozen=True)
class DifferenceMomentum(Rule):
    """With the difference of two moving averages.

    Attributes:
        fast_memory_days, slow_memory_days: of the averages.
        gain_per_day: change of weight for a relative difference of 1, per day of the longer memory.
    """

    fast_memory_days: Vector = 3.0
    slow_memory_days: Vector = 10.0
    gain_per_day: Vector = 1.0

    def outputs(self, prices: Floats, chunk_minutes: int) -> Floats:
        fast, slow = (
            ewma(prices, decay_of_memory(capped(m), chunk_minutes))[1:]
            for m in (self.fast_memory_days, self.slow_memory_days)
        )
        longer = np.maximum(capped(self.fast_memory_days), capped(self.slow_memory_days))
        gains = np.asarray(self.gain_per_day) * longer
        return np.asarray(zero_sum(np, 1 - slow / fast, np.broadcast_to(gains, (prices.shape[1],))))


@final
@dataclass(frozen=True)
class MinVariance(Rule):
    """Towards weights in inverse proportion to the tokens' variances.

    Attributes:
        memory_days: of the variances.
        blend_memory_days: how slowly the weights follow.
    """

    memory_days: Vector = 10.0
    blend_memory_days: Vector = 10.0

    def outputs(self, prices: Floats, chunk_minutes: int) -> Floats:
        decay = per_token(decay_of_memory(capped(self.memory_days), chunk_minutes), prices.shape[1])  # type: ignore[arg-type]
        return np.asarray(inverse_variance(np, variances(prices, decay)))

    def blend(self, chunk_minutes: int) -> Floats | None:
        return decay_of_memory(capped(self.blend_memory_days), chunk_minutes)


@final
@dataclass(frozen=True)
class IndexRule(Rule):
    """Towards weights in proportion to market capitalisation.

    Attributes:
        supply: circulating supply of each token, tokens.
        blend_memory_days: how slowly the weights follow.
        highest_weight: above which weights are cut, and the rest spread over the others; None for no cut.
    """

    supply: tuple[float, ...]
    blend_memory_days: Vector = 10.0
    highest_weight: float | None = None

    def outputs(self, prices: Floats, chunk_minutes: int) -> Floats:
        value = prices[1:] * np.asarray(self.supply)
        weights = value / value.sum(axis=1, keepdims=True)
        if self.highest_weight is None:
            return np.asarray(weights)
        return np.array([cut(row, self.highest_weight) for row in weights])

    def blend(self, chunk_minutes: int) -> Floats | None:
        return decay_of_memory(capped(self.blend_memory_days), chunk_minutes)

    def check(self, n_tokens: int) -> None:
        super().check(n_tokens)
        if self.highest_weight is not None and not self.highest_weight * n_tokens >= 1:
            raise StrategyConfigError(
                f"IndexRule.highest_weight {self.highest_weight}: {n_tokens} such weights are below 1."
            )


@final
@dataclass(frozen=True)
class Ensemble(Rule):
    """Several rules of one kind, whose outputs are averaged before the guard rails.

    Attributes:
        members: at least one; all of changes, or all of targets.
    """

    members: tuple[Rule, ...]

    def outputs(self, prices: Floats, chunk_minutes: int) -> Floats:
        return np.mean([member.outputs(prices, chunk_minutes) for member in self.members], axis=0)  # type: ignore[no-any-return]

    def blend(self, chunk_minutes: int) -> Floats | None:
        blends = [member.blend(chunk_minutes) for member in self.members]
        if all(blend is None for blend in blends):
            return None
        return np.mean(np.array(blends, dtype=float), axis=0)  # type: ignore[no-any-return]

    def check(self, n_tokens: int) -> None:
        if not self.members or len({member.blend(1440) is None for member in self.members}) != 1:
            raise StrategyConfigError("Ensemble: write one member or more, all of changes or all of targets.")
        for member in self.members:
            member.check(n_tokens)


def gradient_rows(prices: Floats, memory: Vector, average_memory: Vector | None, chunk_minutes: int) -> Floats:
    """[c - 1, n] gradients, without the first chunk, whose gradient is nothing."""
    decay = decay_of_memory(capped(memory), chunk_minutes)
    other = None if average_memory is None else decay_of_memory(capped(average_memory), chunk_minutes)
    return gradients(prices, decay, other)[0][1:]


def gains_of(gain_per_day: Vector, memory_days: Vector, n_tokens: int) -> Floats:
    """[n] gains k."""
    return np.broadcast_to(np.asarray(gain_per_day) * capped(memory_days), (n_tokens,))


def cut(weights: Floats, highest: float) -> Floats:
    """[n] weights of which none is above `highest`, with the excess spread over the others in proportion."""
    for _ in range(len(weights)):
        over = weights > highest
        if not over.any():
            break
        free = 1 - highest * over.sum() - weights[~over & (weights == highest)].sum()
        rest = ~over & (weights < highest)
        weights = np.where(over, highest, np.where(rest, weights * free / weights[rest].sum(), weights))
    return weights
