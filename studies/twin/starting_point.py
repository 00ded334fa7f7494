"""Where a history ends, as the parameters with which the netlist rai begins."""

from dataclasses import asdict, dataclass
from typing import final

import numpy as np

from tokenspice.engine.errors import RunError
from tokenspice.protocols.rai.controller import Controller
from tokenspice.protocols.rai.fixed_point import RAY
from tokenspice.protocols.rai.peg_terms import PegTerms
from tokenspice.protocols.rai.scenario import Scenario
from tokenspice.studies.twin.history import History
from tokenspice.studies.twin.replay import TWAP_WINDOW, averaged, ray, terms_at, wad
from tokenspice.studies.twin.spread_model import VOL_SPREAD, SpreadModel

__all__ = ["StartingPoint", "peg_of", "scenario_parameters", "starting_point"]

MOST_PERSISTENT = 0.999  # root of a premium, above which it would hardly ever come back
COLLATERAL_RATIO = 3.2  # where collateral was not recorded
LOWEST_RATIO = 2.0  # of the most daring SAFE, where the mean leaves room for it
FREE_SHARE = 0.95  # of the coins outside the pool, what traders may hold


@final
@dataclass(frozen=True)
class StartingPoint:
    """How a system stands.

    Attributes:
        parameters: of the netlist rai, by name, as text.
        time: Unix seconds.
        notes: what was not recorded and therefore taken from elsewhere, in sentences.
    """

    parameters: dict[str, str]
    time: int
    notes: tuple[str, ...]


def starting_point(history: History, peg: PegTerms) -> StartingPoint:
    """Return the parameters of the netlist with which it goes on where a history ends.

    Args:
        peg: how holders value the coin from there on.

    Raises:
        RunError: the record has no price of ether or no pool, or a pool of more coins than there are.
    """
    notes: list[str] = []
    price, eth = float(history.redemption_price[-1]), last(history, "eth_price")
    pool = last(history, "coin_reserve")
    debt = debt_of(history, pool, notes)
    _, kp, ki, leak, period = history.gains[gains_row(history)]
    start = {
        "eth_price": eth,
        "market_price": float(history.market_price[-1]),
        "average_price": average_price(history),
        "redemption_price": price,
        "redemption_rate": float(history.redemption_rate[-1]),
        "integral": remembered_integral(history) if ki else 0.0,
        "pool_RAI": pool,
        "debt_RAI": debt,
        "collateral_ratio": collateral_ratio(history, debt * price / eth, notes),
    }
    values: dict[str, float | int | str] = {f"start.{name}": value for name, value in start.items()}
    values |= {"gains.kp": kp, "gains.ki": ki, "gains.leak": leak, "gains.period": int(period)}
    values |= {f"peg.{name}": value for name, value in asdict(peg).items()}
    values |= budgets(debt / pool - 1) | {"lowest_ratio": min(LOWEST_RATIO, start["collateral_ratio"])}
    return StartingPoint({name: as_text(value) for name, value in values.items()}, int(history.time[-1]), tuple(notes))


def as_text(value: float | int | str) -> str:
    """Write a value as a netlist's parameters take it; numpy's floats as Python's."""
    return value if isinstance(value, str) else repr(int(value) if isinstance(value, int) else float(value))


def last(history: History, name: str) -> float:
    """The last value of a column that was recorded.

    Raises:
        RunError: none was.
    """
    known = getattr(history, name)
    known = known[np.isfinite(known)]
    if not len(known):
        raise RunError(f"{history.name} has no {name}, which its future begins with. Give a record with that column.")
    return float(known[-1])


def gains_row(history: History) -> int:
    return max(int(np.searchsorted(history.gains[:, 0], history.block[-1], side="right")) - 1, 0)


def average_price(history: History) -> float:
    """What the medianizer gives: as recorded within its window, or else the pool's price, averaged."""
    recent = history.time > history.time[-1] - TWAP_WINDOW
    seen = history.oracle_price[recent & np.isfinite(history.oracle_price)]
    return float(seen[-1] if len(seen) else averaged(history, TWAP_WINDOW)[-1])


