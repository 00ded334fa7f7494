"""Traders who move at the same time: none of them sees in a step what another does in it."""

from collections.abc import Sequence
from typing import final

from tokenspice.agents.exchange.party import TraderAgent
from tokenspice.engine import AgentBase, SimStateBase

__all__ = ["SimultaneousTraders"]


@final
class SimultaneousTraders(AgentBase):
    """Lets all of its traders decide, and then sends what they decided, one trader after another.

    Results differ from those of the same traders as agents of their own, each of whom sees what the others before it did.

    Args:
        name: of the agent, and of the stream that orders the sending where the state is shuffled.
        traders: in the order in which they send otherwise. They are no agents of the state besides.
    """

    def __init__(self, name: str, traders: Sequence[TraderAgent]) -> None:
        super().__init__(name)
        self.traders = tuple(traders)

    def takeStep(self, state: SimStateBase) -> None:
        decided = [(trader, list(trader.decide(state))) for trader in self.traders if trader.is_trading()]
        if state.shuffled:
            decided = [decided[i] for i in state.rng(self.name).permutation(len(decided)).tolist()]
        for trader, intents in decided:
            for intent in intents:
                trader.send(intent)
