"""Funding periods of a perpetual."""

from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.perpetual import Perpetual, PerpetualInstrument
from tokenspice.markets.exchange.products.product import FUNDING_DATA, Fund
from tokenspice.markets.exchange.products.schedule import TimeTrigger

DATA = OracleBinding("price", ("key",), decimals=0)


def opened(product: Perpetual | None = None, at: int = 10) -> PerpetualInstrument:
    """A perpetual that began at 0, with mark 110 and outside price 100 since its opening."""
    perpetual = (product or Perpetual(DATA, TimeTrigger(100))).start(0, 0)
    perpetual.hear(FUNDING_DATA, "100", 5)
    perpetual.at_opening(at)
    perpetual.at_mark(at, 110)
    return perpetual


def payment(perpetual: PerpetualInstrument, now: int) -> int | None:
    """What is paid at a block; None where nothing is due."""
    cues = perpetual.at_block(now)
    return cues[0].funding.payment if cues and isinstance(cues[0], Fund) else None


def test_a_period_ends_on_time_and_the_next_begins_with_the_same_prices() -> None:
    perpetual = opened()

    assert payment(perpetual, 99) is None
    assert payment(perpetual, 100) == 10
    assert payment(perpetual, 101) is None
    perpetual.at_mark(150, 90)
    assert payment(perpetual, 200) == 0


def test_in_the_opening_auction_nothing_is_due() -> None:
    perpetual = Perpetual(DATA, TimeTrigger(100)).start(0, 0)
    perpetual.hear(FUNDING_DATA, "100", 5)

    assert payment(perpetual, 100) is None
    assert perpetual.accrued(100) == 0


def test_the_share_of_an_auction_lowers_the_payment() -> None:
    perpetual = opened(at=0)
    perpetual.at_auction(50, begins=True)

    assert perpetual.accrued(100) == 5
    perpetual.at_auction(75, begins=False)
    assert payment(perpetual, 100) == 7


def test_an_auction_may_span_two_periods() -> None:
    perpetual = opened(at=0)
    perpetual.at_auction(50, begins=True)
    perpetual.at_block(100)
    perpetual.at_auction(150, begins=False)

    assert payment(perpetual, 200) == 5


def test_after_a_gap_of_several_periods_one_ends() -> None:
    perpetual = opened(at=0)

    assert payment(perpetual, 350) == 10
    assert perpetual.due_at == 400


def test_data_that_is_no_price_is_refused() -> None:
    assert opened().hear(FUNDING_DATA, "-3", 20) is None
    assert opened().hear(FUNDING_DATA, "dear", 20) is None
