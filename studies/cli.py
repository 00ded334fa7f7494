"""The command `tsp`: parse, read tokenspice.ini, call one function per verb.

Everything heavy is imported by the verb that needs it, so that `tsp --help` answers at once.
"""

import enum
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from engine.config import Config
    from engine.log import LogRow
    from engine.netlist import Netlist

__all__ = ["main"]

INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,  # importing rich would take longer than all the rest of `tsp --help`
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Simulate token economies with the real contracts in the loop.",
)

NetlistArgument = Annotated[
    str, typer.Argument(metavar="NETLIST", help="A netlist's file or folder, or the name of one in netlists/.")
]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help="Print each row, and the traceback of an error.")]


class SortBy(enum.StrEnum):
    """Orders of a profile."""

    cumulative = "cumulative"
    internal = "internal"
    internal_callers = "internal_callers"


@app.command()
def run(
    netlist: NetlistArgument,
    outdir: Annotated[Path, typer.Argument(metavar="OUTDIR", help="A new folder, for data.csv and run.json.")],
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Of every random draw and every wallet.")] = 0,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Change a parameter of the netlist; amounts are in tokens. May be repeated.",
        ),
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(
            metavar="NETWORK",
            help="revm (in this process), anvil, ganache, or the URL of a development chain. Default: tokenspice.ini's NETWORK.",
        ),
    ] = None,
    sign: Annotated[bool, typer.Option("--sign", help="Let wallets sign on revm too. Results are the same.")] = False,
    receipts: Annotated[
        bool, typer.Option("--receipts", help="Write every transaction and its logs to OUTDIR/receipts.parquet.")
    ] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Write a profile to OUTDIR/stats, for tsp showstats.")
    ] = False,
    verbose: VerboseOption = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Simulate, and record what happens.

    OUTDIR/data.csv is what happened, OUTDIR/run.json how to make it happen again.
    """
    values = {"seed": str(seed)} | dict(split_setting(setting) for setting in settings or [])
    with errors_in_one_line(verbose):
        config = with_network(network, sign)
        run_netlist(netlist, outdir, values, config, profile, receipts, verbose, quiet)


@app.command()
def plot(
    netlist: NetlistArgument,
    csvdir: Annotated[Path, typer.Argument(metavar="CSVDIR", help="The folder that tsp run made.")],
    pngdir: Annotated[Path, typer.Argument(metavar="PNGDIR", help="A new folder, for the plots.")],
    verbose: VerboseOption = False,
) -> None:
    """Draw a run: one PNG per chart.

    What is drawn, NETLIST says; the run is in CSVDIR, and the plots go to PNGDIR, those of its research projects,
    if there is a table of them, to PNGDIR/rp.
    """
    with errors_in_one_line(verbose):
        from engine.log import read_log
        from engine.plot import draw_plots

        loaded = load(netlist)
        header, values = read_log(csvdir / "data.csv")
        for path in draw_plots(loaded.plot_instructions(header, values), header, values, pngdir):
            print(path)
        if loaded.has_projects and (csvdir / "rpdata.csv").exists():
            header, values = read_log(csvdir / "rpdata.csv")
            for path in draw_plots(loaded.project_plot_instructions(header, values), header, values, pngdir / "rp"):
                print(path)


@app.command("compile")
def compile_contracts(verbose: VerboseOption = False) -> None:
    """Compile contracts/ and list its contracts.

    What did not change since the last time is not compiled again.
    """
    with errors_in_one_line(verbose):
        from web3engine.artifacts import Artifacts

        config = project_config()
        artifacts = Artifacts(config.project, config.build_folder, config.artifacts_folder)
        for protocol in artifacts.protocols:
            for artifact in artifacts.load(protocol):
                print(f"{protocol.name}/{artifact.name}  {len(artifact.bytecode):,} bytes  ({artifact.source})")


@app.command()
def ganache(verbose: VerboseOption = False) -> None:
    """Run ganache in the foreground.

    `tsp run --network ganache` finds it there, until Ctrl-C ends it.
    """
    with errors_in_one_line(verbose):
        from web3engine.network import serve_ganache

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
        from studies.stats import show_stats

        show_stats(file, num, sort_by.value)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 an error, 2 wrong usage, 130 interrupted."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), interrupt)
    app(prog_name="tsp")


def project_config() -> "Config":
    """Read tokenspice.ini."""
    from engine.config import find_project, read_config

    return read_config(find_project())


def with_network(network: str | None, sign: bool) -> "Config":
    """Read tokenspice.ini, and let the command line outrank it."""
    import dataclasses

    config = project_config()
    return dataclasses.replace(config, network=network or config.network, signs=sign)


def run_netlist(
    name: str,
    outdir: Path,
    values: dict[str, str],
    config: "Config",
    profile: bool,
    receipts: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Load a netlist, run it with progress, and say where the results are."""
    from studies.progress import show_progress
    from studies.run import run_once

    netlist = load(name)
    ss = netlist.strategy(values)
    with nullcontext() if quiet else show_progress(ss.max_ticks) as watch:
        on_row = print_row if verbose else None
        folder = run_once(netlist, ss, outdir, config, watch, on_row, profile, receipts)
    if not quiet:
        print(f"{folder.facts['last_tick']} ticks, seed {ss.seed}: {folder.path / 'data.csv'}")


def load(name: str) -> "Netlist":
    """Find and import a netlist."""
    from engine.config import find_project
    from engine.netlist import find_netlist, load_netlist

    return load_netlist(find_netlist(name, find_project() / "netlists"))


def split_setting(setting: str) -> tuple[str, str]:
    """Split NAME=VALUE."""
    name, equals, value = setting.partition("=")
    if not (name and equals):
        raise typer.BadParameter(f'"{setting}": write NAME=VALUE.', param_hint="--set")
    return name.strip(), value.strip()


def print_row(row: "LogRow") -> None:
    print("  ".join(f"{name}={value:g}" for name, value in row.items()))


@contextmanager
def errors_in_one_line(verbose: bool) -> Iterator[None]:
    """Turn our errors into one line and exit code 1, and Ctrl-C into 130."""
    from engine.errors import TokenSpiceError

    try:
        yield
    except TokenSpiceError as error:
        if verbose:
            traceback.print_exc()
        print(f"tsp: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        print("tsp: interrupted.", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None


def interrupt(signal_number: int, frame: object) -> NoReturn:
    """End as by Ctrl-C, so that files are closed and nodes stopped."""
    raise KeyboardInterrupt
