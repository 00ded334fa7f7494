"""A row of a run's record, and the time columns that every row begins with."""

from tokenspice.engine.units import DAY, HOUR, MINUTE, MONTH, YEAR, Seconds

__all__ = ["LogRow", "time_columns"]

LogRow = dict[str, float]
"""Columns of one row, in order: `LogRow(n_pools=2, publisher_OCEAN=1.0)`. Counts stay ints."""


def time_columns(tick: int, elapsed: Seconds) -> LogRow:
    """Return the columns that every row begins with: the tick, and simulated time in seven units."""
    units = {"Second": 1, "Min": MINUTE, "Hour": HOUR, "Day": DAY, "Month": MONTH, "Year": YEAR}
    return {"Tick": tick} | {name: elapsed / seconds for name, seconds in units.items()}
