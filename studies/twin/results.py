"""A cycle in a folder: the report, its numbers, and every path. It is there whole, or it is not there."""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tokenspice.engine.errors import FolderExists, RunError
from tokenspice.files import read_file, replace_file
from tokenspice.protocols.rai.scenario import Scenario
from tokenspice.studies.twin.cycle import Backtest, Cycle, CycleOptions, backtest
from tokenspice.studies.twin.extrapolation import SERIES, Extrapolation
from tokenspice.studies.twin.identification import identified_json, identify
from tokenspice.studies.twin.ingestion import Source, recording_in, write_recording
from tokenspice.studies.twin.preparation import prepare
from tokenspice.studies.twin.reporting import report_json, report_page
from tokenspice.web3engine.safe_json import parse_json

__all__ = ["check_new", "rewrite_report", "write_forecast", "write_results"]

MOST_BYTES = 256 << 20


def check_new(folder: Path) -> None:
    """Refuse a folder that exists, before any work is done.

    Raises:
        RunError: it exists.
    """
    if folder.exists() or folder.is_symlink():
        raise FolderExists(f"{folder} exists. Write a new folder, or remove this one.")


def write_results(cycle: Cycle, folder: Path) -> list[Path]:
    """Write report.html, report.json, identified.json, tables of replays and bands, and all paths, to a new folder.

    It is made under another name and gets its own when all is written.

    Returns:
        The files, the report first.

    Raises:
        RunError: the folder exists, or cannot be made or written.
    """
    check_new(folder)
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        names = list(write_all(cycle, unfinished))
        unfinished.rename(folder)
    except OSError as error:
        raise RunError(f"{folder} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return [folder / name for name in names]


def write_all(cycle: Cycle, folder: Path) -> list[str]:
    texts = {
        "report.html": report_page(cycle),
        "report.json": report_json(cycle),
        "identified.json": identified_json(cycle.identified),
        "bands.csv": cycle.extrapolation.bands().to_csv(index=False, lineterminator="\n"),
    }
    texts |= {f"{stem(i, one)}.csv": replay_table(one) for i, one in enumerate(cycle.backtests)}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    write_paths(cycle.extrapolation, folder / "paths.parquet")
    write_recording(cycle.recording, folder / "recording.json")
    return [*texts, "paths.parquet", "recording.json"]


def stem(number: int, one: Backtest) -> str:
    return f"backtest_{number}_{one.history.name}_{one.replay.mode.replace(' ', '_')}"


def replay_table(one: Backtest) -> str:
    history, replay = one.history, one.replay
    rows = zip(
        history.block.tolist(),
        history.time.tolist(),
        history.redemption_price.tolist(),
        replay.redemption_price.tolist(),
        history.redemption_rate.tolist(),
        replay.redemption_rate.tolist(),
        replay.counts.astype(int).tolist(),
        strict=True,
    )
    header = (
        "block,time,observed_redemption_price_USD,replayed_redemption_price_USD,observed_hourly_rate,"
        "replayed_hourly_rate,counts\n"
    )
    return header + "".join(",".join(map(repr, row)) + "\n" for row in rows)


def write_paths(found: Extrapolation, path: Path) -> None:
    """Write every number: scenario, path, hour, and a column for each series."""
    scenarios, paths, hours, _ = found.values.shape
    names = [scenario.name for scenario in found.scenarios for _ in range(paths * hours)]
    columns = {
        "scenario": pa.array(names).dictionary_encode(),
        "path": np.tile(np.repeat(np.arange(paths), hours), scenarios),
        "hour": np.tile(found.hours, scenarios * paths),
    }
    columns |= {name: found.values[:, :, :, k].ravel() for k, name in enumerate(found.series)}
    pq.write_table(pa.table(columns), path)


def write_forecast(found: Extrapolation, folder: Path) -> list[Path]:
    """Write the bands and all paths of an extrapolation to a new folder.

    Raises:
        RunError: the folder exists, or cannot be made or written.
    """
    check_new(folder)
    try:
        folder.mkdir(parents=True)
        write_paths(found, folder / "paths.parquet")
        bands = found.bands().to_csv(index=False, lineterminator="\n")
        replace_file(folder / "bands.csv", bands.encode())
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise RunError(f"{folder} cannot be written: {error.strerror}.") from error
    return [folder / "bands.csv", folder / "paths.parquet"]


def rewrite_report(folder: Path) -> Path:
    """Write report.html anew from what a cycle left in its folder; the stages before the paths are computed again.

    Raises:
        RunError: the folder lacks a file of a cycle, or one is something else.
    """
    try:
        facts = parse_json(read_file(folder / "report.json", MOST_BYTES))
        about, future = facts["provenance"], facts["extrapolation"]
        scenarios = tuple(Scenario(**one) for one in about["scenarios"])
        table = pq.read_table(folder / "paths.parquet")
        shape = len(scenarios), about["paths"], about["hours"] + 1
        values = np.stack([table[name].to_numpy().reshape(shape) for name in SERIES], axis=-1)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{folder} is no folder of tsp twin rai ({' '.join(str(error).split())}). Name one.") from None
    recording = recording_in(folder / "recording.json")
    history = prepare(recording)
    source = Source(data=str(folder / "recording.json"))
    options = CycleOptions(
        source, about["past_days"], about["hours"], about["paths"], scenarios, about["seed"], about["controller"]
    )
    found = identify(history, options.past_days, options.seed)
    hours, time = np.arange(shape[2] * 1.0), int(history.time[-1])
    notes = tuple(future["notes"])
    extrapolation = Extrapolation(
        scenarios, tuple(SERIES), hours, time, values, found.model, options.seed, options.controller, notes
    )
    cycle = Cycle(options, recording, history, backtest(history, options.past_days), found, extrapolation)
    replace_file(folder / "report.html", report_page(cycle).encode())
    return folder / "report.html"
