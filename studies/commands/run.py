"""`tsp run` and `tsp wire`: one simulation, and what many can start from."""

import os
import shlex
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from tokenspice.studies.commands.answers import answer
from tokenspice.studies.commands.options import (
    BranchOption,
    NetlistArgument,
    NetworkOption,
    RowsOption,
    SeedOption,
    SetOption,
    SilenceOption,
    VerboseOption,
    complain,
    errors_in_one_line,
    find,
    given_values,
    given_variation,
    load,
    with_network,
)

if TYPE_CHECKING:
    from tokenspice.engine.log import LogRow
    from tokenspice.engine.observer import Observer
    from tokenspice.engine.sim_strategy import SimStrategyBase
    from tokenspice.engine.variation import Variation
    from tokenspice.studies.netlist.netlist import Netlist
    from tokenspice.studies.record.run_folder import RunFolder
    from tokenspice.studies.resume.warm_start import WarmStart
    from tokenspice.web3engine.config import Config

__all__ = ["run", "wire"]

TICKS_TO_SET_UP = 10  # as many ticks' time a netlist may take to build its state


def run(
    netlist: NetlistArgument,
    outdir: Annotated[
        Path | None,
        typer.Argument(metavar="OUTDIR", help="A new folder, for data.csv and run.json.", show_default=False),
    ] = None,
    seed: SeedOption = None,
    settings: SetOption = None,
    network: NetworkOption = None,
    fork: Annotated[
        str | None,
        typer.Option(
            metavar="URL[@BLOCK]",
            help="Begin with the state of a live chain, in this process; env:NAME[@BLOCK] takes the URL from the environment.",
        ),
    ] = None,
    fork_cache: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Record there what a fork reads; without --fork, replay it, with no network."
        ),
    ] = None,
    sign: Annotated[bool, typer.Option("--sign", help="Let wallets sign on revm too. Results are the same.")] = False,
    transactions: Annotated[
        bool,
        typer.Option("--transactions", help="Write every transaction, decoded, to OUTDIR/transactions/, as Parquet."),
    ] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Write a profile to OUTDIR/stats, for tsp showstats.")
    ] = False,
    checkpoint_every: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Save a checkpoint every so often in simulated time (10d, 12h, 30min, 90s, or 500ticks), for --resume.",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with the run in OUTDIR, if it did not finish. NETLIST may be left out."),
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="End the run where one of the netlist's invariants fails; the exit code is 3."),
    ] = False,
    branch: BranchOption = None,
    silence: SilenceOption = None,
    start: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Start from what tsp wire saved, without deploying anything.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0, metavar="S", help="Seconds that one tick may take; 0 for any number.")
    ] = 60.0,
    verbose: RowsOption = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Simulate, and record what happens.

    OUTDIR/data.csv is what happened, OUTDIR/run.json how to make it happen again.
    """
    if outdir is None and not resume:
        raise typer.BadParameter("write a new folder after the netlist.", param_hint="OUTDIR")
    values = given_values(seed, settings)
    with errors_in_one_line(verbose):
        name, folder = (netlist, outdir) if outdir else (None, Path(netlist))
        config = with_network(network, sign, fork, fork_cache)
        variation = given_variation(branch, silence)
        if resume and (name is None or holds_a_run(folder)):
            with watching(folder, timeout, True, verbose) as observers, saying_what_is_kept(folder):
                resume_netlist(
                    name, folder, values, network, config, checkpoint_every, observers, quiet, variation, check
                )
            return
        files = RunFiles(profile, transactions, checkpoint_every, start, variation)
        with watching(folder, timeout, False, verbose) as observers, saying_what_is_kept(folder):
            run_netlist(str(name), folder, values, config, files, observers, quiet, check)


def wire(
    netlist: NetlistArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, for tsp run --start.")],
    seed: SeedOption = None,
    settings: SetOption = None,
    network: NetworkOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Wire a netlist once, for many runs to start from.

    Its contracts are deployed and its wallets funded, up to the first tick. Runs with another --seed keep the wallets.
    """
    values = given_values(seed, settings)
    with errors_in_one_line(verbose):
        from tokenspice.engine.errors import FolderExists
        from tokenspice.studies.resume.warm_start import save_warm_start

        if file.exists():
            raise FolderExists(f"{file} exists. Write a new file, or remove the old one.")
        loaded = load(netlist)
        save_warm_start(loaded, loaded.strategy(values), with_network(network), file)
        print(file)


class RunFiles(NamedTuple):
    """What a run is to read and write besides its record."""

    profile: bool
    transactions: bool
    checkpoint_every: str | None
    start: Path | None
    variation: "Variation"


def run_netlist(
    name: str,
    outdir: Path,
    values: dict[str, str],
    config: "Config",
    files: RunFiles,
    observers: Sequence["Observer"],
    quiet: bool,
    check: bool,
) -> None:
    """Load a netlist, run it with progress, and say where the results are."""
    from tokenspice.studies.resume.checkpoint import interval
    from tokenspice.studies.resume.warm_start import load_warm_start
    from tokenspice.studies.run.run import RunOptions, run_once

    netlist = load(name)
    ss = netlist.strategy(values)
    every = interval(files.checkpoint_every, ss.time_step) if files.checkpoint_every else None
    start = load_warm_start(files.start) if files.start else None
    options = RunOptions(files.profile, files.transactions, every, start, variation=files.variation)
    with (
        checked(check, netlist, ss, config, files.variation, start) as checks,
        progress(ss.max_ticks, quiet) as meter,
    ):
        folder = run_once(netlist, ss, outdir, config, options, [*observers, *meter, *checks])
    say_end(folder, quiet)


