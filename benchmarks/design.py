"""What the evaluator of the design tools costs per run, and how many runs rare failures take, beside counting.

    pip install -e '.[rare]' && python benchmarks/design.py [REPEATS]

The overhead: 100 runs of a netlist that keeps the processor busy for 50 ms, by `run_batch` and by `Evaluator.evaluate`, with
two warm workers each, into a folder each; repeats alternate, and the ratio of wall times is what counts, CPU time of
this process beside it. The runs: for each rare failure, the repetitions of `rare` give an estimate and its spread; counting
failures among plain runs is as good after (1 − p)/(p c²) of them, c the coefficient of variation of the tool's estimate.
Digits depend on the machine; ratios and numbers of runs hardly do.
"""

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from tokenspice.engine import Falling, Metric, Normal, Rising, Spec, Study, final, highest, lowest
from tokenspice.engine.units import Floats
from tokenspice.studies.batch.design import Design
from tokenspice.studies.batch.runs import run_batch
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.design.opening import open_study
from tokenspice.studies.design.rare.tool import rare
from tokenspice.studies.design.request import Request
from tokenspice.studies.netlist.netlist_file import load_netlist

N_RUNS = 100
BUSY = '''"""Keeps the processor busy for 50 ms."""

import time
from dataclasses import dataclass

from tokenspice.engine import AgentBase, LogRow, SimStateBase, SimStrategyBase, lines


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    pass


class BusyAgent(AgentBase):
    def takeStep(self, state: SimStateBase) -> None:
        until = time.thread_time() + 0.05
        while time.thread_time() < until:
            pass


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.addAgent(BusyAgent("busy"))


def netlist_createLogData(state: SimState) -> LogRow:
    return LogRow(ticks=state.tick)


netlist_charts = [lines("Ticks", "count", ticks="")]
'''


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the wall time and this process' CPU time of something [s]."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def overhead(repeats: int) -> None:
    """Compare the evaluator with the bare batch."""
    with TemporaryDirectory() as name, Workers(2) as workers:
        folder = Path(name)
        (folder / "netlist.py").write_text(BUSY)
        netlist = load_netlist(folder / "netlist.py")
        study = Study(metrics={"ticks": final("ticks")})
        bare: list[tuple[float, float]] = []
        ours: list[tuple[float, float]] = []

        def batch(number: int) -> None:
            run_batch(netlist, Design(seeds=N_RUNS), folder / f"batch{number}", workers)

        def evaluate(number: int) -> None:
            request = Request(workers=workers, out_dir=folder / f"study{number}")
            with open_study("yield", netlist, study, request, {}, N_RUNS) as evaluator:
                ours.append(
                    timed(lambda: evaluator.evaluate([evaluator.identity(s) for s in evaluator.seeds.first(N_RUNS)]))
                )

        for number in range(-1, repeats):  # the first of each is not counted
            one = timed(lambda number=number: batch(number))  # type: ignore[misc]
            evaluate(number)
            if number < 0:
                ours.clear()
            else:
                bare.append(one)
    ratio = statistics.median(b[0] / a[0] for a, b in zip(bare, ours, strict=True))
    print(f"{N_RUNS} runs of 50 ms, 2 workers, {repeats} repeats:")
    print(f"  evaluator / batch, wall: {ratio:.3f} (aim: below 1.1)")
    for what, times in (("batch", bare), ("evaluator", ours)):
        wall, cpu = (statistics.median(column) / N_RUNS * 1000 for column in zip(*times, strict=True))
        print(f"  {what:10} {wall:6.2f} ms a run, {cpu:5.2f} ms of them this process' CPU")


def draws(seed: int, n: int, branches: tuple[tuple[int, int], ...]) -> Floats:
    """Uniform numbers of a run, anew from each branch on."""
    found = np.random.default_rng(seed).random(n)
    for place, (tick, _) in enumerate(branches):
        key = [seed, *(number for branch in branches[: place + 1] for number in branch)]
        found[tick:] = np.random.default_rng(key).random(n - tick)
    return found


