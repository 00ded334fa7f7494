"""vega_liquidation, vega_amm, vega_sla: what their pages say comes of risky traders, of a pool, of an agreement."""

import pytest

from tests.netlists.exchange_runs import rows_of


def test_risky_traders_are_ruined_and_the_insurance_pool_gets_what_they_had_left() -> None:
    rows, _ = rows_of("vega_liquidation", seed=2, max_ticks=300, price__sigma=6, log_interval=1800)

    last = rows[-1]
    assert last["n_closeouts"] > 0 and last["ruined"] > 0 and last["insurance"] > 0
    assert last["pnl_risky_long"] + last["pnl_risky_short"] < 0 and last["unaccounted"] == 0


def test_a_pool_buys_as_the_price_falls_and_sells_as_it_rises() -> None:
    down, _ = rows_of("vega_amm", seed=1, max_ticks=80, price__theta=0.05, price__mu=985, log_interval=1200)
    up, _ = rows_of("vega_amm", seed=1, max_ticks=80, price__theta=0.05, price__mu=1015, log_interval=1200)

    assert down[-1]["n_pools"] == up[-1]["n_pools"] == 1
    assert up[-1]["pool_position"] < 0 < down[-1]["pool_position"]


@pytest.mark.parametrize("seed", [1, 2])
def test_who_keeps_the_agreement_is_paid_and_who_does_not_loses_its_bond(seed: int) -> None:
    rows, _ = rows_of("vega_sla", seed=seed, max_ticks=120, epoch_seconds=600, log_interval=600)

    last = rows[-1]
    assert last["fees_steady"] > max(last["fees_rare"], last["fees_far"]) and last["fees_far"] == 0
    assert last["slashed_steady"] < min(last["slashed_rare"], last["slashed_far"])
