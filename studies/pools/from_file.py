"""Trainings and walks as commands do them: from a file and prices into a folder, which may be resumed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from tokenspice.markets.errors import MarketError
from tokenspice.markets.prices.table import Prices
from tokenspice.studies.pools.report import write_training, write_walk
from tokenspice.studies.pools.training.candidates import Progress
from tokenspice.studies.pools.training.train import train
from tokenspice.studies.pools.training_file import read_training
from tokenspice.studies.pools.walk_forward import CycleProgress, walk_forward

__all__ = ["train_file", "walk_file"]

# Told what of a fingerprint has no word here.
Tell: TypeAlias = Callable[[tuple[str, ...]], None]


def train_file(
    path: Path, prices: Prices, folder: Path, resume: bool, progress: Progress, tell: Tell
) -> Mapping[str, Any]:
    """Train what a file says; return what training.json holds.

    Raises:
        MarketError: says what of the file, the prices or the folder does not fit.
    """
    scenario, training, _, not_taken = read_training(path)
    tell(not_taken)
    refuse_folder(folder, resume)
    result = train(scenario, training, prices, folder / "journal.jsonl", progress)
    return write_training(scenario, training, prices, result, folder)


def walk_file(
    path: Path, prices: Prices, folder: Path, resume: bool, progress: CycleProgress, tell: Tell
) -> Mapping[str, Any]:
    """Walk through what a file says; return what walk_forward.json holds.

    Raises:
        MarketError: says what of the file, the prices or the folder does not fit.
    """
    scenario, training, walk, not_taken = read_training(path)
    tell(not_taken)
    refuse_folder(folder, resume)
    result = walk_forward(scenario, training, walk, prices, folder, progress)
    return write_walk(scenario, training, walk, result, prices, folder)


def refuse_folder(folder: Path, resume: bool) -> None:
    """Refuse a folder that exists, or, to resume, one that does not."""
    if resume and not folder.is_dir():
        raise MarketError(f"{folder} is no folder that could be resumed. Leave --resume away.")
    if not resume and folder.exists():
        raise MarketError(f"{folder} exists. Name a new folder, or write --resume.")
