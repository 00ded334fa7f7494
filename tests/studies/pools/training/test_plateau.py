"""Learning rates that fall on a plateau."""

from dataclasses import replace
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markets.cases import prices
from tests.studies.pools.training.examples import scenario, training
from tokenspice.studies.pools.training.plateau import Rates
from tokenspice.studies.pools.training.settings import Training, learning_rate
from tokenspice.studies.pools.training.train import TrainResult, train


def settings(**changes: object) -> Training:
    return training(**{"learning_rate": 0.1, "plateau_iterations": 2, "plateau_ratio": 0.5} | changes)


def seen(rates: Rates, *objectives: list[float]) -> list[list[float]]:
    found = []
    for iteration, objective in enumerate(objectives):
        rates.see(np.array(objective))
        found.append(rates.at(iteration).tolist())
    return found


def test_each_set_s_rate_falls_after_so_many_steps_without_a_better_objective() -> None:
    rates = Rates(settings(), 2)

    # The first set stands still from the second step on; the second gets better all the time.
    assert seen(rates, [1.0, 1.0], [1.0, 2.0], [0.5, 3.0], [1.0, 4.0], [0.9, 5.0], [2.0, 6.0]) == [
        [0.1, 0.1],
        [0.1, 0.1],
        [0.05, 0.1],
        [0.05, 0.1],
        [0.025, 0.1],
        [0.025, 0.1],
    ]


def test_the_rate_does_not_fall_below_the_least() -> None:
    rates = Rates(settings(plateau_iterations=1, least_learning_rate=0.03), 1)

    assert seen(rates, [0.0], [0.0], [0.0], [0.0]) == [[0.1], [0.05], [0.03], [0.03]]


def test_a_schedule_may_fall_below_the_least_and_is_not_lifted() -> None:
    scheduled = settings(schedule="exponential", decay_ratio=100, iterations=10, least_learning_rate=0.01)
    rates = Rates(scheduled, 1)

    assert rates.at(10)[0] == learning_rate(scheduled, 10) == pytest.approx(0.001)


def test_a_set_that_begins_anew_has_the_whole_rate_again() -> None:
    rates = Rates(settings(plateau_iterations=1), 2)
    seen(rates, [1.0, 1.0], [np.nan, 0.0])
    rates.begin_anew(np.array([True, False]))

    assert rates.at(1).tolist() == [0.1, 0.05]
    assert seen(rates, [-5.0, 0.0]) == [[0.1, 0.025]]


@hypothesis.settings(max_examples=20)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=20), st.integers(1, 4))
def test_the_factor_is_that_of_optax(objectives: list[int], wait: int) -> None:
    optax = pytest.importorskip("optax", reason="needs the extra train")
    own = Rates(settings(plateau_iterations=wait, least_learning_rate=0.0), 1)
    # It goes down, and asks for some progress: of whole numbers, any.
    other = optax.contrib.reduce_on_plateau(factor=0.5, patience=wait, rtol=0.0, atol=0.5)
    state = other.init(np.zeros(1))
    for objective in objectives:
        own.see(np.array([float(objective)]))
        _, state = other.update(np.ones(1), state, value=-float(objective))

    assert own.factor[0] == float(state.scale)


def steps(result: TrainResult) -> np.ndarray:
    return np.array([c.x for c in result.candidates if c.parameter_set == 0])


def test_a_training_on_a_plateau_takes_smaller_steps() -> None:
    # Objectives of other windows each time: of four, not all can be the best so far.
    plain = train(scenario(), training(evaluate_every=1, optimiser="sgd"), prices())
    still = train(
        scenario(),
        training(evaluate_every=1, optimiser="sgd", plateau_iterations=1, plateau_ratio=1e-9, least_learning_rate=0.0),
        prices(),
    )
    moved = [np.abs(np.diff(steps(result), axis=0)).max(axis=1) for result in (plain, still)]

    assert moved[0][0] == moved[1][0] > 0
    assert moved[0].min() > 1e-6 > moved[1][-1]


def test_a_training_on_a_plateau_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    own = training(evaluate_every=1, plateau_iterations=1)
    train(scenario(), own, prices(), tmp_path / "whole")
    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)
    (tmp_path / "torn").write_bytes(b"".join(lines[:6]) + lines[6][:20])

    train(scenario(), replace(own, threads=2), prices(), tmp_path / "torn")

    assert (tmp_path / "torn").read_bytes() == (tmp_path / "whole").read_bytes()
