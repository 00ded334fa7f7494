"""Where a run's time went."""

import pstats
from pathlib import Path
from typing import Literal

from tokenspice.engine.errors import RunError

__all__ = ["show_stats"]


def show_stats(path: Path, n_functions: int, sort_by: Literal["cumulative", "internal", "internal_callers"]) -> None:
    """Print the costliest functions of a profile.

    Args:
        path: the file `stats` that `tsp run --profile` wrote.
        n_functions: how many to show.
        sort_by: by time with callees, by own time, or by own time and with each function's callers.

    Raises:
        RunError: there is no such file, or it is no profile.
    """
    try:
        stats = pstats.Stats(str(path))
    except Exception as error:  # pstats raises whatever reading a strange file leads to
        raise RunError(f"{path} is no profile ({error}). Write OUTDIR/stats of a run with --profile.") from error
    stats.strip_dirs().sort_stats("cumulative" if sort_by == "cumulative" else "tottime")
    if sort_by == "internal_callers":
        stats.print_callers(n_functions)
    else:
        stats.print_stats(n_functions)
