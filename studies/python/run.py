"""A run, a batch or a session in one line, and what was recorded before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from tokenspice.engine.errors import RunError
from tokenspice.engine.observer import Observer
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.python.agents_table import AgentsFile
from tokenspice.studies.python.batch_result import BatchResult
from tokenspice.studies.python.folders import folder_for
from tokenspice.studies.python.progress import BatchLine, RunLine, kernel_line
from tokenspice.studies.python.result import Result
from tokenspice.studies.python.settings import configured, given_texts
from tokenspice.studies.python.which import NetlistLike, as_netlist
from tokenspice.studies.record.provenance import netlist_name
from tokenspice.studies.run.run import RunOptions, run_once

__all__ = ["batch", "load", "run"]


def run(
    netlist: NetlistLike,
    *,
    out: str | Path | None = None,
    network: str | None = None,
    settings: Mapping[str, object] | None = None,
    transactions: bool = True,
    options: RunOptions = RunOptions(),
    observers: Sequence[Observer] = (),
    progress: bool | None = None,
    **parameters: object,
) -> Result:
    """Simulate a netlist once: `ts.run("simplegrant", max_ticks=100, seed=1).df`.

    Args:
        netlist: a name in netlists/, a file or a folder; or, of one that is written in a notebook, its module, or SimState
            with the rest of its parts.
        out: a new folder to keep; a temporary one, which lives as long as the result, unless given.
        network: as of `tsp run`.
        settings: parameters whose names are dotted: `{"publisher.DT_stake": 50}`. Amounts are in tokens.
        transactions: whether a run with a chain records every transaction.
        options: what else the run writes, and what it starts from.
        observers: who watches.
        progress: False shows none; else a notebook shows a line of it.
        parameters: parameters by name; groups as dicts: `publisher={"DT_stake": 50}`.

    Raises:
        TokenSpiceError: the run could not begin, or failed; a note says where what it logged is.
        KeyboardInterrupt: it was interrupted; the message says where the rows are.
    """
    loaded = as_netlist(netlist)
    ss = loaded.strategy(given_texts(settings, parameters))
    check_options(loaded, options)
    if transactions and loaded.starts_chain(ss):
        options = replace(options, transactions=True)
    with folder_for(out) as (path, temporary), kernel_line(progress) as line:
        watching = [*observers, AgentsFile(path), *([RunLine(netlist_name(loaded.path), line)] if line else [])]
        run_once(loaded, ss, path, configured(network), options, watching)
    return Result(path, loaded, temporary)


def check_options(netlist: Netlist, options: RunOptions) -> None:
    """Refuse checkpoints of a netlist that no other process could load again.

    Raises:
        RunError: there would be some.
    """
    if netlist.pickled and options.checkpoint_every is not None:
        raise RunError("a run of a netlist without a file cannot be resumed. Write the netlist to a file.")


def batch(
    netlist: NetlistLike,
    *,
    sweep: Mapping[str, str | Sequence[Any]] | Sequence[Mapping[str, Any]] = (),
    seeds: int | Sequence[int] = 10,
    design: Literal["grid", "lhs", "sobol"] = "grid",
    samples: int | None = None,
    seed: int = 0,
    warm: bool = False,
    workers: int | None = None,
    out: str | Path | None = None,
    network: str | None = None,
    settings: Mapping[str, object] | None = None,
    progress: bool | None = None,
    **parameters: object,
) -> BatchResult:
    """Simulate a netlist many times: `ts.batch("simplegrant", sweep={"granter_init_OCEAN": [1, 2]}).runs`.

    Args:
        sweep: what to vary, as of `studies.Design`: values by parameter, or a list of parameter sets.
        seeds: runs of each parameter set, or the seeds.
        design: "grid" takes all combinations; "lhs" and "sobol" draw `samples` sets from ranges.
        seed: of the runs' seeds and of what is drawn.
        warm: whether each parameter set's state is built once, with its contracts.
        workers: processes; one per core unless given.
        netlist, out, network, settings, progress, parameters: as of `run`.

    Raises:
        TokenSpiceError: the batch could not begin. A run that fails leaves its error in `runs`.
    """
    from tokenspice.studies.batch.design import Design
    from tokenspice.studies.batch.runs import run_batch
    from tokenspice.studies.batch.workers import Workers

    loaded = as_netlist(netlist)
    fixed = given_texts(settings, parameters)
    plan = Design(sweep or {}, fixed, seeds, design, samples, seed, warm=warm)
    with folder_for(out) as (path, temporary), kernel_line(progress) as line:
        watch = BatchLine(netlist_name(loaded.path), line) if line else None
        run_batch(loaded, plan, path, Workers(workers, config=configured(network)), watch=watch)
    return BatchResult(path, loaded, temporary)


def load(folder: str | Path) -> Result | BatchResult:
    """Return what a run or a batch has recorded in a folder, of `ts.run` or of `tsp`.

    Raises:
        RunError: there is no such record.
    """
    path = Path(folder).expanduser()
    if (path / "batch.json").is_file():
        return BatchResult(path)
    if (path / "run.json").is_file():
        return Result(path)
    raise RunError(f"{path} holds no run.json and no batch.json. Write the folder that a run or a batch made.")
