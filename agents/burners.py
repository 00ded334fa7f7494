"""Who takes tokens out of the world."""

from collections.abc import Callable
from typing import final

from tokenspice.agents.supply import TokenSupply
from tokenspice.engine import AgentBase, SimStateBase, Wallet
from tokenspice.engine.units import nth_part, scaled

__all__ = ["BurnerAgent"]

N_PURCHASES = 10  # per tick; each raises the price for the next, as the supply shrinks


@final
class BurnerAgent(AgentBase):
    """Buys tokens with all the USD that it has, in ten equal parts, and burns them at once.

    From whom it buys is not modelled: its USD leave the simulation, and the supply shrinks.

    Args:
        name: of the agent.
        wallet: off the chain; receives USD.
        supply: of the token that is burned.
        price: returns the present price, in USD per token.
    """

    wallet: Wallet

    def __init__(self, name: str, wallet: Wallet, supply: TokenSupply, price: Callable[[], float]) -> None:
        super().__init__(name, wallet)
        self._supply = supply
        self._price = price

    def takeStep(self, state: SimStateBase) -> None:
        usd = self.wallet.balance("USD")
        for number in range(N_PURCHASES if usd else 0):
            spent = nth_part(usd, number, N_PURCHASES)
            self._supply.burn(scaled(spent, 1 / self._price()), spent)
            self.wallet.withdraw("USD", spent)
