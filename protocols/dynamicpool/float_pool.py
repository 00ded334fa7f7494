"""A pool in Python's floats, whose tokens lie in wallets off the chain: the arithmetic of `markets`, one call at a time."""

from collections.abc import Callable, Mapping, Sequence
from typing import final, get_args

import numpy as np

from tokenspice.engine.errors import InsufficientFunds
from tokenspice.engine.units import DECIMALS, Amount, Floats, Seconds
from tokenspice.engine.wallet import Wallet, WalletBase
from tokenspice.markets.errors import PoolError
from tokenspice.markets.pools.interpolation import fine_weights
from tokenspice.markets.pools.step import PoolState
from tokenspice.markets.pools.weighted import WeightedPool
from tokenspice.markets.strategies.guard import coarse_weights
from tokenspice.markets.strategies.strategy import Strategy
from tokenspice.protocols.dynamicpool.fixed_pool import FIRST_SHARES, PoolRefused
from tokenspice.protocols.dynamicpool.rule_numbers import kind_of, rule_state
from tokenspice.protocols.dynamicpool.rules import RuleKind
from tokenspice.protocols.dynamicpool.venue import DynamicPool, WeightRunner

__all__ = ["FloatPool", "FloatRunner"]

UNIT = 10**DECIMALS
MINUTE: Seconds = 60
ROUNDING = 1e-12  # by which the logarithm of the invariant may seem to fall


