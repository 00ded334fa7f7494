"""Ends a run when nothing that is asked of it can change any more: when every level has been reached."""

from collections.abc import Mapping
from typing import final

from tokenspice.engine.log import LogRow
from tokenspice.engine.metrics import Metric, OfColumn
from tokenspice.engine.observer import Observer
from tokenspice.engine.tables import DATA
from tokenspice.studies.design.keeper import SeenEnough

__all__ = ["early_end"]


def early_end(metrics: Mapping[str, Metric]) -> list[Observer]:
    """Return who ends a run of which only first passages are asked; nobody, if anything else is."""
    asked = [metric.function for metric in metrics.values()]
    passages = [one for one in asked if isinstance(one, OfColumn) and one.name == "first_passage"]
    return [EarlyEnd(passages)] if asked and len(passages) == len(asked) else []


@final
class EarlyEnd(Observer):
    """Ends the run once all levels have been reached.

    Args:
        passages: the first passages that are asked for.
    """

    def __init__(self, passages: list[OfColumn]) -> None:
        self._open = list(passages)

    def row(self, table: str, row: LogRow) -> None:
        if table == DATA:
            self._open = [one for one in self._open if not is_reached(one, row)]
            if not self._open:
                raise SeenEnough


def is_reached(passage: OfColumn, row: LogRow) -> bool:
    level = dict(passage.numbers)
    value = row.get(passage.column)
    return value is not None and level.get("at_least", value) <= value <= level.get("at_most", value)
