"""Mark to market: losses are collected before gains are paid."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import LedgerEntry, SimpleRisk, TransferKind, profit
from tokenspice.markets.exchange.socialisation import shared_wins


@settings(max_examples=40)
@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=8), st.integers(0, 10**12), st.integers(0, 7))
def test_shares_add_up_to_what_was_collected_and_only_the_last_gets_what_rounding_leaves(
    wins: list[int], collected: int, last: int
) -> None:
    last %= len(wins)
    shares, paid = shared_wins(wins, collected, last), min(collected, sum(wins))

    assert sum(shares) == paid
    assert all(
        share == win * paid // sum(wins) for at, (share, win) in enumerate(zip(shares, wins, strict=True)) if at != last
    )


def test_units_left_over_go_to_the_winner_whose_position_was_created_last() -> None:
    assert shared_wins([80, 8000], 5080, 1) == [50, 5030]


def test_cash_follows_the_position_as_it_was_before_each_trade() -> None:
    trading = Trading()
    trading.trade("p1", "p2", 20, 100)
    after = []
    for size, price, buyer in ((10, 110, "p1"), (1, 111, "p3")):
        trading.trade(buyer, "p2", size, price)
        after.append(sum(trading.accounts("p1")) - trading.funds)

    assert after == [200, 230]


def test_who_closed_its_position_is_still_paid_for_it() -> None:
    trading = Trading()
    trading.trade("p1", "p2", 10, 100)
    trading.trade("p3", "p1", 10, 130)

    assert trading.accounts("p1") == [0, trading.funds + 300]
    assert profit(trading.market.position("p1"), trading.market) == (0, 0, 300)


def test_insurance_pays_before_winners_forgo() -> None:
    trading = Trading(risk=SimpleRisk(0.0, 0.0))
    trading.fund(poor=1000)
    trading.exchange.ledger.deposit(trading.market.insurance, 500)
    trading.trade("p1", "poor", 10, 100)
    trading.mark(240)
    market = trading.market

    assert sum(trading.accounts("p1")) == trading.funds + 1400
    assert (market.insurance.balance, market.position("p1").loss_socialised) == (100, 0)
    assert profit(market.position("poor"), market) == (0, 0, -1400)
    assert trading.is_conserved()


def test_a_loser_takes_its_margin_first_and_its_general_account_next() -> None:
    trading = Trading()
    entries: list[LedgerEntry] = []
    trading.trade("p1", "p2", 10, 100)
    trading.exchange.ledger.on_entry = entries.append
    trading.mark(190)

    losses = [(e.source.party, e.source.type.value) for e in entries if e.kind is TransferKind.MTM_LOSS and e.source]
    assert losses[:2] == [("p2", "margin"), ("p2", "general")]


def test_rounding_never_leaves_a_unit_in_the_settlement_account() -> None:
    trading = Trading(position_decimals=3, risk=SimpleRisk(0.1, 0.1))
    for buyer, size in (("a", 333), ("b", 1), ("c", 777)):
        trading.trade(buyer, "s", size, 1000)
    for price in (1001, 1003, 999, 1000, 1007):
        trading.mark(price)

    assert trading.is_conserved()
