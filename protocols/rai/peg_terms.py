"""How those who hold a coin value it, as numbers."""

from dataclasses import dataclass
from typing import Annotated, final

from tokenspice.engine.parameters import AtLeast, Between, Doc, ParametersBase, Share
from tokenspice.engine.units import Unit

__all__ = ["PegTerms"]


@final
@dataclass(frozen=True)
class PegTerms(ParametersBase):
    """How those who hold a coin value it: an autoregression of the log of its worth over its redemption price."""

    mean: Annotated[
        float, Between(-1, 1), Unit("log"), Doc("premium over redemption to which values return; hand-set")
    ] = 0.0
    pull: Annotated[Share, Unit("per hour"), Doc("of the distance to it, what is made up; RAI's of spring 2021")] = (
        0.066
    )
    sigma: Annotated[float, AtLeast(0), Unit("per √hour"), Doc("of what news does to it; RAI's of spring 2021")] = 0.008
    impact: Annotated[Share, Doc("of what trades do to the pool, what stays in the valuation; hand-set")] = 1.0
