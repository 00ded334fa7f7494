"""vega_basic: who takes liquidity pays those who make it, and the network."""

from tests.netlists.exchange_runs import rows_of


def test_market_orders_pay_for_what_quotes_earn_and_the_rest_is_fees() -> None:
    rows, state = rows_of("vega_basic", seed=1, max_ticks=150, log_interval=1800)

    last = rows[-1]
    groups = [last[f"pnl_{name}"] for name in state.groups]
    assert last["pnl_takers"] < 0 < last["pnl_background"]
    assert sum(groups) < 0, "what all of them lose together is what the exchange keeps as fees"
    assert last["auction_share"] < 0.05 and last["volume"] > 0 and last["unaccounted"] == 0
