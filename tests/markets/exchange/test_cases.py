"""Every published case of the exchange, by its id, through the exchange itself."""

import pytest

from tests.markets.exchange.cases import cases
from tests.markets.exchange.players import PLAYERS


@pytest.mark.parametrize("id", list(cases()))
def test_the_case_comes_out_to_the_unit(id: str) -> None:
    case = cases()[id]

    PLAYERS[case["kind"]](case)
