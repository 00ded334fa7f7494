"""The command `tsp`: its verbs, and what becomes of signals.

Everything heavy is imported by the verb that needs it, so that `tsp --help` answers at once.
"""

import enum
import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from tokenspice.studies.commands.answers import give_json, json_answer
from tokenspice.studies.commands.batch import batch
from tokenspice.studies.commands.bindings import bindings
from tokenspice.studies.commands.catalogue import list_netlists, params
from tokenspice.studies.commands.completion import completion
from tokenspice.studies.commands.design.verbs import DESIGN_VERBS, add_design_verbs
from tokenspice.studies.commands.doctor import doctor
from tokenspice.studies.commands.explain import explain
from tokenspice.studies.commands.fork import fork_app
from tokenspice.studies.commands.new import new_app
from tokenspice.studies.commands.options import (
    VerboseOption,
    complain,
    errors_in_one_line,
    project_config,
)
from tokenspice.studies.commands.plot import plot
from tokenspice.studies.commands.pool import pool_app
from tokenspice.studies.commands.run import run, wire
from tokenspice.studies.commands.setup import setup
from tokenspice.studies.commands.show import show
from tokenspice.studies.commands.twin import twin_app
from tokenspice.studies.commands.verify import verify
from tokenspice.studies.run.signals import heed_no_more, heed_signals

__all__ = ["main"]

GUARDED = {"run", "batch", "show", "verify", "wire", *DESIGN_VERBS}  # verbs that run code of others


def print_version(wanted: bool) -> None:
    """Print which tokenspice this is."""
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"tokenspice {version('tokenspice')}")
        except PackageNotFoundError:  # a checkout that is not installed
            print("tokenspice, not installed")
        raise typer.Exit


app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,  # importing rich would take longer than all the rest of `tsp --help`
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Simulate token economies with the real contracts in the loop.",
)


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=print_version, is_eager=True)
    ] = False,
) -> None:
    """Simulate token economies with the real contracts in the loop."""


class SortBy(enum.StrEnum):
    """Orders of a profile."""

    cumulative = "cumulative"
    internal = "internal"
    internal_callers = "internal_callers"


app.command()(run)
app.command()(wire)
app.command()(batch)
app.command()(setup)
app.command()(explain)
app.command()(doctor)
app.command()(completion)
app.command("list")(list_netlists)
app.command()(bindings)
app.command()(params)
app.command()(plot)
app.command()(show)
app.command()(verify)


@app.command("compile")
def compile_contracts(verbose: VerboseOption = False) -> None:
    """Compile contracts/ and list its contracts.

    What did not change since the last time is not compiled again. Contracts whose packages are not installed are named.
    """
    with errors_in_one_line(verbose):
        from tokenspice.web3engine.artifacts import Artifacts
        from tokenspice.web3engine.errors import NotInstalled

        config = project_config()
        artifacts = Artifacts(config.project, config.build_folder, config.artifacts_folder)
        for protocol in artifacts.protocols:
            try:
                loaded = artifacts.load(protocol)
            except NotInstalled as error:
                print(f"{protocol.name}: {error}", file=sys.stderr)
                continue
            for artifact in loaded:
                print(f"{protocol.name}/{artifact.name}  {len(artifact.bytecode):,} bytes  ({artifact.source})")
            for fault in artifacts.faults(protocol):
                print(f"not read: {fault}", file=sys.stderr)


@app.command()
def ganache(verbose: VerboseOption = False) -> None:
    """Run ganache in the foreground.

    `tsp run --network ganache` finds it there, until Ctrl-C ends it.
    """
    with errors_in_one_line(verbose):
        from tokenspice.web3engine.network import serve_ganache

        serve_ganache(project_config())


@app.command()
def showstats(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file `stats` of a run with --profile.")],
    num: Annotated[int, typer.Argument(metavar="NUM", min=1, help="How many functions to show.")],
    sort_by: Annotated[
        SortBy,
        typer.Argument(
            metavar="SORT_BY", help="cumulative, internal (own time), or internal_callers (and who called)."
        ),
    ],
    verbose: VerboseOption = False,
) -> None:
    """Show where a run's time went."""
    with errors_in_one_line(verbose):
        from tokenspice.studies.run.profile_table import show_stats

        show_stats(file, num, sort_by.value)


add_design_verbs(app)
app.add_typer(new_app, name="new")
app.add_typer(fork_app, name="fork")
app.add_typer(twin_app, name="twin")
app.add_typer(pool_app, name="pool")


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 an error, 2 wrong usage, 130 interrupted."""
    verb = sys.argv[1:2]
    heed_signals(guarded=bool(GUARDED.intersection(verb)), insists=verb in (["run"], ["wire"]))
    code = 1
    give_json(app)
    if os.environ.get("_TSP_COMPLETE"):  # a shell asks, after Tab
        from typer._completion_classes import completion_init

        completion_init()
    try:
        is_json = "--json" in before_the_rest(sys.argv[1:])
        code = json_answer(" ".join(verb), answer_programs) if is_json else answer_people()
    except OSError as error:  # what was to be printed found no place
        complain(f"standard output cannot be written: {error.strerror}.")
    heed_no_more()
    sys.exit(code if flushed() else 1)


def answer_people() -> int:
    """Run the verb, and return its exit code."""
    try:
        app(prog_name="tsp")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def answer_programs() -> int:
    """Run the verb, and return its exit code; a command line that is none is an answer too."""
    try:
        ended = app(prog_name="tsp", standalone_mode=False)
    except typer.TyperException as error:
        complain(error.format_message(), "usage")
        return error.exit_code
    return ended if isinstance(ended, int) else 0


def before_the_rest(arguments: list[str]) -> list[str]:
    """Return the arguments that may be options: those before --."""
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def flushed() -> bool:
    """Whether all that was printed has found a place; what has not is not tried again when Python ends."""
    if sys.stdout is None:  # it was closed before we began
        return True
    try:
        sys.stdout.flush()
    except OSError as error:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno != errno.EPIPE:  # whoever reads no more has seen enough
            complain(f"standard output cannot be written: {error.strerror}.")
        return False
    return True
