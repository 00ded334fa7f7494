"""The contracts of contracts/rai on a chain."""

from dataclasses import dataclass

from tokenspice.engine.units import Seconds
from tokenspice.protocols.rai.controller import ControllerTerms
from tokenspice.protocols.rai.relayer import RateBounds
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Contract
from tokenspice.web3engine.rules import ZERO_ADDRESS
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["ControllerContracts", "deploy_calculator", "deploy_controller", "parameter"]

NAMES = {
    "raw": "PIRawPerSecondCalculator",
    "scaled": "PIScaledPerSecondCalculator",
    "basic": "BasicPIRawPerSecondCalculator",
    "proportional": "PRawPerSecondCalculator",
}


def parameter(name: str) -> bytes:
    """Write a parameter's name as the bytes32 that the contracts compare it with."""
    return name.encode().ljust(32, b"\0")


def deploy_calculator(chain: Chain, owner: EvmWallet, terms: ControllerTerms, memory: tuple[int, ...] = ()) -> Contract:
    """Deploy a calculator, whose authority and first reader `owner` is.

    Args:
        memory: what it takes over, if anything: time of its last update, proportional and integral term, integral, and
            the time of that observation.
    """
    state = list(memory or (0, 0, 0, 0, 0))
    bounds = (terms.noise_barrier, terms.upper, terms.lower)
    arguments: dict[str, tuple[object, ...]] = {
        "raw": (terms.kp, terms.ki, terms.leak, terms.period, *bounds, state),
        "scaled": (terms.kp, terms.ki, terms.leak, terms.period, *bounds, state),
        "basic": (terms.kp, terms.ki, terms.leak, terms.period, state),
        "proportional": (terms.kp, terms.period, *bounds),
    }
    return chain.deploy(f"rai/{NAMES[terms.law]}", *arguments[terms.law], sender=owner)


@dataclass(frozen=True)
class ControllerContracts:
    """A calculator with its setter and relayers, wired.

    Attributes:
        relayer: keeps the redemption price.
        setter: takes `updateRate`.
    """

    calculator: Contract
    relayer: Contract
    setter_relayer: Contract
    setter: Contract


def deploy_controller(
    chain: Chain,
    owner: EvmWallet,
    terms: ControllerTerms,
    oracle: Contract,
    price: int,
    delay: Seconds,
    bounds: RateBounds = RateBounds(),
    leaks: bool = True,
    safe_engine: str = ZERO_ADDRESS,
    memory: tuple[int, ...] = (),
) -> ControllerContracts:
    """Deploy a calculator, an oracle relayer, a setter's relayer and a setter, and wire them.

    Args:
        owner: may change all of them.
        oracle: of the market price.
        price: redemption price to begin with, ray.
        delay: least seconds between two updates of the rate.
        bounds: of the rate, in the relayer.
        leaks: whether the calculator's integral leaks.
        safe_engine: address of the engine that collateral prices go to.
        memory: as of `deploy_calculator`.
    """
    calculator = deploy_calculator(chain, owner, terms, memory)
    relayer = chain.deploy("rai/OracleRelayer", safe_engine, sender=owner)
    setter_relayer = chain.deploy("rai/SetterRelayer", relayer.address, delay, sender=owner)
    setter = chain.deploy(
        "rai/RateSetter",
        relayer.address,
        setter_relayer.address,
        oracle.address,
        calculator.address,
        delay,
        sender=owner,
    )
    set_number = "modifyParameters(bytes32,uint256)"
    set_address = "modifyParameters(bytes32,address)"
    for call in (
        calculator[set_address](parameter("seedProposer"), setter.address),
        relayer[set_number](parameter("redemptionPrice"), price),
        relayer[set_number](parameter("redemptionRateUpperBound"), bounds.upper),
        relayer[set_number](parameter("redemptionRateLowerBound"), bounds.lower),
        relayer.addAuthorization(setter_relayer.address),
        setter_relayer[set_address](parameter("setter"), setter.address),
        setter[set_number](parameter("defaultLeak"), 0 if leaks else 1),
    ):
        owner.send(call)
    return ControllerContracts(calculator, relayer, setter_relayer, setter)