def reserve(settings: Mapping[str, Any], seed: int, branches: tuple[tuple[int, int], ...] = ()) -> dict[str, Floats]:
    """r_{t+1} = r_t − 0.5 + 2 z_t from r_0 = u, for 100 ticks."""
    from scipy.special import ndtri

    r = settings["u"] + np.concatenate([[0.0], np.cumsum(-0.5 + 2 * ndtri(draws(seed, 100, branches)))])
    ticks = np.arange(101.0)
    return {"Tick": ticks, "r": r, "expected": r - 0.5 * (100 - ticks)}


def queue(settings: Mapping[str, Any], seed: int, branches: tuple[tuple[int, int], ...] = ()) -> dict[str, Floats]:
    """An M/M/1 queue with load ½, from one customer until it is empty or holds K."""
    length, lengths = 1, [1.0]
    for u in draws(seed, 400, branches):
        length += 0 if length in (0, settings["K"]) else 1 if u < 1 / 3 else -1
        lengths.append(float(length))
    return {"Tick": np.arange(len(lengths), dtype=float), "length": np.array(lengths)}


def plane(beta: float) -> Callable[..., dict[str, float]]:
    """β − Σx/√10 of ten standard normal numbers: it is below 0 with Φ(−β)."""
    return lambda settings, seed: {"g": beta - sum(settings.values()) / len(settings) ** 0.5}


def cases() -> list[tuple[str, float, Callable[..., Any], Study, dict[str, Any]]]:
    """Return (name, probability, function, study, options) of each rare failure."""
    sinks = Study(
        metrics={"lowest": lowest("r")}, specs=[Spec("lowest", at_least=0, in_share=0.95, nearness=Falling("expected"))]
    )

    def fills(most: int) -> Study:
        spec = Spec("longest", at_most=most - 0.5, nearness=Rising("length"))
        return Study(metrics={"longest": highest("length")}, specs=[spec])

    ten = Study(
        random={f"x{place}": Normal(0, 1) for place in range(10)},
        metrics={"g": Metric(lambda rows: 0.0)},
        specs=[Spec("g", at_least=0, in_share=0.9)],
    )
    split = {"method": "splitting"}
    return [
        ("reserve, u = 100, splitting", 7.416e-3, reserve, sinks, {**split, "settings": {"u": 100.0}}),
        ("reserve, u = 130, splitting", 3.8005e-5, reserve, sinks, {**split, "settings": {"u": 130.0}}),
        ("queue of 20, splitting", 1 / (2**20 - 1), queue, fills(20), {**split, "settings": {"K": 20}, "size": 100}),
        ("plane, 3 sigma, ce", 1.3499e-3, plane(3.0), ten, {"method": "ce"}),
        ("plane, 4.5 sigma, ce", 3.3977e-6, plane(4.5), ten, {"method": "ce"}),
        ("plane, 6 sigma, ce", 9.8659e-10, plane(6.0), ten, {"method": "ce"}),
    ]


def runs_needed() -> None:
    """Compare the runs of `rare` with those of counting, for the same spread."""
    print("\nrare failures: ten repetitions, and as many plain runs as would tell it as well")
    print(f"  {'case':30} {'true':>10} {'found':>10} {'c':>6} {'runs':>8} {'plain runs':>12} {'factor':>10}")
    for name, truth, function, study, options in cases():
        result = rare(function, study, rel=9.0, repeats=10, budget=60_000, **options)
        found = np.array(result.table["probability"].to_pylist(), float)
        mean = float(found.mean())
        c = float(found.std(ddof=1)) / mean / len(found) ** 0.5
        plain = (1 - truth) / (truth * c**2)
        runs = result.runs_made
        print(f"  {name:30} {truth:10.3e} {mean:10.3e} {c:6.2f} {runs:8,} {plain:12,.0f} {plain / runs:10,.1f}")


if __name__ == "__main__":
    overhead(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
    runs_needed()
