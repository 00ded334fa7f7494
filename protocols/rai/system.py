"""A controlled coin on a chain, with its controller, and what is seen of it at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, final

from tokenspice.engine.units import HOUR, Amount, Seconds
from tokenspice.protocols.rai.bank import ETH_A, SET, Bank
from tokenspice.protocols.rai.contracts import ControllerContracts, deploy_controller, parameter
from tokenspice.protocols.rai.controller import ControllerTerms
from tokenspice.protocols.rai.fixed_point import RAY
from tokenspice.protocols.rai.numbers import as_ray, as_wad
from tokenspice.protocols.rai.relayer import RateBounds
from tokenspice.protocols.rai.system_terms import Start, SystemTerms
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Contract, Reader

__all__ = ["CoinSystem", "Memory", "SystemView", "deploy_system", "remembered"]


@final
class SystemView(NamedTuple):
    """What the lens sees, in the contracts' units."""

    pool_coins: Amount
    pool_ether: Amount
    redemption_price: int  # ray, as of `price_time`
    price_time: Seconds
    rate: int  # ray per second
    oracle_price: int  # wad
    oracle_is_valid: int
    principal: Amount
    accumulated_rate: int  # ray
    safety_price: int  # ray
    liquidation_price: int  # ray
    collateral: Amount

    @property
    def debt(self) -> Amount:
        """Of all SAFEs, with interest."""
        return self.principal * self.accumulated_rate // RAY

    @property
    def pool_price(self) -> float:
        """Ether per coin."""
        return self.pool_ether / self.pool_coins

    def redemption_at(self, now: Seconds) -> float:
        """The redemption price at a time, USD per coin, as the relayer would let it grow."""
        return float(self.redemption_price / RAY * (self.rate / RAY) ** (now - self.price_time))


@final
@dataclass(frozen=True)
class CoinSystem:
    """The contracts, wired.

    Attributes:
        bank: all but the controller.
        controller: calculator, setter and relayers.
        lens: looks at everything.
    """

    bank: Bank
    controller: ControllerContracts
    lens: Contract

    def look(self, reader: Reader) -> SystemView:
        """Look at the whole system."""
        return SystemView(*reader.read(self.lens.look()))

    def safe(self, reader: Reader, owner: str) -> tuple[Amount, Amount]:
        """Return collateral and principal of an owner's SAFE."""
        locked, principal = reader.read(self.bank.engine.safes(ETH_A, owner))
        return locked, principal

    def safes(self, reader: Reader, owners: Sequence[str]) -> list[tuple[Amount, Amount]]:
        """Return collateral and principal of each owner's SAFE."""
        locked, principals = reader.read(self.lens.lookAt(list(owners)))
        return list(zip(locked, principals, strict=True))


@final
class Memory(NamedTuple):
    """What a controller takes over: the time of its last update, and its terms then, in the controller's units."""

    last_update: Seconds
    proportional: int
    integral: int


def remembered(now: Seconds, terms: ControllerTerms, start: Start) -> Memory:
    """An update at the start's prices, just done."""
    redemption = as_ray(start.redemption_price)
    error = redemption - as_wad(start.average_price) * 10**9
    return Memory(now, error * RAY // redemption if terms.law == "scaled" else error, as_ray(start.integral))


def deploy_system(
    chain: Chain, bank: Bank, terms: SystemTerms, controller: ControllerTerms, bounds: RateBounds, start: Start
) -> CoinSystem:
    """Deploy the controller for a bank whose medianizer is valid already, as if it had just set the start's rate."""
    last = remembered(chain.now, controller, start)
    contracts = deploy_controller(
        chain,
        chain.faucet,
        controller,
        bank.medianizer,
        as_ray(start.redemption_price),
        controller.period,
        bounds,
        safe_engine=bank.engine.address,
        memory=(last.last_update, last.proportional, last.integral, last.integral, last.last_update),
    )
    parts = (bank.pool.exchange, bank.medianizer, contracts.relayer, bank.collateral_join, bank.sale)
    lens = chain.deploy("rai/Lens", *(part.address for part in parts))
    ratios = as_ray(terms.safety_ratio), as_ray(terms.liquidation_ratio)
    rate = as_ray(start.redemption_rate ** (1 / HOUR))
    for call in (
        bank.engine.addAuthorization(contracts.relayer.address),
        contracts.relayer["modifyParameters(bytes32,address,uint256,uint256)"](
            ETH_A, bank.delayed_oracle.address, *ratios
        ),
        contracts.relayer.updateCollateralPrice(ETH_A),
        contracts.relayer[SET](parameter("redemptionRate"), rate),
    ):
        chain.faucet.send(call)
    return CoinSystem(bank, contracts, lens)
