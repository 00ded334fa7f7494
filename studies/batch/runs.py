"""A batch: one netlist or one function, many parameter sets, many seeds. `run_batch` is all there is to call."""

import dataclasses
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import cloudpickle
import numpy as np

from tokenspice.engine.errors import ConfigError, StrategyError
from tokenspice.studies.batch.design import Design, parameter_sets, seeds_of_sets
from tokenspice.studies.batch.folder import BatchFolder
from tokenspice.studies.batch.function_subject import Function, function_subject
from tokenspice.studies.batch.netlist_subject import NetlistSubject, netlist_subject
from tokenspice.studies.batch.run_specs import Run, Subject
from tokenspice.studies.batch.warm_starts import Starts
from tokenspice.studies.batch.worker_task import Task
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.code_record import code_hash
from tokenspice.studies.record.run_folder import versions
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.contract_sources import protocol_hashes
from tokenspice.web3engine.network import is_ganache
from tokenspice.web3engine.url import is_url, masked

__all__ = ["Group", "Progress", "Sample", "run_batch"]


@dataclass(frozen=True)
class Sample:
    """One run's result.

    Args:
        run: its number in the batch.
        seed: its seed.
        value: what the function returned; of a batch that writes to a folder, the last row that was logged.
        error: why there is no value.
    """

    run: int
    seed: int
    value: Any = None
    error: str | None = None


@dataclass(frozen=True)
class Group:
    """One parameter set and its samples, in the order of the seeds."""

    parameters: dict[str, Any]
    samples: list[Sample]


class Progress(NamedTuple):
    """How far a batch is."""

    n_done: int
    n_failed: int
    n_runs: int


def run_batch(
    what: Netlist | Function,
    design: Design = Design(),
    out_dir: Path | None = None,
    workers: Workers | None = None,
    resume: bool = False,
    watch: Callable[[Progress], None] | None = None,
) -> list[Group]:
    """Run a netlist, or call f(chain, seed, **parameters), for each parameter set with each seed.

    A run that fails leaves its error in its place, and the others go on. The results depend on neither the workers'
    number nor on who is done first.

    Args:
        what: a netlist, or a function; a function gets a new chain for each call.
        design: which parameters and seeds.
        out_dir: a new folder for the results (see docs/batches.md), which a netlist needs. A function then returns a
            dict of numbers, which is one row, or a list of them.
        workers: as many as there are cores unless given; those of a `with` block stay.
        resume: whether `out_dir` may hold this very batch, interrupted or with failures; then what is missing is run.
        watch: called with the progress after each run.

    Returns:
        The parameter sets, in order, with their samples.

    Raises:
        TokenSpiceError: the batch could not begin. Nothing has run.
        KeyboardInterrupt: it was interrupted. What was finished is kept in `out_dir`, where it can be resumed.
    """
    if isinstance(what, Netlist) and out_dir is None:
        raise ConfigError("the runs of a netlist need a folder to log to. Give out_dir.")
    workers = workers or Workers()
    subject = make_subject(what, design, workers, out_dir)
    runs = all_runs(subject, design)
    check_chain(subject, workers)
    fork = fork_of(subject, design, workers.config)
    with ExitStack() as resources:
        folder = None
        if out_dir:
            asked = definition(subject, design, workers, fork)
            folder = resources.enter_context(BatchFolder(out_dir, asked, resume, subject.tables))
        samples = run_all(subject, runs, folder, workers, watch)
        if folder:
            folder.write_tables(runs)
            ended = folder.endings(runs)
            samples = {run.number: Sample(run.number, run.seed, *ended[run.number]) for run in runs}
    return grouped(subject, runs, samples)


def make_subject(what: Netlist | Function, design: Design, workers: Workers, out_dir: Path | None) -> Subject:
    """Return what the workers are to do."""
    config = dataclasses.replace(workers.config, port=0)  # nodes of several runs cannot listen on one port
    if not isinstance(what, Netlist):
        if design.variation:
            raise StrategyError("only a netlist's runs branch, and only its agents can be silenced.")
        if design.warm:
            raise StrategyError("only a netlist is wired beforehand; give a function a saved chain, Design(chain=…).")
        return function_subject(what, config, design.fixed, design.chain, out_dir is not None)
    if design.chain:
        raise StrategyError("only a function starts from a saved chain; a netlist builds its own.")
    starts = Starts(out_dir.resolve() / "starts", design.seed) if design.warm and out_dir else None
    return netlist_subject(what, config, design.fixed, starts)


def all_runs(subject: Subject, design: Design) -> list[Run]:
    """Return every run of a design, each of them checked."""
    sets = [subject.checked(values) for values in parameter_sets(design, subject.types)]
    columns = of_one_type([columns for _, columns in sets])
    seeds = seeds_of_sets(design, len(sets))
    places = [(number, seed) for number in range(len(sets)) for seed in seeds[number]]
    return [
        Run(number, place, seed, sets[place][0], columns[place], design.variation)
        for number, (place, seed) in enumerate(places)
    ]


