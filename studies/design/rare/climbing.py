"""Keeps of each run how near to a failure it has come by and by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.metrics import Rows
from tokenspice.engine.observer import Observer
from tokenspice.engine.study import Falling, Rising
from tokenspice.studies.design.rare.splitting import Climb
from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["ClimbKeeper", "kept_climb"]


@final
@dataclass(frozen=True)
class ClimbKeeper:
    """Keeps the rows at which a column was nearer to a failure than ever.

    Args:
        nearness: which column, and which way.
    """

    nearness: Rising | Falling

    def observers(self, netlist: Netlist) -> Sequence[Observer]:
        return ()

    def keep(self, rows: Rows, observers: Sequence[Observer]) -> Mapping[str, Any]:
        column = self.nearness.column
        if column not in rows:
            raise StudyError(f'the nearness is the column "{column}". There are: {", ".join(rows)}.')
        scores = rows[column] if isinstance(self.nearness, Rising) else -rows[column]
        ticks = rows["Tick"] if "Tick" in rows else np.arange(len(scores), dtype=float)
        climb = Climb.of(ticks.tolist(), scores.tolist())
        return {"ticks": list(climb.ticks), "scores": list(climb.scores)}

    def forgives(self, observers: Sequence[Observer]) -> bool:
        return False


def kept_climb(extra: Mapping[str, Any] | None) -> Climb:
    """Read what was kept of a run."""
    found = extra or {}
    return Climb(tuple(found.get("ticks", ())), tuple(found.get("scores", ())))
