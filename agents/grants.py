"""Who gives money over time, and who spends it."""

from collections.abc import Callable
from typing import final

from tokenspice.agents.schedule import Every
from tokenspice.engine import AgentBase, Seconds, SimStateBase, Wallet, WalletBase, in_tokens, nth_part

__all__ = ["GrantGivingAgent", "GrantTakingAgent"]


@final
class GrantGivingAgent(AgentBase):
    """Gives away what its wallet holds at the start, in equal parts, the first one in its first step.

    Args:
        name: of the agent.
        wallet: holds the whole to be given, of one or more tokens.
        receiver: name of the agent that receives the grants.
        s_between_grants: seconds between two grants.
        n_actions: number of grants. What does not divide is spread, so that the last grant empties the purse.
    """

    def __init__(self, name: str, wallet: WalletBase, receiver: str, s_between_grants: Seconds, n_actions: int) -> None:
        super().__init__(name, wallet)
        self._receiver = receiver
        self._timer = Every(s_between_grants, at_once=True)
        self._n_actions = n_actions
        self._total = wallet.balances()
        self._n_given = 0

    def takeStep(self, state: SimStateBase) -> None:
        if self._n_given < self._n_actions and self._timer.is_due(state):
            self._timer.restart(state)
            self._give(state)
            self._n_given += 1

    def _give(self, state: SimStateBase) -> None:
        receiver = state.getAgent(self._receiver).wallet
        for symbol, total in self._total.items():
            amount = min(nth_part(total, self._n_given, self._n_actions), self.wallet.balance(symbol))
            if amount:
                self.wallet.transfer(receiver, symbol, amount)


@final
class GrantTakingAgent(AgentBase):
    """Spends at once, to nobody, whatever comes in.

    Args:
        name: of the agent.
        wallet: off the chain.
        ocean_price: returns the present price, in USD per OCEAN.

    Attributes:
        spent_at_tick: what the last step spent, in USD.
    """

    wallet: Wallet

    def __init__(self, name: str, wallet: Wallet, ocean_price: Callable[[], float]) -> None:
        super().__init__(name, wallet)
        self._ocean_price = ocean_price
        self.spent_at_tick = 0.0

    def takeStep(self, state: SimStateBase) -> None:
        usd, ocean = self.wallet.balance("USD"), self.wallet.balance("OCEAN")
        self.spent_at_tick = in_tokens(usd) + in_tokens(ocean) * self._ocean_price()
        self.wallet.withdraw("USD", usd)
        self.wallet.withdraw("OCEAN", ocean)
