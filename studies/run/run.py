"""One run: one netlist, one strategy, one folder."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tokenspice.engine.errors import RunError
from tokenspice.engine.observer import Observer
from tokenspice.engine.sim_strategy import SimStrategyBase, parameter_values
from tokenspice.engine.units import Seconds
from tokenspice.engine.variation import Variation
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.code_record import imported, libraries
from tokenspice.studies.record.marks import MarkFile
from tokenspice.studies.record.provenance import contract_facts, identity_facts, netlist_facts, netlist_name
from tokenspice.studies.record.reads import noting
from tokenspice.studies.record.run_folder import RunFolder
from tokenspice.studies.resume.checkpoint import Checkpoints, state_delta_of
from tokenspice.studies.resume.warm_start import WarmStart
from tokenspice.studies.run.ambient_randomness import AmbientRandomness
from tokenspice.studies.run.command import command
from tokenspice.studies.run.profiler import Profiler
from tokenspice.studies.run.signals import Signals
from tokenspice.studies.run.simulate import Run, begin, simulate, telling_the_end, transaction_listener
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import check_network
from tokenspice.web3engine.url import is_url

__all__ = ["RunOptions", "checkpoints_of", "new_folder", "note_ending", "noted", "record", "recorders", "run_once"]

SCHEMA = 2  # of run.json


@dataclass(frozen=True)
class RunOptions:
    """What a run does besides simulating and writing its tables.

    Args:
        profile: whether to write a profile to OUTDIR/stats.
        transactions: whether to write every transaction to OUTDIR/transactions/.
        checkpoint_every: simulated seconds between two checkpoints, from which `resume_run` goes on; None for none.
        start: a warm start, whose deployments the run need not do again (see studies/resume/warm_start.py).
        synced: whether run.json is seen on the disk, which costs some milliseconds.
        variation: where chance branches, and which agents stand still.
        identifies: whether run.json says which code and data the run depends on; of a batch's runs, batch.json does.
    """

    profile: bool = False
    transactions: bool = False
    checkpoint_every: Seconds | None = None
    start: WarmStart | None = None
    synced: bool = True
    variation: Variation = Variation()
    identifies: bool = True


def run_once(
    netlist: Netlist,
    ss: SimStrategyBase,
    out_dir: Path,
    config: Config,
    options: RunOptions = RunOptions(),
    observers: Sequence[Observer] = (),
) -> RunFolder:
    """Simulate, and return the folder that records it.

    Args:
        netlist: what is wired to what.
        ss: its parameters, the seed among them.
        out_dir: must not exist; data.csv, the netlist's other tables and run.json are written there while the run
            goes on.
        config: `config.network` says on which chain, if the netlist needs one.
        options: what else is written, and what the run starts from.
        observers: who watches, besides the record.

    Raises:
        TokenSpiceError: the run could not begin, and then there is no folder; or it failed, and then the
            folder keeps what was logged, and run.json says why.
        KeyboardInterrupt: it was interrupted; the folder keeps what was logged.
    """
    keeper = None
    with new_folder(netlist, ss, out_dir, config, options) as folder:
        watching = [AmbientRandomness(folder.facts), *observers]
        if options.profile:
            watching.append(Profiler(out_dir / "stats"))
        writers = recorders(folder, netlist)
        with telling_the_end([*writers, *watching]), noted(folder):
            keeps = options.checkpoint_every is not None
            listener = transaction_listener([*writers, *watching])
            run = begin(netlist, ss, config, options.start, keeps, listener)
            run = replace(run, variation=options.variation)
            with closing(run):
                keeper = checkpoints_of(run, folder, options.checkpoint_every)
                record(run, folder, config, [*writers, *([keeper] if keeper else [])], watching)
    if keeper:
        keeper.remove()
    return folder


def new_folder(netlist: Netlist, ss: SimStrategyBase, out_dir: Path, config: Config, options: RunOptions) -> RunFolder:
    """Return the folder of a run that is about to begin. Arguments as of `run_once`.

    Raises:
        TokenSpiceError: there is no such network, or no chain whose transactions could be recorded, or the folder exists.
    """
    if netlist.starts_chain(ss):
        check_network(config.network)
    elif options.transactions:
        raise RunError(f"{netlist_name(netlist.path)} starts no chain, so it has no transactions. Leave them out.")
    facts: dict[str, Any] = {"schema": SCHEMA, **netlist_facts(netlist, config.project)}
    facts |= {"command": command(netlist, ss, out_dir, config, options), "started": datetime.now(UTC).isoformat()}
    facts |= {"sources": netlist.sources, "seed": ss.seed, "strategy": parameter_values(ss)}
    facts |= {"options": option_facts(config, options)} | options.variation.facts
    if options.identifies:
        facts |= identity_facts(netlist) | netlist.reads.facts
    folder = RunFolder(out_dir, facts, netlist.tables, synced=options.synced)
    folder.reads.add(netlist.reads)
    if options.transactions:
        folder.record_transactions()
    return folder


@contextmanager
def noted(folder: RunFolder) -> Iterator[None]:
    """Note what is read inside the block, if the run's record says what it depends on; and write what is in memory alone if
    the process is ended there.
    """
    Signals.last_words.append(folder.save_what_can_be)
    try:
        with noting(folder.reads) if "files" in folder.facts else nullcontext():
            yield
    finally:
        Signals.last_words.remove(folder.save_what_can_be)


def recorders(folder: RunFolder, netlist: Netlist) -> list[Observer]:
    """Return who writes to a run's folder, in the order in which they are to be told."""
    return [*folder.observers, *([MarkFile(netlist, folder.path)] if netlist.has_marks else [])]


