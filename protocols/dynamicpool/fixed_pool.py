"""contracts/dynamicpool/DynamicPool.sol in integers, equal to it to the unit: what it gives, takes and refuses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import final

from tokenspice.engine.errors import WorldError
from tokenspice.engine.units import Amount, Seconds
from tokenspice.protocols.dynamicpool.fixed_point import ONE, logarithm, over, power, times

__all__ = ["FIRST_SHARES", "LOGARITHM_ERROR", "FixedPool", "PoolRefused", "allowed", "log_change"]

FIRST_SHARES = 100 * ONE
MOST_ROUNDING = 10**6  # of a sum of logarithms, by which floats may miss the curve
LOGARITHM_ERROR = 100  # by how much a mean of logarithms may be too high


class PoolRefused(WorldError):
    """A pool does not do what it was asked: the contract reverts. Nothing has changed."""


@final
@dataclass
class FixedPool:
    """A pool's numbers, without its tokens. Amounts are base units, weights and shares of 1 have 18 decimals.

    Attributes:
        reserves: [n] tokens.
        start: [n] weights at `since`.
        fee: of what is paid in.
        protocol_share: of the fees, what the protocol collects.
        most_traded: of a reserve, what one trade may move.
        per_second: [n] how fast the weights move.
        since, until: Unix times between which they do.
        owed: [n] fees that the protocol has not collected.
        shares: of all providers.
    """

    reserves: list[Amount]
    start: list[int]
    fee: int
    protocol_share: int = 0
    most_traded: int = ONE
    per_second: list[int] = field(default_factory=list)
    since: Seconds = 0
    until: Seconds = 0
    owed: list[Amount] = field(default_factory=list)
    shares: int = FIRST_SHARES

    def __post_init__(self) -> None:
        self.per_second = self.per_second or [0] * len(self.reserves)
        self.owed = self.owed or [0] * len(self.reserves)

    def weights(self, now: Seconds) -> list[int]:
        """[n] at a time."""
        passed = min(now, self.until) - self.since
        return [start + speed * passed for start, speed in zip(self.start, self.per_second, strict=True)]

    def move(self, now: Seconds, per_second: Sequence[int], until: Seconds) -> None:
        """Let the weights move from here and now on."""
        self.start = self.weights(now)
        self.per_second, self.since, self.until = list(per_second), now, until

    def quote_in(self, weights: Sequence[int], token_in: int, token_out: int, amount_in: Amount) -> Amount:
        """What a swap gives."""
        held = self.reserves[token_in]
        grown = held + amount_in * (ONE - self.fee) // ONE
        left = power_up(-(-held * ONE // grown), over(weights[token_in], weights[token_out]))
        return 0 if left >= ONE else self.reserves[token_out] * (ONE - left) // ONE

    def quote_out(self, weights: Sequence[int], token_in: int, token_out: int, amount_out: Amount) -> Amount:
        """What a swap takes for `amount_out`."""
        held = self.reserves[token_out]
        if amount_out >= held:
            raise PoolRefused(f"{amount_out} of token {token_out} asked; the pool holds {held}.")
        grown = power_up(-(-held * ONE // (held - amount_out)), over(weights[token_out], weights[token_in]) + 1)
        needed = -(-self.reserves[token_in] * (grown - ONE) // ONE)
        return -(-needed * ONE // (ONE - self.fee))

    def swap_in(self, now: Seconds, token_in: int, token_out: int, amount_in: Amount) -> Amount:
        """Swap, and return what it gave."""
        amount_out = self.quote_in(self.weights(now), token_in, token_out, amount_in)
        self._swap(token_in, token_out, amount_in, amount_out)
        return amount_out

    def swap_out(self, now: Seconds, token_in: int, token_out: int, amount_out: Amount) -> Amount:
        """Swap, and return what it took."""
        amount_in = self.quote_out(self.weights(now), token_in, token_out, amount_out)
        self._swap(token_in, token_out, amount_in, amount_out)
        return amount_in

    def trade(self, now: Seconds, amounts: Sequence[Amount]) -> None:
        """Trade any tokens for any others at once; positive amounts flow in, negative ones out."""
        for i, amount in enumerate(amounts):
            self._limit(i, abs(amount))
        change = log_change(self.reserves, self.weights(now), self.fee, amounts)
        if change < LOGARITHM_ERROR:
            raise PoolRefused(
                f"the invariant's logarithm would change by {change} · 10⁻¹⁸, less than {LOGARITHM_ERROR}."
            )
        for i, amount in enumerate(amounts):
            self._settle(i, amount)

    def join(self, shares: int) -> list[Amount]:
        """Deposit in proportion for shares, and return what it took."""
        amounts = [
            -(-(held - owed) * shares // self.shares) for held, owed in zip(self.reserves, self.owed, strict=True)
        ]
        self.shares += shares
        self.donate(amounts)
        return amounts

    def leave(self, shares: int) -> list[Amount]:
        """Give shares back, and return what it paid."""
        amounts = [(held - owed) * shares // self.shares for held, owed in zip(self.reserves, self.owed, strict=True)]
        self.shares -= shares
        self.donate([-amount for amount in amounts])
        return amounts

    def donate(self, amounts: Sequence[Amount]) -> None:
        """Put tokens in, for nobody in particular."""
        self.reserves = [held + amount for held, amount in zip(self.reserves, amounts, strict=True)]

    def collect(self) -> list[Amount]:
        """Pay the protocol its fees."""
        owed, self.owed = self.owed, [0] * len(self.owed)
        self.donate([-amount for amount in owed])
        return owed

    def _swap(self, token_in: int, token_out: int, amount_in: Amount, amount_out: Amount) -> None:
        self._limit(token_in, amount_in)
        self._limit(token_out, amount_out)
        self._settle(token_in, amount_in)
        self._settle(token_out, -amount_out)

    def _settle(self, token: int, amount: Amount) -> None:
        self.reserves[token] += amount
        self.owed[token] += max(amount, 0) * self.fee // ONE * self.protocol_share // ONE

    def _limit(self, token: int, amount: Amount) -> None:
        most = self.reserves[token] * self.most_traded // ONE
        if amount > most:
            raise PoolRefused(f"{amount} of token {token} in one trade; at most {most} are.")


def log_change(reserves: Sequence[Amount], weights: Sequence[int], fee: int, amounts: Sequence[Amount]) -> int:
    """By how much a trade changes the logarithm of the invariant, after the fee, 18 decimals.

    Raises:
        PoolRefused: it asks for all that the pool holds of a token.
    """
    change = 0
    for i, (held, weight, amount) in enumerate(zip(reserves, weights, amounts, strict=True)):
        after = held + (amount * (ONE - fee) // ONE if amount > 0 else amount)
        if after <= 0:
            raise PoolRefused(f"{-amount} of token {i} asked; the pool holds {held}.")
        if amount:
            change += times(weight, logarithm(after * ONE // held))
    return change


def allowed(reserves: Sequence[Amount], weights: Sequence[int], fee: int, amounts: Sequence[Amount]) -> list[Amount]:
    """A trade that the contract lets pass, next to one that rounding may have put a hair outside of the curve.

    What is missing is left in the pool, of the token of which most of a reserve is taken out. A trade that misses by
    more than rounding is returned as it is, so that the contract refuses it.
    """
    found = list(amounts)
    for _ in range(3):
        missing = LOGARITHM_ERROR - log_change(reserves, weights, fee, found)
        outs = [i for i, amount in enumerate(found) if amount < 0]
        if missing <= 0 or missing > MOST_ROUNDING or not outs:
            return found
        i = max(outs, key=lambda i: -found[i] / reserves[i])
        found[i] = min(found[i] + reserves[i] * missing // weights[i] + 1, 0)
    return found


def power_up(x: int, y: int) -> int:
    """A power that is not below the true one."""
    found = power(x, y)
    return found + times(found, 64 * (y // ONE + 1)) + 10
