"""Agents that do not let a run end: what they do is a parameter."""

import os
import time
from dataclasses import dataclass

from tokenspice.engine import AgentBase, KPIsBase, LogRow, PlotInstructions, SimStateBase, SimStrategyBase, Wallet


class NoException(BaseException):
    """Is caught by no `except Exception`."""


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    what: str = "nothing"
    max_ticks: int = 1_000_000


class StuckAgent(AgentBase):
    def takeStep(self, state: SimStateBase) -> None:
        assert isinstance(state.ss, SimStrategy)
        if state.tick != 3:
            return
        if state.ss.what == "sleep":
            time.sleep(1000)
        if state.ss.what == "in C":
            sum(range(10**13))
        if state.ss.what == "exit":
            os._exit(0)
        if state.ss.what == "escape":
            raise ValueError("\x1b[31mred\x1b[0m\nand a second line\x00")
        while state.ss.what == "swallow":
            try:
                time.sleep(0.1)
            except KeyboardInterrupt:
                pass


class KPIs(KPIsBase):
    def takeStep(self, state: SimStateBase) -> None:
        assert isinstance(state.ss, SimStrategy)
        if state.ss.what == "kpi":
            raise NoException("of the KPIs")


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.addAgent(StuckAgent("agent0", Wallet("agent0")))
        self.kpis = KPIs(ss.time_step)


def netlist_createLogData(state: SimStateBase) -> LogRow:
    return LogRow(n=state.numAgents())


def netlist_plotInstructions(header: list[str], values: object) -> PlotInstructions:
    return PlotInstructions("Tick", [], [])
