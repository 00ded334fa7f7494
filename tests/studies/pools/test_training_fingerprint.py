"""Fingerprints that say how a pool is trained."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.markets.cases import file
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.studies.pools.training.space import CoordinateMap
from tokenspice.studies.pools.training_file import read_training

RECORDED = file("training_cases")["training"][0]["fingerprint_overrides"]


def read(folder: Path, fingerprint: dict[str, Any]) -> Any:
    (folder / "run.json").write_text(json.dumps(fingerprint))
    return read_training(folder / "run.json")


def test_a_recorded_training_is_read(tmp_path: Path) -> None:
    scenario, training, _, not_taken = read(tmp_path, RECORDED)

    assert (training.optimiser, training.learning_rate, training.iterations) == ("sgd", 0.5, 11)
    assert training.window_days == 16.0 and training.test_end == "2023-02-20 00:00:00" and not training.patience
    assert [(f.path, f.map) for f in training.free] == [
        ("strategy.rule.memory_days", CoordinateMap.logit_decay),
        ("strategy.rule.gain_per_day", CoordinateMap.log2),
    ]
    assert scenario.tokens == ("BTC", "ETH", "USDC") and not_taken == ()


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"method": "optuna", "optuna_settings": {"n_trials": 7}}, {"method": "optuna", "iterations": 7}),
        ({"method": "cma_es", "cma_es_settings": {"population_size": 6}}, {"population": 6, "iterations": 300}),
        ({"method": "bfgs", "bfgs_settings": {"maxiter": 9}}, {"iterations": 9, "evaluation_windows": 20}),
        ({"use_swa": True, "use_gradient_clipping": False}, {"average_from": 0.75, "clip_norm": 0.0}),
        ({"use_plateau_decay": True}, {"plateau_iterations": 100, "plateau_ratio": 0.8, "least_learning_rate": 1e-6}),
        ({"decay_lr_plateau": 7}, {"plateau_iterations": 0}),
        ({"decay_lr_plateau": 7, "optimiser": "sgd"}, {"plateau_iterations": 7}),
        ({"early_stopping_metric": "sharpe"}, {"choose_by": "sharpe_daily", "patience": 200}),
    ],
)
def test_methods_have_their_settings(own: dict[str, Any], expected: dict[str, Any], tmp_path: Path) -> None:
    training = read(tmp_path, RECORDED | {"optimisation_settings": own})[1]

    assert {key: getattr(training, key) for key in expected} == expected


def test_a_penalty_for_turnover_is_taken_over(tmp_path: Path) -> None:
    assert read(tmp_path, RECORDED | {"turnover_penalty": 0.2})[1].turnover_penalty == 0.2


def test_what_has_no_word_is_named(tmp_path: Path) -> None:
    own = {"max_mc_version": 9, "n_cycles": 5}

    assert read(tmp_path, RECORDED | {"optimisation_settings": own})[3] == (
        "optimisation_settings.max_mc_version",
        "optimisation_settings.n_cycles",
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"return_val": "greatest_draw_down"}, "return_val"),
        ({"optimisation_settings": {"method": "annealing"}}, "gradient_descent"),
        ({"rule": "balancer"}, "WeightedPool has nothing"),
        ({"bout_offset": 50_000}, "leaves no minute"),
    ],
)
def test_what_cannot_be_trained_is_said(change: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(StrategyConfigError, match=says):
        read(tmp_path, RECORDED | change)
