"""RAI's history from the events of its contracts, asked of any archive node by eth_getLogs."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Annotated, Any

from eth_utils.crypto import keccak
from pydantic import Field, ValidationError

from tokenspice.engine.errors import ConfigError, RunError
from tokenspice.engine.units import HOUR, Seconds
from tokenspice.files import read_file
from tokenspice.protocols.rai import RAY, WAD
from tokenspice.studies.twin.http_json import Endpoint, post_json
from tokenspice.studies.twin.raw_answers import RawAnswers, digest
from tokenspice.studies.twin.records import GainsFrom, Record, Recording, Snapshot, snapshot_of
from tokenspice.web3engine.safe_toml import parse_toml

__all__ = ["ContractAddresses", "read_addresses", "record_logs"]

MOST_BYTES = 1 << 20  # of a file of addresses

BLOCKS_AT_ONCE = 10_000  # where a node gives fewer, the range is halved
CONFIRMATIONS = 64  # blocks below the head that may still be replaced
NEGATIVE = 1 << 255

Address = Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]


class ContractAddresses(Record):
    """Where a system's contracts are."""

    deployed: Annotated[int, Field(ge=0)]  # the block of the first of them; everything is counted from there
    relayer: Address
    setter: Address
    eth_oracle: Address
    pair: Address
    coin_is_token0: bool = True
    medianizer: Address | None = None
    safe_engine: Address | None = None


def read_addresses(path: Path) -> ContractAddresses:
    """Read a TOML file of addresses.

    Raises:
        ConfigError: it cannot be read, or lacks one.
    """
    try:
        return ContractAddresses.model_validate(parse_toml(read_file(path, MOST_BYTES)))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = ".".join(map(str, fault["loc"]))
        raise ConfigError(
            f"{path}: {name}: {fault['msg']}. Write deployed = BLOCK and each contract's address."
        ) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as TOML: {' '.join(str(error).split())}.") from None


def topic(signature: str) -> str:
    return "0x" + keccak(text=signature).hex()


SYNC = topic("Sync(uint112,uint112)")
PRICE = topic("UpdateRedemptionPrice(uint256)")
RATE = topic("UpdateRedemptionRate(uint256,uint256,uint256)")
RESULT = topic("UpdateResult(uint256,uint256)")
MODIFY = topic("ModifySAFECollateralization(bytes32,address,int256,int256)")
CONFISCATE = topic("ConfiscateSAFE(bytes32,address,int256,int256)")
ACCRUE = topic("UpdateAccumulatedRate(bytes32,int256)")
TOPICS = [SYNC, PRICE, RATE, RESULT, MODIFY, CONFISCATE, ACCRUE]


@dataclass(frozen=True)
class Emitted:
    """A log as a node gives it, with numbers for words."""

    block: int
    index: int
    address: str
    topic: str
    words: tuple[int, ...]


@dataclass
class System:
    """What the events so far add up to; None until an event has said it."""

    addresses: ContractAddresses
    price: int | None = None  # ray
    rate: int = RAY
    median: int | None = None  # wad
    ether: int | None = None  # wad
    reserves: tuple[int, int] | None = None  # coins and ETH, wad
    collateral: int = 0  # wad
    principal: int = 0  # wad
    accumulated: int = RAY

    def heed(self, event: Emitted) -> bool:
        """Take an event into account. Return whether its block is one to remember: those of price and oracles are."""
        known = self.addresses
        match event.topic, event.address:
            case (kind, who) if kind == PRICE and who == known.relayer.lower():
                (self.price,) = event.words
            case (kind, who) if kind == RATE and who == known.setter.lower():
                _, self.price, self.rate = event.words
            case (kind, who) if kind == RESULT and who == (known.medianizer or "").lower():
                self.median = event.words[0] or None
            case (kind, who) if kind == RESULT and who == known.eth_oracle.lower():
                self.ether = event.words[0] or None
            case (kind, who) if kind == SYNC and who == known.pair.lower():
                one, other = event.words
                self.reserves = (one, other) if known.coin_is_token0 else (other, one)
            case (kind, who) if who == (known.safe_engine or "").lower():
                self._heed_engine(kind, event.words)
            case _:
                return False
        return event.topic in (PRICE, RATE, RESULT)

    def _heed_engine(self, kind: str, words: tuple[int, ...]) -> None:
        if kind == ACCRUE:
            self.accumulated += signed(words[0])
        elif kind in (MODIFY, CONFISCATE):
            self.collateral += signed(words[0])
            self.principal += signed(words[1])

    def values(self) -> dict[str, Any] | None:
        """The schema's values; None before price, pool and ether's price are known."""
        if self.price is None or self.ether is None or not self.reserves or not all(self.reserves):
            return None
        coins, ether = self.reserves
        with localcontext() as context:
            context.prec = 50
            market = Decimal(ether) / coins * self.ether / WAD
            growth = (Decimal(self.rate) / RAY) ** HOUR
            debt = Decimal(self.principal * self.accumulated) / RAY / WAD
            has_engine = self.addresses.safe_engine is not None
            return {
                "redemption_price": Decimal(self.price) / RAY,
                "redemption_rate": growth,
                "market_price": market,
                "oracle_price": None if self.median is None else Decimal(self.median) / WAD,
                "eth_price": Decimal(self.ether) / WAD,
                "coin_reserve": Decimal(coins) / WAD,
                "eth_reserve": Decimal(ether) / WAD,
                "debt": debt if has_engine else None,
                "collateral": Decimal(self.collateral) / WAD if has_engine else None,
            }


