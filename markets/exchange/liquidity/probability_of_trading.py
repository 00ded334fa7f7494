"""How likely an order is to trade, by a log-normal price that stays within its valid range."""

import math
from functools import lru_cache
from typing import NamedTuple, final

__all__ = ["PriceView", "TradingModel", "probability_of_trading"]


@final
class TradingModel(NamedTuple):
    """The log-normal price.

    Attributes:
        tau: years ahead, with its scaling.
        least: the probability is never below this.
    """

    mu: float
    sigma: float
    tau: float
    least: float


@final
class PriceView(NamedTuple):
    """Best prices of the book, and the lowest and highest valid price, all in one unit."""

    best_bid: float
    best_ask: float
    low: float
    high: float


def probability_of_trading(is_buy: bool, price: float, view: PriceView, model: TradingModel) -> float:
    """Return the probability with which an order at `price` trades.

    It is ½ from the best bid to the best ask, the least one outside the valid range, and falls from ½ to the least
    one between the best price and the range's end, as the distribution function of the price does.
    """
    bid, ask, low, high = view
    if price < low or price > high:
        return model.least
    if is_buy:
        return 0.5 if price >= bid else max(model.least, 0.5 * share(price, low, bid, bid, model))
    return 0.5 if price <= ask else max(model.least, 0.5 - 0.5 * share(price, ask, high, ask, model))


def share(price: float, low: float, high: float, best: float, model: TradingModel) -> float:
    """What part of the probability between `low` and `high` lies below `price`, which lies between them."""
    below, start, end = (distribution(x, best, model) for x in (price, low, high))
    return (below - start) / (end - start) if end > start else 1.0


@lru_cache(maxsize=4096)
def distribution(price: float, best: float, model: TradingModel) -> float:
    """The distribution function of a log-normal price that starts from `best`."""
    if price <= 0:
        return 0.0
    mu, sigma, tau, _ = model
    scale = sigma * math.sqrt(tau)
    deviations = (math.log(price / best) - (mu - sigma**2 / 2) * tau) / scale
    return 0.5 * math.erfc(-deviations / math.sqrt(2))
