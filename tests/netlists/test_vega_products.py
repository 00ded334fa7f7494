"""vega_perp, vega_hist, vega_param, vega_fuzz, vega_hedged: what their pages say, as behaviour."""

import pytest

from tests.netlists.exchange_runs import rows_of


@pytest.mark.parametrize("spread", [6.0, -6.0])
def test_longs_pay_while_a_perpetual_trades_above_its_outside_price_and_are_paid_below(spread: float) -> None:
    rows, _ = rows_of("vega_perp", seed=1, max_ticks=120, spread__mu=spread, spread__start=spread, log_interval=1800)

    last = rows[-1]
    paid = [last[f"funding_{name}"] for name in ("maker", "crowd", "takers", "limit")]
    assert last["funding_crowd"] * spread < 0 < last["funding_maker"] * spread
    assert sum(paid) == pytest.approx(0, abs=1e-2)


def test_history_begins_on_the_day_that_chance_chooses() -> None:
    first, other = (rows_of("vega_hist", seed=seed, max_ticks=20, log_interval=600)[0] for seed in (0, 1))

    assert first[0]["outside_price"] != other[0]["outside_price"]
    assert first[-1]["tracking_error_bps"] < 100 and first[-1]["volume"] > 0


def test_the_target_stake_grows_with_its_scaling_factor_and_the_fee_with_it() -> None:
    found = [
        rows_of("vega_param", seed=1, max_ticks=40, market__liquidity__target_scaling=factor, log_interval=200)[0][-1]
        for factor in (0.5, 50, 5_000)
    ]

    assert found[0]["target_stake"] < found[1]["target_stake"] < found[2]["target_stake"]
    assert found[0]["liquidity_fee"] <= found[1]["liquidity_fee"] <= found[2]["liquidity_fee"] == 0.002


@pytest.mark.parametrize("seed", [5, 6])
def test_no_instruction_breaks_an_invariant(seed: int) -> None:
    rows, _ = rows_of("vega_fuzz", seed=seed, max_ticks=25, log_interval=300)

    assert rows[-1]["n_broken"] == 0 and rows[-1]["n_sent"] > 1_000


def test_a_hedged_maker_holds_next_to_nothing_in_all() -> None:
    rows, _ = rows_of("vega_hedged", seed=1, max_ticks=100, log_interval=600)

    assert rows[-1]["pnl_hedged"] > 0
    assert all(abs(row["unhedged"]) <= 0.5 for row in rows)
    assert max(abs(row["internal_position"]) for row in rows) > 1
