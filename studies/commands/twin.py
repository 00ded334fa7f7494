"""`tsp twin`: a live system's recorded history, replayed through a model of its law, and what may come."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenspice.studies.commands.options import VerboseOption, errors_in_one_line

if TYPE_CHECKING:
    from tokenspice.protocols.rai.scenario import Scenario
    from tokenspice.studies.twin.ingestion import Source
    from tokenspice.studies.twin.raw_answers import Mode

__all__ = ["twin_app"]

twin_app = typer.Typer(
    no_args_is_help=True, help="A live system's history, replayed through its law, and what may come."
)

NEEDS = ("pydantic", "statsmodels", "arch", "plotly")  # of the extra [twin]

OutArgument = Annotated[Path, typer.Argument(metavar="OUTDIR", help="A new folder.")]
DataOption = Annotated[
    str,
    typer.Option(
        "--data",
        metavar="DATA",
        help="A record that comes with tokenspice (see tsp twin records), a CSV file, a recording as .json, subgraph:URL or "
        "logs:URL. env:NAME stands for a URL in the environment.",
    ),
]
DaysOption = Annotated[
    float, typer.Option("-p", "--past-days", min=0.1, metavar="DAYS", help="The last DAYS of the history.")
]
HoursOption = Annotated[
    int, typer.Option("-e", "--extrapolation-timesteps", min=1, metavar="HOURS", help="How many hours to extrapolate.")
]
LastOption = Annotated[
    bool, typer.Option("-l", "--use-last-data", help="Ask nobody: take the last recording of a live source.")
]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Ask nobody: take what was kept, or fail.")]
RefreshOption = Annotated[bool, typer.Option("--refresh", help="Ask again for what was kept.")]
KeptOption = Annotated[
    Path | None,
    typer.Option("--kept", metavar="DIR", help="Where answers are kept. Default: build/twin of the project."),
]
ContractsOption = Annotated[
    Path | None,
    typer.Option("--contracts", metavar="FILE", help="A TOML file of the contracts' addresses, for logs:URL."),
]
GainsOption = Annotated[
    Path | None,
    typer.Option("--gains", metavar="FILE", help="A CSV of the controller's gains by block. Default: RAI's."),
]
TwinSeedOption = Annotated[int, typer.Option("--seed", min=0, metavar="N", help="Of every random draw.")]
PathsOption = Annotated[int, typer.Option("--paths", min=1, metavar="N", help="Paths for each scenario.")]
ScenarioOption = Annotated[
    Path | None,
    typer.Option("--scenario", metavar="FILE", help="Scenarios, as TOML or JSON. Default: the system as it is, alone."),
]
ControllerOption = Annotated[
    str,
    typer.Option(
        "--controller",
        metavar="KIND",
        help="evm: the contract; python: its twin in integers; both: one is held against the other.",
    ),
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, metavar="N", help="Processes. Default: all cores.")
]


@contextmanager
def one_line(verbose: bool, needs: tuple[str, ...] = ()) -> Iterator[None]:
    """Turn errors into one line, also that of a library that is not installed.

    Args:
        verbose: whether the traceback is printed too.
        needs: libraries that are looked for before any work.
    """
    from tokenspice.engine.errors import ConfigError

    with errors_in_one_line(verbose):
        try:
            for name in needs:
                if find_spec(name) is None:
                    raise ModuleNotFoundError(name=name)
            yield
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in NEEDS:
                raise
            raise ConfigError(f"{error.name} is not installed. Write pip install 'tokenspice[twin]'.") from error


def source_of(
    data: str,
    days: float,
    last: bool = False,
    offline: bool = False,
    refresh: bool = False,
    kept: Path | None = None,
    contracts: Path | None = None,
    gains: Path | None = None,
) -> "Source":
    """Say what to take a history from."""
    from tokenspice.engine.errors import ConfigError
    from tokenspice.studies.twin.history import DATA
    from tokenspice.studies.twin.ingestion import Source
    from tokenspice.web3engine.config import find_project, read_config

    if refresh and (offline or last):
        raise ConfigError("--refresh asks, and --offline and --use-last-data do not. Leave one of them away.")
    folder = kept or read_config(find_project()).build_folder / "twin"
    mode: Mode = "offline" if offline else "refresh" if refresh else "live"
    return Source(data, days, mode, last, folder, contracts, gains or DATA / "gains.csv")


def scenarios_of(path: Path | None) -> "tuple[Scenario, ...]":
    """Read scenarios; without a file, the system as it is."""
    from tokenspice.protocols.rai.scenario import BASE, read_scenarios

    return read_scenarios(path) if path else (BASE,)


@twin_app.command("rai")
def rai(
    outdir: OutArgument,
    data: DataOption = "mainnet",
    past_days: DaysOption = 14.0,
    hours: HoursOption = 168,
    use_last_data: LastOption = False,
    offline: OfflineOption = False,
    refresh: RefreshOption = False,
    scenario: ScenarioOption = None,
    paths: PathsOption = 200,
    seed: TwinSeedOption = 0,
    controller: ControllerOption = "evm",
    kept: KeptOption = None,
    contracts: ContractsOption = None,
    gains: GainsOption = None,
    workers: WorkersOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Run the whole cycle of RAI's twin: report.html, report.json, estimates, replays, bands and all paths.

    The history is taken in and prepared, replayed and scored, what moves the system from outside is estimated, and the
    netlist rai goes on from where the record ends, with the controller's contract in the loop.
    """
    with one_line(verbose, NEEDS):
        from tokenspice.studies.twin.cycle import CycleOptions, run_cycle
        from tokenspice.studies.twin.results import check_new, write_results

        check_new(outdir)
        source = source_of(data, past_days, use_last_data, offline, refresh, kept, contracts, gains)
        options = CycleOptions(source, past_days, hours, paths, scenarios_of(scenario), seed, controller, workers)
        for path in write_results(run_cycle(options, lambda line: typer.echo(line, err=True)), outdir):
            print(path)


