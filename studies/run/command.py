"""The command that runs a run again."""

import shlex
from pathlib import Path
from typing import Protocol

from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.variation import Variation
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.provenance import plain_parameters
from tokenspice.studies.resume.warm_start import WarmStart
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.url import is_url, masked

__all__ = ["command"]


class Options(Protocol):
    """Of a run, as far as its command says them."""

    @property
    def transactions(self) -> bool: ...

    @property
    def start(self) -> WarmStart | None: ...

    @property
    def variation(self) -> Variation: ...


def command(netlist: Netlist, ss: SimStrategyBase, out_dir: Path, config: Config, options: Options) -> str | None:
    """Return what to type to have a run again, in a folder beside its own; None for a netlist that lies in no file.

    A URL is not shown whole, because it may hold a key.
    """
    if netlist.pickled:
        return None
    own = plain_parameters(netlist.strategy())
    changed = {name: value for name, value in plain_parameters(ss).items() if value != own.get(name) and name != "seed"}
    words = ["tsp run", shlex.quote(str(netlist.path)), shlex.quote(f"{out_dir}-again"), f"--seed {ss.seed}"]
    words += [f"--set {shlex.quote(f'{name}={value}')}" for name, value in changed.items()]
    words += options.variation.options
    if netlist.starts_chain(ss):
        words += chain_words(config)
    if options.start and options.start.path:
        words.append(f"--start {shlex.quote(str(options.start.path))}")
    return " ".join([*words, *(["--transactions"] if options.transactions else [])])


def chain_words(config: Config) -> list[str]:
    network = masked(config.network) if is_url(config.network) else config.network
    record = config.fork_cache_file
    fork = [f"--fork {shlex.quote(shown(config.fork))}"] if config.fork and not record else []
    return [
        *([f"--network {shlex.quote(network)}"] if network != "auto" else []),
        *(["--sign"] if config.signs else []),
        *fork,
        *([f"--fork-cache {shlex.quote(str(record))}"] if record else []),
    ]


def shown(fork: str) -> str:
    """Write what to fork from without a key."""
    return fork if fork.startswith("env:") else masked(fork)
