"""What was mined: blocks, transactions and logs, found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import Any, final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.calls import pending
from tokenspice.web3engine.provider.formatters import included, logs_json
from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, REFUSED, JsonRpcError
from tokenspice.web3engine.provider.values import (
    BLOCK_NAMES,
    Json,
    as_address,
    as_hash,
    as_int,
    as_list,
    as_object,
    data,
)

__all__ = ["History", "LogQuery", "as_log_query"]


@dataclass(frozen=True)
class LogQuery:
    """Which logs somebody wants.

    Attributes:
        addresses: of the contracts; empty for all.
        topics: by position, the values that will do; empty for all.
        block_hash: of the one block to look in.
        from_block, to_block: the first and the last to look in, as the request has them.
    """

    addresses: frozenset[bytes]
    topics: tuple[frozenset[bytes], ...]
    block_hash: bytes | None
    from_block: object
    to_block: object

    def wants(self, log: _core.Log) -> bool:
        if self.addresses and log.address not in self.addresses:
            return False
        pairs = zip_longest(self.topics, log.topics[: len(self.topics)])
        return all(not wanted or topic in wanted for wanted, topic in pairs)


def as_log_query(value: object, name: str) -> LogQuery:
    """Read a filter object: addresses are one or a list, and each topic is null, one, or a list of alternatives."""
    given = {key: entry for key, entry in as_object(value, name).items() if entry is not None}
    if "blockHash" in given and ("fromBlock" in given or "toBlock" in given):
        raise JsonRpcError(
            BAD_PARAMETERS, "blockHash is given together with fromBlock or toBlock; give one or the other"
        )
    return LogQuery(
        addresses=frozenset(as_address(entry, "address") for entry in alternatives(given.get("address"))),
        topics=tuple(
            frozenset(as_hash(topic, "topic") for topic in alternatives(entry))
            for entry in as_list(given.get("topics", []), "topics")
        ),
        block_hash=as_hash(given["blockHash"], "blockHash") if "blockHash" in given else None,
        from_block=given.get("fromBlock"),
        to_block=given.get("toBlock"),
    )


def is_number(block: object) -> bool:
    return block is not None and block not in BLOCK_NAMES


def alternatives(value: object) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


@final
class History:
    """Blocks, transactions and logs of a chain, as far as it keeps them.

    Others may mine, and go back to snapshots, without telling us. So where something was last seen is only the
    first place to look for it.
    """

    def __init__(self, evm: _core.Evm) -> None:
        self._evm = evm
        self._places: dict[bytes, int] = {}  # the block of a hash, a block's or a transaction's, when it was last seen

    def block(self, block: object, name: str = "block") -> _core.Block | None:
        """Return a block by its number, hash or name ("latest"), the head by default."""
        if isinstance(block, Mapping):
            block = block.get("blockHash", block.get("blockNumber"))
        if block is None or block in ("latest", "safe", "finalized"):
            return self._evm.block()
        if block == "pending":
            return pending(self._evm).block()
        if isinstance(block, bytes) or (isinstance(block, str) and len(block) == 66):
            return self.block_of_hash(block, name)
        return self._at(0 if block == "earliest" else as_int(block, name))

    def block_of_hash(self, block_hash: object, name: str = "block") -> _core.Block | None:
        wanted = as_hash(block_hash, name)
        return next((block for block in self._search(wanted) if block.hash == wanted), None)

    def find(self, transaction_hash: bytes) -> tuple[_core.Block, _core.Receipt] | None:
        """Return a transaction's block and receipt."""
        for block in self._search(transaction_hash):
            for receipt in included(block):
                if receipt.transaction_hash == transaction_hash:
                    return block, receipt
        return None

    def find_sent(self, sender: bytes, nonce: int) -> tuple[_core.Block, _core.Receipt] | None:
        """Return the block and the receipt of a sender's transaction by its nonce."""
        for block in reversed(self.since(0)):
            for receipt in included(block):
                if (receipt.sender, receipt.nonce) == (sender, nonce):
                    return block, receipt
        return None

    def place(self, receipt: _core.Receipt) -> None:
        """Remember where a transaction was mined."""
        self._places[receipt.transaction_hash] = receipt.block_number

    def since(self, number: int) -> list[_core.Block]:
        """Return block `number` and all later ones, as far as they are known."""
        # From the head down, because a fork's head may be the twenty millionth block, and its first known one near.
        heights = range(self._evm.block_number, number - 1, -1)
        known = list(takewhile(bool, map(self._evm.block, heights)))
        return [block for block in reversed(known) if block]

    def logs(self, query: LogQuery, first: int = 0) -> list[Json]:
        """Return the logs that a query wants, of block `first` and later."""
        if query.block_hash:
            blocks = [block] if (block := self.block_of_hash(query.block_hash)) else []
            if not blocks:
                raise JsonRpcError(REFUSED, f"block {data(query.block_hash)} not found")
        else:
            self._check_known(query.from_block)
            start, last = self._height(query.from_block), self._height(query.to_block)
            # Whoever polls asks from the block after the head on, to the latest.
            if start > last and not first and is_number(query.from_block) and is_number(query.to_block):
                raise JsonRpcError(
                    BAD_PARAMETERS, f"invalid block range params: from block {start} to the earlier block {last}"
                )
            blocks = [block for block in self.since(max(first, start)) if block.number <= last]
        return [entry for block in blocks for _, log, entry in logs_json(block) if query.wants(log)]

    def _check_known(self, block: object) -> None:
        """Refuse blocks that are forgotten: an answer without them would be a wrong one."""
        wanted = self._height(block)
        if wanted <= self._evm.block_number and self._evm.block(wanted) is None and self._evm.snapshot().fork is None:
            raise JsonRpcError(
                REFUSED,
                f"block {wanted} is forgotten, because web3.py was first asked for many blocks later; ask for chain.w3 "
                "at the beginning",
            )

    def _height(self, block: object) -> int:
        """Return a block's number; it may be one that is still to come."""
        if block is None or (block in BLOCK_NAMES and block != "earliest"):
            return self._evm.block_number
        return 0 if block == "earliest" else as_int(block, "block")

    def _at(self, number: int) -> _core.Block | None:
        return self._evm.block(number) if number <= self._evm.block_number else None

    def _search(self, wanted: bytes) -> Iterator[_core.Block]:
        """Yield the block where a hash was last seen, then all that are known, the head first."""
        known = self._places.get(wanted)
        if known is not None and (block := self._at(known)):
            yield block
        for number in range(self._evm.block_number, -1, -1):
            passed = self._evm.block(number)
            if passed is None:
                return
            hashes = [passed.hash, *(receipt.transaction_hash for receipt in included(passed))]
            self._places.update(dict.fromkeys(hashes, number))
            yield passed
