"""Does a reserve last? One that drifts and diffuses: r_{t+1} = r_t + mu + s z_t. Its end is normal, so all is known."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.engine import (
    DAY,
    AgentBase,
    AtLeast,
    Doc,
    Falling,
    LogRow,
    Range,
    Seconds,
    SimStateBase,
    SimStrategyBase,
    Spec,
    Study,
    final,
    lines,
    lowest,
)


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: Seconds = DAY
    max_ticks: int = 100
    u: Annotated[float, Doc("what the reserve begins with")] = 100.0
    mu: Annotated[float, Doc("what it gains a tick, on average")] = -0.5
    s: Annotated[float, AtLeast(0), Doc("the standard deviation of that")] = 2.0
    decoys: Annotated[float, Doc("changes nothing")] = 0.0


class ReserveAgent(AgentBase):
    def __init__(self, name: str, ss: SimStrategy) -> None:
        super().__init__(name)
        self.ss = ss
        self.r = ss.u

    def takeStep(self, state: SimStateBase) -> None:
        self.r += self.ss.mu + self.ss.s * float(state.rng(self.name).standard_normal())


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.reserve = ReserveAgent("reserve", ss)
        self.addAgent(self.reserve)


def netlist_createLogData(state: SimState) -> LogRow:
    return LogRow(r=state.reserve.r)


netlist_charts = [lines("What is left", "tokens", r="")]

netlist_study = Study(
    design={"u": Range(50, 150)},
    environment={"mu": Range(-1.0, 0.0)},
    metrics={"end": final("r"), "lowest": lowest("r")},
    specs=[Spec("end", at_least=0, in_share=0.98, nearness=Falling("r"))],
    invariants={"r >= 0": lambda state: state.reserve.r >= 0},
)
