"""Where a history comes from: bundled, a file, a subgraph, or an archive node; one schema for all."""

import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from tokenspice.engine.errors import ConfigError, RunError
from tokenspice.engine.units import DAY, HOUR, Seconds
from tokenspice.files import read_file, replace_file
from tokenspice.studies.twin.bundle import MAINNET, bundled_names, bundled_recording
from tokenspice.studies.twin.csv_records import read_gains, read_recording
from tokenspice.studies.twin.event_logs import read_addresses, record_logs
from tokenspice.studies.twin.history import DATA
from tokenspice.studies.twin.http_json import endpoint_of
from tokenspice.studies.twin.raw_answers import Mode, RawAnswers
from tokenspice.studies.twin.records import Recording
from tokenspice.studies.twin.subgraph import record_subgraph

__all__ = ["KEY", "Source", "ingest", "recording_in", "write_recording"]

KEY = "TOKENSPICE_SUBGRAPH_KEY"  # the environment variable that holds it
SUBGRAPH, LOGS = "subgraph:", "logs:"
LAST = "recording.json"
GAINS = DATA / "gains.csv"  # RAI's
MOST_BYTES = 256 << 20


@dataclass(frozen=True)
class Source:
    """What to take a history from.

    Attributes:
        data: a bundled record's name, a CSV file, a recording as .json, subgraph:URL or logs:URL; env:NAME stands for a URL in a variable.
        days: that a live source is asked for.
        mode: of the answers that are kept: offline, live or refresh.
        use_last: whether the last recording is taken, and nothing asked for.
        kept: folder of answers and of the last recording.
        contracts: TOML file of addresses, for logs.
        gains: CSV file of the controller's gains.
    """

    data: str = MAINNET
    days: float = 14.0
    mode: Mode = "live"
    use_last: bool = False
    kept: Path = Path("build/twin")
    contracts: Path | None = None
    gains: Path = GAINS

    @property
    def is_live(self) -> bool:
        return self.data.startswith((SUBGRAPH, LOGS))

    @property
    def asks(self) -> bool:
        """Whether a live source is asked, or its last recording taken."""
        return not self.use_last and self.mode != "offline"


def ingest(source: Source, now: Seconds | None = None) -> Recording:
    """Take a history from its source.

    Args:
        source: which.
        now: Unix time, the clock's unless given; live sources are asked for whole hours before it.

    Raises:
        ConfigError: an endpoint, a key or an address is missing.
        RunError: the source cannot be read, is dead, answers errors, or leaves something out.
    """
    refuse_idle_files(source)
    if source.is_live:
        return asked(source, now) if source.asks else last_recording(source)
    if source.data in bundled_names():
        return bundled_recording(source.data)
    if source.data.endswith(".json"):
        return recording_in(Path(source.data))
    if "://" in source.data:
        raise ConfigError(f"--data is a URL. Write {SUBGRAPH}URL or {LOGS}URL, so that it is known what to ask it.")
    if not Path(source.data).exists():
        raise RunError(f"{source.data} is no file, and no record. There are: {', '.join(bundled_names())}.")
    return read_recording(Path(source.data), source.gains)


def refuse_idle_files(source: Source) -> None:
    """Refuse a file that would not be read: whoever names it believes that it counts."""
    recorded = source.data in bundled_names() or source.data.endswith(".json")
    if source.gains != GAINS and (recorded or (source.is_live and not source.asks)):
        raise ConfigError("--gains is for CSV files and live sources; a recording has its own gains. Leave it away.")
    if source.contracts is not None and not source.data.startswith(LOGS):
        raise ConfigError(f"--contracts is for {LOGS}URL alone. Leave it away.")


def asked(source: Source, now: Seconds | None) -> Recording:
    end = int(time.time() if now is None else now) // HOUR * HOUR
    first = end - round(source.days * DAY)
    answers, gains = RawAnswers(source.kept, source.mode), read_gains(source.gains)
    if source.data.startswith(SUBGRAPH):
        endpoint = endpoint_of(source.data.removeprefix(SUBGRAPH), KEY)
        found = record_subgraph(endpoint, answers, first, end, gains)
    else:
        if source.contracts is None:
            raise ConfigError(
                "logs are asked for by address. Give --contracts FILE, a TOML file of the contracts' addresses."
            )
        endpoint = endpoint_of(source.data.removeprefix(LOGS), KEY)
        found = record_logs(endpoint, answers, read_addresses(source.contracts), first, end, gains)
    if not found.snapshots:
        raise RunError(f"{found.source} has nothing in those {source.days:g} days. Ask for more with --past-days.")
    keep(source, found)
    return found


def keep(source: Source, found: Recording) -> None:
    try:
        source.kept.mkdir(parents=True, exist_ok=True)
        write_recording(found, source.kept / LAST)
    except OSError as error:
        raise RunError(f"{source.kept} cannot be made: {error.strerror}.") from error


def write_recording(found: Recording, path: Path) -> None:
    """Write a recording as JSON, exactly.

    Raises:
        RunError: the file cannot be written.
    """
    try:
        replace_file(path, (found.model_dump_json() + "\n").encode())
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}.") from error


def last_recording(source: Source) -> Recording:
    if not (source.kept / LAST).exists():
        raise RunError(
            f"{source.kept} holds no recording. Run once without --offline and --use-last-data, or use a bundled record."
        )
    return recording_in(source.kept / LAST)


def recording_in(path: Path) -> Recording:
    """Read what `write_recording` wrote.

    Raises:
        RunError: the file cannot be read, or holds something else.
    """
    try:
        return Recording.model_validate_json(read_file(path, MOST_BYTES))
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"]))
        raise RunError(f"{path} is no recording ({where}: {fault['msg']}). Write one with tsp twin ingest.") from None
