"""A history replayed through the controller's law: what it would have done, beside what the system did.

T is the number of snapshots of the history.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from tokenspice.engine.errors import RunError
from tokenspice.engine.units import HOUR, Floats, Seconds
from tokenspice.protocols.rai import RAY, WAD, Controller, ControllerTerms, OracleRelayer
from tokenspice.studies.twin.history import History

__all__ = ["Replay", "closed_loop", "open_loop", "plain_arrays"]

SECONDS_PER_BLOCK = 13.13  # as the predecessor took it; the true mean of its data is 13.38
RATE_BOUND = 1e-4  # per second, the predecessor's
TWAP_WINDOW = 16 * HOUR  # over which the data show that the medianizer averages


@dataclass(frozen=True)
class Replay:
    """What a law made of a history.

    Attributes:
        mode: how it was replayed.
        redemption_price: [T] USD per coin.
        redemption_rate: [T] gross growth per hour.
        counts: [T] which snapshots a score may count: those that the law predicts.
        predicts: the series that the law predicts; the others are as observed.
    """

    mode: str
    redemption_price: Floats
    redemption_rate: Floats
    counts: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    predicts: tuple[str, ...] = ("redemption_price", "redemption_rate")


def open_loop(history: History) -> Replay:
    """Let the controller see the price that it saw, whenever the observed rate has changed.

    Raises:
        RunError: the record has no medianizer's prices.
    """
    seen = np.isfinite(history.oracle_price)
    if not seen.any():
        raise RunError(f"{history.name} has no medianizer's prices, which an open loop needs. Use rai_live_graph.")
    changed = np.diff(history.redemption_rate, prepend=history.redemption_rate[0]) != 0
    rate = history.redemption_rate.copy()
    for k in np.flatnonzero(changed & seen):
        controller = Controller(terms_at(history, int(history.block[k])))
        prices = wad(history.oracle_price[k]), ray(history.redemption_price[k])
        rate[k] = hourly(controller.preview(int(history.time[k]), *prices, RAY).rate)
    return Replay("open loop", history.redemption_price.copy(), rate, changed & seen, ("redemption_rate",))


def closed_loop(history: History, window: Seconds = TWAP_WINDOW) -> Replay:
    """Let controller and relayer run on their own clock; what they see is the recorded spot price, averaged.

    Args:
        window: over how long the price is averaged; 0 takes the spot price.
    """
    time = history.time
    relayer = OracleRelayer(int(time[0]), ray(history.redemption_price[0]))
    relayer.rate = ray(history.redemption_rate[0] ** (1 / HOUR))
    controller = Controller(terms_at(history, int(history.block[0])), last_update=int(time[0]))
    average = averaged(history, window)
    prices, rates = [history.redemption_price[0]], [history.redemption_rate[0]]
    for k in range(1, len(time)):
        now = int(time[k])
        price = relayer.redemption_price(now)
        controller.terms = terms_at(history, int(history.block[k]))
        if now - controller.last_update >= controller.terms.period:
            leak = controller.leaked(now)
            relayer.set_rate(now, controller.update(now, wad(average[k]), price, leak).rate)
        prices.append(price / RAY)
        rates.append(hourly(relayer.rate))
    return Replay("closed loop", np.array(prices), np.array(rates), np.arange(len(time)) > 0)


def plain_arrays(history: History) -> Replay:
    """Replay as the predecessor did, its slips included, to give its numbers: each row an update, time by blocks of
    13.13 s that lag a row behind, the spot price for the oracle's, and the rate taken over the step's own length.

    Source: the recurrences of the predecessor's model, checked against its published runs.
    """
    block, market = history.block.astype(float), history.market_price
    hours = np.diff(block, prepend=0.0) * SECONDS_PER_BLOCK / HOUR
    price, rate = history.redemption_price.copy(), history.redemption_rate.copy()
    for k in range(1, len(price)):
        if k == 1:
            price[1], rate[1] = price[0], rate[0]
            continue
        kp, step = terms_at(history, int(block[k])).kp / WAD, hours[k - 1]
        error = price[k - 1] - market[k]
        price[k] = price[k - 1] * rate[k - 1] ** step
        rate[k] = (1 + min(max(kp * error, -RATE_BOUND), RATE_BOUND)) ** (step * HOUR)
    return Replay("predecessor", price, rate, np.ones(len(price), bool))


def averaged(history: History, window: Seconds) -> Floats:
    """[T] the recorded market price, averaged over time up to each snapshot, each price until the next."""
    if not window:
        return history.market_price
    time, price = history.time.astype(float), history.market_price
    area = np.concatenate([[0.0], np.cumsum(price[:-1] * np.diff(time))])  # up to each snapshot

    def area_until(moment: Floats) -> Floats:
        before = np.searchsorted(time, moment, side="right") - 1
        found: Floats = area[before] + price[before] * (moment - time[before])
        return found

    start = np.maximum(time - window, time[0])
    length = time - start
    whole = length > 0
    mean = price.copy()
    mean[whole] = (area_until(time)[whole] - area_until(start)[whole]) / length[whole]
    return mean


def terms_at(history: History, block: int) -> ControllerTerms:
    """The controller's terms at a block."""
    row = history.gains[max(int(np.searchsorted(history.gains[:, 0], block, side="right")) - 1, 0)]
    _, kp, ki, leak, period = row
    return ControllerTerms(wad(kp), wad(ki), ray(leak), int(period))


def hourly(rate: int) -> float:
    """A rate in ray per second as gross growth per hour."""
    return float((1 + (rate - RAY) / RAY) ** HOUR)


def wad(number: float) -> int:
    return round(number * 10**9) * 10**9 if abs(number) > 1 else round(number * WAD)


def ray(number: float) -> int:
    # 53 bits are less than a ray holds; what they leave out is below a part in 10^15.
    return round((number - 1) * RAY) + RAY if 0.5 < number < 2 else round(number * WAD) * 10**9


def baselines(history: History) -> dict[str, Replay]:
    """What is had without any law: a constant price, the first rate for ever, and the observed rates compounded."""
    hours = np.diff(history.time, prepend=history.time[0]) / HOUR
    price, rate = history.redemption_price, history.redemption_rate
    counts = np.arange(len(price)) > 0
    persisted = price[0] * rate[0] ** np.cumsum(hours)
    grown = list(itertools.accumulate(rate[:-1] ** hours[1:], lambda p, growth: p * growth, initial=price[0]))
    return {
        "constant price": Replay("constant price", np.full_like(price, price[0]), np.ones_like(rate), counts),
        "first rate": Replay("first rate", persisted, np.full_like(rate, rate[0]), counts),
        "observed rates": Replay("observed rates", np.array(grown), rate, counts),
    }
