"""What all tools take: budget, seed, workers, folder. In Python as keywords, on the command line as options."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypedDict, final

from tokenspice.engine.errors import StudyError
from tokenspice.studies.batch.workers import Workers

__all__ = ["Common", "Request", "as_request"]

Crashed = Literal["fail", "ignore", "stop"]


class Common(TypedDict, total=False):
    """The keywords that every tool takes; they are Request's."""

    budget: int
    reps: int
    seed: int
    workers: Workers | int | None
    out_dir: Path | None
    resume: bool
    from_dirs: tuple[Path, ...]
    keep_rows: bool
    crashed: Crashed
    settings: Mapping[str, Any]
    warm: bool
    alpha: float
    max_hours: float
    dry_run: bool
    watch: Callable[[int, int], None] | None


@final
@dataclass(frozen=True)
class Request:
    """How a study is done, whatever tool does it.

    Args:
        budget: how many runs at most; runs that a ledger knows count too. None: the tool's own number.
        reps: seeds for each set of parameters; None: the tool's own number.
        seed: of all seeds, and of all that is drawn.
        workers: how many processes, or running ones; a function runs in this process unless some are given.
        out_dir: a new folder for the results; without one they are in the Result alone.
        resume: whether `out_dir` may hold this very study, interrupted or finished.
        from_dirs: folders of other studies, whose runs are taken where they are the same.
        keep_rows: whether the rows of every run stay in `out_dir`/rows.
        crashed: what a run that fails is: one that meets no spec, none at all, or the end of the study.
        settings: parameters that differ from their defaults in all runs, by name.
        warm: as of `tsp batch`.
        alpha: how often an interval may miss.
        max_hours: a study that would take longer does not begin.
        dry_run: whether to say what it would cost, and do nothing.
        watch: called with the runs that are done, and the budget, after each run.
    """

    budget: int | None = None
    reps: int | None = None
    seed: int = 0
    workers: Workers | int | None = None
    out_dir: Path | None = None
    resume: bool = False
    from_dirs: tuple[Path, ...] = ()
    keep_rows: bool = False
    crashed: Crashed = "fail"
    settings: Mapping[str, Any] = field(default_factory=dict)
    warm: bool = False
    alpha: float = 0.05
    max_hours: float = 24.0
    dry_run: bool = False
    watch: Callable[[int, int], None] | None = None

    def __post_init__(self) -> None:
        if self.budget is not None and self.budget < 1:
            raise StudyError(f"budget = {self.budget}: write how many runs, 1 or more.")
        if self.reps is not None and self.reps < 1:
            raise StudyError(f"reps = {self.reps}: write how many seeds, 1 or more.")
        if self.seed < 0:
            raise StudyError(f"seed = {self.seed}: write 0 or more.")
        if not 0 < self.alpha < 1:
            raise StudyError(f"alpha = {self.alpha}: write a share between 0 and 1, such as 0.05.")
        if self.crashed not in ("fail", "ignore", "stop"):
            raise StudyError(f'crashed = "{self.crashed}": write fail, ignore or stop.')
        if self.keep_rows and self.out_dir is None:
            raise StudyError("rows are kept in a folder. Give out_dir.")


def as_request(common: Common) -> Request:
    """Return the request that a tool's keywords make.

    Raises:
        StudyError: a value is out of range.
    """
    return Request(**common)