def of_one_type(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each column one type: the widest of bool, int, float and str that occurs in it."""
    names = dict.fromkeys(name for row in rows for name in row)
    widest = {
        name: max((type(row[name]) for row in rows if name in row), key=(bool, int, float, str).index) for name in names
    }
    return [{name: widest[name](value) for name, value in row.items()} for row in rows]


def check_chain(subject: Subject, workers: Workers) -> None:
    """Refuse to let runs share a chain at the same time."""
    config = workers.config
    if workers.n == 1 or (isinstance(subject, NetlistSubject) and not subject.netlist.needs_chain):
        return
    if is_url(config.network):
        shared = config.network
    elif config.network == "ganache" and is_ganache(config.ganache_url):
        shared = config.ganache_url
    else:
        return
    raise ConfigError(f"all runs would use the chain at {masked(shared)} at once. Write -j 1, or --network anvil.")


def fork_of(subject: Subject, design: Design, config: Config) -> dict[str, Any] | None:
    """Settle at which block all runs begin, in the record or the saved chain that they share, and say which it is.

    Raises:
        ConfigError: there is nothing to settle it in, or the chain cannot begin with a fork.
        ChainError: the node does not answer, or has another block, or the record cannot be used.
    """
    if not config.forks or (isinstance(subject, NetlistSubject) and not subject.netlist.needs_chain):
        return None
    if not (config.fork_cache or design.chain):
        raise ConfigError("the runs of a batch begin at one block, which a file keeps. Write --fork-cache FILE too.")
    with closing(open_chain(config, saved=design.chain)) as chain:
        facts = chain.backend.fork or {}
    return {name: facts[name] for name in ("chain_id", "block", "hash")}


def definition(subject: Subject, design: Design, workers: Workers, fork: dict[str, Any] | None) -> dict[str, Any]:
    """Return all that a batch's results depend on, in the form of batch.json."""
    config = workers.config
    network = masked(config.network) if is_url(config.network) else config.network
    sweep = design.sweep if not isinstance(design.sweep, Mapping) else dict(design.sweep)
    asked = {
        "sweep": as_json(sweep),
        "design": design.kind,
        "samples": design.samples,
        "seeds": design.seeds if isinstance(design.seeds, int) else list(design.seeds),
        "seed": design.seed,
        "common_seeds": design.common_seeds,
        "network": network,
        "hardfork": config.hardfork,
        "fork": fork,
        "warm": design.warm,
    }
    code = {"code": code_hash(), "contracts": contract_hashes(subject, config), "versions": versions()}
    varied = design.variation.facts if design.variation else {}
    return subject.facts | asked | varied | code


def contract_hashes(subject: Subject, config: Config) -> dict[str, str]:
    """Return the hash of each folder of contracts that runs may use; none where they have no chain."""
    if isinstance(subject, NetlistSubject) and not subject.netlist.needs_chain:
        return {}
    folder = subject.path.parent if isinstance(subject, NetlistSubject) else None
    artifacts = Artifacts(config.project, config.build_folder, config.artifacts_folder, folder)
    return protocol_hashes(artifacts, config.project)


def as_json(value: Any) -> Any:
    """Write a sweep so that JSON can hold it, and tell any two apart."""
    if isinstance(value, Mapping):
        return {str(name): as_json(one) for name, one in value.items()}
    if isinstance(value, np.ndarray):
        return as_json(value.tolist())
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    return value if isinstance(value, str | bool | int | float) else repr(value)


def run_all(
    subject: Subject,
    runs: list[Run],
    folder: BatchFolder | None,
    workers: Workers,
    watch: Callable[[Progress], None] | None,
) -> dict[int, Sample]:
    """Run what is missing, and return what came of it, by run."""
    todo = folder.unfinished(runs) if folder else runs
    samples: dict[int, Sample] = {}
    with ExitStack() as resources:
        scratch = folder.scratch if folder else Path(resources.enter_context(TemporaryDirectory(prefix="tokenspice-")))
        if todo and not workers.is_running:
            resources.enter_context(workers)
        if todo and isinstance(subject, NetlistSubject):
            subject.check_start(todo)
        limits = subject.limits(workers.timeout)
        tasks = [Task(subject, run, scratch, folder.parts if folder else None, limits) for run in todo]
        n_failed, n_before = 0, len(runs) - len(todo)
        for n_done, outcome in enumerate(workers.do(tasks), 1):
            run = runs[outcome.number]
            n_failed += outcome.error is not None
            if folder:
                if outcome.error is not None:
                    folder.keep_failure(subject, run, outcome.error)
                folder.note(outcome, run)
            else:
                value = cloudpickle.loads(outcome.result) if outcome.result else None
                samples[run.number] = Sample(run.number, run.seed, value, outcome.error)
            if watch:
                watch(Progress(n_before + n_done, n_failed, len(runs)))
    return samples


def grouped(subject: Subject, runs: list[Run], samples: Mapping[int, Sample]) -> list[Group]:
    """Put the samples of each parameter set together."""
    groups: dict[int, Group] = {}
    for run in runs:
        group = groups.setdefault(run.set, Group(subject.shown(run), []))
        group.samples.append(samples[run.number])
    return list(groups.values())
