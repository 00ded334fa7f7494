"""The future of a history: paths of the netlist rai from where the record ends, scenario by scenario."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tokenspice.engine.errors import StrategyError
from tokenspice.files import replace_file
from tokenspice.protocols.rai.eth_model import EthModel
from tokenspice.protocols.rai.peg_terms import PegTerms
from tokenspice.protocols.rai.scenario import BASE, Scenario
from tokenspice.studies.batch.runs import Progress
from tokenspice.studies.twin.extrapolation import SERIES, Extrapolation
from tokenspice.studies.twin.history import History
from tokenspice.studies.twin.hourly_grid import hourly_grid
from tokenspice.studies.twin.path_runs import PathRuns, rai_netlist
from tokenspice.studies.twin.spread_model import fit_spread
from tokenspice.studies.twin.starting_point import as_text, peg_of, scenario_parameters, starting_point

__all__ = ["extrapolate"]

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
    folder: Path | None = None,
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
        folder: keeps each path as it is done, so that the same call goes on where it was interrupted.

    Raises:
        RunError: the history does not say where to begin, or a path failed.
        StrategyError: an argument is out of its range.
    """
    check(scenarios, paths, hours)
    begins = starting_point(prepared, peg or estimated_peg(prepared))
    common = begins.parameters | {"controller": controller, "max_ticks": str(hours)}
    with TemporaryDirectory(prefix="tokenspice-") as temporary:
        place = Path(folder or temporary).resolve()
        common |= eth_parameters(eth, place)
        sets = [common | scenario_parameters(scenario) for scenario in scenarios]
        for values in sets:  # all are checked before anything runs
            rai_netlist().strategy(values)
        values_of_all = PathRuns(sets, paths, hours, seed, place).run(workers, folder is not None, watch)
    return Extrapolation(
        tuple(scenarios),
        tuple(SERIES),
        np.arange(hours + 1.0),
        begins.time,
        values_of_all,
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
        content = "\n".join(repr(float(number)) for number in eth.series).encode()
        path = folder / f"{hashlib.sha256(content).hexdigest()[:16]}.txt"
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
        values["eth_series"] = str(path)
    return values
