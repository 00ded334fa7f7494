"""Two pools side by side: the same operations on both, and the first quantity in which they differ."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np

from tokenspice.engine.errors import InsufficientFunds
from tokenspice.engine.units import DECIMALS, Amount, Floats, Seconds
from tokenspice.engine.wallet import WalletBase
from tokenspice.protocols.dynamicpool.fixed_pool import PoolRefused
from tokenspice.protocols.dynamicpool.systems import PoolSystem

__all__ = [
    "Collect",
    "Divergence",
    "Join",
    "Leave",
    "Lockstep",
    "Operation",
    "Poke",
    "Post",
    "Swap",
    "Tolerances",
    "Trade",
    "Update",
    "Wait",
    "first_divergence",
]

UNIT = 10**DECIMALS


@final
@dataclass(frozen=True)
class Wait:
    """Let time pass."""

    seconds: Seconds


@final
@dataclass(frozen=True)
class Post:
    """Tell the runner the market's prices, dollars."""

    prices: tuple[float, ...]


@final
@dataclass(frozen=True)
class Update:
    """Ask the runner for new weights."""


@final
@dataclass(frozen=True)
class Poke:
    """Let the pool take the weights of this time."""


@final
@dataclass(frozen=True)
class Swap:
    """Give some of one token for another, base units."""

    token_in: int
    token_out: int
    amount_in: Amount


@final
@dataclass(frozen=True)
class Trade:
    """Trade any tokens for any others at once, base units; positive amounts flow into the pool."""

    amounts: tuple[Amount, ...]


@final
@dataclass(frozen=True)
class Join:
    """Deposit in proportion for shares."""

    shares: Amount


@final
@dataclass(frozen=True)
class Leave:
    """Give shares back."""

    shares: Amount


@final
@dataclass(frozen=True)
class Collect:
    """Pay the protocol its fees."""


Operation: TypeAlias = Wait | Post | Update | Poke | Swap | Trade | Join | Leave | Collect


@final
@dataclass(frozen=True)
class Tolerances:
    """How far two pools may differ before it is called so.

    Attributes:
        weights: absolute: fixed-point rounding, and whole divisions of speeds.
        estimators: relative.
        amounts: relative: what came out of a trade, and reserves; powers are rounded in the pool's favour.
        smallest: of a reserve, below which a difference of amounts is rounding.
        smallest_sum: of a price, or of a dollar, below which a difference of its estimator's sum is.
    """

    weights: float = 1e-9
    estimators: float = 1e-9
    amounts: float = 1e-8
    smallest: float = 1e-14
    smallest_sum: float = 1e-10


@final
@dataclass(frozen=True)
class Divergence:
    """Where two pools first differ.

    Attributes:
        step: index of the operation after which they do.
        operation: it.
        quantity: what differs, such as weights[1].
        one, other: its values.
        tolerance: that their difference exceeds, absolute.
    """

    step: int
    operation: Operation
    quantity: str
    one: float | str
    other: float | str
    tolerance: float

    def __str__(self) -> str:
        return (
            f"step {self.step}, {self.operation}: {self.quantity} is {self.one!r} here and {self.other!r} there; "
            f"a difference of {self.tolerance:.3g} is tolerated."
        )


@final
@dataclass(frozen=True)
class Lockstep:
    """One of the two pools.

    Attributes:
        system: pool and runner.
        trader: whose wallet trades and joins.
        wait: lets time pass.
    """

    system: PoolSystem
    trader: WalletBase
    wait: Callable[[Seconds], None]

    def do(self, operation: Operation) -> list[Amount] | str:
        """Do an operation; return [n] amounts that it moved, or the kind of error that refused it."""
        try:
            return self._do(operation)
        except (PoolRefused, InsufficientFunds) as error:
            return type(error).__name__

    def _do(self, operation: Operation) -> list[Amount]:
        pool, runner = self.system.pool, self.system.runner
        match operation:
            case Wait(seconds):
                self.wait(seconds)
            case Post(prices) if runner:
                runner.post(np.array(prices))
            case Update() if runner:
                runner.update()
                pool.poke()
            case Poke():
                pool.poke()
            case Swap(token_in, token_out, amount):
                out = pool.swap(self.trader, token_in, token_out, amount)
                return [out if i == token_out else 0 for i in range(len(pool.symbols))]
            case Trade(amounts):
                return pool.trade(self.trader, amounts)
            case Join(shares):
                return pool.join(self.trader, shares)
            case Leave(shares):
                return pool.leave(self.trader, shares)
            case Collect():
                return pool.collect()
        return []

    def view(self) -> dict[str, Floats]:
        """All quantities that are compared, [n] each."""
        pool, runner = self.system.pool, self.system.runner
        seen = {"weights": pool.weights(), "reserves": np.array(pool.reserves(), dtype=float)}
        return seen | (dict(runner.memory()) if runner else {})


def first_divergence(
    operations: Iterable[Operation], one: Lockstep, other: Lockstep, tolerances: Tolerances = Tolerances()
) -> Divergence | None:
    """Do the same on two pools and compare them after each step.

    Args:
        operations: the same for both.
        one, other: pools in the same state.
        tolerances: of differences.

    Returns:
        Where they first differ; None where they never do.
    """
    for step, operation in enumerate(operations):
        outcomes = one.do(operation), other.do(operation)
        before = one.view()
        if found := moved(step, operation, *outcomes, before["reserves"], tolerances):
            return found
        if found := seen(step, operation, before, other.view(), tolerances):
            return found
    return None


def moved(
    step: int,
    operation: Operation,
    one: list[Amount] | str,
    other: list[Amount] | str,
    reserves: Floats,
    tolerances: Tolerances,
) -> Divergence | None:
    """Compare what an operation moved."""
    if isinstance(one, str) or isinstance(other, str):
        if one == other:
            return None
        return Divergence(step, operation, "outcome", word(one), word(other), 0.0)
    for i, (here, there) in enumerate(zip(one, other, strict=True)):
        tolerance = tolerances.amounts * abs(here) + tolerances.smallest * float(reserves[i])
        if abs(here - there) > tolerance:
            return Divergence(step, operation, f"amounts[{i}]", here / UNIT, there / UNIT, tolerance / UNIT)
    return None


def word(outcome: list[Amount] | str) -> str:
    return outcome if isinstance(outcome, str) else "done"


def seen(
    step: int, operation: Operation, one: dict[str, Floats], other: dict[str, Floats], tolerances: Tolerances
) -> Divergence | None:
    """Compare what can be seen of two pools."""
    for quantity, values in one.items():
        allowed = tolerance_of(quantity, values, one, tolerances)
        for i, (here, there) in enumerate(zip(values, other[quantity], strict=True)):
            if not abs(here - there) <= allowed[i]:
                return Divergence(step, operation, f"{quantity}[{i}]", float(here), float(there), float(allowed[i]))
    return None


def tolerance_of(quantity: str, values: Floats, all_values: dict[str, Floats], tolerances: Tolerances) -> Floats:
    """[n] by how much a quantity may differ."""
    if quantity == "weights":
        return np.full(len(values), tolerances.weights)
    if quantity == "reserves":
        return np.asarray(tolerances.amounts * values)
    # Sums and means pass through zero, where rounding is all there is.
    rounding = {"sums": tolerances.smallest_sum, "means": 1e-12, "spreads": 1e-15}.get(quantity, 0.0)
    scale = np.maximum(all_values["averages"], 1.0) if quantity == "sums" else 1.0
    return np.asarray(tolerances.estimators * np.abs(values) + rounding * scale)
