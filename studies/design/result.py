"""What a tool returns: a table, a verdict, and a page."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, final

__all__ = ["Result", "Verdict"]

Verdict: TypeAlias = Literal["done", "holds", "fails", "undecided"]
EXIT_CODES = {"done": 0, "holds": 0, "fails": 3, "undecided": 4}


@final
@dataclass(frozen=True)
class Result:
    """What came of a study.

    Attributes:
        tool: its verb.
        table: the tool's main table, of pyarrow.
        verdict: "holds" where all specs hold, "fails" where one does not, "undecided" where the budget did not
            suffice to tell; "done" of tools that judge nothing.
        tables: its other tables, by name.
        page: the report, in Markdown.
        folder: where all of that lies, if anywhere.
        runs_made: how many runs were made now.
    """

    tool: str
    table: Any
    verdict: Verdict
    page: str
    tables: dict[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    runs_made: int = 0

    @property
    def exit_code(self) -> int:
        """Of the command line: 0 done, specs hold; 3 a spec fails; 4 undecided."""
        return EXIT_CODES[self.verdict]

    def report(self) -> str:
        """Return the report."""
        return self.page
