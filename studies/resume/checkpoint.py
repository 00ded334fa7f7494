"""Checkpoints: OUTDIR/checkpoint, from which a run goes on after whatever ended it, with the same bytes to come.

A checkpoint holds what has changed since the state was wired (`studies/resume/state_delta.py`), the chain's state, how much of
data.csv was written, and how the wiring is had again (`studies/resume/warm_start.py`). It holds no key and no seed of one.
"""

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

from tokenspice.engine.errors import ConfigError, RunError, TokenSpiceError
from tokenspice.engine.observer import Observer, WatchedRun
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import DAY, HOUR, MINUTE, WEEK, YEAR, Seconds
from tokenspice.files import remove_file
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.provenance import check_contracts, contracts
from tokenspice.studies.record.run_folder import RunFolder
from tokenspice.studies.record.run_log import LogPosition
from tokenspice.studies.resume.chain_codec import UNWATCHED, chain_codecs
from tokenspice.studies.resume.state_delta import StateDelta
from tokenspice.studies.resume.warm_start import WarmStart
from tokenspice.studies.resume.web3_codec import web3_codecs
from tokenspice.web3engine.backends.base import copyable
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.checksummed_file import read_sealed, write_sealed
from tokenspice.web3engine.config import Config

__all__ = ["FILE_NAME", "Checkpoint", "Checkpoints", "interval", "load_checkpoint", "state_delta_of"]

FILE_NAME = "checkpoint"  # in a run's folder
FORMAT = "tokenspice checkpoint 4"


def interval(text: str, time_step: Seconds) -> Seconds:
    """Read how much simulated time passes between two checkpoints: "10d", "12h", "500ticks".

    Raises:
        ConfigError: it is no such text.
    """
    units = {"s": 1, "min": MINUTE, "h": HOUR, "d": DAY, "w": WEEK, "y": YEAR, "ticks": time_step}
    found = re.fullmatch(r"([1-9]\d{0,17})\s*([a-z]+)", text.strip())
    if not found or found[2] not in units:
        raise ConfigError(
            f'--checkpoint-every "{text}": write a whole number and its unit, such as 10d or 500ticks; '
            f"units are {', '.join(units)}."
        )
    return int(found[1]) * units[found[2]]


def state_delta_of(netlist: Netlist, state: SimStateBase, chain: Chain | None) -> StateDelta:
    """Take note of a state that was just wired."""
    codecs = (*chain_codecs(chain), *web3_codecs(chain)) if chain else ()
    return StateDelta(state, codecs, netlist.package, UNWATCHED)


@final
class Checkpoints(Observer):
    """Writes a run's checkpoint now and then, each in the place of the one before.

    Make it before the first step, or after `load_checkpoint`.

    Args:
        folder: the run's, with its log.
        every: simulated seconds between two.
        memory: of the run's state.
        start: how the state was wired.
        chain: the run's, if it has one.

    Attributes:
        bytes_written: the size of the last one.
    """

    def __init__(
        self, folder: RunFolder, every: Seconds, memory: StateDelta, start: WarmStart, chain: Chain | None
    ) -> None:
        self._path = folder.path / FILE_NAME
        self._every = every
        self._memory = memory
        self._start = start
        self._chain = chain
        self._folder = folder
        self.bytes_written = 0
        self._has_seen_a_tick = False

    def begin(self, run: WatchedRun) -> None:
        """Write the first one, of a run that has none."""
        if not self._path.exists():
            self.write(run.state.tick)

    def tick(self, state: SimStateBase) -> None:
        """Write one if it is due.

        Raises:
            RunError: something was made that a checkpoint cannot hold, or the file cannot be written.
        """
        if state.every(self._every):
            self.write(state.tick)
        elif not self._has_seen_a_tick:
            self._memory.save()  # what cannot be kept is to be known now, and not when much work is lost
        self._has_seen_a_tick = True

    def write(self, tick: int) -> None:
        """Write one, of the moment before `tick`."""
        content = {
            "tick": tick,
            "start": self._start.content | {"chain": b""},  # the present state of which is here
            "contracts": contracts(self._chain) if self._chain else {},
            "chain": copyable(self._chain.backend).to_bytes() if self._chain else b"",
            "memory": self._memory.save(),
            "tables": {name: asdict(position) for name, position in self._folder.tables.positions.items()},
            "transactions": asdict(record.position()) if (record := self._folder.transactions) else None,
            "world_tables": {name: asdict(each) for name, each in self._folder.world_tables.positions().items()},
        }
        self._folder.tables.sync()
        self.bytes_written = write_sealed(self._path, FORMAT, content)

    def remove(self) -> None:
        """Remove the file, of a run that is finished."""
        remove_file(self._path)


@dataclass(frozen=True)
class Checkpoint:
    """A run at its checkpoint.

    Attributes:
        tick: the next one to simulate.
        positions: what data.csv and the other tables held, by name.
        transactions: what the transaction record held; None of a run without one.
        world_tables: what the tables of worlds held, by name.
    """

    tick: int
    positions: dict[str, LogPosition]
    transactions: dict[str, Any] | None
    world_tables: dict[str, dict[str, Any]]
    state: SimStateBase
    chain: Chain | None
    memory: StateDelta
    start: WarmStart


def load_checkpoint(path: Path, netlist: Netlist, ss: SimStrategyBase, config: Config) -> Checkpoint:
    """Return a run at its checkpoint.

    Args:
        path: the file.
        netlist: the run's.
        ss: the run's.
        config: where contracts are found.

    Raises:
        RunError: the file is damaged, or a source, a contract or the wiring has changed since.
    """
    content = read_sealed(path, FORMAT)
    try:
        start = WarmStart(content["start"])
        state, chain = start.state(netlist, ss, config, content["chain"])
        if chain:
            check_contracts(chain, content["contracts"])
        memory = state_delta_of(netlist, state, chain)
        memory.restore(content["memory"])
        positions = {name: LogPosition(**position) for name, position in content["tables"].items()}
        parts = content["transactions"], content["world_tables"]
        return Checkpoint(content["tick"], positions, *parts, state, chain, memory, start)
    except TokenSpiceError:
        raise
    except Exception as error:  # what somebody else wrote can fail in any way
        raise RunError(f"{path} holds what this version does not write ({type(error).__name__}: {error}).") from error
