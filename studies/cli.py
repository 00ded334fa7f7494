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
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NoReturn

import typer

if TYPE_CHECKING:
    from engine.config import Config
    from engine.log import LogRow
    from engine.netlist import Netlist
    from engine.run_folder import RunFolder
    from studies.show.schematic import Schematic

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
SeedOption = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="Of every random draw and every wallet. Default: 0.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Change a parameter of the netlist; amounts are in tokens. May be repeated.",
    ),
]
NetworkOption = Annotated[
    str | None,
    typer.Option(
        metavar="NETWORK",
        help="revm (in this process), anvil, ganache, or the URL of a development chain. Default: tokenspice.ini's NETWORK.",
    ),
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
    receipts: Annotated[
        bool, typer.Option("--receipts", help="Write every transaction and its logs to OUTDIR/receipts.parquet.")
    ] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Write a profile to OUTDIR/stats, for tsp showstats.")
    ] = False,
    checkpoint_every: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Save the run each so much simulated time (10d, 12h, 30min, 90s, or 500ticks), for --resume.",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with the run in OUTDIR, if it did not finish. NETLIST may be left out."),
    ] = False,
    start: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Start from what tsp wire saved, without deploying anything.")
    ] = None,
    verbose: VerboseOption = False,
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
        if resume and (name is None or holds_a_run(folder)):
            resume_netlist(name, folder, values, network, config, checkpoint_every, verbose, quiet)
            return
        files = RunFiles(profile, receipts, checkpoint_every, start)
        run_netlist(str(name), folder, values, config, files, verbose, quiet)


@app.command()
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
        from engine.errors import RunError
        from studies.start import save_start

        if file.exists():
            raise RunError(f"{file} exists. Write a new file, or remove the old one.")
        loaded = load(netlist)
        save_start(loaded, loaded.strategy(values), with_network(network), file)
        print(file)


