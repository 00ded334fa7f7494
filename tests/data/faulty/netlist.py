"""How does a batch bear an agent that misbehaves? Pure Python, two agents, chance and a fault of one's choice."""

import os
import signal
import time
from dataclasses import dataclass
from typing import Literal

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.charts import COUNT, PlotInstructions, YParam
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.log import LogRow
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import DAY, Amount, Floats, in_tokens, tokens
from tokenspice.engine.wallet import Wallet


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: int = DAY
    max_ticks: int = 10
    fault: Literal["none", "raise", "kill", "sleep", "loop", "hog", "grow"] = "none"
    fault_tick: int = 5
    only_seed: int = -1  # the one whose run misbehaves; -1 is all
    marker: str = ""  # a file: the first run to misbehave makes it, and no other does
    step_s: float = 0.0  # seconds of real time that a step takes
    stake: Amount = tokens(1)


class WalkerAgent(AgentBase):
    """Walks at random."""

    def __init__(self, name: str, wallet: Wallet) -> None:
        super().__init__(name, wallet)
        self.place = 0.0

    def takeStep(self, state: SimStateBase) -> None:
        self.place += state.rng(self.name).normal()


class TroubleAgent(AgentBase):
    """Does what it should not, once."""

    def __init__(self, name: str, wallet: Wallet, ss: SimStrategy) -> None:
        super().__init__(name, wallet)
        self.ss = ss

    def takeStep(self, state: SimStateBase) -> None:
        time.sleep(self.ss.step_s)
        if state.tick != self.ss.fault_tick or self.ss.only_seed not in (-1, self.ss.seed):
            return
        if self.ss.marker:
            try:
                open(self.ss.marker, "x").close()
            except FileExistsError:
                return
        match self.ss.fault:
            case "raise":
                raise ValueError("no such luck")
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "sleep":
                time.sleep(1000)
            case "loop":
                while True:
                    pass
            case "hog":
                _ = 7 ** (7**11)  # the interpreter is not let go of
            case "grow":
                state.addAgent(WalkerAgent(f"walker{state.rng('n').integers(2, 4)}", Wallet("late")))


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.stake = ss.stake
        self.addAgent(WalkerAgent("walker1", Wallet("walker1")))
        self.addAgent(TroubleAgent("trouble", Wallet("trouble"), ss))
        self.kpis = KPIs(ss.time_step)


class KPIs(KPIsBase):
    """The places say it all."""


def netlist_createLogData(state: SimState) -> LogRow:
    walkers = state.agents.filter_by_class(WalkerAgent)
    return LogRow(stake_OCEAN=in_tokens(state.stake)) | {name: agent.place for name, agent in walkers.items()}


def netlist_plotInstructions(header: list[str], values: Floats) -> PlotInstructions:
    walkers = [name for name in header if name.startswith("walker")]
    return PlotInstructions("Day", values[:, header.index("Day")], [YParam(walkers, walkers, "Place", COUNT)])
