import pytest

from tokenspice.markets.exchange.pegs import Peg, PegReference, peg_price

BID, ASK, MID = PegReference.BEST_BID, PegReference.BEST_ASK, PegReference.MID


@pytest.mark.parametrize(
    "bid, ask, tick, is_buy, offset, price",
    [
        (100, 190, 10, True, 10, 140),
        (100, 190, 10, False, 10, 150),
        (100, 105, 1, True, 1, 102),
        (100, 105, 1, False, 1, 103),
        (100, 104, 1, True, 1, 101),
        (100, 104, 1, False, 1, 103),
    ],
)
def test_a_mid_is_rounded_to_a_tick_before_the_offset(
    bid: int, ask: int, tick: int, is_buy: bool, offset: int, price: int
) -> None:
    assert peg_price(Peg(MID, offset), is_buy, bid, ask, tick) == price


def test_a_peg_on_a_best_price_needs_that_side_alone() -> None:
    assert peg_price(Peg(BID, 3), True, 100, None, 1) == 97
    assert peg_price(Peg(ASK, 3), False, None, 100, 1) == 103
    assert peg_price(Peg(BID, 0), True, 100, 101, 1) == 100


@pytest.mark.parametrize("bid, ask", [(None, 100), (100, None), (None, None)])
def test_without_its_reference_an_order_has_no_price(bid: int | None, ask: int | None) -> None:
    assert peg_price(Peg(MID, 1), True, bid, ask, 1) is None


def test_a_price_that_is_not_positive_is_no_price() -> None:
    assert peg_price(Peg(BID, 100), True, 100, 110, 1) is None
    assert peg_price(Peg(BID, 99), True, 100, 110, 1) == 1


@pytest.mark.parametrize(
    "reference, offset, is_buy, allowed",
    [
        (BID, 0, True, True),
        (BID, 0, False, False),
        (ASK, 0, False, True),
        (ASK, 0, True, False),
        (MID, 0, True, False),
        (MID, 10, True, True),
        (MID, 10, False, True),
        (BID, 5, True, False),
        (BID, -10, True, False),
    ],
)
def test_a_peg_stays_away_from_the_other_side(
    reference: PegReference, offset: int, is_buy: bool, allowed: bool
) -> None:
    assert Peg(reference, offset).allowed(is_buy, 10) is allowed
