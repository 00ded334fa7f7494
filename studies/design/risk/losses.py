"""What a run loses within a horizon: the highest value that a column had by then."""

import re
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.metrics import Metric, Rows
from tokenspice.engine.study import Study

__all__ = ["HighestWithin", "days_of", "loss_metric"]

DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "y": 365.0}
CLOSE = 1e-9


@final
@dataclass(frozen=True)
class HighestWithin:
    """The highest value of a column within a horizon.

    Args:
        column: which.
        days: the horizon; None is the whole run.
    """

    column: str
    days: float | None

    def __call__(self, rows: Rows) -> float:
        """Return it.

        Raises:
            StudyError: there is no such column, or the run ends before the horizon.
        """
        if self.column not in rows:
            raise StudyError(f'there is no column "{self.column}". There are: {", ".join(rows)}.')
        values = rows[self.column]
        if self.days is not None:
            if "Day" not in rows:
                raise StudyError("a horizon needs the column Day. Leave --horizon out.")
            if rows["Day"][-1] < self.days * (1 - CLOSE):
                raise StudyError(
                    f"the horizon is {self.days:g} days, and the run ends after {rows['Day'][-1]:g}. Write a shorter one, or "
                    "more ticks."
                )
            values = values[rows["Day"] <= self.days * (1 + CLOSE)]
        return float(np.nanmax(values))


def loss_metric(study: Study, name: str, days: float | None) -> Metric:
    """Return a loss: one of the study's metrics, or the highest value of a column within a horizon.

    Raises:
        StudyError: a metric has its own horizon.
    """
    if name in study.metrics:
        if days is not None:
            raise StudyError(
                f"{name} is a metric, which looks at the whole run. Name a column, or leave the horizon out."
            )
        return study.metrics[name]
    return Metric(HighestWithin(name, days))


def days_of(text: str | None) -> float | None:
    """Read a horizon: "24h", "1d", "2w".

    Raises:
        StudyError: it is no such text.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([hdwy])", text.strip())
    if not found or not float(found[1]):
        raise StudyError(f'horizon = "{text}": write a number and h, d, w or y, such as 1d.')
    return float(found[1]) * DAYS[found[2]]
