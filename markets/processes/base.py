"""What every process of one price can do: draw a path."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from tokenspice.engine.parameters import ParametersBase
from tokenspice.engine.units import Seconds
from tokenspice.markets.errors import PriceDataError

__all__ = ["Process", "checked_path"]


class Process(ParametersBase, ABC):
    """How a price moves. IMPLEMENT `path` in a frozen dataclass whose fields are the parameters."""

    @abstractmethod
    def path(self, rng: np.random.Generator, length: int, time_step: Seconds) -> list[float]:
        """Draw a path.

        Args:
            rng: draws it; `state.rng(name)` in a netlist.
            length: how many prices, the first one, with which the process starts, among them.
            time_step: seconds from one price to the next; of no effect where parameters are per step.

        Raises:
            PriceDataError: the path leaves what prices can be.
        """


def checked_path(prices: Sequence[float], floor: float, what: str) -> list[float]:
    """Return prices with none below the floor.

    Args:
        prices: as they were drawn.
        floor: no price is below it; 0 for no floor, and then every price must be above 0.
        what: names the process in errors.

    Raises:
        PriceDataError: a price is not above 0.
    """
    kept = [max(price, floor) for price in prices] if floor > 0 else list(prices)
    bad = next((step for step, price in enumerate(kept) if not 0 < price < float("inf")), None)
    if bad is not None:
        raise PriceDataError(
            f"{what}: the price of step {bad} is {kept[bad]:g}. A price is a number above 0: write a larger start, a "
            "smaller sigma or drift, or a floor above 0, below which no price falls."
        )
    return kept
