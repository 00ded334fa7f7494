"""The controller in Python beside its contract: the same updates at the same times, and whether they agree."""

from typing import final

from tokenspice.engine.errors import WorldError
from tokenspice.engine.units import Seconds
from tokenspice.protocols.rai.controller import Controller, ControllerTerms, RateUpdate
from tokenspice.protocols.rai.relayer import OracleRelayer, RateBounds, RateSetter
from tokenspice.protocols.rai.system import Memory

__all__ = ["ControllerTwin", "Disagreement"]


class Disagreement(WorldError):
    """The controller's contract and its twin in Python came to different numbers."""


@final
class ControllerTwin:
    """RateSetter, calculator and relayer in integers, in step with contracts.

    Args:
        now: Unix time at which both begin.
        terms: the controller's.
        bounds: of the rate.
        memory: what the controller takes over.
        price: redemption price, ray.
        rate: ray per second.
    """

    def __init__(
        self, now: Seconds, terms: ControllerTerms, bounds: RateBounds, memory: Memory, price: int, rate: int
    ) -> None:
        controller = Controller(terms, *memory)
        if terms.law == "proportional":  # which remembers nothing
            controller = Controller(terms)
        self.relayer = OracleRelayer(now, price, bounds)
        self.relayer.set_rate(now, rate)
        self.setter = RateSetter(self.relayer, controller, terms.period)

    def touch(self, now: Seconds) -> int:
        """Let the redemption price grow, as whoever asks the contract for it does, and return it, ray."""
        return self.relayer.redemption_price(now)

    def update(self, now: Seconds, market: int) -> RateUpdate:
        """Update by a market price, wad. The rate that it returns is the controller's, before the relayer's bounds."""
        return self.setter.update_rate(now, market)

    def check(self, found: dict[str, tuple[int, int]]) -> None:
        """Compare numbers of the contracts with those of this twin.

        Args:
            found: the contract's and the twin's, by what they are.

        Raises:
            Disagreement: two differ.
        """
        for what, (contract, twin) in found.items():
            if contract != twin:
                raise Disagreement(
                    f"the controller's contract has {what} = {contract}, and its twin in Python {twin}. Write "
                    "controller=evm to trust the contract, and report the two numbers."
                )
