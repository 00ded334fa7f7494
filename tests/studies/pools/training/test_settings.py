"""Learning rates."""

import pytest

from tests.markets.cases import cases, group
from tests.studies.pools.training.examples import training
from tokenspice.studies.pools.training.settings import learning_rate


@pytest.mark.parametrize("id", [id for id in group("training") if id.startswith("lr_")])
def test_a_schedule_is_the_recorded_one(id: str) -> None:
    case = cases()[id]
    own = case["inputs"]
    settings = training(
        schedule=id.removeprefix("lr_"),
        learning_rate=own["base_lr"],
        iterations=own["n_iterations"],
        decay_ratio=own["lr_decay_ratio"],
        warmup_iterations=own["warmup_steps"],
    )

    for iteration, rate in case["expected"]["lr_at"].items():
        assert learning_rate(settings, int(iteration)) == pytest.approx(rate, rel=1e-6)


def test_a_schedule_with_a_warm_up_rises_and_falls_to_the_least() -> None:
    settings = training(
        schedule="warmup_cosine", learning_rate=0.1, iterations=100, warmup_iterations=10, decay_ratio=100
    )
    rates = [learning_rate(settings, k) for k in (0, 5, 10, 55, 100)]

    assert rates == pytest.approx([0.001, 0.0505, 0.1, 0.0505, 0.001])