def resume_netlist(
    name: str | None,
    outdir: Path,
    values: dict[str, str],
    network: str | None,
    config: "Config",
    checkpoint_every: str | None,
    observers: Sequence["Observer"],
    quiet: bool,
    variation: "Variation",
    check: bool,
) -> None:
    """Go on with a run, with progress, and say where the results are."""
    from tokenspice.studies.resume.checkpoint import interval
    from tokenspice.studies.resume.resume import RunFinished, read_unfinished, resume_run

    try:
        run = read_unfinished(
            outdir, find(name) if name else None, tell=lambda text: None if quiet else print(f"resuming {text}")
        )
    except RunFinished as finished:  # so that the same line may be given until it is
        print(finished)
        return
    run.check_same(find(name) if name else None, values, network, variation)
    every = interval(checkpoint_every, run.ss.time_step) if checkpoint_every else None
    with (
        checked(check, run.netlist, run.ss, run.config(config), run.variation) as checks,
        progress(run.ss.max_ticks, quiet) as meter,
    ):
        folder = resume_run(run, config, [*observers, *meter, *checks], every)
    say_end(folder, quiet)


@contextmanager
def checked(
    wanted: bool,
    netlist: "Netlist",
    ss: "SimStrategyBase",
    config: "Config",
    variation: "Variation",
    start: "WarmStart | None" = None,
) -> Iterator[list["Observer"]]:
    """Yield who ends the run where an invariant fails; nobody unless it is wanted."""
    if not wanted:
        yield []
        return
    from tokenspice.studies.design.checking.run_check import checking

    with checking(netlist, ss, config, variation, start) as observers:
        yield observers


@contextmanager
def watching(outdir: Path, timeout: float, resumes: bool, verbose: bool) -> Iterator[list["Observer"]]:
    """Yield who prints rows, who ends a run that was asked to end, and who ends one whose step takes too long."""
    from tokenspice.engine.observer import RowListener
    from tokenspice.studies.run.interruption import Interruption
    from tokenspice.studies.run.signals import Signals

    if resumes or not outdir.exists():  # else the record there is another run's
        Signals.record = outdir.absolute()
    observers: list[Observer] = [*([RowListener(print_row)] if verbose else []), Interruption()]
    with watchdog(timeout) if timeout else nullcontext() as dog:
        yield [*observers, dog] if dog else observers


@contextmanager
def watchdog(timeout: float) -> Iterator["Observer"]:
    """Yield who ends this process if a tick takes too long, and completes the record."""
    from tempfile import TemporaryDirectory

    from tokenspice.places import FOREIGN
    from tokenspice.studies.record.ending import mark_ended
    from tokenspice.studies.run.guard import write_stack_when_asked
    from tokenspice.studies.run.signals import Signals, say_last_words
    from tokenspice.studies.run.watchdog import Watchdog

    def end(what: str) -> None:
        Signals.ender = threading.get_ident()
        complain(what)
        say_last_words()
        if Signals.record:
            mark_ended(Signals.record, outcome="failed", error=what)
        os._exit(1)

    with TemporaryDirectory(prefix="tokenspice-") as folder, (Path(folder) / "stack").open("w") as stack:
        if Signals.guard:
            write_stack_when_asked(stack)
            Signals.guard.watch(Signals.record, Path(stack.name), FOREIGN)
        with Watchdog(TICKS_TO_SET_UP * timeout, timeout, stack, end, Signals.guard) as dog:
            yield dog


@contextmanager
def progress(max_ticks: int, quiet: bool) -> Iterator[list["Observer"]]:
    """Yield who shows how far the run is."""
    from tokenspice.studies.run.progress import show_progress

    with nullcontext() if quiet else show_progress(max_ticks) as meter:
        yield [meter] if meter else []


def say_end(folder: "RunFolder", quiet: bool) -> None:
    facts = folder.facts
    resumed = f", resumed at tick {facts['resumed_from_tick']}" if "resumed_from_tick" in facts else ""
    line = f"{facts['last_tick']} ticks, seed {facts['seed']}{resumed}: {folder.path / 'data.csv'}"
    said = {"folder": str(folder.path), "last_tick": facts["last_tick"], "seed": facts["seed"]}
    drawing = f"Draw it: tsp plot {shlex.quote(str(folder.path))}"
    answer(said, *([] if quiet else [line, drawing]))


@contextmanager
def saying_what_is_kept(folder: Path) -> Iterator[None]:
    """Say, where the run inside the block is interrupted, which of its rows are kept, and how it may go on."""
    try:
        yield
    except KeyboardInterrupt:
        from tokenspice.studies.run.signals import Signals

        rows = n_rows(folder / "data.csv") if Signals.record else 0
        if not rows:
            raise KeyboardInterrupt("interrupted before the first row; nothing is kept.") from None
        more = f" Go on: tsp run --resume {shlex.quote(str(folder))}" if (folder / "checkpoint").exists() else ""
        raise KeyboardInterrupt(f"interrupted; {rows:,} rows are kept in {folder / 'data.csv'}.{more}") from None


def n_rows(file: Path) -> int:
    """Return the rows of a CSV, without its header; 0 where there is none."""
    return max(file.read_bytes().count(b"\n") - 1, 0) if file.is_file() else 0


def holds_a_run(folder: Path) -> bool:
    """Whether a run has left something there; an empty folder, of one that was killed at once, is removed."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    return folder.exists()


def print_row(row: "LogRow") -> None:
    print("  ".join(f"{name}={value:g}" for name, value in row.items()))
