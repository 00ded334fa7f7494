"""Who passes on what comes in."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import final

from tokenspice.engine import MONTH, AgentBase, Amount, PrefixSums, SimStateBase, StrategyError, WalletBase

__all__ = ["RouterAgent"]

TOLERANCE = 1e-9  # by which shares may miss 1, being floats


@final
class RouterAgent(AgentBase):
    """Splits all that its wallet holds among others, every tick, and keeps nothing, to the base unit.

    Args:
        name: of the agent.
        wallet: of any tokens.
        shares: returns each receiver's share, by the agent's name: `lambda: {"dao": 0.95, "burner": 0.05}`. They are
            asked for at each step, and sum to 1.
    """

    def __init__(self, name: str, wallet: WalletBase, shares: Callable[[], Mapping[str, float]]) -> None:
        super().__init__(name, wallet)
        self._shares = shares
        self._received: dict[str, PrefixSums[int]] = {}

    def takeStep(self, state: SimStateBase) -> None:
        held = self.wallet.balances()
        for symbol, amount in held.items():
            self._note(symbol, state.tick, amount)
        shares = self._checked_shares() if any(held.values()) else {}
        for symbol, amount in held.items():
            for receiver, part in split(amount, shares).items():
                if part:
                    self.wallet.transfer(state.getAgent(receiver).wallet, symbol, part)

    def monthly_received(self, symbol: str, state: SimStateBase) -> Amount:
        """What came in during the last 30 days, the present tick included if the router has stepped in it."""
        first = max(state.elapsed - MONTH, 0) // state.ss.time_step
        return self._received.get(symbol, PrefixSums(0)).between(first, state.tick + 1)

    def _note(self, symbol: str, tick: int, amount: Amount) -> None:
        received = self._received.setdefault(symbol, PrefixSums(0))
        while len(received) < tick:  # the ticks before this token first came in
            received.append(0)
        received.append(amount)

    def _checked_shares(self) -> Mapping[str, float]:
        shares = self._shares()
        if abs(sum(shares.values()) - 1) > TOLERANCE or min(shares.values()) < 0:
            written = ", ".join(f"{receiver}: {share:g}" for receiver, share in shares.items())
            raise StrategyError(
                f"{self.name} splits by the shares {written or 'of nobody'}. Give shares that sum to 1."
            )
        return shares


def split(amount: Amount, shares: Mapping[str, float]) -> dict[str, Amount]:
    """Divide an amount in proportion to some shares; the parts sum to the amount, exactly."""
    exact = {receiver: Fraction(share) for receiver, share in shares.items()}
    whole, up_to_here, given = sum(exact.values()), Fraction(0), 0
    parts: dict[str, Amount] = {}
    for receiver, share in exact.items():
        up_to_here += share
        parts[receiver] = int(amount * up_to_here // whole) - given
        given += parts[receiver]
    return parts
