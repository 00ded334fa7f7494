"""vega_optmm: orders are filled as often as the model says, and leaning against inventory keeps it small."""

import pytest

from tests.netlists.exchange_runs import rows_of

DEPTHS = {"maker__problem__alpha": 0, "log_interval": 600, "seed": 3}


@pytest.mark.parametrize("kappa", [5.0, 20.0])
def test_fills_grow_rare_with_depth_as_the_model_says(kappa: float) -> None:
    rows, _ = rows_of("vega_optmm", maker__problem__kappa=kappa, **DEPTHS)

    filled, expected = (rows[-1][f"{what}_bid"] + rows[-1][f"{what}_ask"] for what in ("filled", "expected"))
    assert filled == pytest.approx(expected, rel=0.1)


def test_a_maker_that_leans_holds_less() -> None:
    leaning, _ = rows_of("vega_optmm", maker__problem__phi=0.01, **DEPTHS)
    upright, _ = rows_of("vega_optmm", maker__problem__phi=0, **DEPTHS)

    largest = [max(abs(row["inventory"]) for row in rows) for rows in (leaning, upright)]
    assert largest[0] < largest[1]
