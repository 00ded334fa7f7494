"""Verbs of time and life: blocks, waiting, copies, statistics."""

import re
from abc import ABC
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, NamedTuple, Self, overload

from tokenspice.engine.units import DAY, HOUR, MINUTE
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.service.base import ServiceBase
from tokenspice.markets.exchange.state_bytes import from_bytes, to_bytes

__all__ = ["LifecycleVerbs", "Statistics", "seconds_of"]

UNITS = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY}


class Statistics(NamedTuple):
    """How large the exchange is."""

    time: int
    markets: int
    assets: int
    accounts: int
    orders: int


class LifecycleVerbs(ServiceBase, ABC):
    """Nothing has to be started, and nobody has to be waited for: what was sent has been done when a verb returns."""

    def start(self) -> None:
        """Do nothing: the exchange is in this process."""

    def stop(self) -> None:
        """Do nothing: there is nothing to end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def clone(self) -> Self:
        """Return a service on a copy of the whole exchange, which goes its own way."""
        copy = type(self)(from_bytes(to_bytes(self.exchange)), self.transactions_per_block, self.seconds_per_block)
        copy._in_block = self._in_block
        return copy

    def forward(self, duration: float | str) -> None:
        """End the present block, and make empty ones until `duration` has passed.

        Args:
            duration: seconds, or text such as "90s" or "1h30m"; rounded up to whole blocks.
        """
        for _ in range(-(-seconds_of(duration) // self.seconds_per_block)):
            self.end_block()

    def wait_fn(self, n_blocks: int = 1) -> None:
        """Let `n_blocks` blocks pass.

        Raises:
            ExchangeError: the number is negative.
        """
        if n_blocks < 0:
            raise ExchangeError(f"wait_fn({n_blocks}): time does not go back. Write 0 or more.")
        for _ in range(n_blocks):
            self.end_block()

    def wait_for_core_catchup(self) -> None:
        """Do nothing: an agent sees the result of what its predecessor did."""

    def wait_for_datanode_sync(self) -> None:
        """Do nothing, as `wait_for_core_catchup`."""

    def wait_for_thread_catchup(self) -> None:
        """Do nothing, as `wait_for_core_catchup`."""

    def wait_for_total_catchup(self) -> None:
        """Do nothing, as `wait_for_core_catchup`."""

    @overload
    def get_blockchain_time(self, in_seconds: Literal[True] = True) -> int: ...
    @overload
    def get_blockchain_time(self, in_seconds: Literal[False]) -> datetime: ...
    def get_blockchain_time(self, in_seconds: bool = True) -> int | datetime:
        """Return the time of the present block: Unix seconds, or a datetime in UTC."""
        now = self.exchange.now
        return now if in_seconds else datetime.fromtimestamp(now, UTC)

    def ping_datanode(self) -> bool:
        """Whether the exchange answers, which it does."""
        return True

    def statistics(self) -> Statistics:
        exchange = self.exchange
        orders = sum(
            len(position.orders) for market in exchange.markets.values() for position in market.positions.values()
        )
        n_accounts = len(exchange.ledger.accounts())
        return Statistics(exchange.now, len(exchange.markets), len(exchange.assets), n_accounts, orders)


def seconds_of(duration: float | str) -> int:
    """Read a duration, rounded up to whole seconds.

    Raises:
        ExchangeError: it is none, or negative.
    """
    if isinstance(duration, str):
        if not re.fullmatch(r"(\d+[smhd])+", duration):
            raise ExchangeError(
                f'forward("{duration}"): write numbers with units s, m, h or d, such as "90s" or "1h30m".'
            )
        return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)([smhd])", duration))
    if not 0 <= duration < float("inf"):
        raise ExchangeError(f"forward({duration}): time does not go back, nor to its end. Write seconds, zero or more.")
    return -int(-duration // 1)
