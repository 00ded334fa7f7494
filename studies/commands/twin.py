"""`tsp twin`: a live system's recorded history, replayed through a model of its law."""

from pathlib import Path
from typing import Annotated

import typer

from tokenspice.studies.commands.options import VerboseOption, errors_in_one_line

__all__ = ["twin_app"]

twin_app = typer.Typer(no_args_is_help=True, help="Replay a live system's recorded history through its law.")

DataOption = Annotated[
    str,
    typer.Option(
        "--data", metavar="RECORD", help="A record that comes with tokenspice (see tsp twin records), or a CSV file."
    ),
]


@twin_app.command("records")
def records(verbose: VerboseOption = False) -> None:
    """Print the records of RAI that come with tokenspice: how long they are, and where they have gaps."""
    with errors_in_one_line(verbose):
        from tokenspice.studies.twin.backtest import describe
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
    with errors_in_one_line(verbose):
        from tokenspice.studies.twin.backtest import run_backtest
        from tokenspice.studies.twin.bundle import bundled, bundled_names, read_history

        history = bundled(data) if data in bundled_names() else read_history(Path(data))
        if since_block is not None:
            history = history.since_block(since_block)
        if past_days is not None:
            history = history.last_days(past_days)
        for line in run_backtest(history, outdir):
            print(line)
