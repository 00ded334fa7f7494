"""Every published case of the exchange, by its id, through the exchange itself."""

import pytest

from tests.markets.exchange.cases import cases
from tests.markets.exchange.players import PLAYERS

WAITING = frozenset({"TRF-3"})
"""Cases whose rules the exchange does not have."""


@pytest.mark.parametrize(
    "id",
    [
        pytest.param(id, marks=pytest.mark.xfail(strict=True, reason="its rule is not in the exchange"))
        if id in WAITING
        else id
        for id in cases()
    ],
)
def test_the_case_comes_out_to_the_unit(id: str) -> None:
    case = cases()[id]

    PLAYERS[case["kind"]](case)
