"""Mining, and the clock."""

from collections.abc import Mapping
from typing import final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.eth_blocks import Records
from tokenspice.web3engine.provider.host import Host
from tokenspice.web3engine.provider.pool import Pool
from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, JsonRpcError
from tokenspice.web3engine.provider.rpc_method import RpcMethod, under
from tokenspice.web3engine.provider.values import Json, as_amount, as_flag, as_int, optional

__all__ = ["Mining"]

MILLISECONDS = 10**11  # a greater time is one in milliseconds


def as_mine_options(value: object, name: str) -> tuple[int | None, int | None]:
    """Read what evm_mine takes: nothing, a time, or {"timestamp": …, "blocks": …}; return the time and the blocks."""
    given = value if isinstance(value, Mapping) else {"timestamp": value}
    number = optional(as_int)
    return number(given.get("timestamp"), "timestamp"), number(given.get("blocks"), "blocks")


@final
class Mining:
    """Mines blocks, and sets the clock.

    Time passes only when it is told to: by these methods, and by the ticks of a run.

    Args:
        evm: the chain.
        host: what is around it.
        pool: the transactions that wait.
        records: writes blocks.
    """

    def __init__(self, evm: _core.Evm, host: Host, pool: Pool, records: Records) -> None:
        self._evm = evm
        self._host = host
        self._pool = pool
        self._records = records
        self._interval = 0

    def methods(self) -> dict[str, RpcMethod]:
        evm, options = self._evm, {"options": as_mine_options}
        clock = {
            "increaseTime": RpcMethod(self._increase_time, seconds=as_amount),
            "mine_detailed": RpcMethod(self._mine_detailed, **options),
            "setAutomine": RpcMethod(self._set_automine, enabled=as_flag),
            "setBlockGasLimit": RpcMethod(self._set_block_gas_limit, gas=as_int),
            "setIntervalMining": RpcMethod(self._set_interval_mining, seconds=as_int),
            "setNextBlockTimestamp": RpcMethod(self._set_next_timestamp, timestamp=as_amount),
            "setTime": RpcMethod(self._set_time, timestamp=as_amount),
        }
        return {
            **under(("anvil", "evm"), clock),
            **under(
                ("anvil", "hardhat"),
                {
                    "getAutomine": RpcMethod(lambda: self._pool.mines_at_once),
                    "mine": RpcMethod(self.mine, blocks=optional(as_amount), interval=optional(as_amount)),
                },
            ),
            "anvil_getGenesisTime": RpcMethod(lambda: first.timestamp if (first := evm.block(0)) else None),
            "anvil_getIntervalMining": RpcMethod(lambda: None),
            "anvil_removeBlockTimestampInterval": RpcMethod(self._remove_interval),
            "anvil_setBlockTimestampInterval": RpcMethod(self._set_interval, seconds=as_int),
            "evm_mine": RpcMethod(self._mine, **options),
        }

    def pace(self) -> None:
        """Let the next block be as much later as was asked for, unless its time was set."""
        if self._interval and self._evm.next_timestamp == self._evm.timestamp:
            self._evm.set_next_timestamp(self._evm.timestamp + self._interval)

    def mine(self, blocks: int | None = None, interval: int | None = None) -> None:
        """Mine blocks, 1 by default, `interval` seconds from one to the next; what is queued goes into the first."""
        evm, left, step = self._evm, 1 if blocks is None else blocks, interval or self._interval
        self._pool.waiting()
        while left and (evm.queued or step):
            self.pace()
            self._mine_queue()
            left -= 1
            if left:
                evm.set_next_timestamp(evm.timestamp + step)
        if left:
            evm.mine(evm.next_timestamp, left)
        self._pool.waiting()

    def _mine_queue(self) -> None:
        evm = self._evm
        if self._host.mine:
            self._host.mine(evm.next_timestamp - evm.timestamp)
            return
        for receipt in evm.mine_queue(evm.next_timestamp).receipts:
            self._host.report(receipt)

    def _mine(self, options: tuple[int | None, int | None]) -> str:
        timestamp, blocks = options
        if timestamp is not None:
            self._evm.set_next_timestamp(timestamp)
        self.mine(blocks)
        return "0x0"

    def _mine_detailed(self, options: tuple[int | None, int | None]) -> list[Json | None]:
        first = self._evm.block_number + 1
        self._mine(options)
        numbers = range(first, self._evm.block_number + 1)
        return [self._records.block_json(self._evm.block(number), True) for number in numbers]

    def _increase_time(self, seconds: int) -> int:
        """Make the next block later; return how many seconds after the head it will be."""
        self._evm.set_next_timestamp(self._evm.next_timestamp + seconds)
        return self._evm.next_timestamp - self._evm.timestamp

    def _set_time(self, timestamp: int) -> int:
        """Set the next block's time; return how many seconds that is after the head's."""
        self._set_next_timestamp(timestamp // 1000 if timestamp > MILLISECONDS else timestamp)
        return self._evm.next_timestamp - self._evm.timestamp

    def _set_next_timestamp(self, timestamp: int) -> None:
        self._evm.set_next_timestamp(timestamp)

    def _set_automine(self, enabled: bool) -> None:
        self._pool.mines_at_once = enabled
        if enabled and self._pool.ready():
            self.mine()

    def _set_interval_mining(self, seconds: int) -> None:
        if seconds:
            raise JsonRpcError(
                BAD_PARAMETERS,
                "this chain has no clock of its own by which it could mine; mine with evm_mine, or by the run's ticks",
            )

    def _set_interval(self, seconds: int) -> None:
        self._interval = seconds

    def _remove_interval(self) -> bool:
        had, self._interval = self._interval, 0
        return bool(had)

    def _set_block_gas_limit(self, gas: int) -> bool:
        self._evm.set_block_gas_limit(gas)
        return True
