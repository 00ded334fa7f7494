"""The future of a history: paths of the netlist rai from where the record ends, scenario by scenario."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tokenspice.engine.errors import RunError, StrategyError
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.units import Floats
from tokenspice.files import HOME
from tokenspice.protocols.rai.eth_model import EthModel
from tokenspice.protocols.rai.peg_terms import PegTerms
from tokenspice.protocols.rai.scenario import BASE, Scenario
from tokenspice.studies.batch.design import Design
from tokenspice.studies.batch.run_specs import Run
from tokenspice.studies.batch.runs import Group, Progress, run_batch
from tokenspice.studies.batch.warm_starts import Starts
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.simulate import begin
from tokenspice.studies.twin.extrapolation import SERIES, Extrapolation
from tokenspice.studies.twin.history import History
from tokenspice.studies.twin.starting_point import as_text, peg_of, scenario_parameters, starting_point
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config, find_project, read_config
from tokenspice.web3engine.network import REVM

__all__ = ["extrapolate"]

NETLIST = HOME / "netlists" / "rai" / "netlist.py"


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
        workers: processes; as many as there are cores unless given.
        peg: how holders value the coin; estimated from the history unless given.
        watch: called with the progress after each path.

    Raises:
        RunError: the history does not say where to begin, or a path failed.
        StrategyError: an argument is out of its range.
    """
    check(scenarios, paths, hours)
    begins = starting_point(prepared, peg or peg_of(prepared))
    common = begins.parameters | {"controller": controller, "max_ticks": str(hours)}
    with TemporaryDirectory(prefix="tokenspice-") as folder:
        common |= eth_parameters(eth, Path(folder))
        sets = [common | scenario_parameters(scenario) for scenario in scenarios]
        for values in sets:  # all are checked before anything runs
            loaded(NETLIST).strategy(values)
        config = replace(read_config(find_project()), network=REVM)
        design = Design(
            [{"scenario": i, "values": json.dumps(values)} for i, values in enumerate(sets)],
            {"folder": str(Path(folder) / "starts")},
            seeds=paths,
            seed=seed,
        )
        with Workers(workers, config=config) as pool:
            groups = run_batch(follow, design, workers=pool, watch=watch)
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


def check(scenarios: Sequence[Scenario], paths: int, hours: int) -> None:
    if paths < 1 or hours < 1:
        raise StrategyError(f"{paths} paths of {hours} hours: write 1 or more of both.")
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


def follow(chain: Chain, seed: int, scenario: int, values: str, folder: str) -> Floats:
    """Run the netlist once, from its scenario's warm start, and return [T, K] what it logged.

    Args:
        chain: the batch's, which only says where the project is.
        scenario: number of the parameter set.
        values: of all parameters, as JSON.
        folder: for warm starts.
    """
    netlist, config = loaded(NETLIST), project()
    ss = netlist.strategy(json.loads(values) | {"seed": str(seed)})
    start = Starts(Path(folder), 0).of(Run(0, scenario, seed, {}, {}), netlist, ss, config)
    columns = list(SERIES)
    rows: list[list[float]] = []
    with closing(begin(netlist, ss, config, start)) as run:
        listener = RowListener(lambda row: rows.append([row[name] for name in columns]))
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
