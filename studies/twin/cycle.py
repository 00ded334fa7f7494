"""The whole cycle: ingest, prepare, backtest, identify, extrapolate. `reporting.py` writes what it found."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tokenspice.engine.errors import RunError, StrategyError
from tokenspice.engine.units import DAY
from tokenspice.protocols.rai.scenario import BASE, Scenario
from tokenspice.studies.twin.backtest_folder import describe
from tokenspice.studies.twin.bundle import bundled
from tokenspice.studies.twin.extrapolate import extrapolate
from tokenspice.studies.twin.extrapolation import Extrapolation
from tokenspice.studies.twin.history import History
from tokenspice.studies.twin.identification import WINDOW_DAYS, Identified, identify
from tokenspice.studies.twin.ingestion import Source, ingest
from tokenspice.studies.twin.preparation import prepare
from tokenspice.studies.twin.records import Recording
from tokenspice.studies.twin.replay import Replay, closed_loop, open_loop
from tokenspice.studies.twin.scores import Score, score_replay

__all__ = ["Backtest", "Cycle", "CycleOptions", "backtest", "run_cycle"]

CONTROLLERS = ("evm", "python", "both")
REFERENCE = "rai_live_graph"  # the record that has what the controller saw


@dataclass(frozen=True)
class CycleOptions:
    """What a cycle is made with.

    Attributes:
        source: of the history.
        past_days: the last days of it: they are replayed, and ether's paths have their volatility.
        hours: to extrapolate.
        paths: for each scenario.
        scenarios: what differs, the first drawn with its bands.
        seed: of every draw.
        controller: "evm", "python" or "both".
        workers: processes; as many as there are cores unless given.
    """

    source: Source = field(default_factory=Source)
    past_days: float = WINDOW_DAYS
    hours: int = 168
    paths: int = 200
    scenarios: tuple[Scenario, ...] = (BASE,)
    seed: int = 0
    controller: str = "evm"
    workers: int | None = None


@dataclass(frozen=True)
class Backtest:
    """A history replayed, and how well.

    Attributes:
        label: which part of which record it is.
    """

    label: str
    history: History
    replay: Replay
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Cycle:
    """What a cycle found.

    Attributes:
        options: it was made with.
        recording: as it came.
        history: all of it, prepared.
        backtests: of the last days, of all of it, and of the law alone, where a record has what the controller saw.
        identified: what moves the system from outside.
        extrapolation: what may come.
    """

    options: CycleOptions
    recording: Recording
    history: History
    backtests: tuple[Backtest, ...]
    identified: Identified
    extrapolation: Extrapolation

    @property
    def window(self) -> History:
        """The last days."""
        return self.history.last_days(self.options.past_days)


def run_cycle(options: CycleOptions, say: Callable[[str], None] = lambda line: None) -> Cycle:
    """Run all stages.

    Args:
        options: what it is made with.
        say: takes a line for each stage.

    Raises:
        ConfigError: an endpoint, a key or an address is missing.
        RunError: data are missing or wrong, or a path failed.
        StrategyError: an argument is out of its range.
    """
    if options.controller not in CONTROLLERS:  # before the work that comes first
        raise StrategyError(f'controller = "{options.controller}": write one of {", ".join(CONTROLLERS)}.')
    say("1 of 5: ingest")
    recording = ingest(options.source)
    say("2 of 5: prepare")
    history = prepare(recording)
    say(" ".join(remarks(history, options.past_days)))
    say("3 of 5: backtest")
    backtests = backtest(history, options.past_days)
    say("4 of 5: identify")
    identified = identify(history, options.past_days, options.seed)
    say("5 of 5: extrapolate")
    extrapolation = extrapolate(
        history,  # all of it: holders' values and the controller's memory are older than the last days
        identified.model,
        options.scenarios,
        paths=options.paths,
        hours=options.hours,
        seed=options.seed,
        controller=options.controller,
        workers=options.workers,
    )
    return Cycle(options, recording, history, backtests, identified, extrapolation)


def remarks(history: History, past_days: float = 0.0) -> list[str]:
    """What the user should know of a record, and of the last days of it, and what to do about it."""
    found = [describe(history), *history.notes]
    if past_days > history.days:
        found.append(f"All {history.days:.1f} days are taken, for --past-days {past_days:g} asks for more.")
    if history.gaps:
        days = int(10 * (history.time[-1] - history.time[history.gaps[-1][0] + 1]) / DAY) / 10
        found.append("Nothing is filled in.")
        if days > 0:
            found.append(f"--past-days {days:g} takes the stretch after the last gap alone.")
    return found


def backtest(history: History, past_days: float) -> tuple[Backtest, ...]:
    """Replay the last days and the whole of a history in a closed loop, and the law alone in an open loop.

    Where the record lacks the prices that the controller saw, the law is checked on the bundled record that has them.

    Raises:
        RunError: the last days hold fewer than two snapshots.
    """
    window = history.last_days(past_days)
    if len(window.time) < 2:
        raise RunError(
            f"{history.name} has {len(window.time)} snapshot in its last {past_days:g} days. Take more days."
        )
    seen = history if np.isfinite(history.oracle_price).any() else bundled(REFERENCE)
    parts = [
        (
            f"{window.name}, last {past_days:g} days" if past_days < history.days else window.name,
            window,
            closed_loop(window),
        ),
        (seen.name, seen, open_loop(seen)),
    ]
    if len(window.time) < len(history.time):
        parts.insert(1, (history.name, history, closed_loop(history)))
    return tuple(Backtest(label, part, replay, tuple(score_replay(part, replay))) for label, part, replay in parts)
