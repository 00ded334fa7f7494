"""Many paths of the netlist rai: in this process, in others, or in a folder that keeps what is done.

S is the number of scenarios, P of paths, T of hours, K of series.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias, final

import numpy as np

from tokenspice.engine.errors import RunError, TokenSpiceError
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.units import Floats
from tokenspice.files import HOME, replace_file
from tokenspice.studies.batch.design import Design, parameter_sets, seeds_of_sets
from tokenspice.studies.batch.run_specs import Run
from tokenspice.studies.batch.runs import Group, Progress, Sample, run_batch
from tokenspice.studies.batch.warm_starts import Starts
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.simulate import begin
from tokenspice.studies.twin.extrapolation import SERIES
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config, find_project, read_config
from tokenspice.web3engine.network import REVM

__all__ = ["PathRuns", "rai_netlist"]

NETLIST = HOME / "netlists" / "rai" / "netlist.py"
ALONE = 15_000  # hours of all paths together, below which starting other processes takes longer than it saves

Watch: TypeAlias = Callable[[Progress], None] | None


@final
@dataclass(frozen=True)
class PathRuns:
    """What is to be run.

    Args:
        sets: the parameters of each scenario, by name, as text.
        paths: of each.
        hours: of each.
        seed: of all.
        folder: for warm starts, and for what is done where that is kept.
    """

    sets: Sequence[dict[str, str]]
    paths: int
    hours: int
    seed: int
    folder: Path

    def run(self, workers: int | None, keeps: bool, watch: Watch) -> Floats:
        """Return [S, P, T + 1, K] all paths.

        Args:
            workers: processes; unless given, as many as there are cores, or this one alone where there is little to do.
            keeps: whether each path is kept in the folder as it is done, and those that are there are not run again.
            watch: called with the progress after each path.

        Raises:
            RunError: a path failed.
        """
        design = self._design()
        if keeps:
            return self._kept(design, workers, watch)
        n = workers or (1 if self.paths * self.hours * len(self.sets) < ALONE else None)
        if n == 1:
            return self._gathered(run_here(design, watch))
        with Workers(n, config=project()) as pool:
            return self._gathered(run_batch(follow, design, workers=pool, watch=watch))

    def _design(self) -> Design:
        content = json.dumps(list(self.sets), indent=1).encode()
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(content).hexdigest()
        replace_file(self.folder / f"{digest}.json", content)
        fixed = {"folder": str(self.folder), "digest": digest}
        return Design([{"scenario": i} for i in range(len(self.sets))], fixed, seeds=self.paths, seed=self.seed)

    def _kept(self, design: Design, workers: int | None, watch: Watch) -> Floats:
        import pyarrow.parquet as pq

        folder = self.folder / "paths"
        with Workers(workers, config=project()) as pool:
            self._check(run_batch(follow_in_rows, design, folder, pool, resume=True, watch=watch))
        rows = pq.read_table(folder / "rows.parquet", columns=list(SERIES))
        found: Floats = np.column_stack([rows.column(name).to_numpy().astype(float) for name in SERIES])
        return found.reshape(len(self.sets), self.paths, self.hours + 1, len(SERIES))

    def _gathered(self, groups: Sequence[Group]) -> Floats:
        self._check(groups)
        found: Floats = np.array([[sample.value for sample in group.samples] for group in groups])
        return found

    def _check(self, groups: Sequence[Group]) -> None:
        for number, group in enumerate(groups):
            for path, sample in enumerate(group.samples):
                if sample.error is not None:
                    raise RunError(f"scenario {number}, path {path} (seed {sample.seed}) failed: {sample.error}")


def run_here(design: Design, watch: Watch) -> list[Group]:
    """Follow all paths in this process, with the seeds that others would have."""
    sets = parameter_sets(design, {})
    seeds = seeds_of_sets(design, len(sets))
    n = sum(map(len, seeds))
    groups: list[Group] = []
    n_failed = 0
    for values, own in zip(sets, seeds, strict=True):
        samples: list[Sample] = []
        for seed in own:
            number = len(groups) * len(own) + len(samples)
            try:
                samples.append(Sample(number, seed, path_of(seed, **design.fixed, **values)))
            except TokenSpiceError as error:
                samples.append(Sample(number, seed, error=str(error)))
                n_failed += 1
            if watch:
                watch(Progress(number + 1, n_failed, n))
        groups.append(Group(values, samples))
    return groups


def follow(chain: Chain, seed: int, scenario: int, folder: str, digest: str) -> Floats:
    """Do `path_of`, as a batch calls functions; the batch's own chain is not used."""
    return path_of(seed, scenario, folder, digest)


def follow_in_rows(chain: Chain, seed: int, scenario: int, folder: str, digest: str) -> list[dict[str, float]]:
    """The same as rows of a table."""
    return [dict(zip(SERIES, row, strict=True)) for row in path_of(seed, scenario, folder, digest).tolist()]


def path_of(seed: int, scenario: int, folder: str, digest: str) -> Floats:
    """Run the netlist once, from its scenario's warm start, and return [T + 1, K] what it logged.

    Args:
        seed: of the path.
        scenario: number of the parameter set.
        folder: has warm starts, and the parameter sets.
        digest: of the file of parameter sets, which is called after it.
    """
    netlist, config = rai_netlist(), project()
    ss = netlist.strategy(parameters_in(Path(folder) / f"{digest}.json")[scenario] | {"seed": str(seed)})
    starts = Starts(Path(folder) / f"starts-{digest[:16]}", 0)
    start = starts.of(Run(0, scenario, seed, {}, {}), netlist, ss, config)
    rows: list[list[float]] = []
    with closing(begin(netlist, ss, config, start)) as run:
        listener = RowListener(lambda row: rows.append([row[name] for name in SERIES]))
        SimEngine(run.state, netlist.log_functions(), [listener]).run()
    return np.array(rows)


@lru_cache(1)
def rai_netlist() -> Netlist:
    """Import the netlist once per process."""
    return load_netlist(NETLIST)


@lru_cache(4)
def parameters_in(path: Path) -> list[dict[str, str]]:
    """Read the parameter sets once per process."""
    sets: list[dict[str, str]] = json.loads(path.read_bytes())
    return sets


@lru_cache(1)
def project() -> Config:
    """The project's settings, read once per process, on the chain that starts can be kept of."""
    return replace(read_config(find_project()), network=REVM)
