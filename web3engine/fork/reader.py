"""What the in-process chain asks of a fork: the record first, then the live chain, and never a guess."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar, final

from eth_utils.address import to_checksum_address
from filelock import FileLock

from tokenspice.web3engine.errors import ForkError, ForkMiss
from tokenspice.web3engine.fork.cache import ForkCache, Origin, read_cache
from tokenspice.web3engine.fork.keys import Account, AccountKey, HashKey, Key, SlotKey
from tokenspice.web3engine.fork.missed import note_miss
from tokenspice.web3engine.fork.remote import RemoteState

__all__ = ["ForkReader"]

Answer = TypeVar("Answer")
Place = TypeVar("Place")


@final
class ForkReader:
    """Answers from `cache`, and what is not in there from `live`, which is then in the cache too.

    Threads may share one; they wait for each other.

    Args:
        cache: what was read so far.
        live: the chain itself; without it, what the cache does not hold is a ForkMiss.
        file: where `save` writes the cache, and beside which a miss is noted; None keeps it in memory.
    """

    def __init__(self, cache: ForkCache, live: RemoteState | None = None, file: Path | None = None) -> None:
        self.cache = cache
        self._live = live
        self._file = file
        # A signal's handler may ask in the middle of a question.
        self._lock = threading.RLock()
        self._n_saved = cache.size

    @property
    def origin(self) -> Origin:
        return self.cache.origin

    def account(self, address: bytes) -> Account:
        """Return an account.

        Raises:
            ForkMiss: it is not recorded, and there is no live chain.
            ForkError: the live chain cannot be read.
        """
        return self._answer(self.cache.accounts, address, AccountKey(address), lambda live: live.account(address))

    def storage(self, address: bytes, slot: int) -> int:
        """Return a slot's number; errors as of `account`."""
        key = SlotKey(address, slot)
        return self._answer(self.cache.slots, (address, slot), key, lambda live: live.storage(address, slot))

    def block_hash(self, number: int) -> bytes:
        """Return an earlier block's hash; errors as of `account`."""
        return self._answer(self.cache.block_hashes, number, HashKey(number), lambda live: live.block_hash(number))

    @property
    def facts(self) -> dict[str, Any]:
        """For run.json: the block, and what was read of it. The hash is that of the record's file."""
        with self._lock:
            return {
                "chain_id": self.origin.chain_id,
                "block": self.origin.number,
                "hash": "0x" + self.origin.hash.hex(),
                "accounts_read": len(self.cache.accounts),
                "slots_read": len(self.cache.slots),
                "sha256": hashlib.sha256(self.cache.to_bytes()).hexdigest(),
            }

    def to_bytes(self) -> bytes:
        """Return what was read, as `ForkCache.from_bytes` takes it."""
        with self._lock:
            return self.cache.to_bytes()

    def save(self) -> None:
        """Write what was read to the file, if there is one and something is new.

        Another run's answers from the same block, written in the meantime or at this moment, stay in the file.

        Raises:
            ForkError: the file cannot be written, or was replaced by one of another block.
        """
        with self._lock:
            if self._file is None or self._live is None or self.cache.size == self._n_saved and self._file.exists():
                return
            with alone(self._file):
                if self._file.exists():
                    self.cache.add(read_cache(self._file), str(self._file))
                self.cache.write(self._file)
            self._n_saved = self.cache.size

    def close(self) -> None:
        """Save, and end the connection."""
        if self._live:
            self._live.close()
        self.save()

    def _answer(
        self, known: dict[Place, Answer], place: Place, key: Key, ask: Callable[[RemoteState], Answer]
    ) -> Answer:
        with self._lock:
            if place not in known:
                if self._live is None:
                    raise self._miss(key)
                try:
                    known[place] = ask(self._live)
                except ForkError as error:
                    raise ForkError(f"{key} at {self.origin} cannot be read: {error}") from None
            return known[place]

    def _miss(self, key: Key) -> ForkMiss:
        where = str(self._file) if self._file else "the recorded fork"
        message = f"{where} does not hold {key}: nobody read it at {self.origin} while it was recorded."
        if self._file and note_miss(self._file, key):
            message += f" It is noted; `tsp fork widen {self._file} --fork URL` reads it now."
        else:
            message += " Give --fork URL too, and it is read now."
        address = to_checksum_address(key.address) if isinstance(key, AccountKey | SlotKey) else ""
        return ForkMiss(
            message,
            address,
            key.slot if isinstance(key, SlotKey) else None,
            key.number if isinstance(key, HashKey) else None,
        )


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Keep other processes from writing a record inside the `with` block, so that nobody's answers are lost."""
    lock = FileLock(f"{file}.lock") if file.parent.is_dir() else nullcontext()  # FileLock would make the folder
    try:
        with lock:
            yield
    except OSError as error:
        raise ForkError(f"{file} cannot be written: {error.strerror}.") from error
