"""The market outside: its prices, minute by minute, and whoever trades at them without moving them."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import final

import numpy as np

from tokenspice.engine import MINUTE, AgentBase, Amount, Floats, SimStateBase, StrategyError, WalletBase, in_tokens
from tokenspice.markets.pools import Changes
from tokenspice.protocols.dynamicpool import eighteen

__all__ = ["MarketAgent", "level_at", "minute_of"]


@final
class MarketAgent(AgentBase):
    """Tells the prices of this minute, and trades at them as much as its wallet holds.

    Args:
        name: of the agent.
        wallet: holds what it trades with.
        table: [minutes, n] dollars.
        symbols: of the tokens. The last one is what it pays and is paid in.

    Attributes:
        prices: [n] of this minute, dollars.
    """

    def __init__(self, name: str, wallet: WalletBase, table: Floats, symbols: tuple[str, ...]) -> None:
        super().__init__(name, wallet)
        self._own: WalletBase = wallet
        self._table = table
        self.symbols = symbols
        self.prices = np.asarray(table[0])

    def takeStep(self, state: SimStateBase) -> None:
        minute = minute_of(state)
        if minute >= len(self._table):
            raise StrategyError(
                f"the market has prices for {len(self._table)} minutes, and this is minute {minute}. "
                "Write fewer max_ticks, or give more prices."
            )
        self.prices = np.asarray(self._table[minute])

    def settle(self, wallet: WalletBase, amounts: Sequence[Amount], fee: float = 0.0) -> float:
        """Give someone back what it paid into a pool, for what it got there, and settle the difference in the last token.

        Args:
            wallet: whose.
            amounts: [n] base units; positive ones are given to it, negative ones taken.
            fee: a fraction of half the traded value.

        Returns:
            What it gains, dollars: the worth of what was taken, less what was given and the fee.
        """
        gain = -float(sum(in_tokens(amount) * price for amount, price in zip(amounts, self.prices, strict=True)))
        value = float(sum(abs(amount) / 1e18 * price for amount, price in zip(amounts, self.prices, strict=True)))
        gain -= 0.5 * fee * value
        in_last = eighteen(gain / float(self.prices[-1]))
        for symbol, amount in zip(self.symbols, (*amounts[:-1], amounts[-1] + in_last), strict=True):
            if amount > 0:
                self._own.transfer(wallet, symbol, amount)
            elif amount < 0:
                wallet.transfer(self._own, symbol, -amount)
        return gain


def minute_of(state: SimStateBase) -> int:
    """Minutes since the run began."""
    return state.elapsed // MINUTE


def level_at(level: float | Changes, minute: int) -> float:
    """A number that may change at known minutes, at one of them."""
    if not isinstance(level, Changes):
        return level
    return (level.before, *level.values)[bisect_right(level.minutes, minute)]
