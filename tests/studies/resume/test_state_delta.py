"""What has changed since the wiring is saved and put back, exactly; what changed undeclared is an error that says so."""

import itertools
import threading
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, ClassVar, NamedTuple

import msgpack
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import FakeWorld, IdleAgent, new_state
from tokenspice.engine.agent import AgentBase
from tokenspice.engine.errors import RunError
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.wallet import Wallet
from tokenspice.studies.resume.codec import packed
from tokenspice.studies.resume.state_delta import Memory


class Keeper(AgentBase):
    """Keeps a value, and declares it."""

    state_names: ClassVar[tuple[str, ...]] = ("kept",)

    def __init__(self, name: str, kept: Any = None, fixed: Any = None) -> None:
        super().__init__(name, Wallet(name))
        self.kept = kept
        self.fixed = fixed

    def takeStep(self, state: SimStateBase) -> None:
        pass

    @cached_property
    def table(self) -> list[int]:
        return []

    def method(self) -> str:
        return self.name


class Colour(Enum):
    red = 1


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass
class Note:
    text: str
    tags: list[str]


@dataclass(frozen=True)
class Frozen:
    items: list[int]


class Undeclared:
    """Says nothing about its state."""

    def __init__(self) -> None:
        self.n = 0


class Slotted:
    """Keeps its attributes in slots, one of them private."""

    state_names: ClassVar[tuple[str, ...]] = ("n", "__m")
    __slots__ = ("__m", "n")

    def __init__(self) -> None:
        self.n, self.__m = 1, 2

    def values(self) -> tuple[int, int]:
        return self.n, self.__m

    def change(self) -> None:
        self.n, self.__m = 10, 20


def state_of(*agents: AgentBase) -> SimStateBase:
    state = new_state()
    for agent in agents:
        state.addAgent(agent)
    return state


def keeper(kept: Any = None, fixed: Any = None) -> tuple[SimStateBase, Keeper]:
    agent = Keeper("k", kept, fixed)
    return state_of(agent), agent


def through_file(saved: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = msgpack.unpackb(packed(saved), strict_map_key=False)
    return read


def restored(make: Callable[[], SimStateBase], change: Callable[[SimStateBase], object]) -> SimStateBase:
    """Change a state, save it, and put what was saved into another that was made alike; saving that gives the same."""
    first, second = make(), make()
    memories = Memory(first), Memory(second)
    change(first)
    saved = memories[0].save()
    memories[1].restore(through_file(saved))
    assert packed(memories[1].save()) == packed(saved)
    return second


def kept_after(value: Any, before: Any = None) -> Any:
    def change(state: SimStateBase) -> None:
        state.getAgent("k").kept = value  # type: ignore[attr-defined]

    return restored(lambda: keeper(before)[0], change).getAgent("k").kept  # type: ignore[attr-defined]


SCALARS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()),
    *(st.fractions(), st.decimals(), st.just(Colour.red), st.integers().map(np.float64)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.lists(inner).map(deque)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_any_plain_value_comes_back_with_its_type(value: Any) -> None:
    again = kept_after(value)

    assert type(again) is type(value) and repr(again) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        10**40,
        -(2**63) - 1,
        -0.0,
        range(3, 9, 2),
        Pair(1, [2]),
        {"a", "b"},
        frozenset({"x"}),
        bytearray(b"abc"),
        deque([1, 2], maxlen=2),
        Counter("aab"),
        OrderedDict(b=1, a=2),
        defaultdict(list, a=[1]),
        Note("n", ["t"]),
        Decimal("1.10"),
        Fraction(1, 3),
        np.uint8(7),
        {("a", 1): {2: [3]}},
        Keeper,
    ],
)
def test_a_value_of_each_kind_comes_back(value: Any) -> None:
    again = kept_after(value)

    assert type(again) is type(value) and again == value and repr(again) == repr(value)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3).copy(),
        np.array([], int),
        np.array(3.5),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.array([10**30, 2], object),
        np.array(["a", "bc"]),
        np.array([True, False]),
        np.array([1, 2], ">i2"),
        np.array(["2022-01-01"], "datetime64[D]"),
    ],
)
def test_an_array_comes_back_with_type_shape_and_layout(array: Any) -> None:
    again = kept_after(array)

    assert again.dtype == array.dtype and again.shape == array.shape
    assert again.flags.fnc == array.flags.fnc
    np.testing.assert_array_equal(again, array)


