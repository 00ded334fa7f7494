"""The ledger: what was run and what came of it, one record after the other, each with its length and its checksum."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, final

import msgpack

from tokenspice.engine.errors import RunError
from tokenspice.files import append_file, read_file, replace_file

__all__ = ["Entry", "Ledger", "read_ledger"]

MAGIC = b"tokenspice ledger 1\n"
HEAD = 12  # bytes before each record: its length, its CRC-32, and the CRC-32 of these two
MOST_BYTES = 1 << 34


@final
@dataclass(frozen=True)
class Entry:
    """What came of a run.

    Attributes:
        metrics: by name; empty where it failed.
        failure: why it failed, if it did.
        columns: what it logged, where somebody asked.
        extra: what a tool keeps of a run besides, as msgpack can hold it.
    """

    metrics: Mapping[str, float]
    failure: str | None = None
    columns: tuple[str, ...] = ()
    extra: Mapping[str, Any] | None = None


@final
class Ledger:
    """Entries by the key of their run, in a file that only this process adds to; without a path, in memory alone.

    Raises:
        RunError: the file is of another study, or a bit of it has changed. A last record that is torn is dropped.
    """

    def __init__(self, path: Path | None, facts: bytes) -> None:
        self._path = path
        self._facts = facts
        self._file: FileIO | None = None
        self._entries: dict[bytes, Entry] = {}
        if path and path.exists():
            self._go_on(path)

    def __contains__(self, key: bytes) -> bool:
        return key in self._entries

    def __getitem__(self, key: bytes) -> Entry:
        return self._entries[key]

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, key: bytes, entry: Entry) -> None:
        """Write an entry; it is in the file when this returns.

        Raises:
            RunError: the file cannot be written.
        """
        self._entries[key] = entry
        if self._path is None:
            return
        try:
            if self._file is None:
                if not self._path.exists():
                    replace_file(self._path, MAGIC + framed(self._facts))
                self._file = append_file(self._path)
            self._file.write(framed(packed(key, entry)))
        except OSError as error:
            raise RunError(f"{self._path} cannot be written: {error.strerror}.") from error

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def arrange(self, keys: Iterable[bytes]) -> None:
        """Write the file anew with the entries of some runs, in their order, so that it does not tell who was first."""
        self.close()
        if self._path is None:
            return
        records = [framed(packed(key, self._entries[key])) for key in keys if key in self._entries]
        try:
            replace_file(self._path, b"".join([MAGIC, framed(self._facts), *records]))
        except OSError as error:
            raise RunError(f"{self._path} cannot be written: {error.strerror}.") from error

    def _go_on(self, path: Path) -> None:
        content = content_of(path)
        records = list(unframed(path, content))
        whole = len(MAGIC) + sum(HEAD + len(record) for record in records)
        if records and records[0] != self._facts:
            raise RunError(f"{path} is the ledger of another study. Write another folder, or ask for the same.")
        if whole < len(content):
            try:
                replace_file(path, content[:whole])
            except OSError as error:
                raise RunError(f"{path} cannot be written: {error.strerror}.") from error
        self._entries = dict(unpacked(path, record) for record in records[1:])
        if not records:
            path.unlink()


def read_ledger(path: Path) -> tuple[bytes, dict[bytes, Entry]]:
    """Return the facts and the entries of a ledger, which may still be written to.

    Raises:
        RunError: it cannot be read, or a bit of it has changed.
    """
    records = list(unframed(path, content_of(path)))
    return (records[0] if records else b""), dict(unpacked(path, record) for record in records[1:])


def content_of(path: Path) -> bytes:
    try:
        content = read_file(path, MOST_BYTES)
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.") from error
    if not content.startswith(MAGIC[: len(content)]):
        raise RunError(f"{path} is no ledger.")
    return content


def framed(record: bytes) -> bytes:
    about = len(record).to_bytes(4, "big") + zlib.crc32(record).to_bytes(4, "big")
    return about + zlib.crc32(about).to_bytes(4, "big") + record


def unframed(path: Path, content: bytes) -> Iterator[bytes]:
    """Yield the records of a ledger, but for a last one that was torn off.

    Raises:
        RunError: a record is not what was written.
    """
    place = len(MAGIC)
    while place + HEAD <= len(content):
        length, crc, of_both = (int.from_bytes(content[at : at + 4], "big") for at in range(place, place + HEAD, 4))
        record = content[place + HEAD : place + HEAD + length]
        if zlib.crc32(content[place : place + 8]) != of_both or (len(record) == length and zlib.crc32(record) != crc):
            raise RunError(
                f"{path} is damaged at byte {place}: a record is not what was written. Put the file back, or begin anew."
            )
        if len(record) < length:
            return
        yield record
        place += HEAD + length


def packed(key: bytes, entry: Entry) -> bytes:
    content: bytes = msgpack.packb([key, dict(entry.metrics), entry.failure, list(entry.columns), entry.extra])
    return content


def unpacked(path: Path, record: bytes) -> tuple[bytes, Entry]:
    try:
        key, metrics, failure, columns, extra = msgpack.unpackb(record)
        return key, Entry(metrics, failure, tuple(columns), extra)
    except (ValueError, TypeError) as error:
        raise RunError(f"{path} holds a record that is none of ours ({error}).") from error