def note_ending(folder: RunFolder, run: Run, config: Config) -> None:
    """Note in a run's record how far it came, on which chain, and with which code."""
    folder.facts |= {"last_tick": run.state.tick, "chain": chain_facts(run.chain, config) if run.chain else None}
    if "files" in folder.facts:  # some may have been imported in a tick
        late = {name: digest for name, digest in run.netlist.sources.items() if name not in folder.facts["sources"]}
        facts = {"files": imported(), "libraries": libraries(), "late_sources": late}
        folder.facts |= folder.reads.facts | facts


def checkpoints_of(run: Run, folder: RunFolder, every: Seconds | None) -> Checkpoints | None:
    """Return what writes a run's checkpoints, `every` so many simulated seconds; None writes none."""
    if every is None:
        return None
    assert run.start, "a run that is to write checkpoints knows how its state was built"
    return Checkpoints(folder, every, state_delta_of(run.netlist, run.state, run.chain), run.start, run.chain)


def record(
    run: Run, folder: RunFolder, config: Config, writers: Sequence[Observer], observers: Sequence[Observer]
) -> None:
    """Simulate to the end, and record it in `folder`: `writers` are told before any of `observers`."""
    try:
        simulate(run, [*writers, *observers])
    finally:
        note_ending(folder, run, config)


def option_facts(config: Config, options: RunOptions) -> dict[str, Any]:
    """Say with what a run was begun, besides its strategy, so that it can go on in the same way."""
    network = "a URL" if is_url(config.network) else config.network  # which may hold a key
    return {
        "network": network,
        "hardfork": config.hardfork,
        "signs": config.signs,
        "fork": config.forks,
        "checkpoint_every": options.checkpoint_every,
        "start": str(options.start.path) if options.start and options.start.path else None,
        "start_sha256": options.start.digest if options.start and options.identifies else None,
        "transactions": options.transactions,
    }


def chain_facts(chain: Chain, config: Config) -> dict[str, Any]:
    """Say which chain and which contracts a run used."""
    contracts = contract_facts(chain.artifacts, config.project)
    # What rules a chain has that we did not start, only its owner knows.
    hardfork = None if is_url(config.network) else config.hardfork
    network = {"network": chain.backend.network, "version": chain.backend.version, "hardfork": hardfork}
    fork = chain.backend.fork
    forked = {"hardfork": fork["hardfork"], "fork": fork} if fork else {}
    began = {"origin": chain.backend.origin} if chain.backend.origin else {}
    return network | began | forked | {"contracts": contracts}
