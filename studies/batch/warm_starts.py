"""The wiring of a batch's parameter sets, each done once, in files that all their runs start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import final

from filelock import FileLock

from tokenspice.engine.errors import ConfigError
from tokenspice.engine.sim_strategy import SimStrategyBase, with_values
from tokenspice.studies.batch.run_specs import Run
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.resume.warm_start import WarmStart, load_warm_start, save_warm_start
from tokenspice.web3engine.config import Config

__all__ = ["Starts"]

MOST_LOADED = 4  # starts that a worker keeps; runs come set by set


@final
@dataclass(frozen=True)
class Starts:
    """A file for each parameter set, as `tsp wire` writes it.

    Args:
        folder: where the files are.
        seed: that all sets are wired with: of the wallets, and of what the chain itself draws.
    """

    folder: Path
    seed: int

    def path(self, run: Run) -> Path:
        return self.folder / f"{run.set:06}.start"

    def of(self, run: Run, netlist: Netlist, ss: SimStrategyBase, config: Config) -> WarmStart:
        """Return the start of a run's parameter set. Which worker first needs it makes it, and the others wait.

        Raises:
            TokenSpiceError: the wiring failed, or cannot be kept.
        """
        path = self.path(run)
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{path}.lock"):
                if not path.exists():
                    save_warm_start(netlist, with_values(ss, {"seed": str(self.seed)}), config, path)
        return loaded(path, path.stat().st_mtime_ns)

    def check_seeds(self, start: WarmStart, runs: Sequence[Run]) -> None:
        """Refuse runs whose chain would have to draw what it drew while it was wired.

        Raises:
            ConfigError: they differ in their seeds, and the chain draws the order of transactions from it.
        """
        ordering = start.facts.get("ordering", "arrival")
        if ordering != "arrival" and any(run.seed != self.seed for run in runs):
            raise ConfigError(
                f'this chain orders transactions by "{ordering}", which it draws from the seed that it was wired with, '
                "so runs with other seeds cannot start from it. Leave --warm out."
            )


@lru_cache(MOST_LOADED)
def loaded(path: Path, written: int) -> WarmStart:
    """Read each start once per process, and again where a later batch wrote another one."""
    return load_warm_start(path)
