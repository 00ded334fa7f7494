"""The predecessor's extrapolation on plain arrays, its slips included, to give its numbers and to be compared with.

Each hour it moves the pool and the SAFEs by an action that ignores prices: the forecast of a vector autoregression of how
far actions were from smoothed ones. Source: the recurrences of the published model, checked against its runs.

N is the number of past states, T of hours, and columns of tokens are coins and ether in the pool, debt, collateral.
"""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.errors import RunError
from tokenspice.engine.units import HOUR, Floats
from tokenspice.studies.twin.power_transform import fit_transform
from tokenspice.studies.twin.replay import RATE_BOUND

__all__ = ["PastStates", "PlainPath", "next_action", "plain_path"]

ALPHA = 0.8  # weight of the newest state in the smoothed one
LAGS = 15  # of the autoregression
LIQUIDATION_RATIO = 1.5
DEBT_CEILING = 1e9  # coins
POOL_COIN, POOL_ETHER, DEBT, COLLATERAL = range(4)


@final
@dataclass(frozen=True)
class PastStates:
    """What happened before.

    Attributes:
        tokens: [N, 4] coins and ether in the pool, debt, collateral.
        redemption_price: [N] USD per coin.
        eth_price: [N] USD per ether.
    """

    tokens: Floats
    redemption_price: Floats
    eth_price: Floats

    def then(self, tokens: Floats, redemption_price: float, eth_price: float) -> "PastStates":
        """Return these states and one more."""
        return PastStates(
            np.vstack([self.tokens, tokens]),
            np.append(self.redemption_price, redemption_price),
            np.append(self.eth_price, eth_price),
        )


@final
@dataclass(frozen=True)
class PlainPath:
    """One path.

    Attributes:
        market_price: [T + 1] USD per coin, as the controller sees it: an hour late.
        redemption_price: [T + 1] USD per coin.
        redemption_rate: [T + 1] gross per hour.
        tokens: [T + 1, 4] as of `PastStates`.
    """

    market_price: Floats
    redemption_price: Floats
    redemption_rate: Floats
    tokens: Floats


def plain_path(
    past: PastStates,
    kp: float,
    redemption_price: float,
    redemption_rate: float,
    eth_path: Floats,
    smoothed: bool = False,
    swap_intensity: float = 0.0,
    rng: np.random.Generator | None = None,
) -> PlainPath:
    """Extrapolate along a path of ether's price.

    Args:
        past: the backtest's states; the last is where the path begins.
        kp: proportional gain, per USD and second.
        redemption_price: observed last, USD per coin.
        redemption_rate: observed last, gross per hour.
        eth_path: [T + 1] USD per ether; the first price is the last observed.
        smoothed: whether the action is the autoregression's forecast ("EWM on").
        swap_intensity: most of a swap towards the redemption price that an hour makes ("CSI"); 0 makes none.
        rng: draws how much of it; needed if `swap_intensity` is not 0.

    Raises:
        RunError: the past is too short for the autoregression.
    """
    n = len(eth_path)
    market, price, rate = np.empty(n), np.full(n, redemption_price), np.full(n, redemption_rate)
    tokens = np.tile(past.tokens[-1], (n, 1))
    market[0] = eth_path[0] * tokens[0, POOL_ETHER] / tokens[0, POOL_COIN]
    states = past.then(tokens[0], redemption_price, eth_path[0])
    for k in range(1, n):
        before = tokens[k - 1]
        market[k] = eth_path[k - 1] * before[POOL_ETHER] / before[POOL_COIN]
        price[k], rate[k] = price[k - 1], rate[k - 1]
        if k > 1:
            output = kp * (price[k - 1] - market[k])
            price[k] = price[k - 1] * rate[k - 1]
            rate[k] = (1 + min(max(output, -RATE_BOUND), RATE_BOUND)) ** HOUR
        tokens[k] = before
        if smoothed:
            tokens[k] += next_action(states.then(before, price[k], eth_path[k]))
            states = states.then(tokens[k], price[k], eth_path[k])
        if swap_intensity and rng is not None:
            tokens[k] += swap(before, market[k] / price[k], swap_intensity * rng.random())
    return PlainPath(market, price, rate, tokens)


def swap(tokens: Floats, ratio: float, share: float) -> Floats:
    """[4] a swap towards the redemption price, at the pool's ratio, without fee or curve.

    Args:
        ratio: market price over redemption price.
        share: of the whole way.
    """
    coins = tokens[POOL_COIN] * (np.sqrt(ratio) - 1) * share
    return np.array([coins, -coins * tokens[POOL_ETHER] / tokens[POOL_COIN], 0.0, 0.0])


def next_action(states: PastStates) -> Floats:
    """[4] what the autoregression says the next error will be, which the predecessor takes for the next action.

    Raises:
        RunError: the past is too short.
    """
    errors = coordinates(states, np.diff(smooth(states.tokens), axis=0)) - coordinates(
        states, np.diff(states.tokens, axis=0)
    )
    fitted = [fit_transform(column) for column in errors.T]
    forecast = autoregression_forecast(np.column_stack([one.values for one in fitted]))
    a, b, g, z = (one.inverse(value) for one, value in zip(fitted, forecast, strict=True))
    coins, ether, debt, collateral = states.tokens[-1]
    worth = collateral_per_debt(states)[-1]
    drawn = a * DEBT_CEILING
    return np.array([g * coins, z * ether, drawn, worth * (drawn - b * debt) + b * collateral])


def smooth(tokens: Floats) -> Floats:
    """[N, 4] exponentially weighted means, each with the weights of all states so far."""
    total, weight = np.zeros(tokens.shape[1]), 0.0
    found = np.empty_like(tokens)
    for k, row in enumerate(tokens):
        old = weight * (1 - ALPHA)
        weight = old + 1.0
        total = (old * total + row) / weight
        found[k] = total
    return found


def collateral_per_debt(states: PastStates) -> Floats:
    """[N] ether that must be locked for a coin of debt."""
    found: Floats = LIQUIDATION_RATIO * states.redemption_price / states.eth_price
    return found


def coordinates(states: PastStates, actions: Floats) -> Floats:
    """[N - 1, 4] actions as shares of the states that they led to: of the ceiling, of surplus collateral, of the pool."""
    after, worth = states.tokens[1:], collateral_per_debt(states)[1:]
    surplus = worth * after[:, DEBT] - after[:, COLLATERAL]
    return np.column_stack(
        [
            actions[:, DEBT] / DEBT_CEILING,
            (worth * actions[:, DEBT] - actions[:, COLLATERAL]) / surplus,
            actions[:, POOL_COIN] / after[:, POOL_COIN],
            actions[:, POOL_ETHER] / after[:, POOL_ETHER],
        ]
    )


def autoregression_forecast(series: Floats) -> Floats:
    """[k] one step of a vector autoregression with a constant, by least squares.

    Args:
        series: [n, k].

    Raises:
        RunError: there are fewer rows than numbers to estimate.
    """
    n, k = series.shape
    if n - LAGS <= 1 + LAGS * k:
        raise RunError(
            f"{n + 1} past states are too few for {LAGS} lags of {k} series. Give {LAGS * (k + 1) + 3} or more."
        )
    lagged = np.column_stack([np.ones(n - LAGS), *(series[LAGS - lag : n - lag] for lag in range(1, LAGS + 1))])
    weights = np.linalg.lstsq(lagged, series[LAGS:], rcond=1e-15)[0]
    newest = np.concatenate([[1.0], series[: -LAGS - 1 : -1].ravel()])
    forecast: Floats = newest @ weights
    return forecast
