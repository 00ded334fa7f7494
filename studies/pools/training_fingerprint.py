"""How a run fingerprint of quantammsim says that a pool is trained, as `Training`. What has no word here is named."""

from collections.abc import Mapping
from typing import Any

from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.prices.table import MINUTE_MS, timestamp
from tokenspice.markets.scenario import Scenario
from tokenspice.markets.strategies.rules import (
    DifferenceMomentum,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
)
from tokenspice.studies.pools.training.settings import Training
from tokenspice.studies.pools.training.space import CoordinateMap, FreeNumber, default_map

__all__ = ["training_of_fingerprint"]

# Names of measures as objectives, and as what chooses: "sharpe" is one of minutes there, and one of days here.
OBJECTIVES = {
    "sharpe": "sharpe_minute",
    "daily_sharpe": "sharpe_daily",
    "daily_log_sharpe": "log_sharpe_daily",
    "returns": "return",
    "annualised_returns": "return_per_year",
    "returns_over_hodl": "return_over_hodl",
    "annualised_returns_over_hodl": "return_over_hodl_per_year",
    "returns_over_uniform_hodl": "return_over_uniform_hodl",
    "annualised_returns_over_uniform_hodl": "return_over_uniform_hodl_per_year",
    "calmar": "calmar",
    "sterling": "sterling",
    "ulcer": "ulcer",
}
CHOICES = OBJECTIVES | {"sharpe": "sharpe_daily", "jax_sharpe": "sharpe_minute", "return": "return"}
METHODS = {"gradient_descent": "gradient", "bfgs": "bfgs", "cma_es": "cma_es", "optuna": "optuna"}
FIRST_POINTS = {"gaussian": "noise", "sobol": "sobol", "lhs": "lhs"}
FREE: Mapping[type, tuple[str, ...]] = {
    Momentum: ("memory_days", "gain_per_day"),
    PowerChannel: ("memory_days", "gain_per_day", "exponent", "scale"),
    MeanReversionChannel: ("memory_days", "gain_per_day", "exponent", "scale", "width", "amplitude_per_day"),
    DifferenceMomentum: ("fast_memory_days", "slow_memory_days", "gain_per_day"),
    MinVariance: ("memory_days", "blend_memory_days"),
}
# Their defaults; of our fields, the names.
SETTINGS: Mapping[str, tuple[str, Any]] = {
    "optimiser": ("optimiser", "adamw"),
    "base_lr": ("learning_rate", 0.1),
    "weight_decay": ("weight_decay", 0.01),
    "batch_size": ("batch_windows", 8),
    "n_parameter_sets": ("parameter_sets", 4),
    "sample_method": ("sampling", "uniform"),
    "initial_random_key": ("seed", 0),
    "lr_schedule_type": ("schedule", "constant"),
    "lr_decay_ratio": ("decay_ratio", 1000.0),
    "warmup_steps": ("warmup_iterations", 100),
    "decay_lr_ratio": ("plateau_ratio", 0.8),
    "min_lr": ("least_learning_rate", 1e-6),
    "val_fraction": ("validation_fraction", 0.2),
}


class Keys:
    """A nested table; remembers which keys were asked for."""

    def __init__(self, values: Mapping[str, Any], place: str) -> None:
        self.values, self.place, self.asked = values, place, set[str]()

    def get(self, key: str, default: Any) -> Any:
        self.asked.add(key)
        return self.values.get(key, default)

    def one_of(self, key: str, default: str, choices: Mapping[str, str]) -> str:
        name = self.get(key, default)
        if name not in choices:
            raise StrategyConfigError(f'{self.place}{key} is "{name}". Write {", ".join(choices)}.')
        return choices[name]

    def unused(self) -> list[str]:
        return [f"{self.place}{key}" for key in sorted(set(self.values) - self.asked)]


