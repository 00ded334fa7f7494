"""Go on with a run that was killed, interrupted or failed: from its checkpoint, or from the beginning if it has none."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from types import NoneType
from typing import Any

from tokenspice.engine.errors import ConfigError, RunError
from tokenspice.engine.observer import Observer
from tokenspice.engine.sim_strategy import SimStrategyBase, with_values
from tokenspice.engine.units import Seconds
from tokenspice.engine.variation import Variation
from tokenspice.files import read_file
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record.ending import read_json
from tokenspice.studies.record.provenance import check_data, identity_facts, plain_parameters
from tokenspice.studies.record.run_folder import RunFolder
from tokenspice.studies.resume.checkpoint import FILE_NAME, Checkpoint, Checkpoints, load_checkpoint
from tokenspice.studies.resume.warm_start import load_warm_start
from tokenspice.studies.run.ambient_randomness import AmbientRandomness
from tokenspice.studies.run.run import checkpoints_of, noted, record, recorders
from tokenspice.studies.run.simulate import Run, begin, telling_the_end, transaction_listener
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.safe_json import parse_json
from tokenspice.web3engine.transaction import Transaction
from tokenspice.web3engine.url import is_url

__all__ = ["RunFinished", "UnfinishedRun", "read_recorded", "read_unfinished", "recorded_netlist", "resume_run"]

# What run.json says of how a run was begun.
MOST_BYTES = 1 << 26  # of a run.json
KEPT: dict[str, type | tuple[type, ...]] = {
    **{"network": str, "hardfork": str, "signs": bool, "transactions": bool},
    **{"fork": (bool, dict), "checkpoint_every": (int, NoneType), "start": (str, NoneType)},
}


# What run.json says of a run that goes on.
STAYS = (
    *("schema", "netlist", "netlist_name", "netlist_in_project", "question", "command", "started"),
    *("sources", "seed", "strategy", "options"),
)


class RunFinished(RunError):
    """There is nothing left to go on with."""


@dataclass(frozen=True)
class UnfinishedRun:
    """What a run has left in its folder.

    Attributes:
        path: the folder.
        record: its run.json.
    """

    path: Path
    record: dict[str, Any]
    netlist: Netlist
    ss: SimStrategyBase

    @property
    def variation(self) -> Variation:
        """Where chance branches, and which agents stand still."""
        return Variation.of_facts(self.record)

    @property
    def has_checkpoint(self) -> bool:
        return (self.path / FILE_NAME).exists()

    def check_same(
        self, netlist: Path | None, values: Mapping[str, str], network: str | None, variation: Variation = Variation()
    ) -> None:
        """Refuse what contradicts the run, which goes on as it was begun.

        Args:
            netlist: a file, if one is named.
            values: of parameters, as text.
            network: if one is named.
            variation: if any is named.

        Raises:
            RunError: something differs.
        """
        if variation and variation != self.variation:
            words = " ".join(self.variation.options) or "no --branch and no --silence"
            raise RunError(f"the run in {self.path} has {words}. Leave these out, or write a new folder.")
        if netlist and netlist != self.netlist.path:
            raise RunError(
                f"the run in {self.path} is one of {self.netlist.path}, not of {netlist}. Leave the netlist out."
            )
        own, wanted = plain_parameters(self.ss), plain_parameters(with_values(self.ss, values))
        for name in values:
            if own[name] != wanted[name]:
                raise RunError(
                    f"the run in {self.path} has {name} = {own[name]}, not {wanted[name]}. Leave it out, or write a new "
                    "folder."
                )
        if network and network != self.record["options"]["network"] and self.has_checkpoint:
            raise RunError(f"the run in {self.path} is on revm, and goes on there. Leave out --network {network}.")

    def config(self, config: Config) -> Config:
        """Return the settings that the run was begun with, the rest as in `config`.

        Raises:
            ConfigError: it ran on a chain at a URL or on a fork, and `config` names none, or it did not.
        """
        options = self.record["options"]
        if options["fork"] != config.forks:
            what = (
                "began with a fork. Write its --fork, or --fork-cache"
                if options["fork"]
                else "is no fork. Leave --fork out"
            )
            raise ConfigError(f"the run in {self.path} {what}.")
        if options["network"] == "a URL":
            if not is_url(config.network):
                raise ConfigError(f"the run in {self.path} used a chain of your own. Write --network and its URL.")
            return replace(config, hardfork=options["hardfork"], signs=options["signs"])
        return replace(config, **{name: options[name] for name in ("network", "hardfork", "signs")})


def read_unfinished(
    path: Path, named: Path | None = None, tell: Callable[[str], None] = lambda text: None
) -> UnfinishedRun:
    """Read what a run has left in its folder.

    The folder may be somebody else's, and importing a netlist runs it. So a netlist that the command names is the only
    one that is imported; else it has to lie outside the folder and be the file that the run began with.

    Args:
        path: the folder.
        named: the netlist that the command names, if it names one.
        tell: is told which file is imported, where the command names none.

    Raises:
        RunFinished: it is finished.
        RunError: there is none, or its netlist has changed since.
    """
    run = read_recorded(path, named, tell, unfinished=True)
    check_data(run.netlist, recorded_data(run.record), "this run began")
    return run


def read_recorded(
    path: Path, named: Path | None = None, tell: Callable[[str], None] = lambda text: None, unfinished: bool = False
) -> UnfinishedRun:
    """Read what any run has left in its folder; arguments and errors as of `read_unfinished`.

    Args:
        unfinished: whether a finished one is refused.
    """
    file = path / "run.json"
    try:
        record = parse_json(read_file(file, MOST_BYTES))
        outcome, options, strategy = record["outcome"], record["options"], dict(record["strategy"])
        for name, kinds in KEPT.items():
            if not isinstance(options[name], kinds):
                raise TypeError(f"the option {name} is {options[name]!r}")
        if (every := options["checkpoint_every"]) is not None and (isinstance(every, bool) or every < 1):
            raise ValueError(f"checkpoint_every is {every!r}, where a whole number of seconds from 1 on is wanted")
        netlist_file, sources = Path(record["netlist"]), dict(record["sources"])
        Variation.of_facts(record)
    except OSError as error:
        raise RunError(f"{file} cannot be read: {error.strerror}. Write the folder that tsp run made.") from error
    except (ValueError, KeyError, TypeError, RecursionError, ConfigError) as error:
        raise RunError(
            f"{file} is no record of a run that could be resumed ({type(error).__name__}: {error})."
        ) from error
    if unfinished and outcome == "finished":
        raise RunFinished(f"the run in {path} is finished. Write a new folder to run it again.")
    if not named:
        tell(str(netlist_file))
    netlist = load_netlist(checked_netlist(path, netlist_file, sources, named))
    now = netlist.sources
    if changed := [name for name in {**now, **record["sources"]} if now.get(name) != record["sources"].get(name)]:
        raise RunError(
            f"{', '.join(str(netlist.path.parent / name) for name in changed)} has changed since this run began, and "
            "results would change with it. Put the file back, or start anew."
        )
    return UnfinishedRun(path, record, netlist, strategy_of(netlist, strategy))


def recorded_netlist(path: Path) -> Netlist:
    """Import the netlist that the record of a run or a batch names, if it is what was run.

    Raises:
        RunError: there is no record, or its netlist lies in the folder, or has changed since.
    """
    record = read_json(path / "run.json") or read_json(path / "batch.json")
    file, sources = record.get("netlist"), record.get("sources")
    if not isinstance(file, str) or not isinstance(sources, dict):
        raise RunError(
            f"{path} holds no record of a run or a batch that names its netlist. Write the folder that tsp run made."
        )
    return load_netlist(checked_netlist(path, Path(file), sources, None))


def recorded_data(record: dict[str, Any]) -> dict[str, str]:
    """Return the hashes of the files beside the netlist; of a record that somebody made, whatever is there."""
    data = record.get("data")
    return {str(name): str(digest) for name, digest in data.items()} if isinstance(data, dict) else {}


def checked_netlist(path: Path, file: Path, sources: dict[str, Any], named: Path | None) -> Path:
    """Return the netlist's file, before anything of it is imported.

    Raises:
        RunError: it is another one than the command names, lies in the run's folder, or is not what the run began with.
    """
    if named and named.resolve() != file:
        raise RunError(f"the run in {path} is one of {file}, not of {named}. Leave the netlist out.")
    if file.resolve().is_relative_to(path.resolve()):
        raise RunError(
            f"{file} lies in the folder of its own run, and is not trusted. Name the netlist: NETLIST OUTDIR."
        )
    if file.name not in sources:
        raise RunError(f"run.json of {path} does not say what {file} held when the run began. Start the run anew.")
    for name, digest in sources.items():
        source = file.parent / str(name)
        if not source.is_file() or hashlib.sha256(source.read_bytes()).hexdigest() != digest:
            raise RunError(
                f"{source} has changed since this run began, and results would change with it. Put the file back, or "
                "start anew."
            )
    return file


def strategy_of(netlist: Netlist, recorded: dict[str, Any]) -> SimStrategyBase:
    """Return the parameters that run.json holds."""
    ss = netlist.strategy()
    defaults = plain_parameters(ss)
    return with_values(ss, {name: str(value) for name, value in recorded.items() if value != defaults.get(name)})


def resume_run(
    run: UnfinishedRun,
    config: Config,
    observers: Sequence[Observer] = (),
    checkpoint_every: Seconds | None = None,
) -> RunFolder:
    """Go on with a run, to the same data.csv that it would have written undisturbed.

    Args:
        run: what `read_unfinished` returned.
        config: where contracts are found; network, hardfork and signing are the run's own.
        observers: who watches, besides the record and the checkpoints.
        checkpoint_every: as in `run_once`; None leaves it as it was.

    Raises:
        RunError: the checkpoint is damaged, a file it depends on has changed, or the run is still at work.
    """
    config = run.config(config)
    path = run.path / FILE_NAME
    found = load_checkpoint(path, run.netlist, run.ss, config) if run.has_checkpoint else None
    if checkpoint_every is not None:
        run.record["options"]["checkpoint_every"] = checkpoint_every
    facts = {name: run.record[name] for name in STAYS if name in run.record}
    facts |= identity_facts(run.netlist) | run.variation.facts | {"resumed_from_tick": found.tick if found else 0}
    keeper = None
    with RunFolder(run.path, facts, run.netlist.tables, goes_on=True) as folder, ExitStack() as ending:
        record_again(folder, found, run.record["options"]["transactions"])
        writers = recorders(folder, run.netlist)
        observers = [AmbientRandomness(folder.facts), *observers]
        ending.enter_context(telling_the_end([*writers, *observers]))
        ending.enter_context(noted(folder))
        listener = transaction_listener([*writers, *observers])
        folder.tables.go_on(found.positions if found else {})
        every = run.record["options"]["checkpoint_every"]
        if found:
            if found.chain:
                found.chain.on_transaction = listener
            ready = Run(run.netlist, found.state, found.chain, found.start, run.variation)
            keeper = Checkpoints(folder, every, found.memory, found.start, found.chain)
        else:
            ready = beginning_again(run, config, listener)
            keeper = checkpoints_of(ready, folder, every)
        with closing(ready):
            record(ready, folder, config, [*writers, *([keeper] if keeper else [])], observers)
    if keeper:
        keeper.remove()
    return folder


def record_again(folder: RunFolder, found: Checkpoint | None, has_transactions: bool) -> None:
    """Take the records in Parquet back to a checkpoint, or to their beginning, and go on with them."""
    tables = found.world_tables if found else {}
    if not has_transactions and not tables:
        folder.world_tables.go_on({})
        return
    from tokenspice.studies.record.part_files import PartPosition

    folder.world_tables.go_on({name: PartPosition(**position) for name, position in tables.items()})
    if has_transactions:
        position = found.transactions if found else None
        folder.record_transactions().go_on(PartPosition(**position) if position else None)


def beginning_again(run: UnfinishedRun, config: Config, on_transaction: Callable[[Transaction], None] | None) -> Run:
    """Make a run ready for its first tick."""
    every, path = run.record["options"]["checkpoint_every"], run.record["options"]["start"]
    start = load_warm_start(Path(path)) if path else None
    ready = begin(run.netlist, run.ss, config, start, every is not None, on_transaction)
    return replace(ready, variation=run.variation)
