"""`tsp batch`: many simulations."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokenspice.studies.commands.completions import complete_settings
from tokenspice.studies.commands.options import (
    BranchOption,
    SilenceOption,
    VerboseOption,
    errors_in_one_line,
    given_variation,
    load,
    split_settings,
    with_network,
)

if TYPE_CHECKING:
    from tokenspice.engine.variation import Variation

__all__ = ["batch"]


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
            metavar="NAME=VALUES",
            help="What to vary: 1,2,5 or low:high:points or low:high. May be repeated.",
            autocompletion=complete_settings,
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Change a parameter of all runs.", autocompletion=complete_settings
        ),
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
    branch: BranchOption = None,
    silence: SilenceOption = None,
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
        "sweep": split_settings(sweep or [], "--sweep"),
        "set": split_settings(settings or []),
    }
    with errors_in_one_line(verbose):
        run_study(netlist, outdir, options, tables, resume, quiet, given_variation(branch, silence))


def run_study(
    name: str,
    outdir: Path,
    options: dict[str, Any],
    tables: dict[str, dict[str, str]],
    resume: bool,
    quiet: bool,
    variation: "Variation",
) -> None:
    """Run a batch with progress, say where the results are, and fail if one of its runs did."""
    from tokenspice.engine.errors import RunError
    from tokenspice.studies.batch.design import Design
    from tokenspice.studies.batch.runs import run_batch
    from tokenspice.studies.batch.study_file import as_seeds, read_study
    from tokenspice.studies.batch.workers import Workers
    from tokenspice.studies.run.progress import show_batch_progress

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
        variation=variation,
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
