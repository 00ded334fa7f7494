"""Target stake and its window of open interest."""

import pytest

from tokenspice.markets.exchange.liquidity.target_stake import OpenInterestWindow, target_stake
from tokenspice.markets.exchange.numbers import factor

SAMPLES = [("3:51", 140), ("3:57", 120), ("4:32", 90), ("4:32", 60), ("4:33", 70), ("4:52", 110)]


def seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


@pytest.mark.parametrize(("opened", "most"), [("1:55", 120), ("4:15", 110)])
def test_lps_1_the_most_within_the_window_counts(opened: str, most: int) -> None:
    window = OpenInterestWindow(3600, seconds(opened))
    for clock, level in SAMPLES:
        window.record(seconds(clock), level)
    assert window.most(seconds("4:53")) == most


def test_lps_2_target_stake_is_a_product() -> None:
    assert target_stake(120_000, factor(10), factor("0.004")) == 4_800


def test_a_level_that_still_holds_counts_after_the_window_has_passed_it() -> None:
    window = OpenInterestWindow(60)
    window.record(0, 5)
    assert window.most(1_000) == 5
