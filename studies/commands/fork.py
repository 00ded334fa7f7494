"""`tsp fork`: what forks have recorded."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenspice.studies.commands.options import (
    VerboseOption,
    errors_in_one_line,
)

if TYPE_CHECKING:
    pass

__all__ = ["fork_app"]


fork_app = typer.Typer(no_args_is_help=True, help="Look at, widen and convert recorded forks.")

CacheArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="What tsp run --fork … --fork-cache FILE recorded.")
]


@fork_app.command("show")
def show_fork(file: CacheArgument, verbose: VerboseOption = False) -> None:
    """Print which block a file was recorded at, and what it holds.

    With -v, every slot too.
    """
    with errors_in_one_line(verbose):
        from tokenspice.studies.forks import describe_fork

        for line in describe_fork(file, verbose):
            print(line)


@fork_app.command("widen")
def widen_fork(
    file: CacheArgument,
    fork: Annotated[str, typer.Option(metavar="URL", help="A node of the same chain; env:NAME takes it from there.")],
    verbose: VerboseOption = False,
) -> None:
    """Read what replays have missed, at the same block, and add it to FILE.

    Replays note in FILE.missed what they miss.
    """
    with errors_in_one_line(verbose):
        from tokenspice.studies.forks import widen_fork

        for line in widen_fork(file, fork):
            print(line)


@fork_app.command("export")
def export_fork(
    file: CacheArgument,
    json_file: Annotated[Path, typer.Argument(metavar="JSON", help="The JSON to write.")],
    verbose: VerboseOption = False,
) -> None:
    """Write a recorded fork as JSON."""
    with errors_in_one_line(verbose):
        from tokenspice.studies.forks import export_fork

        export_fork(file, json_file)


@fork_app.command("import")
def import_fork(
    json_file: Annotated[Path, typer.Argument(metavar="JSON", help="What tsp fork export wrote.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The recorded fork to write.")],
    verbose: VerboseOption = False,
) -> None:
    """Make a recorded fork of JSON."""
    with errors_in_one_line(verbose):
        from tokenspice.studies.forks import import_fork

        import_fork(json_file, file)
