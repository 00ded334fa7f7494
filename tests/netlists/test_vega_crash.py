"""vega_crash: buyers on margin are closed out, somebody pays for it, and no unit is lost."""

import pytest

from tests.netlists.exchange_runs import rows_of

SHORT = {"price__break_step": 60, "max_ticks": 120, "taker__base_order_size": 0.6, "log_interval": 600}


@pytest.mark.parametrize("seed", [1, 2])
def test_buyers_are_closed_out_and_insurance_or_winners_pay(seed: int) -> None:
    rows, state = rows_of("vega_crash", seed=seed, **SHORT)

    last = rows[-1]
    assert last["n_closeouts"] >= 5 and last["pnl_takers"] == pytest.approx(-5_000, abs=500)
    assert last["socialised"] > 0 or max(row["insurance"] for row in rows) > 0
    assert last["insurance_holds"] == (last["socialised"] == 0)
    assert all(row["unaccounted"] == 0 for row in rows)


def test_without_a_crash_and_with_much_money_nobody_is() -> None:
    rows, _ = rows_of(
        "vega_crash", seed=1, price__sigma_after=0.1, price__drift_after=0, **(SHORT | {"taker__mint": 1e6})
    )

    assert rows[-1]["n_closeouts"] == 0 and rows[-1]["insurance_holds"] == 1