def training_of_fingerprint(
    fingerprint: Mapping[str, Any], scenario: Scenario, test_end: str
) -> tuple[Training, tuple[str, ...]]:
    """The settings, and the keys of optimisation_settings that have no word here.

    Args:
        fingerprint: nested, as quantammsim has it.
        scenario: of it.
        test_end: of it; empty for none.

    Raises:
        StrategyConfigError: a value is none that can be used, or the rule has nothing to train.
    """
    keys = Keys(fingerprint.get("optimisation_settings", {}), "optimisation_settings.")
    method = keys.one_of("method", "gradient_descent", METHODS)
    made: dict[str, Any] = {own: keys.get(name, default) for name, (own, default) in SETTINGS.items()}
    clips = keys.get("use_gradient_clipping", True), keys.get("clip_norm", 10.0)
    stops = keys.get("early_stopping", True), keys.get("early_stopping_patience", 200)
    falls = keys.get("use_plateau_decay", False), keys.get("decay_lr_plateau", 100)
    averages = keys.get("use_swa", False), keys.get("swa_start_frac", 0.75), keys.get("swa_freq", 10)
    objective = Keys(fingerprint, "").one_of("return_val", "daily_log_sharpe", OBJECTIVES)
    made |= {
        "method": method,
        "objective": objective,
        "turnover_penalty": fingerprint.get("turnover_penalty", 0.0),
        "choose_by": keys.one_of("early_stopping_metric", "daily_log_sharpe", CHOICES),
        "first_points": keys.one_of("parameter_init_method", "gaussian", FIRST_POINTS),
        "iterations": keys.get("n_iterations", 1000) + 1,
        "spread": 1.0,
        "clip_norm": clips[1] if clips[0] else 0.0,
        "patience": stops[1] if stops[0] else 0,
        # Its plain descent has the plateau without being asked for it.
        "plateau_iterations": falls[1] if falls[0] or made["optimiser"] == "sgd" else 0,
        "average_from": averages[1] if averages[0] else 1.0,
        "average_every": averages[2],
        "evaluate_every": 1,
        "test_end": test_end,
        "window_days": window_days(fingerprint, scenario, made["validation_fraction"]),
        "evaluation_windows": 20,
    }
    made |= of_method(keys, method)
    shared = bool(keys.get("force_scalar", False))
    return Training(free_numbers(scenario, not shared), **made), tuple(keys.unused())


def of_method(keys: Keys, method: str) -> dict[str, Any]:
    """What belongs to one method alone."""
    tables = {
        name: Keys(keys.get(f"{name}_settings", {}), f"{name}_settings.") for name in ("optuna", "bfgs", "cma_es")
    }
    if method == "gradient":
        return {}
    own = tables[method]
    if method == "optuna":
        return {
            "iterations": own.get("n_trials", 20),
            "multi_objective": own.get("multi_objective", False),
            "overfitting_penalty": own.get("overfitting_penalty", 0.2),
        }
    made: dict[str, Any] = {"evaluation_windows": own.get("n_evaluation_points", 20)}
    if method == "bfgs":
        return made | {"iterations": own.get("maxiter", 100)}
    return made | {"iterations": own.get("n_generations", 300), "population": own.get("population_size", None) or 0}


def window_days(fingerprint: Mapping[str, Any], scenario: Scenario, held: float) -> float:
    """Days of a training window: the training segment, less the minutes among which windows begin."""
    minutes = (timestamp(scenario.end) - timestamp(scenario.start)) // MINUTE_MS
    left = minutes - int(minutes * held) + 1 - int(fingerprint.get("bout_offset", 10_080))
    if left <= 0:
        raise StrategyConfigError(
            f"bout_offset {fingerprint.get('bout_offset', 10_080)} leaves no minute of the training window."
        )
    return left / 1440


def free_numbers(scenario: Scenario, per_token: bool) -> tuple[FreeNumber, ...]:
    """All that quantammsim trains of a rule, in its coordinates."""
    rule = None if scenario.strategy is None else scenario.strategy.rule
    if type(rule) not in FREE:
        raise StrategyConfigError(
            f"{type(scenario.pool if rule is None else rule).__name__} has nothing that a fingerprint trains."
        )
    found = []
    for name in FREE[type(rule)]:
        kind, low, high = default_map(name)
        if name == "gain_per_day" and isinstance(rule, PowerChannel | MeanReversionChannel):
            kind = CoordinateMap.squareplus
        if isinstance(rule, DifferenceMomentum):
            kind = CoordinateMap.identity
        found.append(FreeNumber(f"strategy.rule.{name}", low, high, kind, per_token))
    return tuple(found)
