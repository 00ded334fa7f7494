"""What providers get back when they reduce their commitments."""

from tokenspice.markets.exchange.liquidity.commitments import Reduction, reductions
from tokenspice.markets.exchange.numbers import factor


def test_what_exceeds_the_target_stake_leaves_without_penalty() -> None:
    assert reductions([100, 50], 1000, 850, factor(0.1)) == [Reduction(100, 0), Reduction(50, 0)]


def test_the_part_that_takes_the_stake_below_target_is_penalised() -> None:
    assert reductions([100], 1000, 1000, factor(0.25)) == [Reduction(75, 25)]
    assert reductions([300, 100], 1000, 800, factor(0.1)) == [Reduction(285, 15), Reduction(95, 5)]


def test_a_penalty_takes_no_more_than_there_is() -> None:
    assert reductions([100], 100, 1000, factor(3)) == [Reduction(0, 100)]
