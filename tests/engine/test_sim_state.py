"""Agents step in the order in which they came, and an error says when and in whom it happened."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import ActingAgent, FakeWorld, IdleAgent, new_state
from tokenspice.engine.errors import AgentError, InsufficientFunds, NetlistError, WorldError
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.sim_state import AgentDict, SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import DAY, HOUR
from tokenspice.engine.wallet import Wallet


def fail(error: BaseException) -> None:
    raise error


def test_a_new_state_is_empty_at_tick_0() -> None:
    world = FakeWorld()

    state = new_state(world, time_step=HOUR)

    assert (state.tick, state.elapsed, state.numAgents(), state.allAgents()) == (0, 0, 0, [])
    assert state.worlds == (world,)
    assert state.kpis.time_step == HOUR


def test_agents_step_in_the_order_in_which_they_were_added_and_the_kpis_last() -> None:
    stepped: list[str] = []

    class Recorder(KPIsBase):
        def takeStep(self, state: SimStateBase) -> None:
            stepped.append("kpis")

    state = new_state()
    for name in ("z", "a", "m"):
        state.addAgent(ActingAgent(name, lambda _, name=name: stepped.append(name)))  # type: ignore[misc]
    state.kpis = Recorder(1)

    state.takeStep()

    assert stepped == ["z", "a", "m", "kpis"]


def orders(seed: int, n_ticks: int, also_draws: bool = False) -> list[str]:
    """Who stepped after whom, a text a tick."""
    state, stepped = SimStateBase(SimStrategyBase(seed=seed)), list[str]()
    state.shuffled = True
    state.after_step = stepped.append
    for name in "abc":
        state.addAgent(IdleAgent(name))
    for _ in range(n_ticks):
        if also_draws:
            state.rng("a").random(7)
        state.takeStep()
    return ["".join(stepped[4 * i : 4 * i + 3]) for i in range(n_ticks)]


def test_a_shuffled_state_draws_an_order_each_tick_from_a_stream_of_its_own() -> None:
    found = orders(1, 200)

    assert {"".join(sorted(order)) for order in found} == {"abc"}
    assert len(set(found)) == 6
    assert found == orders(1, 200) == orders(1, 200, also_draws=True)
    assert found != orders(2, 200)


def test_a_state_that_is_not_shuffled_draws_nothing_for_its_order() -> None:
    state = new_state()
    state.addAgent(IdleAgent("idle"))

    state.takeStep()

    assert state.streams.names() == []


def test_the_last_tick_is_the_one_that_no_other_follows() -> None:
    state = new_state(max_ticks=2)

    assert [state.is_last_tick for state.tick in range(3)] == [False, True, False]


def test_an_agent_added_during_a_tick_steps_from_the_next_on() -> None:
    stepped: list[str] = []
    newcomer = ActingAgent("newcomer", lambda state: stepped.append("newcomer"))

    def act(state: SimStateBase) -> None:
        stepped.append("host")
        if "newcomer" not in state.agents:
            state.addAgent(newcomer)

    state = new_state()
    state.addAgent(ActingAgent("host", act))

    state.takeStep()
    assert stepped == ["host"]
    assert state.numAgents() == 2
    state.takeStep()

    assert stepped == ["host", "host", "newcomer"]


def test_an_agent_that_is_removed_before_its_turn_does_not_step() -> None:
    state, steps = new_state(), list[str]()
    state.addAgent(ActingAgent("wolf", lambda state: state.removeAgent("sheep")))
    state.addAgent(ActingAgent("sheep", lambda _: steps.append("sheep")))
    state.addAgent(ActingAgent("dog", lambda _: steps.append("dog")))

    state.takeStep()

    assert steps == ["dog"] and list(state.agents) == ["wolf", "dog"]
    with pytest.raises(NetlistError, match='no agent is called "sheep"'):
        state.removeAgent("sheep")


def test_an_agent_is_found_by_its_name() -> None:
    state = new_state()
    agent, other = IdleAgent("a"), IdleAgent("b")

    state.addAgent(agent)
    state.addAgent(other)

    assert state.getAgent("a") is agent
    assert state.allAgents() == [agent, other]
    assert state.numAgents() == 2


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    state = new_state()
    state.addAgent(IdleAgent("granter1"))
    state.addAgent(IdleAgent("taker1"))

    with pytest.raises(NetlistError, match='no agent is called "taker2". Did you mean taker1'):
        state.getAgent("taker2")


def test_a_name_can_be_given_once() -> None:
    state = new_state()
    first = IdleAgent("a")
    state.addAgent(first)

    with pytest.raises(NetlistError, match='two agents are called "a"'):
        state.addAgent(IdleAgent("a"))

    assert state.allAgents() == [first]


def test_agents_are_filtered_by_class_with_subclasses_in_order() -> None:
    class Busy(IdleAgent):
        pass

    busy, idle, acting = Busy("busy"), IdleAgent("idle"), ActingAgent("acting", lambda state: None)
    agents = AgentDict({agent.name: agent for agent in (busy, acting, idle)})

    assert agents.filter_by_class(IdleAgent) == {"busy": busy, "idle": idle}
    assert agents.filter_by_class(Busy) == {"busy": busy}
    assert list(agents) == ["busy", "acting", "idle"]


def test_every_is_true_at_the_first_tick_at_or_after_each_multiple() -> None:
    state = new_state(time_step=7)

    due = []
    for state.tick in range(10):
        if state.every(10):
            due.append(state.elapsed)

    assert due == [0, 14, 21, 35, 42, 56, 63]


@given(st.integers(1, 10 * DAY), st.integers(1, 10 * DAY), st.integers(1, 200))
def test_every_is_true_on_as_many_ticks_as_multiples_or_ticks_have_passed(
    time_step: int, seconds: int, n_ticks: int
) -> None:
    state = new_state(time_step=time_step)

    n_due = 0
    for state.tick in range(n_ticks):
        n_due += state.every(seconds)

    multiples = (n_ticks - 1) * time_step // seconds + 1
    assert n_due == min(n_ticks, multiples)


def test_random_streams_come_from_the_strategys_seed_and_go_on() -> None:
    state, twin = new_state(), new_state()

    first, second = state.rng("a").random(), state.rng("a").random()

    assert first != second
    assert [twin.rng("a").random(), twin.rng("a").random()] == [first, second]


def test_one_of_our_errors_keeps_its_type_and_gains_its_tick_and_agent() -> None:
    state = new_state()
    state.tick = 41
    state.addAgent(ActingAgent("buyer1", lambda _: Wallet("buyer1").withdraw("USD", 1)))

    with pytest.raises(InsufficientFunds, match="^tick 41, agent buyer1: buyer1 holds 0 USD"):
        state.takeStep()


def test_what_caused_one_of_our_errors_stays_its_cause() -> None:
    def act(state: SimStateBase) -> None:
        try:
            raise OSError("the line is dead")
        except OSError as error:
            raise WorldError("the chain does not answer.") from error

    state = new_state()
    state.addAgent(ActingAgent("a", act))

    with pytest.raises(WorldError) as caught:
        state.takeStep()

    assert isinstance(caught.value.__cause__, OSError)


def test_a_foreign_error_becomes_ours_with_tick_agent_file_and_line() -> None:
    state = new_state()
    state.tick = 7
    state.addAgent(ActingAgent("buyer1", lambda _: fail(ValueError("no such price"))))

    with pytest.raises(AgentError) as caught:
        state.takeStep()

    text = str(caught.value)
    assert text.startswith("tick 7, agent buyer1: ValueError: no such price (")
    assert f"{__file__}:{fail.__code__.co_firstlineno + 1}" in text
    assert isinstance(caught.value.__cause__, ValueError)


def test_an_error_in_the_kpis_says_that_it_is_theirs() -> None:
    class Broken(KPIsBase):
        def takeStep(self, state: SimStateBase) -> None:
            fail(ZeroDivisionError("division by zero"))

    state = new_state()
    state.kpis = Broken(1)

    with pytest.raises(AgentError, match="^tick 0, the KPIs: ZeroDivisionError: division by zero"):
        state.takeStep()


def test_an_error_of_several_lines_is_told_in_one() -> None:
    state = new_state()
    state.addAgent(ActingAgent("a", lambda _: fail(ValueError("first\nsecond"))))

    with pytest.raises(AgentError) as caught:
        state.takeStep()

    assert "\n" not in str(caught.value)


def test_an_error_that_a_library_raised_is_placed_at_the_users_line() -> None:
    state = new_state()
    state.addAgent(ActingAgent("a", lambda _: np.zeros(3).reshape(2, 2)))
    state.addAgent(ActingAgent("b", lambda _: json.loads("{")))

    for _ in range(2):
        with pytest.raises(AgentError, match=rf"{Path(__file__).name}:\d+\)$"):
            state.takeStep()
        del state.agents[next(iter(state.agents))]


def test_an_error_commands_no_terminal() -> None:
    state = new_state()
    state.addAgent(ActingAgent("a", lambda _: fail(ValueError("red \x1b[31m"))))

    with pytest.raises(AgentError, match=r"red \\x1b\[31m"):
        state.takeStep()


def test_an_agent_that_exits_is_an_error() -> None:
    state = new_state()
    state.addAgent(ActingAgent("a", lambda _: fail(SystemExit(0))))

    with pytest.raises(AgentError, match="tick 0, agent a: SystemExit"):
        state.takeStep()


def test_ctrl_c_passes_through() -> None:
    state = new_state()
    state.addAgent(ActingAgent("a", lambda _: fail(KeyboardInterrupt())))

    with pytest.raises(KeyboardInterrupt):
        state.takeStep()