@twin_app.command("ingest")
def ingest_stage(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, as .json: the recording.")],
    data: DataOption = "mainnet",
    past_days: DaysOption = 14.0,
    use_last_data: LastOption = False,
    offline: OfflineOption = False,
    refresh: RefreshOption = False,
    kept: KeptOption = None,
    contracts: ContractsOption = None,
    gains: GainsOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Take in a history, and write it in one schema; of a live source, the last DAYS."""
    with one_line(verbose):
        from tokenspice.studies.twin.backtest_folder import describe
        from tokenspice.studies.twin.ingestion import ingest, write_recording
        from tokenspice.studies.twin.preparation import prepare
        from tokenspice.studies.twin.results import check_new

        check_new(file)
        found = ingest(source_of(data, past_days, use_last_data, offline, refresh, kept, contracts, gains))
        history = prepare(found)
        write_recording(found, file)
        print(" ".join((describe(history), *history.notes)))


@twin_app.command("identify")
def identify_stage(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, as .json: the estimates.")],
    data: DataOption = "mainnet",
    past_days: DaysOption = 14.0,
    seed: TwinSeedOption = 0,
    verbose: VerboseOption = False,
) -> None:
    """Estimate what moves the system from outside, with standard errors; of ether's processes, choose one."""
    with one_line(verbose, NEEDS):
        from tokenspice.files import replace_file
        from tokenspice.studies.twin.cycle import remarks
        from tokenspice.studies.twin.identification import identified_json, identify
        from tokenspice.studies.twin.ingestion import ingest
        from tokenspice.studies.twin.preparation import prepare
        from tokenspice.studies.twin.results import check_new

        check_new(file)
        history = prepare(ingest(source_of(data, past_days)))
        found = identify(history, past_days, seed)
        typer.echo(" ".join(remarks(history, past_days)), err=True)
        replace_file(file, identified_json(found).encode())
        print(
            f"{found.eth.kind} is ether's process: held-out log score {found.eth.forecasts[found.eth.kind].log_score:.3f}."
        )


@twin_app.command("extrapolate")
def extrapolate_stage(
    outdir: OutArgument,
    data: DataOption = "mainnet",
    past_days: DaysOption = 14.0,
    hours: HoursOption = 168,
    eth: Annotated[
        str, typer.Option("--eth", metavar="KIND", help="Ether's process: chosen, gbm, student_t, garch or bootstrap.")
    ] = "chosen",
    scenario: ScenarioOption = None,
    paths: PathsOption = 200,
    seed: TwinSeedOption = 0,
    controller: ControllerOption = "evm",
    workers: WorkersOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Let the system go on from where a record ends: bands.csv and paths.parquet."""
    with one_line(verbose, NEEDS):
        from tokenspice.studies.twin.cycle import remarks
        from tokenspice.studies.twin.extrapolate import extrapolate
        from tokenspice.studies.twin.identification import eth_model
        from tokenspice.studies.twin.ingestion import ingest
        from tokenspice.studies.twin.preparation import prepare
        from tokenspice.studies.twin.results import check_new, write_forecast

        check_new(outdir)
        scenarios = scenarios_of(scenario)
        history = prepare(ingest(source_of(data, past_days)))
        model = eth_model(history, eth, past_days, seed)
        typer.echo(" ".join(remarks(history, past_days)), err=True)
        found = extrapolate(
            history,
            model,
            scenarios,
            paths=paths,
            hours=hours,
            seed=seed,
            controller=controller,
            workers=workers,
        )
        for path in write_forecast(found, outdir):
            print(path)


@twin_app.command("report")
def report_stage(
    folder: Annotated[Path, typer.Argument(metavar="OUTDIR", help="A folder that tsp twin rai made.")],
    verbose: VerboseOption = False,
) -> None:
    """Write report.html anew from the recording and the paths of a cycle."""
    with one_line(verbose, NEEDS):
        from tokenspice.studies.twin.results import rewrite_report

        print(rewrite_report(folder))


@twin_app.command("records")
def records(verbose: VerboseOption = False) -> None:
    """Print the records of RAI that come with tokenspice: how long they are, and where they have gaps."""
    with one_line(verbose):
        from tokenspice.studies.twin.backtest_folder import describe
        from tokenspice.studies.twin.bundle import bundled, bundled_names

        for name in bundled_names():
            print(describe(bundled(name)))


@twin_app.command("backtest")
def backtest(
    outdir: Annotated[Path, typer.Argument(metavar="OUTDIR", help="A new folder, for backtest.json, CSVs and plots.")],
    data: DataOption = "states",
    past_days: Annotated[
        float | None,
        typer.Option("-p", "--past-days", min=0.1, metavar="DAYS", help="The last DAYS days of RECORD only."),
    ] = None,
    since_block: Annotated[
        int | None, typer.Option("--since-block", min=0, metavar="BLOCK", help="RECORD from BLOCK on only.")
    ] = None,
    verbose: VerboseOption = False,
) -> None:
    """Replay a record of RAI through the controller's law, and score it beside naive baselines.

    In a closed loop, controller and relayer run on their own clock and see the recorded price, averaged over 16 hours;
    where the record has the prices that the controller really saw, it is replayed in an open loop too.
    """
    with one_line(verbose):
        from tokenspice.studies.twin.backtest_folder import run_backtest
        from tokenspice.studies.twin.bundle import bundled, bundled_names, read_history

        history = bundled(data) if data in bundled_names() else read_history(Path(data))
        if since_block is not None:
            history = history.since_block(since_block)
        if past_days is not None:
            history = history.last_days(past_days)
        for line in run_backtest(history, outdir):
            print(line)