def test_slots_and_private_names_come_back() -> None:
    def change(state: SimStateBase) -> None:
        state.getAgent("k").kept.change()  # type: ignore[attr-defined]

    state = restored(lambda: keeper(Slotted())[0], change)

    assert state.getAgent("k").kept.values() == (10, 20)  # type: ignore[attr-defined]


def test_a_stream_goes_on_where_it_was_and_so_does_what_it_spawns() -> None:
    def change(state: SimStateBase) -> None:
        state.rng("a").random(7)
        state.rng("a").spawn(2)

    state, fresh = restored(new_state, change), new_state()
    change(fresh)

    assert state.rng("a").random() == fresh.rng("a").random()
    assert state.rng("a").spawn(1)[0].random() == fresh.rng("a").spawn(1)[0].random()


@pytest.mark.parametrize("bits", [np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_an_agents_own_generator_goes_on_too(bits: Any) -> None:
    generator = np.random.Generator(bits(3))
    generator.normal()

    again = kept_after(generator)

    assert again.normal() == generator.normal()


@pytest.mark.parametrize("is_wired", [True, False])
def test_a_generator_of_pythons_goes_on_too(is_wired: bool) -> None:
    def draw(state: SimStateBase) -> None:
        agent = state.getAgent("k")
        agent.kept = agent.kept or Random(3)  # type: ignore[attr-defined]
        agent.kept.gauss(0, 1)  # type: ignore[attr-defined]  # of two that it makes, it keeps one

    reference = Random(3)
    reference.gauss(0, 1)

    again = restored(lambda: keeper(Random(3) if is_wired else None)[0], draw).getAgent("k").kept  # type: ignore[attr-defined]

    assert [again.gauss(0, 1), again.random()] == [reference.gauss(0, 1), reference.random()]


def test_a_stream_that_an_agent_holds_is_the_states_stream() -> None:
    def make() -> SimStateBase:
        state, agent = keeper()
        agent.fixed = state.rng("k")
        return state

    state = restored(make, lambda state: state.rng("k").random())

    assert state.getAgent("k").fixed is state.rng("k")  # type: ignore[attr-defined]


def test_what_was_shared_is_shared_again() -> None:
    shared = [1]

    def change(state: SimStateBase) -> None:
        for agent in state.agents.filter_by_class(Keeper).values():
            agent.kept = shared

    agents = restored(lambda: state_of(Keeper("a"), Keeper("b")), change).agents.filter_by_class(Keeper)

    assert agents["a"].kept is agents["b"].kept and agents["a"].kept == [1]


def test_a_list_that_undeclared_holders_share_is_filled_in_place() -> None:
    def make() -> SimStateBase:
        pools: list[str] = []
        return state_of(Keeper("a", pools), Keeper("b", fixed=lambda: pools))

    def change(state: SimStateBase) -> None:
        state.getAgent("a").kept.append("pool0")  # type: ignore[attr-defined]

    assert restored(make, change).getAgent("b").fixed() == ["pool0"]  # type: ignore[attr-defined]


def test_a_list_in_the_place_of_a_wired_one_leaves_that_alone() -> None:
    def make() -> SimStateBase:
        pools = ["old"]
        return state_of(Keeper("a", pools), Keeper("b", pools))

    def change(state: SimStateBase) -> None:
        state.getAgent("a").kept = ["new"]  # type: ignore[attr-defined]

    agents = restored(make, change).agents.filter_by_class(Keeper)

    assert (agents["a"].kept, agents["b"].kept) == (["new"], ["old"])


def test_a_wired_list_may_be_filled_and_then_dropped_for_another() -> None:
    def change(state: SimStateBase) -> None:
        agent = state.getAgent("k")
        agent.kept[0].append(1)  # type: ignore[attr-defined]
        agent.kept = [[2]]  # type: ignore[attr-defined]

    assert restored(lambda: keeper([[]])[0], change).getAgent("k").kept == [[2]]  # type: ignore[attr-defined]


def test_a_wired_list_that_another_holds_undeclared_may_not() -> None:
    shared: list[int] = []
    state, agent = keeper(kept=shared, fixed=shared)
    memory = Memory(state)
    shared.append(1)
    agent.kept = []

    with pytest.raises(RunError, match="changed during the run and is not declared"):
        memory.save()


def test_references_to_agents_wallets_methods_and_each_other_lead_to_the_same_ones() -> None:
    def change(state: SimStateBase) -> None:
        a, b = state.agents.filter_by_class(Keeper).values()
        a.kept, b.kept = {"friend": b, "purse": b.wallet, "call": b.method}, [a]
        b.kept.append(b.kept)

    a, b = restored(lambda: state_of(Keeper("a"), Keeper("b")), change).agents.filter_by_class(Keeper).values()

    assert a.kept["friend"] is b and a.kept["purse"] is b.wallet and a.kept["call"]() == "b"
    assert b.kept[0] is a and b.kept[1] is b.kept


def test_agents_that_join_and_leave_do_so_again_in_their_order() -> None:
    def change(state: SimStateBase) -> None:
        del state.agents["a"]
        state.addAgent(Joiner("c", 5))
        state.getAgent("c").wallet.deposit("USD", 10**30)  # type: ignore[attr-defined]

    class_before = list(restored(lambda: state_of(IdleAgent("a"), IdleAgent("b")), change).agents.items())

    (b, _), (c, joiner) = class_before
    assert (b, c) == ("b", "c") and isinstance(joiner, Joiner)
    assert joiner.n == 5 and joiner.wallet.balance("USD") == 10**30


class Joiner(AgentBase):
    """Declares all that it has."""

    state_names: ClassVar[tuple[str, ...]] = ("n",)

    def __init__(self, name: str, n: int) -> None:
        super().__init__(name, Wallet(name))
        self.n = n

    def takeStep(self, state: SimStateBase) -> None:
        pass


class Caller:
    """Can be called, and has a state."""

    state_names: ClassVar[tuple[str, ...]] = ("n",)

    def __init__(self) -> None:
        self.n = 0

    def __call__(self) -> None:
        self.n += 1


class History(list[int]):
    """A list with an attribute."""

    mean = 0.0


def test_what_can_be_called_keeps_its_state_too() -> None:
    state = restored(lambda: keeper(fixed=Caller())[0], lambda state: state.getAgent("k").fixed())  # type: ignore[attr-defined]

    assert state.getAgent("k").fixed.n == 1  # type: ignore[attr-defined]


def test_a_list_of_a_class_of_its_own_keeps_its_items_but_no_attributes() -> None:
    def change(agent: Keeper) -> None:
        agent.kept.append(1)
        agent.kept.mean = 1.0

    again = restored(lambda: keeper(History())[0], lambda state: state.getAgent("k").kept.append(1))  # type: ignore[attr-defined]

    assert type(again.getAgent("k").kept) is History and again.getAgent("k").kept == [1]  # type: ignore[attr-defined]
    assert "agent k.kept.mean changed" in refused(change, kept=History())


def refused(change: Callable[[Keeper], object], fixed: Any = None, kept: Any = None) -> str:
    state, agent = keeper(kept, fixed)
    memory = Memory(state)
    memory.save()
    change(agent)
    with pytest.raises(RunError) as caught:
        memory.save()
    return str(caught.value)


def test_an_undeclared_attribute_that_changed_is_named_with_the_line_to_write() -> None:
    def change(agent: Keeper) -> None:
        agent.fixed = 1

    message = refused(change)

    assert "agent k.fixed changed during the run and is not declared" in message
    assert 'Write state_names = ("fixed",) in class Keeper' in message


@pytest.mark.parametrize(
    ("fixed", "change"),
    [
        ([1], lambda agent: agent.fixed.append(2)),
        ({"a": [1]}, lambda agent: agent.fixed["a"].append(2)),
        ([1, 2], lambda agent: agent.fixed.reverse()),
        (np.zeros(3), lambda agent: agent.fixed.__setitem__(1, 5)),
        (1.0, lambda agent: setattr(agent, "fixed", 1)),
        (0.0, lambda agent: setattr(agent, "fixed", -0.0)),
        (np.random.default_rng(1), lambda agent: agent.fixed.random()),
        (Undeclared(), lambda agent: setattr(agent.fixed, "n", 1)),
        ([Undeclared()], lambda agent: setattr(agent.fixed[0], "n", 1)),
        ([1], lambda agent: setattr(agent, "fixed", [1])),
        (None, lambda agent: setattr(agent, "late", 1)),
        (None, lambda agent: delattr(agent, "fixed")),
        (itertools.count(), lambda agent: next(agent.fixed)),
        (pd.DataFrame({"a": [1.0]}), lambda agent: agent.fixed.loc.__setitem__((0, "a"), 2.0)),
        ((lambda box: lambda: box)([1]), lambda agent: agent.fixed().append(2)),
    ],
)
def test_an_undeclared_change_of_any_sort_is_found(fixed: Any, change: Callable[[Keeper], object]) -> None:
    assert "agent k" in refused(change, fixed)


def test_a_set_counter_in_a_closure_is_found() -> None:
    def counter() -> Callable[[], int]:
        n = 0

        def count() -> int:
            nonlocal n
            n += 1
            return n

        return count

    assert "agent k.fixed" in refused(lambda agent: agent.fixed(), counter())


def test_kpis_and_the_state_are_held_to_it_too() -> None:
    class Means(KPIsBase):
        total = 0

    state = new_state()
    state.kpis = Means(1)
    memory = Memory(state)
    state.kpis.total = 5
    state.rugged = ["pool0"]  # type: ignore[attr-defined]

    with pytest.raises(RunError) as caught:
        memory.save()

    assert 'state_names = ("total",) in class Means' in str(caught.value)
    assert 'state_names = ("rugged",) in class SimStateBase' in str(caught.value)


def test_worlds_are_held_to_it_too() -> None:
    state = new_state(FakeWorld())
    memory = Memory(state)
    state.worlds[0].advance(5)

    with pytest.raises(RunError, match='state_names = .*"clock".* in class FakeWorld'):
        memory.save()


@pytest.mark.parametrize(
    ("fixed"),
    [
        *([1, [2]], {"a": {1, 2}}, np.ones(4), pd.DataFrame({"a": [1.0]}), Undeclared(), threading.get_ident, np.sin),
        *(lambda: 1, Frozen([1]), Fraction(1, 2), Keeper, IdleAgent("x"), object()),
    ],
)
def test_what_does_not_change_needs_no_declaration(fixed: Any) -> None:
    state, agent = keeper(fixed=fixed)
    memory = Memory(state)
    agent.kept = 1
    _ = agent.table  # a cached_property is no state

    memory.save()


def test_what_cannot_be_looked_into_is_refused_before_the_run() -> None:
    with pytest.raises(RunError, match="agent k.fixed is a lock, which cannot be looked into"):
        Memory(keeper(fixed=threading.Lock())[0])


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (Undeclared(), 'Undeclared does not declare n. Write state_names = ("n",) in class Undeclared'),
        (lambda: 1, "a function that was made inside another"),
        (itertools.count(), "a count made during the run, which cannot be saved"),
        ({1, 2}, "a set of numbers, whose order would be another"),
        (Keeper("other"), "Keeper does not declare fixed"),
    ],
)
def test_what_was_made_during_the_run_and_cannot_be_saved_is_named(kept: Any, words: str) -> None:
    def change(agent: Keeper) -> None:
        agent.kept = kept

    message = refused(change)

    assert message.startswith(("agent k.kept is", "agent other is")) and words in message


