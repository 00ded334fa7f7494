"""What parameter sets end with, and how they differ, seed by seed."""

import numpy as np
import pyarrow as pa
import pytest

from tokenspice.studies.batch.compared import compared

CHANCE = np.random.default_rng(1).normal(0, 100, 20)


def runs(seeds_of_second: list[int]) -> pa.Table:
    n = len(CHANCE)
    return pa.table(
        {
            "run": range(2 * n),
            "set": [0] * n + [1] * n,
            "seed": [*range(n), *seeds_of_second],
            "fee": [0.1] * n + [0.2] * n,
            "outcome": ["finished"] * (2 * n),
            "error": pa.array([None] * (2 * n), pa.string()),
            "ticks": [5] * (2 * n),
            "gain": [*CHANCE, *(CHANCE + 3)],
        }
    )


def test_a_difference_of_common_seeds_holds_nothing_of_their_chance() -> None:
    first, second = compared(runs(list(range(20)))).to_pylist()

    assert (first["fee"], first["pairs"], first["difference"]) == (0.1, 0, None)
    assert (second["fee"], second["pairs"]) == (0.2, 20)
    assert second["difference"] == pytest.approx(3) == second["difference_low"]
    assert second["mean_high"] - second["mean_low"] > 50


def test_sets_of_other_seeds_have_means_alone() -> None:
    _, second = compared(runs(list(range(100, 120)))).to_pylist()

    assert second["mean"] == pytest.approx(CHANCE.mean() + 3) and second["difference"] is None


def test_a_run_without_a_value_makes_no_pair() -> None:
    table = runs(list(range(20)))
    gains = [None, float("nan"), float("inf"), *table["gain"].to_pylist()[3:]]
    table = table.set_column(7, "gain", pa.array(gains, pa.float64()))

    first, second = compared(table).to_pylist()

    assert (first["runs"], second["runs"], second["pairs"]) == (17, 20, 17)
