"""A study's folder: what the study is, its ledger, its tables; and the ledgers of other folders that it may take from."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, final

from tokenspice.engine.errors import RunError
from tokenspice.engine.metrics import Metric
from tokenspice.files import append_file, replace_file
from tokenspice.studies.batch.folder import check_same
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.ledger import Entry, Ledger, read_ledger
from tokenspice.studies.design.rows import read_rows
from tokenspice.studies.record.ending import read_json
from tokenspice.studies.record.run_folder import new_or_resumed, refuse_links

__all__ = ["StudyFolder"]

STUDY, LEDGER, LOG, ROWS = "study.json", "ledger", "tool.log", "rows"


@final
class StudyFolder:
    """Makes a folder, or goes on in it. Use it in a `with` block; one that ends by an exception before a run leaves none.

    study.json is all that results depend on; ledger is what was run; tool.log, how long it took, alone differs from one
    time to the next.

    Args:
        path: must not exist, unless `resume` is true; None keeps everything in memory.
        facts: what runs depend on besides their identities.
        definition: what else the results depend on.
        resume: whether the folder may hold this very study.
        from_dirs: folders of other studies.
        keeps_rows: whether rows stay in rows/.

    Attributes:
        ledger: what was run.
        rows: the folder of kept rows.
        scratch: where runs have their folders while they go on.

    Raises:
        RunError: the folder exists, cannot be made, is in use, or holds another study.
    """

    def __init__(
        self,
        path: Path | None,
        facts: dict[str, Any],
        definition: dict[str, Any],
        resume: bool,
        from_dirs: tuple[Path, ...] = (),
        keeps_rows: bool = False,
    ) -> None:
        self.path = path
        self.rows = path / ROWS if path and keeps_rows else None
        self.scratch = path / f"scratch-{os.getpid()}" if path else None
        self._facts = canonical_json(facts)
        self._digest = hashlib.sha256(self._facts).digest()
        self._definition = json.loads(json.dumps({"facts": facts} | definition))
        self._resume = resume
        self._others = [OtherFolder(other, self._digest, self._definition) for other in from_dirs]
        self._resources = ExitStack()
        self.ledger = Ledger(None, self._digest)

    def __enter__(self) -> "StudyFolder":
        if self.path is None:
            return self
        with ExitStack() as resources:
            resources.enter_context(new_or_resumed(self.path, "study", self._resume))
            self._begin(self.path)
            self._resources = resources.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ledger.close()
        if self.scratch:
            shutil.rmtree(self.scratch, ignore_errors=True)
        if error and self.path and not (self.path / LEDGER).exists():
            shutil.rmtree(self.path, ignore_errors=True)
        self._resources.close()

    def key(self, identity: Identity) -> bytes:
        """Return a run's key."""
        return identity.key(self._digest)

    def rows_of(self, key: bytes) -> Path | None:
        """Return the file of a run's rows, if rows are kept."""
        return self.rows / f"{key.hex()}.parquet" if self.rows else None

    def enter(self, key: bytes, entry: Entry, seconds: float) -> None:
        """Add a run to the ledger, and its time to the log."""
        self.ledger.add(key, entry)
        self.log({"run": key.hex()[:16], "seconds": round(seconds, 6), "failure": entry.failure})

    def log(self, line: dict[str, Any]) -> None:
        """Add a line to tool.log."""
        if self.path:
            with append_file(self.path / LOG) as file:
                file.write(f"{json.dumps(line)}\n".encode())

    def take_from_others(self, key: bytes, metrics: Mapping[str, Metric]) -> None:
        """Take a run from another folder, if one has it with all that is asked of it, or with its rows."""
        for other in self._others:
            if self.rows and not other.rows_of(key).exists():
                continue
            if (entry := other.entry(key, metrics)) is not None:
                if rows := self.rows_of(key):
                    rows.parent.mkdir(exist_ok=True)
                    shutil.copyfile(other.rows_of(key), rows)
                self.ledger.add(key, entry)
                return

    def write(self, name: str, content: bytes) -> None:
        """Write a file of results.

        Raises:
            RunError: it cannot be written.
        """
        if self.path is None:
            return
        try:
            replace_file(self.path / name, content)
        except OSError as error:
            raise RunError(f"{self.path / name} cannot be written: {error.strerror}.") from error

    def _begin(self, path: Path) -> None:
        refuse_links(path)
        for leftover in path.glob("scratch-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        record = path / STUDY
        if record.exists():
            try:
                check_same(path, read_json(record), self._definition)
            except RunError as error:
                text = str(error).replace("another batch", "another study").replace("batch.json", STUDY)
                raise RunError(text) from None
        elif others := [file.name for file in path.iterdir() if file.name != "lock"]:
            raise RunError(f"{path} holds {', '.join(sorted(others)[:3])}, but no study. Write another folder.")
        else:
            self.write(STUDY, (json.dumps(self._definition, indent=2) + "\n").encode())
        self.ledger = Ledger(path / LEDGER, self._digest)


@final
class OtherFolder:
    """A folder whose runs may be taken, where it asked the same of the same sources.

    Raises:
        RunError: it is no study's folder, or of other sources.
    """

    def __init__(self, path: Path, digest: bytes, definition: dict[str, Any]) -> None:
        if not (path / LEDGER).exists():
            raise RunError(f"{path} holds no ledger. Write the folder of a study.")
        facts, self._entries = read_ledger(path / LEDGER)
        self._metrics = definition["metrics"]
        theirs = read_json(path / STUDY)
        if facts != digest:
            differ = [name for name, fact in definition["facts"].items() if theirs.get("facts", {}).get(name) != fact]
            raise RunError(
                f"{path} cannot be taken from: its runs are of other {', '.join(differ) or 'facts'}, as its study.json "
                "says. Leave --from out, or ask for what was run there."
            )
        known = theirs.get("metrics", {})
        self._rows = path / ROWS
        self._has_all = all(known.get(name) == text for name, text in self._metrics.items())

    def rows_of(self, key: bytes) -> Path:
        """Return the file of a run's rows, which there may be."""
        return self._rows / f"{key.hex()}.parquet"

    def entry(self, key: bytes, metrics: Mapping[str, Metric]) -> Entry | None:
        """Return a run with the metrics that are asked for, from its rows if need be; None if it is not there."""
        found = self._entries.get(key)
        if found is None:
            return None
        if self._has_all and (found.failure or all(name in found.metrics for name in self._metrics)):
            known = {name: found.metrics[name] for name in self._metrics if name in found.metrics}
            return Entry(known or found.metrics, found.failure, found.columns)
        rows = None if found.failure else read_rows(self.rows_of(key))
        if rows is None:
            return None
        return Entry({name: metric(rows) for name, metric in metrics.items()}, None, found.columns)


def canonical_json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
