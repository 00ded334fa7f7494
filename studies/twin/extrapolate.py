"""The future of a history: paths of the netlist rai from where the record ends, scenario by scenario."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tokenspice.engine.errors import RunError, StrategyError, TokenSpiceError
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.units import Floats
from tokenspice.files import HOME
from tokenspice.protocols.rai.eth_model import EthModel
from tokenspice.protocols.rai.peg_terms import PegTerms
from tokenspice.protocols.rai.scenario import BASE, Scenario
from tokenspice.studies.batch.design import Design, parameter_sets, seeds_of_sets
from tokenspice.studies.batch.run_specs import Run
from tokenspice.studies.batch.runs import Group, Progress, Sample, run_batch
from tokenspice.studies.batch.warm_starts import Starts
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.simulate import begin
from tokenspice.studies.twin.extrapolation import SERIES, Extrapolation
from tokenspice.studies.twin.history import History
from tokenspice.studies.twin.hourly_grid import hourly_grid
from tokenspice.studies.twin.spread_model import fit_spread
from tokenspice.studies.twin.starting_point import as_text, peg_of, scenario_parameters, starting_point
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config, find_project, read_config
from tokenspice.web3engine.network import REVM

__all__ = ["extrapolate"]

NETLIST = HOME / "netlists" / "rai" / "netlist.py"
ALONE = 15_000  # hours of all paths together, below which starting other processes takes longer than it saves
MOST_NUMBERS = 10**9


def extrapolate(
    prepared: History,
    eth: EthModel,
    scenarios: Sequence[Scenario] = (BASE,),
    *,
    paths: int = 200,
    hours: int = 168,
    seed: int = 0,
    controller: str = "evm",
    workers: int | None = None,
    peg: PegTerms | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> Extrapolation:
    """Let the system go on from the end of a history, and return all paths.

    Path i has the same random numbers in every scenario, so that scenarios differ by what they change alone.

    Args:
        prepared: where it begins.
        eth: how ether's price moves.
        scenarios: what differs from the system as it is, one or more.
        paths: how many, for each scenario.
        hours: how long each is.
        seed: of all of them.
        controller: "evm" for the contract, "python" for its twin in integers, "both" to hold one against the other.
        workers: processes; unless given, as many as there are cores, or this one alone where there is little to do.
        peg: how holders value the coin, such as `peg_of(identified.spread)`; estimated from `prepared` unless given.
        watch: called with the progress after each path.

    Raises:
        RunError: the history does not say where to begin, or a path failed.
        StrategyError: an argument is out of its range.
    """
    check(scenarios, paths, hours)
    begins = starting_point(prepared, peg or estimated_peg(prepared))
    common = begins.parameters | {"controller": controller, "max_ticks": str(hours)}
    with TemporaryDirectory(prefix="tokenspice-") as folder:
        common |= eth_parameters(eth, Path(folder))
        sets = [common | scenario_parameters(scenario) for scenario in scenarios]
        for values in sets:  # all are checked before anything runs
            loaded(NETLIST).strategy(values)
        design = Design(
            [{"scenario": i, "values": json.dumps(values)} for i, values in enumerate(sets)],
            {"folder": str(Path(folder) / "starts")},
            seeds=paths,
            seed=seed,
        )
        n = workers or (1 if paths * hours * len(sets) < ALONE else None)
        groups = run_here(design, watch) if n == 1 else run_apart(design, n, watch)
    return Extrapolation(
        tuple(scenarios),
        tuple(SERIES),
        np.arange(hours + 1.0),
        begins.time,
        gathered(groups, scenarios),
        eth,
        seed,
        controller,
        begins.notes,
    )


def estimated_peg(history: History) -> PegTerms:
    """Estimate how holders value the coin.

    Raises:
        RunError: the history is too short.
    """
    grid = hourly_grid(history)
    return peg_of(fit_spread(grid.spread, grid.eth_return))


def check(scenarios: Sequence[Scenario], paths: int, hours: int) -> None:
    if paths < 1 or hours < 1:
        raise StrategyError(f"{paths} paths of {hours} hours: write 1 or more of both.")
    if (n := paths * (hours + 1) * len(scenarios) * len(SERIES)) > MOST_NUMBERS:
        raise StrategyError(
            f"{len(scenarios)} scenarios of {paths} paths of {hours} hours are {n:,} numbers, more than {MOST_NUMBERS:,}. "
            "Write fewer."
        )
    names = [scenario.name for scenario in scenarios]
    if not names or len(set(names)) < len(names):
        raise StrategyError(f"scenarios {', '.join(names) or '(none)'}: give one or more, each with a name of its own.")


def eth_parameters(eth: EthModel, folder: Path) -> dict[str, str]:
    """Return ether's process as parameters of the netlist; its series goes to a file."""
    values = {f"eth.{field.name}": as_text(getattr(eth.terms, field.name)) for field in fields(eth.terms)}
    if eth.series:
        path = folder / "eth_series.txt"
        path.write_text("\n".join(repr(float(number)) for number in eth.series))
        values["eth_series"] = str(path)
    return values


