"""Guard rails: what a rule wants, made into weights that a pool may have, and a speed at which it goes there."""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError

__all__ = ["CoarseWeights", "GuardRails", "coarse_weights", "floored", "normalised", "speed_limited", "within_bounds"]

# The speed limit is undercut by this much per minute, so that rounding does not exceed it.
UNDERCUT = 1e-10


@final
@dataclass(frozen=True)
class GuardRails:
    """Limits of weights.

    Attributes:
        minimum_weight: of every token; None for a tenth of an equal share.
        max_change_per_minute: of any weight.
        lowest, highest: bounds of each token's weight; empty for none.
    """

    minimum_weight: float | None = None
    max_change_per_minute: float = 3e-4
    lowest: tuple[float, ...] = ()
    highest: tuple[float, ...] = ()

    def floor(self, n_tokens: int) -> float:
        """The least weight of a token."""
        return 0.1 / n_tokens if self.minimum_weight is None else self.minimum_weight

    def check(self, n_tokens: int) -> None:
        """Refuse limits that no weights can keep.

        Raises:
            StrategyConfigError: says which.
        """
        if not 0 <= self.floor(n_tokens) * n_tokens <= 1:
            raise StrategyConfigError(
                f"minimum_weight {self.minimum_weight}: {n_tokens} tokens need it from 0 to {1 / n_tokens:.6g}."
            )
        if not self.max_change_per_minute >= 0:
            raise StrategyConfigError(f"max_change_per_minute is {self.max_change_per_minute}. Write 0 or more.")
        if not self.lowest and not self.highest:
            return
        low, high = np.array(self.lowest), np.array(self.highest)
        if len(low) != n_tokens or len(high) != n_tokens:
            raise StrategyConfigError(
                f"lowest has {len(low)} and highest {len(high)} weights; there are {n_tokens} tokens."
            )
        if (low < 0).any() or (high > 1).any() or (low >= high).any() or low.sum() > 1 or high.sum() < 1:
            raise StrategyConfigError(
                f"lowest {list(self.lowest)}, highest {list(self.highest)}: write 0 <= lowest < highest <= 1, with sums "
                "of at most 1 and at least 1."
            )

    def applied(self, weights: Floats) -> Floats:
        """[n] the nearest weights, by the order of the guard rails, that keep all limits but the speed's."""
        weights = normalised(weights)
        if self.lowest:
            weights = within_bounds(weights, np.array(self.lowest), np.array(self.highest))
        return floored(weights, self.floor(len(weights)))


@final
@dataclass(frozen=True)
class CoarseWeights:
    """Weights of c chunks: where they are at the start of each, and how they move.

    Attributes:
        starts: [c, n].
        slopes: [c, n] change per minute while the weights move.
        targets: [c, n] where the rule wanted them, within the guard rails.
    """

    starts: Floats
    slopes: Floats
    targets: Floats


def coarse_weights(
    outputs: Floats, start: Floats, guard: GuardRails, moving_minutes: int, blend: Floats | None = None
) -> CoarseWeights:
    """Weights that follow a rule.

    Args:
        outputs: [c, n] of the rule.
        start: [n] weights before the first.
        guard: their limits.
        moving_minutes: of each chunk, how long the weights move.
        blend: as `Rule.blend` gives it.
    """
    starts, slopes, targets = (np.empty(outputs.shape) for _ in range(3))
    weights = start
    for j, output in enumerate(outputs):
        wanted = weights + output if blend is None else blend * weights + (1 - blend) * output
        starts[j], targets[j] = weights, guard.applied(wanted)
        slopes[j] = speed_limited((targets[j] - weights) / moving_minutes, guard.max_change_per_minute)
        weights = weights + moving_minutes * slopes[j]
    return CoarseWeights(starts, slopes, targets)


def normalised(weights: Floats) -> Floats:
    """[n] with sum 1."""
    total = weights.sum()
    if not total > 0:
        raise StrategyConfigError(
            f"Weights {weights.tolist()} have the sum {total}. Write weights with a positive sum."
        )
    return np.asarray(weights / total)


def within_bounds(weights: Floats, low: Floats, high: Floats) -> Floats:
    """[n] weights within bounds; what is missing or too much is spread over those with room."""
    clipped = np.clip(weights, low, high)
    missing = 1 - clipped.sum()
    room = high - clipped if missing > 0 else clipped - low
    if room.sum() > 0:
        clipped = np.clip(clipped + missing * room / room.sum(), low, high)
    return np.asarray(clipped / clipped.sum())


def floored(weights: Floats, floor: float) -> Floats:
    """[n] weights of which none is below `floor`: those below are raised to it, the others scaled to make room."""
    n = len(weights)
    weights = np.minimum(weights, 1 - (n - 1) * floor)
    low = weights < floor
    for _ in range(n):
        if low.all():
            return np.full(n, 1 / n)
        scale = (1 - low.sum() * floor) / weights[~low].sum()
        raised = np.where(low, floor, weights * scale)
        below = ~low & (raised < floor)
        if not below.any():
            break
        low = low | below
    raised[np.argmax(raised)] += 1 - raised.sum()
    return raised


def speed_limited(slope: Floats, limit: float) -> Floats:
    """[n] a change per minute, scaled as a whole so that none is above the limit."""
    fastest = np.abs(slope).max()
    return slope * (limit / (fastest + UNDERCUT)) if fastest > limit else slope
