"""What replays of a recorded fork have missed: one line of JSON each, in a file beside it."""

import json
from pathlib import Path

from tokenspice.files import read_file
from tokenspice.web3engine.errors import ForkError
from tokenspice.web3engine.fork.keys import AccountKey, HashKey, Key, SlotKey
from tokenspice.web3engine.hexes import hexed, quantity, unhexed
from tokenspice.web3engine.safe_json import parse_json

ADDRESS = 20  # bytes
MOST_BYTES = 1 << 22  # of the file

__all__ = ["missed_file", "note_miss", "read_missed"]


def missed_file(cache: Path) -> Path:
    """Return where the misses of a recorded fork are noted: FILE.missed."""
    return cache.with_name(f"{cache.name}.missed")


def note_miss(cache: Path, key: Key) -> bool:
    """Add a line; several runs may. False where nobody may write."""
    try:
        with missed_file(cache).open("a", encoding="ascii") as file:
            file.write(json.dumps(as_record(key)) + "\n")
        return True
    except OSError:
        return False


def read_missed(cache: Path) -> list[Key]:
    """Return what was missed, each once, in the order of the first time; nothing if there is no file.

    Raises:
        ForkError: the file holds something else.
    """
    path = missed_file(cache)
    try:
        lines = read_file(path, MOST_BYTES).splitlines()
        return list(dict.fromkeys(as_key(parse_json(line)) for line in lines))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError):
        raise ForkError(f"{path} is no list of what replays missed. Remove it, and replay again.") from None


def as_record(key: Key) -> dict[str, str | int]:
    match key:
        case AccountKey(address):
            return {"account": hexed(address)}
        case SlotKey(address, slot):
            return {"slot": hex(slot), "of": hexed(address)}
        case HashKey(number):
            return {"block_hash": number}


def as_key(record: dict[str, str]) -> Key:
    if "account" in record:
        return AccountKey(unhexed(record["account"], ADDRESS))
    if "slot" in record:
        return SlotKey(unhexed(record["of"], ADDRESS), quantity(record["slot"]))
    return HashKey(int(record["block_hash"]))
