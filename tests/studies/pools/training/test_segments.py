"""Train, validation and test do not overlap, windows stay within, and who looks ahead is refused."""

from dataclasses import dataclass
from typing import final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markets.cases import prices
from tests.studies.pools.training.examples import TOKENS
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PriceDataError, StrategyConfigError
from tokenspice.markets.prices.table import Window
from tokenspice.markets.strategies.rules import MeanReversionChannel, MinVariance, Momentum, Rule
from tokenspice.markets.strategies.strategy import Strategy
from tokenspice.studies.pools.training.segments import (
    Sampling,
    Segments,
    draw_starts,
    evaluation_starts,
    refuse_look_ahead,
)

KINDS: tuple[Sampling, ...] = ("uniform", "exponential", "stratified")


def test_segments_follow_each_other_by_date() -> None:
    table = prices().of(TOKENS)

    segments = Segments.of(table, "2023-01-11", "2023-01-21", "2023-01-25", 0.25)

    assert segments.train == Window(14_400, 10_800)
    assert segments.validation == Window(25_200, 3600)
    assert segments.test == Window(28_800, 4 * 1440)
    assert len(segments.known(table).close) == 28_800


def test_segments_that_overlap_are_refused() -> None:
    with pytest.raises(PriceDataError, match="test begins at row 90, before validation ends at row 100"):
        Segments(Window(0, 80), Window(80, 20), Window(90, 50))


@given(st.sampled_from(KINDS), st.integers(1, 400), st.integers(1, 12), st.integers(1, 60), st.integers(0, 5))
def test_windows_lie_within_their_segment(kind: Sampling, minutes: int, count: int, every: int, iteration: int) -> None:
    segment = Window(1000, 400)

    starts = draw_starts(segment, minutes, count, kind, RandomStreams(1), iteration, every)

    assert len(starts) == count
    assert all(1000 <= start and start + minutes <= 1400 and (start - 1000) % every == 0 for start in starts)


def test_a_stratified_draw_has_one_start_in_each_part() -> None:
    starts = draw_starts(Window(0, 1001), 1, 10, "stratified", RandomStreams(3), 7)

    assert [start * 10 // 1001 for start in starts] == list(range(10))


def test_late_windows_are_drawn_more_often_if_asked() -> None:
    starts = [draw_starts(Window(0, 1001), 1, 50, "exponential", RandomStreams(3), k) for k in range(20)]

    assert np.mean(starts) > 650


def test_a_draw_does_not_depend_on_those_before() -> None:
    streams = RandomStreams(5)
    draws = [draw_starts(Window(0, 9000), 100, 4, "uniform", streams, k) for k in range(3)]

    assert draws[2] == draw_starts(Window(0, 9000), 100, 4, "uniform", RandomStreams(5), 2)
    assert draws[0] != draws[1]


def test_searches_judge_by_the_same_windows_each_time() -> None:
    starts = [evaluation_starts(Window(0, 9000), 100, 8, RandomStreams(5)) for _ in range(2)]

    assert starts[0] == starts[1] == sorted(set(starts[0]))
    assert {0, 8900} <= set(starts[0])
    assert evaluation_starts(Window(0, 100), 100, 8, RandomStreams(5)) == [0]


def test_windows_that_do_not_fit_are_refused() -> None:
    with pytest.raises(StrategyConfigError, match="window_days"):
        draw_starts(Window(0, 100), 101, 1, "uniform", RandomStreams(1), 0)


@final
@dataclass(frozen=True)
class Peeking(Rule):
    """Momentum that knows the price of so many chunks later."""

    chunks: int = 1

    def outputs(self, prices: Floats, chunk_minutes: int) -> Floats:
        later = np.vstack([prices[self.chunks :], np.repeat(prices[-1:], self.chunks, axis=0)])
        return Momentum(5.0, 10.0).outputs(later, chunk_minutes)


@pytest.mark.parametrize("rule", [Momentum(5.0), MinVariance(5.0), MeanReversionChannel(5.0)])
def test_honest_rules_pass(rule: Rule) -> None:
    refuse_look_ahead(Strategy(rule), prices().of(TOKENS).close, Window(14_400, 14_400))


@pytest.mark.parametrize("chunks", [1, 3])
def test_a_rule_that_looks_ahead_is_refused(chunks: int) -> None:
    with pytest.raises(StrategyConfigError, match="Peeking looks ahead"):
        refuse_look_ahead(Strategy(Peeking(chunks)), prices().of(TOKENS).close, Window(14_400, 14_400))
