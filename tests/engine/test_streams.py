"""A stream depends on the seed and its name, and on nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from tokenspice.engine.streams import RandomStreams, derive

SEEDS = st.integers(0, 2**64)
NAMES = st.text(max_size=20)


def draws(streams: RandomStreams, name: str) -> list[int]:
    return [int(number) for number in streams(name).integers(2**62, size=5)]


@given(SEEDS, NAMES)
def test_same_seed_and_name_give_the_same_draws(seed: int, name: str) -> None:
    assert draws(RandomStreams(seed), name) == draws(RandomStreams(seed), name)


@given(SEEDS, NAMES, NAMES)
def test_another_stream_does_not_shift_the_draws_of_the_first(seed: int, name: str, other: str) -> None:
    alone, together = RandomStreams(seed), RandomStreams(seed)

    if other != name:
        draws(together, other)

    assert draws(alone, name) == draws(together, name)


@given(st.tuples(SEEDS, NAMES), st.tuples(SEEDS, NAMES))
def test_streams_differ_where_seed_or_name_does(first: tuple[int, str], second: tuple[int, str]) -> None:
    (seed, name), (other_seed, other_name) = first, second

    same = draws(RandomStreams(seed), name) == draws(RandomStreams(other_seed), other_name)

    assert same == (first == second)


def test_a_stream_goes_on_where_it_stopped() -> None:
    streams = RandomStreams(1)

    first, second = draws(streams, "buyer1"), draws(streams, "buyer1")

    assert streams("buyer1") is streams("buyer1")
    assert first != second


def test_streams_of_several_runs_do_not_touch_one_another() -> None:
    one, other = RandomStreams(1), RandomStreams(1)

    draws(one, "buyer1")

    assert draws(other, "buyer1") == draws(RandomStreams(1), "buyer1")


def test_derived_bytes_are_the_same_on_every_machine() -> None:
    assert derive(0, "buyer1").hex()[:16] == "d9aa50ea96ca259b"
    assert len(derive(0, "buyer1")) == 32


def test_the_first_draws_stay_what_they_were_in_earlier_releases() -> None:
    # NumPy promises a bit generator's raw numbers, but not the distributions made of them.
    raw = RandomStreams(0)("buyer1").bit_generator.random_raw(2)

    assert raw.tolist() == [3017921854536063811, 7162970169369914348]
