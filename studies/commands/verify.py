"""`tsp verify`: a recorded run, run again and compared."""

from pathlib import Path
from typing import Annotated

import typer

from tokenspice.studies.commands.completions import complete_runs
from tokenspice.studies.commands.options import VerboseOption, errors_in_one_line, find, with_network

__all__ = ["verify"]


def verify(
    folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="The folder that tsp run made.", autocompletion=complete_runs)
    ],
    netlist: Annotated[
        str | None, typer.Option(metavar="NETLIST", help="The netlist, if you do not trust what run.json names.")
    ] = None,
    fork: Annotated[str | None, typer.Option(metavar="URL[@BLOCK]", help="As for tsp run, of a run on a fork.")] = None,
    fork_cache: Annotated[Path | None, typer.Option(metavar="FILE", help="As for tsp run, of a run on a fork.")] = None,
    verbose: VerboseOption = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but differences and errors.")] = False,
) -> None:
    """Run a recorded run again, and compare bytes.

    Every file that the run left is compared with what it leaves now. Exit code 1 if one differs, or if code or data that
    the run depends on has changed.
    """
    with errors_in_one_line(verbose):
        from tokenspice.studies.resume.resume import read_recorded
        from tokenspice.studies.run.progress import show_progress
        from tokenspice.studies.run.verify import verify

        run = read_recorded(
            folder, find(netlist) if netlist else None, lambda text: None if quiet else print(f"running {text}")
        )
        with show_progress(run.ss.max_ticks) as meter:
            verdict = verify(run, with_network(None, False, fork, fork_cache), [] if quiet else [meter])
        for name in verdict.changed:
            print(f"changed since the run: {name}")
        for note in [] if quiet else verdict.notes:
            print(f"not as it was: {note}")
        for line in verdict.differences:
            print(f"differs: {line}")
        if not verdict.holds:
            if not verdict.differences:
                print(
                    f"All {verdict.n_files} files are the same bytes, and yet the run is not one of this code and data."
                )
            raise typer.Exit(1)
        if not quiet:
            files = "its file is" if verdict.n_files == 1 else f"all {verdict.n_files} files are"
            print(f"{folder}: {files} the same bytes when it is run again")
