"""What a development chain lets anybody do to it: mine, set the clock, go back."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.filters import Filters
from tokenspice.web3engine.provider.queue import Queue, Queued
from tokenspice.web3engine.provider.rpc_method import Method, under
from tokenspice.web3engine.provider.values import as_address, as_bytes, as_flag, as_int, optional, quantity

__all__ = ["Control"]


@dataclass(frozen=True)
class Saved:
    """What evm_revert needs."""

    evm: _core.Snapshot
    queued: dict[bytes, Queued]


def as_mine_options(value: object, name: str) -> tuple[int | None, int | None]:
    """Read what evm_mine takes: nothing, a time, or {"timestamp": …, "blocks": …}; return the time and the blocks."""
    given = value if isinstance(value, Mapping) else {"timestamp": value}
    number = optional(as_int)
    return number(given.get("timestamp"), "timestamp"), number(given.get("blocks"), "blocks")


@final
class Control:
    """Mines, sets the clock, and takes and restores snapshots."""

    def __init__(self, evm: _core.Evm, queue: Queue, filters: Filters) -> None:
        self._evm = evm
        self._queue = queue
        self._filters = filters
        self._snapshots: dict[int, Saved] = {}
        self._snapshot_numbers = count(1)

    def methods(self) -> dict[str, Method]:
        evm = self._evm
        tools = {
            "dumpState": Method(evm.dump_state),
            "getAutomine": Method(lambda: self._queue.mines_at_once),
            "loadState": Method(self._load_state, state=as_bytes),
            "mine": Method(self._mine_many, blocks=optional(as_int), interval=optional(as_int)),
            "setCoinbase": Method(evm.set_coinbase, address=as_address),
            # It holds until it is set again: this chain's base fee does not move by itself.
            "setNextBlockBaseFeePerGas": Method(evm.set_base_fee, baseFee=as_int),
        }
        clock = {
            "increaseTime": Method(self._increase_time, seconds=as_int),
            "revert": Method(self._revert, snapshot=as_int),
            "setAutomine": Method(self._set_automine, enabled=as_flag),
            "setBlockGasLimit": Method(self._set_block_gas_limit, gas=as_int),
            "setNextBlockTimestamp": Method(evm.set_next_timestamp, timestamp=as_int),
            "snapshot": Method(self._snapshot),
        }
        return {
            **under(("anvil", "hardhat"), tools),
            **under(("anvil", "evm"), clock),
            "evm_mine": Method(self._mine, options=as_mine_options),
        }

    def _mine(self, options: tuple[int | None, int | None]) -> str:
        timestamp, blocks = options
        if timestamp is not None:
            self._evm.set_next_timestamp(timestamp)
        self._mine_many(blocks, None)
        return "0x0"

    def _mine_many(self, blocks: int | None, interval: int | None) -> None:
        """Mine blocks, 1 by default, `interval` seconds from one to the next; what is queued goes into the first."""
        evm, left = self._evm, 1 if blocks is None else blocks
        while left and (evm.queued or interval):
            evm.mine_queue(evm.next_timestamp)
            left -= 1
            if left:
                evm.set_next_timestamp(evm.timestamp + (interval or 0))
        if left:
            evm.mine(evm.next_timestamp, left)

    def _increase_time(self, seconds: int) -> int:
        """Make the next block later; return how many seconds after the head it will be."""
        self._evm.set_next_timestamp(self._evm.next_timestamp + seconds)
        return self._evm.next_timestamp - self._evm.timestamp

    def _set_automine(self, enabled: bool) -> None:
        self._queue.mines_at_once = enabled
        if enabled and self._evm.queued:
            self._mine_many(1, None)

    def _set_block_gas_limit(self, gas: int) -> bool:
        self._evm.set_block_gas_limit(gas)
        return True

    def _load_state(self, state: bytes) -> bool:
        self._evm.load_state(state)
        return True

    def _snapshot(self) -> str:
        number = next(self._snapshot_numbers)
        self._snapshots[number] = Saved(self._evm.snapshot(), dict(self._queue.waiting()))
        return quantity(number)

    def _revert(self, number: int) -> bool:
        """Go back to a snapshot, which ends it and those taken later; False if there is no such snapshot."""
        if number not in self._snapshots:
            return False
        saved = self._snapshots[number]
        self._evm.restore(saved.evm)
        self._queue.restore(saved.queued)
        self._filters.rewind()
        self._snapshots = {key: older for key, older in self._snapshots.items() if key < number}
        return True
