"""Who keeps a controlled coin's contracts up to date: each calls what is due, and pays for it."""

from collections.abc import Callable
from typing import Literal, TypeAlias, final

from eth_utils.crypto import keccak

from tokenspice.engine import DAY, YEAR, Seconds, SimStateBase
from tokenspice.protocols.rai import (
    ETH_A,
    RAY,
    CoinSystem,
    ControllerTerms,
    ControllerTwin,
    Disagreement,
    RateBounds,
    RateUpdate,
    as_ray,
    parameter,
)
from tokenspice.web3engine import Chain, EvmAgentBase, EvmWallet, Reverted

__all__ = ["ControllerMode", "InterestAgent", "MedianizerAgent", "OracleKeeperAgent", "RateKeeperAgent"]

ControllerMode: TypeAlias = Literal["evm", "python", "both"]
"""evm: the controller's contracts; python: their twin in integers, in place of calculator and setter; both: the contracts,
each of whose updates the twin must find too."""

SET = "modifyParameters(bytes32,uint256)"
# Of the setter's event, whose last argument is the rate: reading its bytes takes a tenth of the time of its names.
RELAYED = keccak(text="UpdateRedemptionRate(uint256,uint256,uint256)")


@final
class OracleKeeperAgent(EvmAgentBase):
    """Has the delayed oracle updated whenever that is due, and tells SAFEs what collateral is worth.

    Args:
        name: of the agent.
        wallet: pays.
        chain: has the clock.
        system: whose oracles.
        delay: of the oracle.
        touched: called with the time when the redemption price was asked for.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        chain: Chain,
        system: CoinSystem,
        delay: Seconds,
        touched: Callable[[Seconds], object],
    ) -> None:
        super().__init__(name, wallet)
        self._chain = chain
        self._delayed = system.bank.delayed_oracle
        self._relayer = system.controller.relayer
        self._delay = delay
        self._touched = touched
        self._due: Seconds = 0

    def takeStep(self, state: SimStateBase) -> None:
        now = self._chain.now
        if now < self._due:
            return
        self.wallet.send(self._delayed.updateResult())
        self.wallet.send(self._relayer.updateCollateralPrice(ETH_A))
        self._due = now + self._delay
        self._touched(now)


@final
class MedianizerAgent(EvmAgentBase):
    """Has the medianizer observe, once a slot.

    Args:
        name: of the agent.
        wallet: pays.
        chain: has the clock.
        system: whose medianizer.
        slot: time between two observations.
    """

    def __init__(self, name: str, wallet: EvmWallet, chain: Chain, system: CoinSystem, slot: Seconds) -> None:
        super().__init__(name, wallet)
        self._chain = chain
        self._medianizer = system.bank.medianizer
        self._slot = slot
        self._due = chain.now + slot

    def takeStep(self, state: SimStateBase) -> None:
        if self._chain.now >= self._due:
            self.wallet.send(self._medianizer.updateResult())
            self._due = self._chain.now + self._slot


@final
class RateKeeperAgent(EvmAgentBase):
    """Has the rate updated as often as the controller lets it.

    Args:
        name: of the agent.
        wallet: pays; in "python" mode the relayer must have authorised it.
        chain: has the clock.
        system: whose rate.
        terms: the controller's.
        bounds: of the rate.
        twin: in step with the contracts.
        mode: who computes the rate.

    Attributes:
        n_updates: of the rate.
        n_refused: updates that the contracts refused, for instance because the medianizer was not valid.
        n_bound_hits: updates whose rate the relayer's bounds cut.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        chain: Chain,
        system: CoinSystem,
        terms: ControllerTerms,
        bounds: RateBounds,
        twin: ControllerTwin,
        mode: ControllerMode = "evm",
    ) -> None:
        super().__init__(name, wallet)
        self._chain = chain
        self._system = system
        self._terms = terms
        self._bounds = bounds
        self._twin = twin
        self._mode = mode
        self._due = chain.now + terms.period
        self.n_updates = 0
        self.n_refused = 0
        self.n_bound_hits = 0

    def takeStep(self, state: SimStateBase) -> None:
        now = self._chain.now
        if now < self._due:
            return
        try:
            rate = self._python(now) if self._mode == "python" else self._contract(now)
        except Reverted:
            self.n_refused += 1
            return
        if rate is None:
            self.n_refused += 1
            return
        self._due = now + self._terms.period
        self.n_updates += 1
        self.n_bound_hits += not self._bounds.lower <= rate <= self._bounds.upper

    def _contract(self, now: Seconds) -> int:
        setter = self._system.controller.setter
        receipt = self.wallet.send(setter.updateRate(self.wallet.address))
        relayed = [log for log in receipt.logs if log.topics[:1] == (RELAYED,)]
        if not relayed:
            raise Disagreement(
                f"the rate was not relayed at {now}: {setter.events(receipt)}. Look at the relayer's bounds."
            )
        if self._mode == "both":
            (event,) = setter.events(receipt, "UpdateRedemptionRate")
            self._compare(now, event.args)
        return int.from_bytes(relayed[0].data[-32:], "big")

    def _compare(self, now: Seconds, event: dict[str, int]) -> None:
        update = self._twin.update(now, event["marketPrice"] // 10**9)
        found = {
            "rate": (event["redemptionRate"], update.rate),
            "redemption price": (event["redemptionPrice"], self._twin.relayer.price),
        }
        if self._terms.law != "proportional":
            calculator, reader = self._system.controller.calculator, self._chain.faucet
            found["proportional term"] = reader.read(calculator.getLastProportionalTerm()), update.proportional
            found["integral"] = reader.read(calculator.pdc()), update.integral
        relayed = self._chain.read(self._system.controller.relayer.redemptionRate())
        self._twin.check(found | {"relayed rate": (relayed, self._twin.relayer.rate)})

    def _python(self, now: Seconds) -> int | None:
        market, is_valid = self._chain.read(self._system.bank.medianizer.getResultWithValidity())
        if not is_valid:
            return None
        update: RateUpdate = self._twin.update(now, market)
        relayer = self._system.controller.relayer
        self.wallet.send(relayer.redemptionPrice())
        self.wallet.send(relayer[SET](parameter("redemptionRate"), update.rate))
        return update.rate


@final
class InterestAgent(EvmAgentBase):
    """Lets interest on all debt accrue, once a day; it goes to the accounting.

    Args:
        name: of the agent.
        wallet: authorised by the engine.
        chain: has the clock.
        system: whose debt.
        fee: per year.
    """

    def __init__(self, name: str, wallet: EvmWallet, chain: Chain, system: CoinSystem, fee: float) -> None:
        super().__init__(name, wallet)
        self._chain = chain
        self._system = system
        self._growth = as_ray((1 + fee) ** (DAY / YEAR))
        self._due = chain.now + DAY

    def takeStep(self, state: SimStateBase) -> None:
        if self._chain.now < self._due:
            return
        bank = self._system.bank
        rate = self._system.look(self.wallet).accumulated_rate
        more = rate * (self._growth - RAY) // RAY
        self.wallet.send(bank.engine.updateAccumulatedRate(ETH_A, bank.accounting.address, more))
        self._due = self._chain.now + DAY
