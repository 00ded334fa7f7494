"""Recorded forks, as the command line shows, widens and converts them."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from eth_utils.address import to_checksum_address

from tokenspice.files import replace_file
from tokenspice.web3engine.errors import ForkError
from tokenspice.web3engine.fork.as_json import from_json, to_json
from tokenspice.web3engine.fork.cache import MOST_BYTES, read_cache
from tokenspice.web3engine.fork.fork import parse_fork, widen
from tokenspice.web3engine.fork.keys import Account
from tokenspice.web3engine.fork.missed import read_missed
from tokenspice.web3engine.safe_json import parse_json

MOST_JSON_BYTES = 4 * MOST_BYTES

__all__ = ["describe_fork", "export_fork", "import_fork", "widen_fork"]


def describe_fork(file: Path, slots: bool) -> Iterator[str]:
    """Say in lines what a recorded fork holds, and what replays of it have missed.

    Args:
        file: the record.
        slots: whether to list each slot's value.

    Raises:
        ForkError: it is damaged, or none.
    """
    cache, missed = read_cache(file), read_missed(file)
    origin, per_account = cache.origin, Counter(address for address, _ in cache.slots)
    yield f"chain {origin.chain_id}, block {origin.number}, 0x{origin.hash.hex()}"
    yield f"{moment(origin.timestamp)}, base fee {origin.base_fee} wei, gas limit {origin.gas_limit}"
    yield f"sha256 {hashlib.sha256(cache.to_bytes()).hexdigest()}"
    yield f"{len(cache.accounts)} accounts, {len(cache.slots)} slots, {len(cache.block_hashes)} block hashes"
    for address in sorted(cache.accounts.keys() | per_account.keys()):
        account = cache.accounts.get(address)
        what = in_words(account) if account else "not read itself"
        yield f"{to_checksum_address(address)}  {what}, {per_account[address]} slots"
        if slots:
            for (_, slot), value in sorted(item for item in cache.slots.items() if item[0][0] == address):
                yield f"    {slot:#x} = {value:#x}"
    for number, digest in sorted(cache.block_hashes.items()):
        yield f"block {number}  0x{digest.hex()}"
    for key in missed:
        yield f"missed: {key}"


def moment(timestamp: int) -> str:
    try:
        return f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):  # no year that has four digits
        return f"{timestamp} s since 1970"


def in_words(account: Account) -> str:
    if account == Account(0, 0, b""):
        return "does not exist"
    code = f"{len(account.code):,} bytes of code" if account.code else "no code"
    return f"{account.balance} wei, nonce {account.nonce}, {code}"


def widen_fork(file: Path, fork: str) -> Iterator[str]:
    """Read what replays of `file` have missed from the node that `fork` names, and say what that was."""
    added = widen(parse_fork(fork, file))
    for key in added:
        yield f"read {key}"
    if not added:
        yield f"no replay of {file} has missed anything; nothing was read"


def export_fork(file: Path, json_file: Path) -> None:
    """Write a recorded fork as JSON.

    Raises:
        ForkError: it is damaged, or the JSON cannot be written.
    """
    text = json.dumps(to_json(read_cache(file)), indent=1) + "\n"
    try:
        replace_file(json_file, text.encode())
    except OSError as error:
        raise ForkError(f"{json_file} cannot be written: {error.strerror}.") from error


def import_fork(json_file: Path, file: Path) -> None:
    """Make a recorded fork of JSON.

    Raises:
        ForkError: it is something else, or a file cannot be read or written.
    """
    try:
        if json_file.stat().st_size > MOST_JSON_BYTES:
            raise ForkError(f"{json_file} is larger than {MOST_JSON_BYTES:,} bytes, and so no recorded fork.")
        record = parse_json(json_file.read_bytes())
    except OSError as error:
        raise ForkError(f"{json_file} cannot be read: {error.strerror}.") from error
    except ValueError:
        raise ForkError(f"{json_file} is no JSON. Give what `tsp fork export` wrote.") from None
    from_json(record).write(file)
