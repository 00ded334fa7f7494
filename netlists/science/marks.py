"""What happens in a science-funding netlist that charts should show: the treasury is spent."""

from typing import final

from tokenspice.agents.science.ledger import OCEAN
from tokenspice.engine import KPIsBase, Mark, SimStateBase
from tokenspice.netlists.science.state import ScienceStateBase

__all__ = ["TreasuryKPIs", "treasury_marks"]

LEFT = 100  # of so many parts, one is left when a treasury counts as spent


@final
class TreasuryKPIs(KPIsBase):
    """Notes the first tick after which the treasury holds 1 % or less of what it began with.

    Args:
        state: at the beginning.

    Attributes:
        marks: that tick, once it has come.
    """

    def __init__(self, state: ScienceStateBase) -> None:
        super().__init__(state.ss.time_step)
        self.marks: list[Mark] = []
        self._first = state.treasury.wallet.balance(OCEAN)

    def takeStep(self, state: SimStateBase) -> None:
        super().takeStep(state)
        assert isinstance(state, ScienceStateBase)
        if not self.marks and state.treasury.wallet.balance(OCEAN) * LEFT <= self._first:
            self.marks.append(Mark("1 % of the treasury is left", state.tick))


def treasury_marks(state: ScienceStateBase) -> list[Mark]:
    """Return `netlist_marks` of a netlist whose KPIs are TreasuryKPIs."""
    assert isinstance(state.kpis, TreasuryKPIs)
    return state.kpis.marks
