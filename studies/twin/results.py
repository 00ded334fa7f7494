"""A cycle in a folder: the report, its numbers, and every path. It is there whole, or it is not there."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tokenspice.engine.errors import RunError
from tokenspice.studies.twin.cycle import Backtest, Cycle
from tokenspice.studies.twin.extrapolation import Extrapolation
from tokenspice.studies.twin.identification import identified_json
from tokenspice.studies.twin.reporting import report_json, report_page

__all__ = ["check_new", "write_results"]


def check_new(folder: Path) -> None:
    """Refuse a folder that exists, before any work is done.

    Raises:
        RunError: it exists.
    """
    if folder.exists() or folder.is_symlink():
        raise RunError(f"{folder} exists. Write a new folder, or remove this one.")


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
    return [*texts, "paths.parquet"]


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
        "path": [i for _ in range(scenarios) for i in range(paths) for _ in range(hours)],
        "hour": [float(hour) for _ in range(scenarios * paths) for hour in found.hours],
    }
    columns |= {name: found.values[:, :, :, k].ravel() for k, name in enumerate(found.series)}
    pq.write_table(pa.table(columns), path)
