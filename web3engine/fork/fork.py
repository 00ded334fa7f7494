"""A fork, as a user asks for it: which live chain, at which block, recorded where."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from tokenspice.engine.errors import ConfigError
from tokenspice.web3engine.backends.json_rpc import JsonRpc
from tokenspice.web3engine.backends.patience import FAR
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.errors import ForkError
from tokenspice.web3engine.fork.cache import ForkCache, read_cache
from tokenspice.web3engine.fork.keys import AccountKey, Key, SlotKey
from tokenspice.web3engine.fork.missed import missed_file, read_missed
from tokenspice.web3engine.fork.reader import ForkReader
from tokenspice.web3engine.fork.remote import RemoteState
from tokenspice.web3engine.url import is_url

__all__ = ["Fork", "configured_fork", "parse_fork", "widen"]

HOW = "Write URL, URL@BLOCK, env:NAME or env:NAME@BLOCK, where the environment variable NAME holds the URL."
BLOCK = re.compile(r"(?P<url>.+)@(?P<block>\d{1,18})")


@final
@dataclass(frozen=True)
class Fork:
    """A remote chain's state, for a chain in this process to begin with.

    With `url` alone, state is read from the node when it is needed. With `file` too, what was read is recorded
    there; an existing record is used first and added to. With `file` alone it is replayed, and needs no network:
    what it does not hold is a ForkMiss.

    Attributes:
        url: of a node (http or https); "" for none. It may hold a key, so it is never shown.
        block: number of the block; the record's unless given, or the latest.
        file: the record.
    """

    url: str = field(default="", repr=False)
    block: int | None = None
    file: Path | None = None

    def open(self, cache: ForkCache | None = None) -> ForkReader:
        """Return what reads this fork.

        Args:
            cache: what was read earlier, besides what the file holds.

        Raises:
            ConfigError: there is neither URL nor record.
            ForkError: the node does not answer or has no such block, or the record is damaged, or of another block.
        """
        if self.file and (self.file.exists() or not self.url):
            recorded = read_cache(self.file)
            if cache:
                recorded.add(cache, "what was read earlier")
            cache = recorded
        if cache and self.block not in (None, cache.origin.number):
            raise ForkError(f"{self.file or 'the record'} is of {cache.origin}, and block {self.block} was asked for.")
        if not self.url:
            if cache is None:
                raise ConfigError(f"a fork needs a node, or a file that was recorded. {HOW}")
            return ForkReader(cache, file=self.file)
        live = RemoteState(JsonRpc(self.url, FAR), cache.origin.number if cache else self.block)
        if cache and live.origin != cache.origin:
            live.close()
            raise ForkError(
                f"the node at the given URL has {live.origin}, and {self.file or 'the record'} is of {cache.origin}. "
                "Give the URL of the same chain, or record into a new file."
            )
        reader = ForkReader(cache or ForkCache(live.origin), live, self.file)
        reader.save()  # a file that cannot be written should not come to light at the end of a long run
        return reader


def parse_fork(text: str, file: Path | None = None) -> Fork:
    """Read what --fork takes: URL[@BLOCK], or env:NAME[@BLOCK] with the URL in an environment variable.

    Raises:
        ConfigError: it is something else. What was given is not shown, because it may hold a key.
    """
    match = BLOCK.fullmatch(text)
    url, block = (match["url"], int(match["block"])) if match else (text, None)
    if url.startswith("env:"):
        name = url.removeprefix("env:")
        url = os.environ.get(name, "")
        if not url:
            raise ConfigError(f"the environment variable {name} is not set, so there is no URL to fork from.")
    if not is_url(url):
        raise ConfigError(f"what to fork from is no URL of a node. {HOW}")
    return Fork(url, block, file)


def configured_fork(config: Config) -> Fork | None:
    """Return the fork that the settings ask for, if they do.

    Raises:
        ConfigError: they cannot be understood.
    """
    if config.fork:
        return parse_fork(config.fork, config.fork_cache_file)
    return Fork(file=config.fork_cache_file) if config.fork_cache_file else None


def widen(fork: Fork) -> list[Key]:
    """Read what replays of `fork.file` have missed, from `fork.url` at the record's block, and add it to the file.

    Returns:
        What was added.

    Raises:
        ForkError: the node does not answer or has another block there, or a file is damaged.
    """
    assert fork.file, "a record that is to be widened has a file"
    read_cache(fork.file)  # there must be one, whatever was missed
    missed = read_missed(fork.file)
    if not missed:
        return []
    reader = fork.open()
    try:
        for key in missed:
            read(reader, key)
    finally:
        reader.close()
    missed_file(fork.file).unlink(missing_ok=True)
    return missed


def read(reader: ForkReader, key: Key) -> None:
    if isinstance(key, AccountKey):
        reader.account(key.address)
    elif isinstance(key, SlotKey):
        reader.storage(key.address, key.slot)
    else:
        reader.block_hash(key.number)
