"""Who watches the order of a block finds it as its rule says, or says that it is not."""

import pytest

from tests.agents.exchange.market import new_market, new_state
from tokenspice.agents.exchange import TransactionDelayChecker
from tokenspice.engine import InvariantError
from tokenspice.markets.exchange.ordering import ArrivalOrdering


def steps(checker: TransactionDelayChecker, n_ticks: int) -> None:
    state = new_state()
    for state.tick in range(n_ticks):
        checker.takeStep(state)
        checker.service.forward(1)


@pytest.mark.parametrize("delay", [1, 3])
def test_a_checker_is_content_with_the_protocols_order(delay: int) -> None:
    service, market = new_market(100)
    service.exchange.venue.parameters.set("market.aggressiveOrderBlockDelay", str(delay))
    checker = TransactionDelayChecker("checker", service, market)
    steps(checker, 12)

    assert checker.n_checked >= 2


def test_a_checker_says_in_which_places_another_rule_executed_what_it_sent() -> None:
    service, market = new_market(100)
    service.exchange.queue.rule = ArrivalOrdering()

    with pytest.raises(
        InvariantError, match="AGGRESSIVE in block 1 at 0, POST_ONLY in block 1 at 1, CANCEL in block 1 at 2"
    ):
        steps(TransactionDelayChecker("checker", service, market), 3)