def record_logs(
    endpoint: Endpoint,
    answers: RawAnswers,
    addresses: ContractAddresses,
    first: Seconds,
    end: Seconds,
    gains: tuple[GainsFrom, ...],
    spacing: Seconds = HOUR,
    last_block: int | None = None,
) -> Recording:
    """Record the system from its contracts' events.

    Args:
        endpoint: of an archive node.
        answers: where they are kept.
        addresses: of the contracts.
        first, end: Unix times: from which, and before which.
        gains: of the controller.
        spacing: seconds of which the last block with a price or a rate is recorded.
        last_block: where to stop; unless given, where no block is replaced any more.

    Raises:
        RunError: the node is dead, answers errors, or leaves something out.
    """
    last = last_block if last_block is not None else max(head(endpoint) - CONFIRMATIONS, addresses.deployed)
    system, found = System(addresses), dict[int, Snapshot]()
    for block, events in by_block(all_logs(endpoint, answers, addresses, last)):
        to_remember = [system.heed(event) for event in events]
        if not any(to_remember) or not (values := system.values()):
            continue
        time = time_of(endpoint, answers, block)
        if time >= end:
            break
        if time >= first:
            # Of blocks that lie close together, the last says what they came to.
            where = f"{endpoint.shown}, block {block}"
            found[(time - first) // spacing] = snapshot_of(values | {"block": block, "time": time}, where, {})
    return Recording(
        name=f"logs_{first}_{end}",
        source=f"eth_getLogs at {endpoint.shown}",
        sha256=answers.sha256,
        snapshots=tuple(found.values()),
        gains=gains,
    )


def by_block(logs: Iterator[Emitted]) -> Iterator[tuple[int, list[Emitted]]]:
    block, events = -1, list[Emitted]()
    for log in logs:
        if log.block != block and events:
            yield block, events
            events = []
        block = log.block
        events.append(log)
    if events:
        yield block, events


def all_logs(endpoint: Endpoint, answers: RawAnswers, addresses: ContractAddresses, last: int) -> Iterator[Emitted]:
    named = (addresses.relayer, addresses.setter, addresses.eth_oracle, addresses.pair)
    who = [address.lower() for address in (*named, addresses.medianizer, addresses.safe_engine) if address]
    for begin in range(addresses.deployed, last + 1, BLOCKS_AT_ONCE):
        yield from logs_between(endpoint, answers, who, begin, min(begin + BLOCKS_AT_ONCE - 1, last))


def logs_between(endpoint: Endpoint, answers: RawAnswers, who: list[str], begin: int, end: int) -> Iterator[Emitted]:
    """All logs of a range of blocks; where the node gives an error for it, of its halves, down to single blocks."""
    asked = {"address": who, "topics": [TOPICS], "fromBlock": hex(begin), "toBlock": hex(end)}
    try:
        found = rpc(endpoint, answers, "eth_getLogs", [asked])
    except NodeError:
        if begin == end:
            raise
        middle = (begin + end) // 2
        yield from logs_between(endpoint, answers, who, begin, middle)
        yield from logs_between(endpoint, answers, who, middle + 1, end)
        return
    logs = [emitted(endpoint, log) for log in found] if isinstance(found, list) else None
    if logs is None or not all(begin <= log.block <= end for log in logs):
        raise RunError(f"{endpoint.shown} answered eth_getLogs with what lies outside of its range. Use another node.")
    yield from sorted(logs, key=lambda log: (log.block, log.index))


def emitted(endpoint: Endpoint, log: Any) -> Emitted:
    try:
        if log.get("removed"):
            raise ValueError("a block that was replaced")
        data = bytes.fromhex(log["data"].removeprefix("0x"))
        if len(data) % 32:
            raise ValueError("data of an odd length")
        words = tuple(int.from_bytes(data[i : i + 32], "big") for i in range(0, len(data), 32))
        address, first = str(log["address"]).lower(), str(log["topics"][0]).lower()
        return Emitted(int(log["blockNumber"], 16), int(log["logIndex"], 16), address, first, words)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise RunError(f"{endpoint.shown} gave a log that is none ({error}). Use another node.") from None


def time_of(endpoint: Endpoint, answers: RawAnswers, block: int) -> Seconds:
    found = rpc(endpoint, answers, "eth_getBlockByNumber", [hex(block), False])
    try:
        return int(found["timestamp"], 16)
    except (KeyError, TypeError, ValueError):
        raise RunError(f"{endpoint.shown} has no block {block}. Use an archive node.") from None


def head(endpoint: Endpoint) -> int:
    """The newest block: never kept, as it is another one in a moment."""
    return int(result_of(endpoint, "eth_blockNumber", []), 16)


class NodeError(RunError):
    """A node answered a call with an error of its own."""


def rpc(endpoint: Endpoint, answers: RawAnswers, method: str, parameters: list[Any]) -> Any:
    question = {"endpoint": endpoint.shown, "of": digest(endpoint.url), "method": method, "params": parameters}
    return answers.get(question, lambda: result_of(endpoint, method, parameters))


def result_of(endpoint: Endpoint, method: str, parameters: list[Any]) -> Any:
    answer = post_json(endpoint, {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters})
    if isinstance(answer, dict) and answer.get("error") is None and answer.get("result") is not None:
        return answer["result"]
    error = answer.get("error") if isinstance(answer, dict) else answer
    told = error.get("message") if isinstance(error, dict) else error
    raise NodeError(
        f"{endpoint.shown} answered {method} with an error: {endpoint.hide(str(told))[:300]!r}. Use an archive node, or "
        "ask for fewer days."
    )


def signed(word: int) -> int:
    return word - 2 * NEGATIVE if word >= NEGATIVE else word
