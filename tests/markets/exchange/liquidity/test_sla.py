"""What missing the service level agreement costs."""

import pytest

from tokenspice.markets.exchange.liquidity.sla import bond_slash, fee_payout, penalty, penalty_over_epochs
from tokenspice.markets.exchange.numbers import ONE, factor


@pytest.mark.parametrize(
    ("time_met", "least", "competition", "expected"),
    [
        (0.75, 0.5, 1, 0.5),
        (0.75, 0.5, 0.5, 0.25),
        (0.75, 0.5, 0, 0),
        (0.4, 0.5, 1, 1),
        (1, 0.5, 1, 0),
        (1, 1, 1, 0),
    ],
)
def test_sla_1_the_penalty_of_one_epoch(time_met: float, least: float, competition: float, expected: float) -> None:
    assert penalty(factor(time_met), factor(least), factor(competition)) == factor(expected)


def test_past_epochs_raise_a_penalty_and_never_lower_it() -> None:
    earlier = [0, ONE, 0, ONE]
    assert penalty_over_epochs(0, earlier, 3) == ONE // 2
    assert penalty_over_epochs(ONE, earlier, 3) == ONE
    assert penalty_over_epochs(0, earlier, 1) == 0
    assert penalty_over_epochs(0, [], 4) == 0


@pytest.mark.parametrize(
    ("time_met", "slope", "most", "expected"),
    [(0.3, 0.7, 0.6, 0.35), (0, 0.7, 0.6, 0.6), (0, 0.2, 0.6, 0.2), (0.6, 0.7, 0.6, 0), (0.9, 0.7, 0.6, 0)],
)
def test_the_bond_is_slashed_below_the_least_time(time_met: float, slope: float, most: float, expected: float) -> None:
    assert bond_slash(factor(time_met), factor(0.6), factor(slope), factor(most)) == factor(expected)


def test_what_is_withheld_is_shared_by_those_who_did_better() -> None:
    payout = fee_payout([1000, 1000, 500], [0, ONE // 2, ONE])
    assert payout.paid == (1000, 500, 0)
    assert payout.bonus == (666, 333, 0)
    assert payout.left == 1
    assert payout.insurance == 0


def test_if_everybody_failed_all_goes_to_the_insurance_pool() -> None:
    payout = fee_payout([10, 20], [ONE, ONE])
    assert payout.paid == payout.bonus == (0, 0)
    assert payout.insurance == 30
