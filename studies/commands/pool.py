"""`tsp pool`: automated market makers over histories of prices."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenspice.studies.commands.options import VerboseOption, errors_in_one_line

if TYPE_CHECKING:
    from tokenspice.markets.prices.table import Prices
    from tokenspice.markets.scenario import Simulation

__all__ = ["pool_app"]

pool_app = typer.Typer(help="Automated market makers over histories of prices.", no_args_is_help=True)

ScenarioArgument = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A .toml file, or a fingerprint of quantammsim as .json.")
]
TrainingArgument = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A .toml file with a table [training], or a fingerprint as .json.")
]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with what an earlier command began in OUTDIR.")]
OutArgument = Annotated[Path, typer.Argument(metavar="OUTDIR", help="A new folder.")]
PricesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--prices",
        metavar="FILE",
        help="Prices by the minute: .csv, .csv.gz, .parquet or .npz; may be repeated. Or a process, as .toml. Default: bundled ones.",
    ),
]
FillOption = Annotated[bool, typer.Option("--fill", help="Repeat the last price in minutes that are not there.")]


@pool_app.command()
def simulate(
    scenario: ScenarioArgument,
    outdir: OutArgument,
    prices: PricesOption = None,
    fill: FillOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Follow a pool through its window: summary.json, history.parquet and charts."""
    with errors_in_one_line(verbose):
        from tokenspice.studies.pools.results import summary, write_results

        simulation = simulated(scenario, read(prices, fill))
        write_results(simulation, outdir)
        print(json.dumps(summary(simulation)["measures"], indent=2))


@pool_app.command()
def compare(
    outdir: OutArgument,
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="Two or more scenarios.")],
    prices: PricesOption = None,
    fill: FillOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Follow several pools, and put their measures side by side: comparison.csv and a chart."""
    with errors_in_one_line(verbose):
        from tokenspice.studies.pools.compare import write_comparison

        table = read(prices, fill)
        print(write_comparison({path.stem: simulated(path, table) for path in scenarios}, outdir))


@pool_app.command()
def train(
    scenario: TrainingArgument,
    outdir: OutArgument,
    prices: PricesOption = None,
    fill: FillOption = False,
    resume: ResumeOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Train a pool: training.json, trained.toml, candidates.csv, report.html and charts."""
    with errors_in_one_line(verbose):
        from tokenspice.studies.pools.from_file import train_file
        from tokenspice.studies.pools.progress import show_training

        with show_training() as show:
            facts = train_file(
                scenario,
                read(prices, fill),
                outdir,
                resume,
                lambda *done: show("training", *done),
                partial(say, scenario),
            )
        print(json.dumps({"numbers": facts["numbers"], "chosen": facts["chosen"]}, indent=2))


@pool_app.command(name="walk-forward")
def walk_forward(
    scenario: TrainingArgument,
    outdir: OutArgument,
    prices: PricesOption = None,
    fill: FillOption = False,
    resume: ResumeOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Train and test a pool cycle by cycle: walk_forward.json, trained.toml, report.html and charts."""
    with errors_in_one_line(verbose):
        from tokenspice.studies.pools.from_file import walk_file
        from tokenspice.studies.pools.progress import show_training

        with show_training() as show:
            facts = walk_file(
                scenario,
                read(prices, fill),
                outdir,
                resume,
                lambda cycle, *done: show(f"cycle {cycle}", *done),
                partial(say, scenario),
            )
        print(json.dumps(facts["verdict"], indent=2))


@pool_app.command()
def export(scenario: ScenarioArgument, verbose: VerboseOption = False) -> None:
    """Print a strategy's parameters as contracts have them: integers in units of 10**-18, as text."""
    with errors_in_one_line(verbose):
        from tokenspice.studies.pools.contract import contract_parameters
        from tokenspice.studies.pools.scenario_file import read_scenario

        print(json.dumps(contract_parameters(read_scenario(scenario)[0]), indent=2))


def read(paths: list[Path] | None, fill: bool) -> "Prices":
    """The prices that the command line names. What was filled is said."""
    from tokenspice.markets.prices.files import bundled_prices, read_prices
    from tokenspice.studies.pools.process_file import read_process

    if not paths:
        return bundled_prices()
    if [path.suffix for path in paths] == [".toml"]:
        return read_process(paths[0])
    prices = read_prices(*paths, gaps="fill" if fill else "refuse")
    if prices.filled_minutes:
        typer.echo(f"{prices.filled_minutes} of {len(prices.close)} minutes repeat the last price.", err=True)
    return prices


def simulated(path: Path, prices: "Prices") -> "Simulation":
    """A scenario's simulation. What of a fingerprint is not taken over is said."""
    from tokenspice.markets.scenario import simulate
    from tokenspice.studies.pools.scenario_file import read_scenario
    from tokenspice.studies.pools.training.memory import refuse_short_window

    scenario, not_taken = read_scenario(path)
    refuse_short_window(scenario, prices)
    say(path, not_taken)
    return simulate(scenario, prices)


def say(path: Path, not_taken: tuple[str, ...]) -> None:
    """Say what of a fingerprint is not taken over."""
    if not_taken:
        typer.echo(f"{path}: not taken over: {', '.join(not_taken)}", err=True)
