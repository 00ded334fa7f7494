"""A small pool to train, and how the reference's parameters are called here."""

from collections.abc import Sequence

from tests.markets.cases import prices
from tokenspice.markets.pools.frictions import Frictions
from tokenspice.markets.pools.weighted import WeightedPool
from tokenspice.markets.prices.table import Prices
from tokenspice.markets.scenario import Scenario
from tokenspice.markets.strategies.rules import Momentum, Rule
from tokenspice.markets.strategies.strategy import Strategy
from tokenspice.studies.pools.training.settings import Training
from tokenspice.studies.pools.training.space import CoordinateMap, FreeNumber

TOKENS = ("BTC", "ETH", "USDC")
RULE = "strategy.rule."
MEMORY = FreeNumber(f"{RULE}memory_days", 0.5, 100.0, CoordinateMap.logit_decay)
GAIN = FreeNumber(f"{RULE}gain_per_day", 0.1, 1000.0, CoordinateMap.log2)

# Of the record: which number, in which coordinate.
RECORDED = {
    "log_k": ("gain_per_day", CoordinateMap.log2),
    "sp_k": ("gain_per_day", CoordinateMap.squareplus),
    "k": ("gain_per_day", CoordinateMap.identity),
    "logit_lamb": ("memory_days", CoordinateMap.logit_decay),
    "sp_exponents": ("exponent", CoordinateMap.squareplus_from_1),
    "sp_pre_exp_scaling": ("scale", CoordinateMap.squareplus),
    "sp_amplitude": ("amplitude_per_day", CoordinateMap.squareplus),
    "sp_width": ("width", CoordinateMap.squareplus),
    "memory_days_1": ("fast_memory_days", CoordinateMap.identity),
    "memory_days_2": ("slow_memory_days", CoordinateMap.identity),
}


def recorded_free(keys: Sequence[str]) -> tuple[FreeNumber, ...]:
    """The free numbers of a record's parameters; the ranges do not matter."""
    return tuple(FreeNumber(RULE + RECORDED[key][0], 1.0, 2.0, RECORDED[key][1]) for key in keys)


def recorded_prices() -> Prices:
    """Those that the record's estimators had seen: a day less than there are."""
    table = prices().of(TOKENS)
    return Prices(table.tokens, table.unix_ms[1440:], table.close[1440:])


def scenario(
    rule: Rule = Momentum(5.0, 10.0), frictions: Frictions = Frictions(0.003), end: str = "2023-01-21"
) -> Scenario:
    return Scenario(TOKENS, "2023-01-08", end, WeightedPool((1 / 3,) * 3), Strategy(rule), frictions=frictions)


def training(**changes: object) -> Training:
    settings: dict[str, object] = {
        "free": (MEMORY, GAIN),
        "iterations": 4,
        "parameter_sets": 2,
        "batch_windows": 3,
        "evaluation_windows": 3,
        "evaluate_every": 2,
        "window_days": 5,
        "validation_fraction": 0.25,
        "test_end": "2023-01-25",
        "threads": 1,
    }
    return Training(**settings | changes)  # type: ignore[arg-type]
