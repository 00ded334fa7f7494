"""Runs a recorded run again, and compares what both have left, byte for byte."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tokenspice.engine.errors import RunError, TokenSpiceError
from tokenspice.engine.observer import Observer
from tokenspice.files import read_file
from tokenspice.studies.record.ending import read_json
from tokenspice.studies.resume.resume import UnfinishedRun
from tokenspice.studies.resume.warm_start import WarmStart, load_warm_start
from tokenspice.studies.run.run import SCHEMA, RunOptions, run_once
from tokenspice.web3engine.config import Config

__all__ = ["Verdict", "verify"]

MOST_BYTES = 1 << 40
NOT_WRITTEN_AGAIN = ("run.json", "stats", "checkpoint")  # which say how long it took, or are gone at the end
OF_THE_RUN = (".csv", ".parquet", ".json")  # endings of what a run writes; pictures and reports are others'
MOST_SHOWN = 60  # characters of a cell


@dataclass(frozen=True)
class Verdict:
    """What came of it.

    Attributes:
        n_files: how many were compared.
        differences: one line for each file whose bytes differ, with the first difference.
        changed: what the run depends on and is not what it was: files of code and data.
        notes: what else is not as it was: versions, processor.
    """

    n_files: int
    differences: list[str]
    changed: list[str]
    notes: list[str]

    @property
    def holds(self) -> bool:
        """Whether the run is what its record says: the same code and data, and the same bytes."""
        return not (self.differences or self.changed)


def verify(run: UnfinishedRun, config: Config, observers: Sequence[Observer] = ()) -> Verdict:
    """Run it again in a temporary folder, and compare.

    Args:
        run: what `read_recorded` returned.
        config: where contracts are found; network, hardfork and signing are the run's own.
        observers: who watches.

    Raises:
        RunError: it cannot be run again.
    """
    check_can_be_repeated(run)
    config, record = run.config(config), run.record
    options = RunOptions(
        transactions=record["options"]["transactions"], start=start_of(record["options"]), variation=run.variation
    )
    with TemporaryDirectory(prefix="tokenspice-verify-") as temporary:
        again = Path(temporary) / "run"
        error = ""
        try:
            run_once(run.netlist, run.ss, again, config, options, observers)
        except TokenSpiceError as failure:
            error = str(failure)
        found = read_json(again / "run.json")
        names = sorted(written(run.path) | written(again))
        differences = [line for name in names if (line := difference(name, run.path / name, again / name))]
        if error != (expected := str(record.get("error", ""))):
            differences.append(f"the run: it {ending(expected)}, and now it {ending(error)}")
    return Verdict(len(names), differences, changed(record, found), notes(record, found))


def check_can_be_repeated(run: UnfinishedRun) -> None:
    """Refuse a run that cannot be had again.

    Raises:
        RunError: it is of an older version, has not ended by itself, or used a chain that somebody else keeps.
    """
    record, outcome = run.record, run.record["outcome"]
    if record.get("schema") != SCHEMA:
        raise RunError(
            f"the record of {run.path} is of schema {record.get('schema', 1)}, which does not identify its code. Run it anew."
        )
    if outcome not in ("finished", "failed"):
        raise RunError(
            f"the run in {run.path} is {outcome}: it did not come to its end, so there is nothing to compare with. Go on "
            f"with it by tsp run --resume {run.path}, or run it anew."
        )
    if record["options"]["network"] == "a URL" and run.netlist.starts_chain(run.ss):
        raise RunError(
            f"the run in {run.path} used a chain of your own, which keeps what the run did to it, so it cannot be run "
            "again as it was. Run it on revm, anvil or ganache to have a run that can be verified."
        )


def start_of(options: dict[str, Any]) -> WarmStart | None:
    """Return what the run started from.

    Raises:
        RunError: that is another one now.
    """
    if not options["start"]:
        return None
    start = load_warm_start(Path(options["start"]))
    if start.digest != options.get("start_sha256"):
        raise RunError(f"{options['start']} is not what the run started from. Put that file back.")
    return start


def written(folder: Path) -> set[str]:
    """Return the files that a run has written, by name."""
    found = [*folder.glob("*"), *folder.glob("*/part-*.parquet")]
    names = {path.relative_to(folder).as_posix() for path in found if path.is_file() and path.suffix in OF_THE_RUN}
    return names - set(NOT_WRITTEN_AGAIN)


def ending(error: str) -> str:
    return f"failed ({error})" if error else "finished"


def difference(name: str, recorded: Path, again: Path) -> str:
    """Say where a file differs first; empty if it does not."""
    if not recorded.exists() or not again.exists():
        return f"{name}: {'the run left none' if again.exists() else 'the run leaves none when it is run again'}"
    before, now = read_file(recorded, MOST_BYTES), read_file(again, MOST_BYTES)
    if before == now:
        return ""
    if name.endswith(".parquet"):
        return f"{name}: {first_cell(before, now)}"
    return f"{name}: {first_line(before, now)}"


def first_line(before: bytes, now: bytes) -> str:
    """Name the first line, and of a table the column, in which two texts differ."""
    lines = before.splitlines(), now.splitlines()
    for number, (one, other) in enumerate(zip(*lines, strict=False), start=1):
        if one != other:
            cells = [line.decode(errors="replace").split(",") for line in (lines[0][0], one, other)]
            pairs = zip(*cells, strict=False)
            column, left, right = next(
                ((a, b, c) for a, b, c in pairs if b != c), ("", *(each[-1] for each in cells[1:]))
            )
            where = f', column "{column}"' if column and number > 1 else ""
            return f"line {number}{where}: {left[:MOST_SHOWN]} in the record, {right[:MOST_SHOWN]} now"
    return f"{len(lines[0]):,} lines in the record, {len(lines[1]):,} now"


def first_cell(before: bytes, now: bytes) -> str:
    """Name the first row and column in which two Parquet tables differ."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        one, other = (pq.read_table(BytesIO(content)) for content in (before, now))
    except (pa.ArrowException, OSError) as error:
        return f"it cannot be read ({error})"
    rows = zip(one.to_pylist(), other.to_pylist(), strict=False)
    for number, (left, right) in enumerate(rows):
        for column in left:
            if left[column] != right.get(column):
                shown = [str(each.get(column))[:MOST_SHOWN] for each in (left, right)]
                return f'row {number}, column "{column}": {shown[0]} in the record, {shown[1]} now'
    if len(one) != len(other):
        return f"{len(one):,} rows in the record, {len(other):,} now"
    return "the rows are the same, and written by another version"