@final
class FloatPool(DynamicPool):
    """A weighted pool off the chain.

    Args:
        symbols: of its tokens, which have 18 decimals.
        weights: [n] at the start.
        fee: share of what is paid in.
        clock: returns the time, seconds.
        protocol_share: of the fees.
        pokes: whether weights move only when someone pokes.

    Attributes:
        wallet: holds the reserves.
        protocol: holds the fees that were collected.
    """

    def __init__(
        self,
        symbols: tuple[str, ...],
        weights: Floats,
        fee: float,
        clock: Callable[[], Seconds],
        protocol_share: float = 0.0,
        pokes: bool = True,
    ) -> None:
        self.symbols = symbols
        self.wallet, self.protocol = Wallet("pool"), Wallet("protocol")
        self.pokes = pokes
        self._pool = WeightedPool(tuple(weights / weights.sum()))
        self._weights = self._way = np.array(weights)[None, :]
        self._since = 0
        self._fee, self._share = fee, protocol_share
        self._clock = clock
        self._owed = [0] * len(symbols)
        self._shares: dict[str, Amount] = {}

    def reserves(self) -> list[Amount]:
        return [self.wallet.balance(symbol) for symbol in self.symbols]

    def weights(self) -> Floats:
        return self._weights[0] if self.pokes else self._weights_now()

    def fee(self) -> float:
        return self._fee

    def set_fee(self, fee: float) -> None:
        if not 0 <= fee < 1:
            raise PoolError(f"a fee of {fee}: write a share from 0 to below 1.")
        self._fee = fee

    def move(self, way: Floats) -> None:
        """Let the weights go a way from this time on; [minutes, n], after the last they stay."""
        self._way, self._since = way, self._clock()

    def poke(self) -> None:
        self._weights = self._weights_now()[None, :]

    def _weights_now(self) -> Floats:
        minute = (self._clock() - self._since) / MINUTE
        last = len(self._way) - 1
        if minute >= last:
            return np.asarray(self._way[last])
        row, part = int(minute), minute - int(minute)
        if not part:
            return np.asarray(self._way[row])
        return np.asarray(self._way[row] * (1 - part) + self._way[row + 1] * part)

    def state(self) -> PoolState:
        """The pool as `markets` have it."""
        reserves = np.array([held / UNIT for held in self.reserves()])
        return PoolState(reserves, self.weights(), np.zeros(0), np.zeros(len(reserves)))

    def trade(self, wallet: WalletBase, amounts: Sequence[Amount]) -> list[Amount]:
        if not any(amounts):
            raise PoolRefused("a trade of nothing.")
        change = 0.0
        for amount, held, weight in zip(amounts, self.reserves(), self.weights(), strict=True):
            seen = amount * (1 - self._fee) if amount > 0 else amount
            if held + seen <= 0:
                raise PoolRefused(f"{-amount / UNIT:g} tokens asked; the pool holds {held / UNIT:g}.")
            change += weight * float(np.log1p(seen / held))
        if change < -ROUNDING:
            raise PoolRefused(f"the invariant's logarithm would change by {change:g}.")
        self._settle(wallet, amounts, fees=True)
        return list(amounts)

    def quote(self, token_in: int, token_out: int, amount_in: Amount) -> Amount:
        if token_in == token_out:
            raise PoolRefused(f"token {token_in} is not traded for itself.")
        return int(self._pool.swap_in(self.state(), token_in, token_out, amount_in / UNIT, self._fee) * UNIT)

    def swap(
        self, wallet: WalletBase, token_in: int, token_out: int, amount_in: Amount, least_out: Amount = 0
    ) -> Amount:
        out = self.quote(token_in, token_out, amount_in)
        if out < least_out:
            raise PoolRefused(f"the swap gives {out / UNIT:g} tokens, less than {least_out / UNIT:g}.")
        amounts = [0] * len(self.symbols)
        amounts[token_in], amounts[token_out] = amount_in, -out
        self._settle(wallet, amounts, fees=True)
        return out

    def open(self, wallet: WalletBase, amounts: Sequence[Amount]) -> None:
        if self._shares or min(amounts) <= 0:
            raise PoolRefused("the pool is open already." if self._shares else "a pool opens with some of every token.")
        self._settle(wallet, amounts)
        self._shares[wallet.name] = FIRST_SHARES

    def shares(self, wallet: WalletBase) -> Amount:
        return self._shares.get(wallet.name, 0)

    def total_shares(self) -> Amount:
        return sum(self._shares.values())

    def join(self, wallet: WalletBase, shares: Amount) -> list[Amount]:
        total = self.total_shares()
        # Rounded up, so that a share of those who were here before is worth no less.
        amounts = [-(-held * shares // total) for held in self._free()]
        self._settle(wallet, amounts)
        self._shares[wallet.name] = self.shares(wallet) + shares
        return amounts

    def leave(self, wallet: WalletBase, shares: Amount) -> list[Amount]:
        held, total = self.shares(wallet), self.total_shares()
        if not 0 < shares <= held or shares == total:
            raise PoolRefused(f"{shares / UNIT:g} shares given back by who has {held / UNIT:g} of {total / UNIT:g}.")
        amounts = [free * shares // total for free in self._free()]
        self._settle(wallet, [-amount for amount in amounts])
        self._shares[wallet.name] = held - shares
        return amounts

    def donate(self, wallet: WalletBase, amounts: Sequence[Amount]) -> None:
        self._settle(wallet, amounts)

    def owed(self) -> list[Amount]:
        return list(self._owed)

    def collect(self) -> list[Amount]:
        owed, self._owed = self._owed, [0] * len(self._owed)
        for symbol, amount in zip(self.symbols, owed, strict=True):
            if amount:
                self.wallet.transfer(self.protocol, symbol, amount)
        return owed

    def _free(self) -> list[Amount]:
        return [held - owed for held, owed in zip(self.reserves(), self._owed, strict=True)]

    def _settle(self, wallet: WalletBase, amounts: Sequence[Amount], fees: bool = False) -> None:
        for symbol, amount in zip(self.symbols, amounts, strict=True):
            if amount > 0 and amount > wallet.balance(symbol):
                raise InsufficientFunds(
                    f"{wallet.name} holds {wallet.balance(symbol) / UNIT:g} {symbol} and tried to give "
                    f"{amount / UNIT:g} to a pool. Nothing was moved."
                )
        for i, (symbol, amount) in enumerate(zip(self.symbols, amounts, strict=True)):
            if amount > 0:
                wallet.transfer(self.wallet, symbol, amount)
                if fees and self._share:
                    self._owed[i] += round(amount * self._fee * self._share)
            elif amount < 0:
                self.wallet.transfer(wallet, symbol, -amount)


@final
class FloatRunner(WeightRunner):
    """Asks a strategy of `markets` for new weights, by the prices that it has been posted, and by no others.

    Args:
        pool: whose weights move.
        strategy: its rule, guard rails and times.
        seen: [c, n] prices of chunks up to now, dollars, which the rule remembers.
        clock: returns the time, seconds. The first update is due one chunk from here.
        staleness: seconds; older prices are not taken.
    """

    def __init__(
        self,
        pool: FloatPool,
        strategy: Strategy,
        seen: Floats,
        clock: Callable[[], Seconds],
        staleness: Seconds | None = None,
    ) -> None:
        self._pool, self._strategy, self._clock = pool, strategy, clock
        self._seen = list(seen)
        self._price, self._posted = seen[-1], clock()
        self._last = clock()
        self._weights = np.array(pool.weights())
        self._staleness = staleness
        self._memory: Mapping[str, Floats] | None = None  # until the next update

    def post(self, prices: Floats) -> None:
        self._price, self._posted = prices, self._clock()

    def update(self) -> None:
        now, strategy = self._clock(), self._strategy
        if now < self._last + MINUTE * strategy.chunk_minutes:
            raise PoolRefused(
                f"an update at {now} s; the next is due at {self._last + MINUTE * strategy.chunk_minutes} s."
            )
        if self._staleness is not None and now - self._posted > self._staleness:
            raise PoolRefused(f"the prices are {now - self._posted} s old; at most {self._staleness} s are taken.")
        self._last, self._memory = now, None
        self._seen.append(self._price)
        rows = strategy.rule.outputs(np.array(self._seen), strategy.chunk_minutes)
        output = rows[-1 - strategy.delay_chunks]
        blend = strategy.rule.blend(strategy.chunk_minutes)
        coarse = coarse_weights(output[None, :], self._weights, strategy.guard, strategy.moving_minutes, blend)
        start, slope = coarse.starts[0], coarse.slopes[0]
        way = fine_weights(start, slope, strategy.moving_minutes, strategy.moving_minutes + 1, strategy.interpolation)
        self._weights = start + strategy.moving_minutes * slope
        self._pool.move(way)

    def memory(self) -> Mapping[str, Floats]:
        if self._memory is None:
            rule, seen = self._strategy.rule, np.array(self._seen)
            has_contract = type(rule).__name__ in get_args(RuleKind)
            self._memory = rule_state(self._strategy, seen).memory(kind_of(rule)) if has_contract else {}
        return self._memory
