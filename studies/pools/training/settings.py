"""How a pool is trained, as one frozen value."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, final, get_args, get_type_hints

import numpy as np

from tokenspice.markets.errors import StrategyConfigError
from tokenspice.studies.pools.training.gradient import Aggregate
from tokenspice.studies.pools.training.segments import Sampling
from tokenspice.studies.pools.training.space import FreeNumber

__all__ = ["Training", "learning_rate"]


@final
@dataclass(frozen=True)
class Training:
    """What is trained, for what, on which windows, and how.

    Attributes:
        free: the numbers that may change.
        method: gradient: ascent; bfgs: the same with an estimate of the curvature; cma_es and optuna: searches, without
            derivatives.
        objective: the measure that is made large in training windows.
        turnover_penalty: what is taken off the objective of a window for each unit of turnover, the mean over its minutes of
            the sum of the changes of all tokens' shares of the value. What chooses is not lowered.
        choose_by: the measure that chooses among what was trained, on the validation; empty for the objective.
        iterations: steps of gradient and bfgs, generations of cma_es, trials of optuna.
        seed: of all random numbers.
        parameter_sets: how many starts; the first from the scenario's own numbers.
        spread: how far the other starts lie from it, in coordinates, for first_points "noise".
        first_points: noise around the scenario's numbers, or over the whole range.
        window_days: of each training window; 0 for the whole training segment.
        batch_windows: of one gradient.
        sampling: how their starts are drawn.
        starts_every_minutes: between possible starts.
        evaluation_windows: by which bfgs and searches judge.
        aggregate: what the windows' objectives are made into.
        validation_fraction: of the scenario's window, its last part, which is not trained on.
        test_end: the end of the test, which begins where the scenario ends; empty for none.
        evaluate_every: iterations between looks at train and validation as a whole.
        patience: iterations without a better validation after which training ends; 0 for never.
        optimiser, learning_rate, weight_decay, clip_norm: of gradient; the decay is adamw's, 0 clips nothing.
        schedule, decay_ratio, warmup_iterations: of the learning rate.
        plateau_iterations: steps without a better objective of a set after which its rate falls; 0 for never.
        plateau_ratio, least_learning_rate: to which part of itself, and how far at most.
        average_from, average_every: from which part of the iterations on, and how often, points are averaged to one more
            candidate (stochastic weight averaging); 1 for never.
        straight_through: whether derivatives go past the guard rails.
        population, step: of cma_es; 0 for its own size; the step is a part of the ranges.
        multi_objective: of optuna: mean, worst and spread of the windows, instead of the aggregate.
        overfitting_penalty: of optuna: how much the validation's shortfall counts. It lets the search see the validation.
        threads: to work on; 0 for all there are. Results do not depend on it.
    """

    free: tuple[FreeNumber, ...]
    method: Literal["gradient", "bfgs", "cma_es", "optuna"] = "gradient"
    objective: str = "log_sharpe_daily"
    choose_by: str = ""
    turnover_penalty: float = 0.0
    iterations: int = 100
    seed: int = 0
    parameter_sets: int = 4
    spread: float = 0.1
    first_points: Literal["noise", "sobol", "lhs"] = "noise"
    window_days: float = 0.0
    batch_windows: int = 8
    sampling: Sampling = "uniform"
    starts_every_minutes: int = 1
    evaluation_windows: int = 8
    aggregate: Aggregate = "mean"
    validation_fraction: float = 0.2
    test_end: str = ""
    evaluate_every: int = 10
    patience: int = 0
    optimiser: Literal["adam", "adamw", "sgd"] = "adam"
    learning_rate: float = 0.1
    weight_decay: float = 0.01
    clip_norm: float = 10.0
    schedule: Literal["constant", "cosine", "warmup_cosine", "exponential"] = "constant"
    decay_ratio: float = 1000.0
    warmup_iterations: int = 100
    plateau_iterations: int = 0
    plateau_ratio: float = 0.8
    least_learning_rate: float = 1e-6
    average_from: float = 1.0
    average_every: int = 10
    straight_through: bool = False
    population: int = 0
    step: float = 0.2
    multi_objective: bool = False
    overfitting_penalty: float = 0.0
    threads: int = 0

    def __post_init__(self) -> None:
        for name, hint in get_type_hints(type(self)).items():
            choices, value = get_args(hint), getattr(self, name)
            if choices and all(isinstance(choice, str) for choice in choices) and value not in choices:
                raise StrategyConfigError(f'[training] {name} is "{value}". Write {", ".join(choices)}.')
        counts = ("iterations", "parameter_sets", "batch_windows", "starts_every_minutes", "evaluate_every")
        for name in (*counts, "evaluation_windows", "average_every"):
            self.refuse(
                name, isinstance(getattr(self, name), int) and getattr(self, name) >= 1, "a whole number from 1 on"
            )
        for name in (
            "spread",
            "window_days",
            "patience",
            "weight_decay",
            "clip_norm",
            "warmup_iterations",
            "population",
        ):
            self.refuse(name, getattr(self, name) >= 0, "0 or more")
        for name in ("threads", "overfitting_penalty", "turnover_penalty"):
            self.refuse(name, getattr(self, name) >= 0, "0 or more")
        self.refuse("learning_rate", self.learning_rate > 0, "a number above 0")
        self.refuse("decay_ratio", self.decay_ratio >= 1, "1 or more")
        waits = isinstance(self.plateau_iterations, int) and self.plateau_iterations >= 0
        self.refuse("plateau_iterations", waits, "a whole number from 0 on")
        self.refuse("plateau_ratio", 0 < self.plateau_ratio <= 1, "a part of the rate, above 0 up to 1")
        self.refuse("least_learning_rate", self.least_learning_rate >= 0, "0 or more")
        self.refuse("step", 0 < self.step <= 1, "a part of the range, above 0 up to 1")
        self.refuse("average_from", 0 <= self.average_from <= 1, "a part of the iterations, 0 to 1")
        self.refuse("validation_fraction", 0 <= self.validation_fraction < 1, "0 to below 1")

    def refuse(self, name: str, fits: bool, write: str) -> None:
        """Refuse a number.

        Raises:
            StrategyConfigError: it does not fit.
        """
        if not fits:
            raise StrategyConfigError(f"[training] {name} is {getattr(self, name)}. Write {write}.")

    @property
    def chosen_by(self) -> str:
        """The measure that chooses."""
        return self.choose_by or self.objective

    def facts(self) -> Mapping[str, Any]:
        """All that results depend on, as plain values."""
        return {key: value for key, value in asdict(self).items() if key != "threads"}


def learning_rate(training: Training, iteration: int) -> float:
    """The learning rate of an iteration, from 0 on."""
    top, least = training.learning_rate, training.learning_rate / training.decay_ratio
    total, warm = training.iterations, training.warmup_iterations

    def cosine(done: float) -> float:
        return float(least + (top - least) * 0.5 * (1 + np.cos(np.pi * min(done, 1.0))))

    match training.schedule:
        case "constant":
            return top
        case "cosine":
            return cosine(iteration / total)
        case "exponential":
            return float(top * (least / top) ** (iteration / total))
        case "warmup_cosine":
            if iteration < warm:
                return least + (top - least) * iteration / warm
            return cosine((iteration - warm) / max(total - warm, 1))