@app.command()
def batch(
    netlist: Annotated[
        str,
        typer.Argument(
            metavar="NETLIST", help="As for tsp run; or a TOML file that names it, with these options' words."
        ),
    ],
    outdir: Annotated[Path, typer.Argument(metavar="OUTDIR", help="A new folder, for rows.parquet and runs.parquet.")],
    seeds: Annotated[
        str | None, typer.Option(metavar="N", help="Runs of each parameter set, 10 by default; or the seeds, as 3,5,8.")
    ] = None,
    sweep: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUES", help="What to vary: 1,2,5 or low:high:points or low:high. May be repeated."
        ),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter of all runs.")
    ] = None,
    design: Annotated[
        str | None, typer.Option(metavar="DESIGN", help="grid (default), lhs or sobol, which draw from the ranges.")
    ] = None,
    samples: Annotated[int | None, typer.Option(metavar="N", help="Parameter sets that lhs or sobol draw.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Of the runs' seeds and of what is drawn.")
    ] = None,
    distinct_seeds: Annotated[
        bool, typer.Option("--distinct-seeds", help="Give each parameter set seeds of its own, not the same ones.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option("-j", "--workers", metavar="N", help="Processes. Default: one for each core.")
    ] = None,
    executor: Annotated[
        str | None, typer.Option(metavar="WHERE", help="local, ray, dask, ray=ADDRESS or dask=ADDRESS.")
    ] = None,
    timeout: Annotated[
        float | None, typer.Option(metavar="S", help="Seconds that one tick may take; 60 by default, 0 for any.")
    ] = None,
    network: Annotated[str | None, typer.Option(metavar="NETWORK", help="As for tsp run.")] = None,
    fork: Annotated[
        str | None, typer.Option(metavar="URL[@BLOCK]", help="As for tsp run; the block is one for all runs.")
    ] = None,
    fork_cache: Annotated[
        Path | None, typer.Option(metavar="FILE", help="As for tsp run; all runs replay it, or record into it.")
    ] = None,
    warm: Annotated[
        bool, typer.Option("--warm", help="Wire each parameter set once, with --seed, and start its runs from that.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Run what is missing in OUTDIR, and what failed.")] = False,
    verbose: VerboseOption = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Simulate many times: parameter sets times seeds.

    OUTDIR/rows.parquet holds all rows of all runs, OUTDIR/runs.parquet a row per run.
    """
    options: dict[str, Any] = {"seeds": seeds, "seed": seed, "design": design, "samples": samples, "workers": workers}
    options |= {"executor": executor, "timeout": timeout, "network": network, "distinct_seeds": distinct_seeds or None}
    options |= {"fork": fork, "fork_cache": fork_cache, "warm": warm or None}
    options = {word: value for word, value in options.items() if value is not None}
    tables = {
        "sweep": dict(split_setting(text, "--sweep") for text in sweep or []),
        "set": dict(map(split_setting, settings or [])),
    }
    with errors_in_one_line(verbose):
        run_study(netlist, outdir, options, tables, resume, quiet)


@app.command()
def plot(
    netlist: NetlistArgument,
    csvdir: Annotated[Path, typer.Argument(metavar="CSVDIR", help="The folder that tsp run or tsp batch made.")],
    pngdir: Annotated[Path, typer.Argument(metavar="PNGDIR", help="A new folder, for the plots.")],
    verbose: VerboseOption = False,
) -> None:
    """Draw a run, or a batch: one PNG per chart.

    What is drawn, NETLIST says; the run is in CSVDIR, and the plots go to PNGDIR, those of its research projects,
    if there is a table of them, to PNGDIR/rp. Of a batch, each chart shows the runs' median and quantiles, and the
    last values are drawn over what was swept.
    """
    with errors_in_one_line(verbose):
        from engine.log import read_log
        from engine.plot import draw_plots

        loaded = load(netlist)
        if (csvdir / "batch.json").exists():
            from studies.batch.bands import draw_batch

            for path in draw_batch(loaded, csvdir, pngdir):
                print(path)
            return
        header, values = read_log(csvdir / "data.csv")
        for path in draw_plots(loaded.plot_instructions(header, values), header, values, pngdir):
            print(path)
        if loaded.has_projects and (csvdir / "rpdata.csv").exists():
            header, values = read_log(csvdir / "rpdata.csv")
            for path in draw_plots(loaded.project_plot_instructions(header, values), header, values, pngdir / "rp"):
                print(path)


@app.command()
def show(
    netlist: NetlistArgument,
    out: Annotated[
        Path | None,
        typer.Argument(metavar="OUT", help="A new file: .svg or .png. Default: the netlist's name, .svg."),
    ] = None,
    n_ticks: Annotated[
        int | None, typer.Option("--run", min=0, metavar="N", help="Run N ticks first, and draw who paid whom.")
    ] = None,
    most: Annotated[
        int, typer.Option("--group", min=1, metavar="N", help="Draw more than N agents of a kind as one.")
    ] = 6,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Of every random draw and every wallet.")] = 0,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter. May be repeated.")
    ] = None,
    network: Annotated[str | None, typer.Option(metavar="NETWORK", help="As for tsp run.")] = None,
    force: Annotated[bool, typer.Option("-f", "--force", help="Replace OUT if it exists.")] = False,
    verbose: VerboseOption = False,
) -> None:
    """Draw a netlist: its agents and contracts, who is wired to whom, its parameters.

    What is wired to what is found by looking at what the agents hold; a netlist need say nothing.
    """
    values = {"seed": str(seed)} | dict(split_setting(setting) for setting in settings or [])
    with errors_in_one_line(verbose):
        from studies.show.build import netlist_name
        from studies.show.file import check_file, write_drawing
        from studies.show.grouping import grouped

        loaded = load(netlist)
        path = out or Path(f"{netlist_name(loaded.path)}.svg")
        check_file(path, force)
        schematic = look_at(loaded, values, with_network(network), n_ticks)
        write_drawing(grouped(schematic, most), path)
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


fork_app = typer.Typer(no_args_is_help=True, help="Look at, widen and convert recorded forks.")
app.add_typer(fork_app, name="fork")

CacheArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="What tsp run --fork … --fork-cache FILE recorded.")
]


@fork_app.command("show")
def show_fork(file: CacheArgument, verbose: VerboseOption = False) -> None:
    """Print which block a file was recorded at, and what it holds.

    With -v, every slot too.
    """
    with errors_in_one_line(verbose):
        from studies.forks import describe_fork

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
        from studies.forks import widen_fork

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
        from studies.forks import export_fork

        export_fork(file, json_file)


@fork_app.command("import")
def import_fork(
    json_file: Annotated[Path, typer.Argument(metavar="JSON", help="What tsp fork export wrote.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The recorded fork to write.")],
    verbose: VerboseOption = False,
) -> None:
    """Make a recorded fork of JSON."""
    with errors_in_one_line(verbose):
        from studies.forks import import_fork

        import_fork(json_file, file)


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


def with_network(
    network: str | None, sign: bool = False, fork: str | None = None, fork_cache: Path | None = None
) -> "Config":
    """Read tokenspice.ini, and let the command line outrank it."""
    import dataclasses

    config = project_config()
    if fork or fork_cache:  # what is not given of the two is not there
        config = dataclasses.replace(
            config, fork=fork or "", fork_cache=str(fork_cache.resolve()) if fork_cache else ""
        )
    return dataclasses.replace(config, network=network or config.network, signs=sign)


class RunFiles(NamedTuple):
    """What a run is to read and write besides its record."""

    profile: bool
    receipts: bool
    checkpoint_every: str | None
    start: Path | None


def run_netlist(
    name: str,
    outdir: Path,
    values: dict[str, str],
    config: "Config",
    files: RunFiles,
    verbose: bool,
    quiet: bool,
) -> None:
    """Load a netlist, run it with progress, and say where the results are."""
    from studies.checkpoint import interval
    from studies.progress import show_progress
    from studies.run import run_once
    from studies.start import load_start

    netlist = load(name)
    ss = netlist.strategy(values)
    every = interval(files.checkpoint_every, ss.time_step) if files.checkpoint_every else None
    start = load_start(files.start) if files.start else None
    with nullcontext() if quiet else show_progress(ss.max_ticks) as watch:
        on_row = print_row if verbose else None
        folder = run_once(netlist, ss, outdir, config, watch, on_row, files.profile, files.receipts, every, start)
    if not quiet:
        print_end(folder)


def resume_netlist(
    name: str | None,
    outdir: Path,
    values: dict[str, str],
    network: str | None,
    config: "Config",
    checkpoint_every: str | None,
    verbose: bool,
    quiet: bool,
) -> None:
    """Go on with a run, with progress, and say where the results are."""
    from studies.checkpoint import interval
    from studies.progress import show_progress
    from studies.resume import RunFinished, read_unfinished, resume_run

    try:
        run = read_unfinished(outdir)
    except RunFinished as finished:  # so that the same line may be given until it is
        print(finished)
        return
    run.check_same(find(name) if name else None, values, network)
    every = interval(checkpoint_every, run.ss.time_step) if checkpoint_every else None
    with nullcontext() if quiet else show_progress(run.ss.max_ticks) as watch:
        folder = resume_run(run, config, watch, print_row if verbose else None, every)
    if not quiet:
        print_end(folder)


def print_end(folder: "RunFolder") -> None:
    facts = folder.facts
    resumed = f", resumed at tick {facts['resumed_from_tick']}" if "resumed_from_tick" in facts else ""
    print(f"{facts['last_tick']} ticks, seed {facts['seed']}{resumed}: {folder.path / 'data.csv'}")


def holds_a_run(folder: Path) -> bool:
    """Whether a run has left something there; an empty folder, of one that was killed at once, is removed."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    return folder.exists()


def given_values(seed: int | None, settings: list[str] | None) -> dict[str, str]:
    """Return the parameters that the command line names, as text."""
    return ({} if seed is None else {"seed": str(seed)}) | dict(split_setting(setting) for setting in settings or [])


def look_at(netlist: "Netlist", values: dict[str, str], config: "Config", n_ticks: int | None) -> "Schematic":
    """Build a netlist's state and run it, with progress, if it is to be run; return what there is to draw."""
    from studies.progress import show_progress
    from studies.show.build import build_schematic

    with show_progress(n_ticks) if n_ticks else nullcontext() as watch:
        return build_schematic(netlist, netlist.strategy(values), config, n_ticks, watch)


def run_study(
    name: str, outdir: Path, options: dict[str, Any], tables: dict[str, dict[str, str]], resume: bool, quiet: bool
) -> None:
    """Run a batch with progress, say where the results are, and fail if one of its runs did."""
    from engine.errors import RunError
    from studies.batch.design import Design
    from studies.batch.runs import run_batch
    from studies.batch.study import as_seeds, read_study
    from studies.batch.workers import Workers
    from studies.progress import show_batch_progress

    study: dict[str, Any] = read_study(Path(name)) if name.endswith(".toml") else {"netlist": name}
    tables = {word: study.get(word, {}) | table for word, table in tables.items()}
    study |= options
    seeds = as_seeds(study.get("seeds", 10))
    design = Design(
        tables["sweep"],
        tables["set"],
        seeds,
        study.get("design", "grid"),
        study.get("samples"),
        study.get("seed", 0),
        not study.get("distinct_seeds", False),
        warm=study.get("warm", False),
    )
    cache = study.get("fork_cache")
    config = with_network(study.get("network"), fork=study.get("fork"), fork_cache=Path(cache) if cache else None)
    workers = Workers(study.get("workers"), study.get("executor", "local"), study.get("timeout"), config)
    netlist = load(study["netlist"])
    try:
        with nullcontext() if quiet else show_batch_progress() as watch:
            groups = run_batch(netlist, design, outdir, workers, resume, watch)
    except KeyboardInterrupt:
        if outdir.exists():
            print(f"tsp: {outdir} keeps the runs that have finished; --resume runs the others.", file=sys.stderr)
        raise
    n_runs = sum(len(group.samples) for group in groups)
    n_failed = sum(sample.error is not None for group in groups for sample in group.samples)
    if n_failed:
        raise RunError(
            f"{n_failed} of {n_runs} runs failed; {outdir / 'failed'} holds what each left, and the command that "
            f"repeats it. The others are in {outdir / 'rows.parquet'}. --resume tries the failed ones again."
        )
    if not quiet:
        print(f"{n_runs} runs of {len(groups)} parameter sets: {outdir / 'rows.parquet'}, {outdir / 'runs.parquet'}")


def load(name: str) -> "Netlist":
    """Find and import a netlist."""
    from engine.netlist import load_netlist

    return load_netlist(find(name))


def find(name: str) -> Path:
    """Find a netlist's file."""
    from engine.config import find_project
    from engine.netlist import find_netlist

    return find_netlist(name, find_project() / "netlists")


def split_setting(setting: str, option: str = "--set") -> tuple[str, str]:
    """Split NAME=VALUE."""
    name, equals, value = setting.partition("=")
    if not (name and equals):
        raise typer.BadParameter(f'"{setting}": write NAME=VALUE.', param_hint=option)
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
