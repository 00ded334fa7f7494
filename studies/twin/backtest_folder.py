"""A backtest: a history replayed in every way that it allows, scored, and written to a folder."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from tokenspice.engine.errors import RunError
from tokenspice.engine.units import DAY, Floats
from tokenspice.files import replace_file
from tokenspice.studies.plot.picture import make_folder, new_figure, save
from tokenspice.studies.twin.history import History
from tokenspice.studies.twin.replay import Replay, closed_loop, open_loop
from tokenspice.studies.twin.scores import Score, score_replay

__all__ = ["describe", "run_backtest"]


def describe(history: History) -> str:
    """Say in one line what a record holds."""
    first, last = (datetime.fromtimestamp(int(t), UTC).strftime("%Y-%m-%d %H:%M") for t in history.time[[0, -1]])
    gaps = (
        f"{len(history.gaps)} gap{'s' * (len(history.gaps) > 1)} over 6 h, the longest {max(h for _, h in history.gaps):.1f} h"
        if history.gaps
        else "no gap over 6 h"
    )
    return f"{history.name}: {len(history.time)} snapshots, {first} to {last} UTC, {gaps}."


def run_backtest(history: History, folder: Path) -> Iterator[str]:
    """Replay a history, write OUTDIR/backtest.json, a CSV and a plot of each replay, and yield what was found.

    Raises:
        RunError: the history is shorter than two snapshots, or `folder` exists or cannot be written.
    """
    if len(history.time) < 2:
        raise RunError(f"{history.name} has {len(history.time)} snapshot in that stretch. A replay needs two.")
    make_folder(folder)
    try:
        yield " ".join((describe(history), *history.notes))
        replays = [closed_loop(history)]
        if np.isfinite(history.oracle_price).any():
            replays.append(open_loop(history))
        scores = {replay.mode: score_replay(history, replay) for replay in replays}
        for mode, found in scores.items():
            yield from lines(mode, found)
        write_record(history, scores, folder)
        for replay in replays:
            yield str(write_table(history, replay, folder))
            yield str(draw(history, replay, folder))
    except (RunError, OSError):
        shutil.rmtree(folder, ignore_errors=True)
        raise


def lines(mode: str, scores: list[Score]) -> Iterator[str]:
    for score in scores:
        skills = ", ".join(f"{name} {'-' if skill is None else f'{skill:+.3f}'}" for name, skill in score.skill.items())
        yield (
            f"{mode}, {score.series}: MAE {score.mae:.4g} {score.unit} ({score.mae_bps:.3g} bps), RMSE {score.rmse:.4g}, "
            f"largest {score.largest:.4g}, bias {score.bias:+.3g}, n {score.n}; skill against: {skills}"
        )


def write_record(history: History, scores: dict[str, list[Score]], folder: Path) -> None:
    record = {
        "record": history.name,
        "sha256": history.sha256,
        "first_block": int(history.block[0]),
        "last_block": int(history.block[-1]),
        "notes": list(history.notes),
        "gaps_over_6h": [{"after_block": int(history.block[i]), "hours": hours} for i, hours in history.gaps],
        "scores": {mode: [asdict(score) for score in found] for mode, found in scores.items()},
    }
    replace_file(folder / "backtest.json", (json.dumps(record, indent=2) + "\n").encode())


def write_table(history: History, replay: Replay, folder: Path) -> Path:
    table = pd.DataFrame(
        {
            "block": history.block,
            "time": history.time,
            "observed_redemption_price_USD": history.redemption_price,
            "replayed_redemption_price_USD": replay.redemption_price,
            "observed_hourly_rate": history.redemption_rate,
            "replayed_hourly_rate": replay.redemption_rate,
            "counts": replay.counts.astype(int),
        }
    )
    path = folder / f"{file_stem(replay)}.csv"
    replace_file(path, table.to_csv(index=False, lineterminator="\n").encode())
    return path


def draw(history: History, replay: Replay, folder: Path) -> Path:
    """Draw price and rate, observed and replayed, over the days of the record."""
    days = (history.time - history.time[0]) / DAY
    figure = new_figure(9, 6)
    above, below = figure.subplots(2, sharex=True)
    above.plot(days, history.market_price, color="0.8", linewidth=0.8, label="market price")
    above.plot(days, history.redemption_price, label="redemption price, observed")
    above.plot(days, replay.redemption_price, "--", label="redemption price, replayed")
    above.set_ylabel("USD per RAI")
    shown = replay.counts
    for rate, style, label in ((history.redemption_rate, "-", "observed"), (replay.redemption_rate, "--", "replayed")):
        below.step(days[shown], (rate[shown] - 1) * 1e6, style, where="post", linewidth=0.9, label=label)
    below.set_ylabel("redemption rate, millionths per hour")
    below.set_xlabel(f"days since {datetime.fromtimestamp(int(history.time[0]), UTC):%Y-%m-%d %H:%M} UTC")
    above.set_title(f"RAI, {history.name}: {replay.mode}")
    above.set_ylim(limits(history.redemption_price, replay.redemption_price))
    below.set_ylim(limits((history.redemption_rate[shown] - 1) * 1e6, (replay.redemption_rate[shown] - 1) * 1e6))
    for axes in (above, below):
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small")
    return save(figure, folder / f"{file_stem(replay)}.png")


def limits(*series: Floats) -> tuple[float, float]:
    """Of an axis that shows every series but its outliers: a system's first days are far from all later ones."""
    ends = [np.quantile(values, [0.005, 0.995]) for values in series]
    low, high = min(float(end[0]) for end in ends), max(float(end[1]) for end in ends)
    return low - 0.25 * (high - low) - 1e-9, high + 0.25 * (high - low) + 1e-9


def file_stem(replay: Replay) -> str:
    return replay.mode.replace(" ", "_")