def test_two_arrays_that_share_their_memory_are_refused() -> None:
    def change(agent: Keeper) -> None:
        table = np.zeros((2, 2))
        agent.kept = [table, table[0]]

    assert "is a view of" in refused(change)


def test_state_names_that_are_no_tuple_are_refused() -> None:
    class Wrong(IdleAgent):
        state_names = "n"

    with pytest.raises(RunError, match=r'Wrong.state_names is \'n\'. Write a tuple of names, such as \("n_sold",\)'):
        Memory(state_of(Wrong("a")))


def test_a_state_that_was_wired_otherwise_is_refused_and_named() -> None:
    saved = Memory(keeper(fixed=1)[0]).save()

    with pytest.raises(RunError, match="the netlist builds agent k otherwise than when this run began"):
        Memory(keeper(fixed=2)[0]).restore(through_file(saved))


def test_a_class_that_is_gone_is_named() -> None:
    state, agent = keeper()
    memory = Memory(state)
    agent.kept = Note("n", [])
    saved = through_file(memory.save())
    text = repr(saved).replace("test_memory:Note", "test_memory:Gone")

    with pytest.raises(RunError, match="has no Gone in the module tests.studies.resume.test_state_delta any more"):
        Memory(keeper()[0]).restore(eval(text))


def test_a_file_cannot_name_a_function_of_just_any_module() -> None:
    state, agent = keeper()
    memory = Memory(state)
    agent.kept = []
    saved = memory.save()
    saved["objects"].append([9_999, ["function", "shutil:rmtree", []]])

    with pytest.raises(RunError, match="shutil:rmtree is no function of the netlist or its agents"):
        Memory(keeper()[0]).restore(through_file(saved))
