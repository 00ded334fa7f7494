"""What a system of a controlled coin is deployed with, and how it stands when a run begins."""

from dataclasses import dataclass
from typing import Annotated, Literal, final

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.parameters import Above, AtLeast, Between, Doc, ParametersBase, Share
from tokenspice.engine.units import HOUR, Amount, Seconds, Unit, tokens
from tokenspice.protocols.rai.controller import HAI, ControllerTerms, Law
from tokenspice.protocols.rai.numbers import as_ray, as_wad
from tokenspice.protocols.rai.relayer import RAI_BOUNDS, RateBounds

__all__ = ["ControllerSettings", "Start", "SystemTerms"]


@final
@dataclass(frozen=True)
class ControllerSettings(ParametersBase):
    """The controller's terms, as a run's parameters hold them: floats are taken for the decimals that they are."""

    preset: Annotated[
        Literal["own", "hai"],
        Doc("own: the controller that follows here; hai: HAI's on its mainnet, which leaks and scales"),
    ] = "own"
    law: Annotated[Law, Doc("raw: the error in USD; scaled: as a share; basic: raw without bounds; proportional")] = (
        "raw"
    )
    kp: Annotated[float, Between(-1, 1), Unit("per USD s"), Doc("proportional gain; RAI's from October 2021")] = 7.5e-8
    ki: Annotated[float, Between(-1, 1), Unit("per USD s²"), Doc("integral gain; RAI's from February 2022")] = 2.4e-14
    leak: Annotated[float, Between(0, 1), Unit("per s"), Doc("share of the integral that a second leaves; RAI's")] = (
        0.9999997112
    )
    period: Annotated[Seconds, AtLeast(1), Doc("least time between two updates of the rate; RAI's")] = 4 * HOUR
    noise_barrier: Annotated[float, Above(0, 1), Doc("1 lets every output pass; RAI's")] = 1.0
    bounds: Annotated[
        Literal["rai", "none"], Doc("of the rate, in the relayer; rai: 6.6e-8 a second either way, as on mainnet")
    ] = "rai"

    @property
    def terms(self) -> ControllerTerms:
        """The same as the controller takes them."""
        if self.preset == "hai":
            return HAI
        return ControllerTerms(
            as_wad(self.kp),
            as_wad(self.ki),
            as_ray(self.leak),
            self.period,
            as_wad(self.noise_barrier),
            law=self.law,
        )

    @property
    def rate_bounds(self) -> RateBounds:
        """Of the relayer."""
        return RAI_BOUNDS if self.bounds == "rai" and self.preset == "own" else RateBounds()


@final
@dataclass(frozen=True)
class SystemTerms(ParametersBase):
    """Everything but the controller: oracles, SAFEs, liquidation."""

    twap_window: Annotated[Seconds, AtLeast(2), Doc("over which the medianizer averages; as RAI's data show")] = (
        16 * HOUR
    )
    twap_slots: Annotated[int, AtLeast(2), Doc("observations in a window")] = 4
    oracle_delay: Annotated[Seconds, AtLeast(1), Doc("by which SAFEs see ether's price late; RAI's")] = HOUR
    safety_ratio: Annotated[
        float, AtLeast(1), Unit("share"), Doc("collateral per debt that drawing leaves; hand-set")
    ] = 1.5
    liquidation_ratio: Annotated[float, AtLeast(1), Unit("share"), Doc("below which a SAFE is sold; RAI's")] = 1.45
    liquidation_penalty: Annotated[Share, Doc("that a sale raises on top of the debt; hand-set")] = 0.1
    liquidation_discount: Annotated[
        float, Between(0, 0.99), Unit("share"), Doc("below the oracle's price, at which collateral is sold; hand-set")
    ] = 0.05
    stability_fee: Annotated[float, Between(0, 10), Unit("per year"), Doc("interest on debt; RAI's")] = 0.02

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.safety_ratio < self.liquidation_ratio:
            raise StrategyError(
                f"safety_ratio = {self.safety_ratio:g} is below liquidation_ratio = {self.liquidation_ratio:g}, so a SAFE "
                "could be sold as soon as it was drawn on. Write a higher safety_ratio."
            )
        if self.twap_window % self.twap_slots:
            raise StrategyError(
                f"twap_window = {self.twap_window} s cannot be cut into {self.twap_slots} slots of whole seconds. Write a "
                "multiple."
            )


@final
@dataclass(frozen=True)
class Start(ParametersBase):
    """How the system stands at hour 0; the defaults are RAI's record of 13 June 2021, rounded."""

    eth_price: Annotated[float, Above(0), Unit("USD per ETH"), Doc("RAI's record of 13 June 2021")] = 2430.0
    market_price: Annotated[float, Above(0), Unit("USD per RAI"), Doc("in the pool; the same record")] = 2.985
    average_price: Annotated[float, Above(0), Unit("USD per RAI"), Doc("that the medianizer gives; hand-set")] = 2.985
    redemption_price: Annotated[float, Above(0), Unit("USD per RAI"), Doc("the same record")] = 3.01
    redemption_rate: Annotated[float, Above(0), Unit("gross per hour"), Doc("the same record")] = 1.0000045
    integral: Annotated[float, Unit("USD s per RAI"), Doc("of the error, which the controller remembers")] = 0.0
    pool_RAI: Annotated[Amount, Above(0), Doc("with as much ether as they are worth; the same record")] = tokens(
        5_760_000
    )
    debt_RAI: Annotated[Amount, Above(0), Doc("of all SAFEs, which are all coins; the same record")] = tokens(
        10_930_000
    )
    collateral_ratio: Annotated[
        float, Above(1), Unit("share"), Doc("collateral per debt of all SAFEs; of that time")
    ] = 3.2
