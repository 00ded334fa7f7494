"""`ts.batch`: many runs in one line."""

import numpy as np
import pytest

import tokenspice as ts
from tokenspice.engine import NetlistError
from tokenspice.studies.batch.rank import spearman


@pytest.fixture(scope="module")
def batch() -> ts.BatchResult:
    return ts.batch(
        "simplegrant",
        sweep={"granter_init_OCEAN": [1, 2], "granter_n_actions": [1, 4]},
        seeds=2,
        workers=1,
        max_ticks=50,
    )


def test_a_batch_is_a_table_of_runs(batch: ts.BatchResult) -> None:
    assert batch.runs["granter_init_OCEAN"].tolist() == [1.0] * 4 + [2.0] * 4
    assert batch.rows["run"].nunique() == batch.n_runs == 8
    assert repr(batch) == "BatchResult(simplegrant, 8 runs, granter_init_OCEAN × granter_n_actions, 0 failed)"


def test_a_batch_is_loaded_again(batch: ts.BatchResult) -> None:
    again = ts.load(batch.path)

    assert isinstance(again, ts.BatchResult) and again.runs.equals(batch.runs)


def test_what_matters_is_ranked_with_intervals(batch: ts.BatchResult) -> None:
    ranked = batch.rank("granter_OCEAN")

    assert ranked["parameter"].tolist() == ["granter_n_actions", "granter_init_OCEAN"]
    assert (ranked["low"] <= ranked["correlation"]).all() and (ranked["correlation"] <= ranked["high"]).all()
    with pytest.raises(NetlistError, match="Did you mean granter_OCEAN"):
        batch.rank("granter_OCAEN")


def test_a_batch_draws_its_bands_and_answers_sql(batch: ts.BatchResult) -> None:
    assert len(batch.plot()) == 2  # type: ignore[arg-type]
    assert batch.plot("OCEAN left to grant")._repr_png_()  # type: ignore[union-attr]
    assert "8 runs" in batch._repr_html_()


def test_ranks_are_spearman_s() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])

    assert spearman(x, np.exp(x))[0] == 1.0
    assert spearman(x, np.array([5.0, 6.0, 7.0, 8.0, 7.0]))[0] == pytest.approx(0.8208, abs=1e-4)
    assert np.isnan(spearman(x, np.ones(5))[0])
