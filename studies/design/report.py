"""The page that a tool leaves: numbers first, then words, pictures, and the commands that repeat the runs it names."""

import math
from collections.abc import Mapping, Sequence
from typing import final

__all__ = ["Report", "interval_text", "number_text", "percent_text"]


@final
class Report:
    """A page in Markdown, put together piece by piece. It holds no times and no paths, so the same study is the same page.

    Args:
        title: its first line.
    """

    def __init__(self, title: str) -> None:
        self._parts = [f"# {title}"]

    def text(self, *sentences: str) -> None:
        """Add a paragraph."""
        if text := " ".join(filter(None, sentences)):
            self._parts.append(text)

    def section(self, title: str) -> None:
        """Begin a section."""
        self._parts.append(f"## {title}")

    def table(self, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Add a table; numbers are written with four digits."""
        cells = [[cell_text(cell) for cell in row] for row in rows]
        lines = [line_of(header), line_of(["---"] * len(header)), *(line_of(row) for row in cells)]
        self._parts.append("\n".join(lines))

    def list(self, points: Sequence[str]) -> None:
        """Add a list."""
        if points:
            self._parts.append("\n".join(f"* {point}" for point in points))

    def commands(self, commands: Mapping[str, str]) -> None:
        """Add the command lines of some runs, each under what it is."""
        for what, command in commands.items():
            self._parts.append(f"{what}:\n\n    {command}")

    def picture(self, name: str, caption: str) -> None:
        """Add a picture of the folder."""
        self._parts.append(f"![{caption}]({name})")

    @property
    def page(self) -> str:
        return "\n\n".join(self._parts) + "\n"


def line_of(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def cell_text(cell: object) -> str:
    return number_text(cell) if isinstance(cell, float) else "" if cell is None else str(cell)


def number_text(number: float) -> str:
    """Write a number with four digits; one that is not known as a question mark."""
    if math.isnan(number):
        return "?"
    if math.isinf(number):
        return "∞" if number > 0 else "-∞"
    return f"{number:,.0f}" if 1e4 <= abs(number) < 1e9 else f"{number:.4g}"


def percent_text(share: float) -> str:
    """Write a share in per cent; a very small one as a power of ten."""
    return f"{share:.2e}" if 0 < share < 1e-4 else f"{100 * share:.4g} %"


def interval_text(low: float, high: float) -> str:
    """Write an interval."""
    return f"[{number_text(low)}, {number_text(high)}]"