def debt_of(history: History, pool: float, notes: list[str]) -> float:
    """All debt, in coins.

    Raises:
        RunError: it is less than what the pool holds.
    """
    for name in ("debt", "coin_supply"):
        known = getattr(history, name)
        if np.isfinite(known).any():
            break
    else:
        notes.append("The debt was not recorded; it is taken as twice the coins in the pool.")
        return 2 * pool
    debt = float(known[np.isfinite(known)][-1])
    if debt < 1.02 * pool:
        raise RunError(
            f"{history.name} ends with {pool:,.0f} coins in the pool and a debt of {debt:,.0f}, so nearly all coins or more "
            "are in the pool. Correct the column debt."
        )
    return debt


def collateral_ratio(history: History, owed: float, notes: list[str]) -> float:
    """Collateral per debt of all SAFEs.

    Args:
        owed: all debt, in ether.
    """
    known = history.collateral[np.isfinite(history.collateral)]
    if len(known) and known[-1] / owed > 1.6:
        return float(known[-1] / owed)
    notes.append(f"Collateral was not recorded, or not all of it; {COLLATERAL_RATIO:.0%} of the debt is taken.")
    return COLLATERAL_RATIO


def budgets(coins_outside: float) -> dict[str, float]:
    """How much of what the pool holds traders hold besides, so that there are as many coins.

    Args:
        coins_outside: the pool, as a share of it.
    """
    free = FREE_SHARE * coins_outside
    return {
        "arbitrageur_budget": min(0.4, 0.7 * free),
        "providers_reserve": min(0.05, 0.1 * free),
        # How traders bring the premium back is in its estimated lags already.
        "price_trader.budget": min(0.0001, 0.01 * free),
        "rate_trader.budget": min(0.0001, 0.01 * free),
    }


def remembered_integral(history: History) -> float:
    """What the controller's integral has become since the gains of the end hold, USD times seconds."""
    first = int(np.searchsorted(history.block, history.gains[gains_row(history), 0]))
    seen = averaged(history, TWAP_WINDOW)
    controller = Controller(terms_at(history, int(history.block[-1])))
    for k in range(first, len(history.time)):
        now = int(history.time[k])
        if now - controller.last_update >= controller.terms.period:
            controller.update(now, wad(seen[k]), ray(history.redemption_price[k]), controller.leaked(now))
    return controller.integral / RAY


def peg_of(spread: SpreadModel, impact: float = 1.0) -> PegTerms:
    """Return the terms by which the netlist's holders value the coin as an estimated spread says.

    Args:
        spread: of market price over redemption price.
        impact: of trades on it, which a history does not tell.
    """
    constant, *lags, of_return = map(float, spread.coefficients)
    lags = [lag * min(1.0, MOST_PERSISTENT / max(spread.largest_root, 1e-9)) ** (i + 1) for i, lag in enumerate(lags)]
    names = {f"lag{i + 1}": lag for i, lag in enumerate([*lags, 0.0, 0.0, 0.0][:4])}
    return PegTerms(
        mean=constant / (1 - sum(lags)),
        sigma=float(spread.residuals.std()),
        eth_weight=of_return,
        mean_spread=spread.level_spread,
        vol_spread=VOL_SPREAD,
        impact=impact,
        **names,
    )


def scenario_parameters(scenario: Scenario) -> dict[str, str]:
    """Return what a scenario changes, by the names of the netlist's parameters."""
    changed = {
        "gains.kp": scenario.kp,
        "gains.ki": scenario.ki,
        "gains.leak": scenario.leak,
        "gains.period": scenario.period,
        "system.oracle_delay": scenario.oracle_delay,
        "shock.eth": scenario.eth_shock,
        "shock.eth_hour": scenario.eth_shock_hour,
        "shock.drain": scenario.liquidity_drain,
        "shock.drain_hour": scenario.liquidity_drain_hour,
        "shock.demand": scenario.demand_shock,
        "shock.demand_hour": scenario.demand_shock_hour,
    }
    return {name: as_text(value) for name, value in changed.items() if value is not None}