def changed(record: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Name files of code and data that are not what they were."""
    parts = ("sources", "late_sources", "files", "data", "read")
    names = [name for part in parts for name in differing(part, record, found)]
    before, now = (contracts_of(each) for each in (record, found))
    return names + [f"contract {name}" for name in sorted(before.keys() & now.keys()) if before[name] != now[name]]


def differing(part: str, record: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    """Yield what both have, and has changed; of data, also what is gone."""
    before, now = record.get(part) or {}, found.get(part) or {}
    for name in before:
        if before[name] != now.get(name) and (name in now or part == "data"):
            yield name


def contracts_of(record: dict[str, Any]) -> dict[str, Any]:
    chain = record.get("chain") or {}
    return {name: about["sha256"] for name, about in (chain.get("contracts") or {}).items()}


def notes(record: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Say which versions and settings of the system are not what they were."""
    lines = []
    for part in ("versions", "libraries", "environment"):
        before, now = record.get(part) or {}, found.get(part) or {}
        lines += [
            f"{name} {before[name]}, now {now[name]}" for name in before if before[name] != now.get(name, before[name])
        ]
    before, now = ((each.get("chain") or {}).get("version") for each in (record, found))
    lines += [f"the chain was {before}, now {now}"] if before != now else []
    return lines + (["another processor"] if record.get("simd") != found.get("simd") else [])