def run_apart(design: Design, workers: int | None, watch: Callable[[Progress], None] | None) -> list[Group]:
    """Follow all paths in other processes."""
    with Workers(workers, config=project()) as pool:
        return run_batch(follow, design, workers=pool, watch=watch)


def run_here(design: Design, watch: Callable[[Progress], None] | None) -> list[Group]:
    """Follow all paths in this process, with the seeds that others would have."""
    sets = parameter_sets(design, {})
    seeds = seeds_of_sets(design, len(sets))
    n = sum(map(len, seeds))
    groups: list[Group] = []
    for values, own in zip(sets, seeds, strict=True):
        samples: list[Sample] = []
        for seed in own:
            number = len(groups) * len(own) + len(samples)
            try:
                samples.append(Sample(number, seed, path_of(seed, **design.fixed, **values)))
            except TokenSpiceError as error:
                samples.append(Sample(number, seed, error=str(error)))
            if watch:
                watch(Progress(number + 1, 0, n))
        groups.append(Group(values, samples))
    return groups


def follow(chain: Chain, seed: int, scenario: int, values: str, folder: str) -> Floats:
    """Do `path_of`, as a batch calls functions; the batch's own chain is not used."""
    return path_of(seed, scenario, values, folder)


def path_of(seed: int, scenario: int, values: str, folder: str) -> Floats:
    """Run the netlist once, from its scenario's warm start, and return [T, K] what it logged.

    Args:
        seed: of the path.
        scenario: number of the parameter set.
        values: of all parameters, as JSON.
        folder: for warm starts.
    """
    netlist, config = loaded(NETLIST), project()
    ss = netlist.strategy(json.loads(values) | {"seed": str(seed)})
    start = Starts(Path(folder), 0).of(Run(0, scenario, seed, {}, {}), netlist, ss, config)
    rows: list[list[float]] = []
    with closing(begin(netlist, ss, config, start)) as run:
        listener = RowListener(lambda row: rows.append([row[name] for name in SERIES]))
        SimEngine(run.state, netlist.log_functions(), [listener]).run()
    return np.array(rows)


def gathered(groups: Sequence[Group], scenarios: Sequence[Scenario]) -> Floats:
    """[S, P, T, K] all paths.

    Raises:
        RunError: one failed.
    """
    for group, scenario in zip(groups, scenarios, strict=True):
        for path, sample in enumerate(group.samples):
            if sample.error is not None:
                raise RunError(f"scenario {scenario.name}, path {path} (seed {sample.seed}) failed: {sample.error}")
    found: Floats = np.array([[sample.value for sample in group.samples] for group in groups])
    return found


@lru_cache(2)
def loaded(path: Path) -> Netlist:
    """Import the netlist once per process."""
    return load_netlist(path)


@lru_cache(1)
def project() -> Config:
    """The project's settings, read once per process, on the chain that starts can be kept of."""
    return replace(read_config(find_project()), network=REVM)
