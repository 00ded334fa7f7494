"""A run's folder, which explains itself: data.csv is what happened, run.json how to make it happen again."""

import json
import platform
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, final

from tokenspice.engine.errors import FolderExists, RunError
from tokenspice.engine.observer import Observer
from tokenspice.engine.tables import Table
from tokenspice.files import held, links_in, replace_file
from tokenspice.studies.record.ending import mark_failed_in_place
from tokenspice.studies.record.reads import Reads
from tokenspice.studies.record.tables import TableFiles
from tokenspice.studies.record.world_tables import WorldTableFiles

if TYPE_CHECKING:
    from tokenspice.studies.record.transactions import TransactionFiles

if sys.platform != "win32":
    import fcntl

__all__ = ["RunFolder", "lock", "new_or_resumed", "refuse_links", "versions"]


@final
class RunFolder:
    """Makes `path`, which must not exist, and keeps the run's record there. Use it in a `with` block.

    run.json is written at the beginning, with the outcome "running", and at the end of the block, with
    "finished", "interrupted" (by Ctrl-C), or "failed" and the error. A run that ends by an exception
    before its first row leaves no folder.

    Args:
        path: the folder.
        facts: what run.json says, besides versions and outcome.
        tables: the netlist's tables besides data.csv, by name.
        synced: whether run.json is seen on the disk, so that even a power failure leaves it.
        goes_on: whether the folder is one that a run has left, which is to go on in it.

    Attributes:
        tables: writes data.csv and the others.
        transactions: writes the transaction record, if there is to be one; see `record_transactions`.
        world_tables: writes what the run's worlds record.
        reads: what the netlist's code reads while it runs, for whoever notes it.
        facts: as given; more may be added until the block ends.

    Raises:
        RunError: the folder exists or cannot be made, another run is at work in it, or JSON cannot hold the facts.
    """

    def __init__(
        self,
        path: Path,
        facts: dict[str, Any],
        tables: Mapping[str, Table] = MappingProxyType({}),
        goes_on: bool = False,
        synced: bool = True,
    ) -> None:
        self._synced = synced
        self.path = path
        self.tables = TableFiles(path, tables)
        self.transactions: TransactionFiles | None = None
        self.world_tables = WorldTableFiles(path)
        self.reads = Reads()
        self.facts = facts
        self._began = time.monotonic()
        self._goes_on = goes_on
        self._resources = ExitStack()
        try:
            json.dumps(facts)
            path.mkdir(parents=True, exist_ok=goes_on)
        except TypeError as error:
            raise RunError(f"run.json cannot hold the facts of this run: {error}.") from error
        except FileExistsError:
            raise FolderExists(f"{path} exists. Write a new folder for this run, or remove the old one.") from None
        except OSError as error:
            raise RunError(f"{path} cannot be made: {error.strerror}. Write a folder that you may write to.") from error

    @property
    def observers(self) -> list[Observer]:
        """Those who write, of whom checkpoints ask how far they are."""
        return [self.tables, self.world_tables, *([self.transactions] if self.transactions else [])]

    def save_what_can_be(self) -> None:
        """Write what is in memory alone, from another thread, before this process is ended from there."""
        self.world_tables.save_what_can_be()
        if self.transactions:
            self.transactions.save_what_can_be()

    def record_transactions(self) -> "TransactionFiles":
        """Write the transaction record too, if this is called before the run's first transaction."""
        # Only where it is asked for, because pyarrow takes a while to import.
        from tokenspice.studies.record.transactions import TransactionFiles

        self.transactions = TransactionFiles(self.path)
        return self.transactions

    def __enter__(self) -> "RunFolder":
        self._resources.enter_context(lock(self.path))
        try:
            refuse_links(self.path)
            self._write({"outcome": "running"})
        except RunError:
            self._remove_if_new()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.tables.close()
        try:
            self._end(error)
        finally:
            self._resources.close()

    def _end(self, error: BaseException | None) -> None:
        if error and not self._goes_on and not (self.path / "data.csv").exists():
            self._remove_if_new()
            return
        wall_time = {"wall_time_s": round(time.monotonic() - self._began, 3)}
        if error is None:
            try:
                self._write({"outcome": "finished"} | wall_time)
            except RunError:
                mark_failed_in_place(self.path)
                raise
            return
        interrupted = isinstance(error, KeyboardInterrupt)
        ending = {"outcome": "interrupted"} if interrupted else {"outcome": "failed", "error": str(error)}
        try:
            self._write(ending | wall_time)
        except RunError:  # the error that ended the run is the one to report
            mark_failed_in_place(self.path)

    def _remove_if_new(self) -> None:
        if not self._goes_on:
            shutil.rmtree(self.path, ignore_errors=True)

    def _write(self, ending: dict[str, Any]) -> None:
        path = self.path / "run.json"
        text = json.dumps(self.facts | {"versions": versions()} | ending, indent=2) + "\n"
        try:
            replace_file(path, text.encode(), synced=self._synced)
        except OSError as error:
            raise RunError(f"{path} cannot be written: {error.strerror}.") from error


def refuse_links(path: Path) -> None:
    """Refuse a folder in which somebody else could have what we write go elsewhere.

    Raises:
        RunError: it holds a link, or a file that is no ordinary one.
    """
    for found, what in links_in(path):
        raise RunError(f"{found} is {what}, which no folder of ours holds. Remove it, or write another folder.")


@contextmanager
def lock(path: Path, what: str = "a run") -> Iterator[None]:
    """Hold a folder inside the block, and keep others out of it; the system lets go of it however this process ends.

    Raises:
        RunError: another is at work there; `what` names it in the message.
    """
    if sys.platform == "win32":  # which locks no folders
        yield
        return
    with held(path, follow=True) as folder:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(f"{what} is at work in {path}. Wait for it to end, or end it.") from None
        except OSError:
            pass  # some network disks know no locks
        yield


@contextmanager
def new_or_resumed(path: Path, kind: str, resume: bool) -> Iterator[None]:
    """Make a folder, unless it may be there, and hold it inside the block.

    Args:
        path: the folder.
        kind: of what is kept there, such as "batch", for messages.
        resume: whether it may be there.

    Raises:
        RunError: it exists, or cannot be made, or another is at work there.
    """
    try:
        path.mkdir(parents=True, exist_ok=resume)
    except FileExistsError:
        raise FolderExists(
            f"{path} exists. Write a new folder for this {kind}; or --resume, if it was begun there."
        ) from None
    except OSError as error:
        raise RunError(f"{path} cannot be made: {error.strerror}.") from error
    with lock(path, f"another {kind}"):
        yield


@cache  # looking them up takes as long as a short run
def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that a number may depend on."""
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    for name in ("tokenspice", "numpy", "scipy", "pandas", "web3", "eth-account", "eth-abi", "py-solc-x"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    # Only here, because the in-process chain may not have been built.
    from tokenspice.web3engine.network import is_built

    if not is_built():
        return found | {"core": "not built", "revm": "not built"}
    from tokenspice.web3engine.backends.revm import core_versions

    return found | core_versions()
