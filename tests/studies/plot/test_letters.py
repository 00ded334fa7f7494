"""Letters above marks."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tokenspice.studies.plot.letters import LETTER, apart


def test_letters_that_would_touch_are_written_side_by_side_and_each_once() -> None:
    assert apart([(10.0, "a"), (50.0, "b"), (50.5, "a"), (51.0, "b")], 0, 100) == [(10.0, "a"), (50.5, "b a")]
    assert apart([(50.5, "a"), (50.5, "b")], 0, 100) == [(50.5, "a b")]


def test_without_marks_there_are_no_letters() -> None:
    assert apart([], 0, 100) == []


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abcdefghijkl")), max_size=60))
def test_no_two_texts_touch_and_no_letter_is_lost(placed: list[tuple[float, str]]) -> None:
    written = apart(placed, 0, 1)

    assert {letter for _, letter in placed} == set("".join(text for _, text in written)) - {" "}
    for (x, text), (next_x, next_text) in pairwise(written):
        assert next_x - x >= (len(text) + len(next_text)) / 2 * LETTER - 1e-12
