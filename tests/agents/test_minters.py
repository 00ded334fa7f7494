"""Minters make what they promised, when they promised it, and schedules begin at nothing and end at all."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import IdleAgent
from tokenspice.agents.minters import Exponential, FuncMinterAgent, LinearMinterAgent, Minting, RampedExponential
from tokenspice.agents.supply import TokenSupply
from tokenspice.engine.agent import AgentBase
from tokenspice.engine.errors import NetlistError, StrategyError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import DAY, MONTH, YEAR, Amount, Seconds, tokens

# TokenSPICE's RampedExpFunc at its own arguments: years, fraction minted.
AS_TOKENSPICE_COMPUTES = {
    0.0: 0.0,
    0.5: 0.0,
    0.75: 0.0042397,
    1.0: 0.0082996,
    1.4: 0.0297928,
    2.0: 0.1016089,
    2.5: 0.1560078,
    3.0: 0.2058917,
    3.5: 0.3137467,
    4.0: 0.4059763,
    5.0: 0.5526290,
    10.0: 0.8790543,
    20.0: 0.9857091,
    50.0: 0.9999294,
}


def received_per_tick(minter: AgentBase, time_step: Seconds, n_ticks: int) -> list[Amount]:
    """What the agent "keeper" holds after each tick."""
    state = SimStateBase(SimStrategyBase(time_step=time_step, max_ticks=n_ticks))
    keeper = IdleAgent("keeper")
    state.addAgent(minter)
    state.addAgent(keeper)
    held = []
    for state.tick in range(n_ticks):
        state.takeStep()
        held.append(keeper.wallet.balance("OCEAN"))
    return held


def test_a_linear_minter_mints_its_first_part_at_once_and_the_others_on_time() -> None:
    supply = TokenSupply("OCEAN", tokens(100))
    minter = LinearMinterAgent("minter", supply, Minting("keeper", tokens(20), s_between_mints=4), n_mints=2)

    held = received_per_tick(minter, time_step=2, n_ticks=6)

    assert held == [tokens(10), tokens(10), *[tokens(20)] * 4]
    assert (supply.minted, supply.total, minter.wallet.balance("OCEAN")) == (tokens(20), tokens(120), 0)


@given(st.integers(0, 10**30), st.integers(1, 40))
def test_the_parts_of_a_linear_minter_differ_by_a_base_unit_at_most_and_sum_to_the_total(
    total: Amount, n_mints: int
) -> None:
    supply = TokenSupply("OCEAN", 0)

    held = received_per_tick(LinearMinterAgent("m", supply, Minting("keeper", total, 1), n_mints), 1, n_mints + 2)

    parts = [after - before for before, after in pairwise([0, *held[:n_mints]])]
    assert max(parts) - min(parts) <= 1
    assert held[-1] == supply.minted == total


def test_a_linear_minter_needs_a_number_of_parts() -> None:
    with pytest.raises(StrategyError, match="n_mints = 0 parts. Write 1 or more"):
        LinearMinterAgent("m", TokenSupply("OCEAN", 0), Minting("keeper", 1, 1), n_mints=0)
    with pytest.raises(StrategyError, match="total = -0.000000000000000001"):
        Minting("keeper", -1, 1)


def test_a_schedule_is_followed_from_tick_1_on_and_no_more_often_than_asked() -> None:
    supply = TokenSupply("OCEAN", 0)
    minter = FuncMinterAgent("m", supply, Minting("keeper", tokens(800), 2 * YEAR), lambda years: years / 8)

    held = received_per_tick(minter, time_step=YEAR, n_ticks=12)

    assert held == [tokens(n) for n in (0, 100, 100, 300, 300, 500, 500, 700, 700, 800, 800, 800)]
    assert minter.minted == supply.minted == tokens(800)


@pytest.mark.parametrize(
    "schedule", [Exponential(0.1), RampedExponential(0.1), RampedExponential(0.1, ramps_add_up=True)]
)
def test_whatever_the_schedule_in_the_end_all_is_minted_and_never_more(
    schedule: Exponential | RampedExponential,
) -> None:
    supply = TokenSupply("OCEAN", 0)

    held = received_per_tick(FuncMinterAgent("m", supply, Minting("keeper", 10**27 + 1, DAY), schedule), MONTH, 100)

    assert held == sorted(held)
    assert held[-1] == held[-2] == supply.minted == 10**27 + 1


def test_a_schedule_that_overshoots_or_falls_mints_no_more_than_the_total_and_takes_nothing_back() -> None:
    minter = FuncMinterAgent(
        "m", TokenSupply("OCEAN", 0), Minting("keeper", 100, 1), lambda years: [0, 0.5, 0.25, 2][int(years)]
    )

    assert received_per_tick(minter, YEAR, 4) == [0, 50, 50, 100]


def test_a_receiver_that_does_not_exist_is_named_and_nothing_is_minted() -> None:
    supply = TokenSupply("OCEAN", 0)

    with pytest.raises(NetlistError, match='no agent is called "nobody"'):
        received_per_tick(LinearMinterAgent("m", supply, Minting("nobody", 10, 1), 1), 1, 1)

    assert supply.minted == 0


@pytest.mark.parametrize(("years", "fraction"), AS_TOKENSPICE_COMPUTES.items())
def test_ramps_that_add_up_are_tokenspices(years: float, fraction: float) -> None:
    assert RampedExponential(ramps_add_up=True)(years) == pytest.approx(fraction, abs=6e-8)


def test_the_published_supply_chart_shows_ramps_that_add_up() -> None:
    schedule = RampedExponential(H=4, T0=0, T1=0.5, T2=1, T3=2, ramps_add_up=True)

    assert schedule(2) * 7e8 == pytest.approx(1.05e8, rel=0.05)


def test_ramps_that_follow_each_other_have_the_slopes_of_their_own_factor() -> None:
    schedule, f = RampedExponential(), Exponential(4)

    for pace, start, end in ((0.1, 0.5, 1.0), (0.25, 1.0, 1.4), (0.5, 1.4, 3.0)):
        rise = schedule(end) - schedule(start)
        assert rise == pytest.approx(pace * (f(end - 0.5) - f(start - 0.5)), rel=1e-12)
    left_at_T3 = 1 - schedule(3)
    assert 1 - schedule(7) == pytest.approx(left_at_T3 / 2, rel=1e-12)


def test_both_kinds_of_ramps_agree_while_there_is_only_one() -> None:
    assert RampedExponential()(0.9) == RampedExponential(ramps_add_up=True)(0.9)
    assert RampedExponential()(2) < RampedExponential(ramps_add_up=True)(2)


@given(
    half_life=st.floats(0.1, 20),
    times=st.lists(st.floats(0, 10), min_size=4, max_size=4).map(sorted),
    factors=st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted),
    years=st.lists(st.floats(0, 1000), min_size=2, max_size=2).map(sorted),
)
def test_a_ramped_schedule_begins_at_0_never_falls_and_ends_at_1(
    half_life: float, times: list[float], factors: list[float], years: list[float]
) -> None:
    T0, T1, T2, T3 = times
    M1, M2, M3 = factors
    schedule = RampedExponential(half_life, T0, T1, T2, T3, M1, M2, M3)

    early, late = (schedule(year) for year in years)
    assert schedule(0) == 0
    assert 0 <= early <= late + 1e-12 and late <= 1 + 1e-12
    assert schedule(1000) == pytest.approx(1, abs=1e-9)


def test_an_exponential_schedule_halves_what_is_left_and_ends_after_34_half_lives() -> None:
    assert [Exponential(4)(years) for years in (0, 4, 8, 12)] == [0, 0.5, 0.75, 0.875]
    assert Exponential(4)(34 * 4) < 1 == Exponential(4)(34 * 4 + 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"H": 0.0}, "H = 0 years: write a finite number, more than 0"),
        ({"T1": 2.0}, "none is earlier than the one before"),
        ({"T0": -1.0}, "T0 = -1 years: write a finite number, 0 or more"),
        ({"M3": 1.5}, "from 0 to 1"),
        ({"M1": 0.3}, "none is less than the one before"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(arguments: dict[str, float], message: str) -> None:
    with pytest.raises(StrategyError, match=message):
        RampedExponential(**arguments)  # type: ignore[arg-type]


def test_a_half_life_is_positive() -> None:
    with pytest.raises(StrategyError, match="H = -1"):
        Exponential(-1)
