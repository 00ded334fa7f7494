"""Netlists that were typed into a notebook: a module, SimState alone, or its parts."""

from dataclasses import dataclass
from types import ModuleType

import pytest

import tokenspice as ts
from tokenspice.engine import (
    DAY,
    AgentBase,
    Amount,
    LogRow,
    NetlistError,
    RunError,
    SimStateBase,
    SimStrategyBase,
    Wallet,
    lines,
    tokens,
)


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: int = DAY
    max_ticks: int = 10
    purse_USD: Amount = tokens(100)


class SpenderAgent(AgentBase):
    def takeStep(self, state: SimStateBase) -> None:
        if isinstance(self.wallet, Wallet):
            self.wallet.withdraw("USD", tokens(int(state.rng("spender").integers(1, 5))))


class SimState(SimStateBase):
    """How long does a purse last?"""

    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.addAgent(SpenderAgent("ada", Wallet("ada", USD=ss.purse_USD)))


def netlist_createLogData(state: SimState) -> LogRow:
    return LogRow(ada_USD=state.getAgent("ada").wallet.balance("USD") / 10**18)


netlist_charts = [lines("Purse", "USD", ada_USD="")]
PARTS = (SimStrategy, SimState, netlist_createLogData, netlist_charts)


def in_main(**names: object) -> ModuleType:
    module = ModuleType("my_cells", "How long?")
    vars(module).update(names)
    return module


@pytest.mark.parametrize("given", [SimState, PARTS, (SimStrategy, SimState)], ids=["state", "all", "two"])
def test_classes_are_a_netlist(given: object) -> None:
    result = ts.run(given, purse_USD=50)  # type: ignore[arg-type]

    assert result.df["ada_USD"].iloc[0] == 50.0 and len(result.plot()) == 1  # type: ignore[arg-type]
    assert result.netlist.question == "How long does a purse last?"


def test_a_module_is_a_netlist() -> None:
    module = in_main(
        SimStrategy=SimStrategy,
        SimState=SimState,
        netlist_createLogData=netlist_createLogData,
        netlist_charts=netlist_charts,
    )

    assert ts.run(module).netlist.question == "How long?"
    assert repr(ts.run(module, seed=2)) == "Result(my_cells, seed 2, 10 ticks, finished)"


def test_workers_are_sent_what_was_typed() -> None:
    batch = ts.batch(PARTS, sweep={"purse_USD": [60, 70]}, seeds=2, workers=2)

    assert batch.n_failed == 0
    alone = ts.run(PARTS, purse_USD=60, seed=int(batch.runs["seed"][0]))
    assert batch.runs["ada_USD"][0] == alone.df["ada_USD"].iloc[-1]


def test_what_is_no_part_of_a_netlist_is_named() -> None:
    with pytest.raises(NetlistError, match="3 is no part of a netlist"):
        ts.run([SimState, 3])
    with pytest.raises(NetlistError, match="defines no SimStrategy"):
        ts.run(in_main(SimState=SimState, netlist_charts=netlist_charts))


def test_checkpoints_of_cells_are_refused() -> None:
    with pytest.raises(RunError, match="Write the netlist to a file"):
        ts.run(PARTS, options=ts.RunOptions(checkpoint_every=DAY))
