"""What has changed since the wiring is saved and put back, exactly; what cannot be kept is refused by name at once."""

import argparse
import copy
import ctypes
import functools
import io
import logging
import os
import queue
import random
import re
import subprocess
import threading
import weakref
from collections import Counter, OrderedDict, UserList, defaultdict, deque
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from random import Random
from types import MappingProxyType, SimpleNamespace
from typing import Any

import msgpack
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.fakes import FakeWorld, IdleAgent, new_state
from tests.studies.resume.held import things
from tests.studies.resume.held.things import (
    GLOBAL,
    THINGS,
    Caller,
    Colour,
    Frozen,
    Guarded,
    History,
    Joiner,
    Keeper,
    Note,
    Pair,
    Slotted,
    Tally,
    with_default,
)
from tokenspice.engine.agent import AgentBase
from tokenspice.engine.errors import RunError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.resume.codec import packed
from tokenspice.studies.resume.state_delta import StateDelta


def state_of(*agents: AgentBase) -> SimStateBase:
    state = new_state()
    for agent in agents:
        state.addAgent(agent)
    return state


def keeper(kept: Any = None, fixed: Any = None) -> tuple[SimStateBase, Keeper]:
    agent = Keeper("k", kept, fixed)
    return state_of(agent), agent


def noted(state: SimStateBase) -> StateDelta:
    return StateDelta(state, package="tests.studies.resume.held")


def through_file(saved: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = msgpack.unpackb(packed(saved), strict_map_key=False)
    return read


def restored(make: Callable[[], SimStateBase], change: Callable[[SimStateBase], object]) -> SimStateBase:
    """Change a state, save it, and put what was saved into another that was made alike; saving that gives the same."""
    first, second = make(), make()
    memories = noted(first), noted(second)
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


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
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
        MappingProxyType({"a": [1], 2: "b"}),
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


def test_a_wired_list_that_another_still_holds_is_kept_there_too() -> None:
    def make() -> SimStateBase:
        shared: list[int] = []
        return keeper(kept=shared, fixed=shared)[0]

    def change(state: SimStateBase) -> None:
        agent = state.getAgent("k")
        agent.kept.append(1)  # type: ignore[attr-defined]
        agent.kept = []  # type: ignore[attr-defined]

    agent = restored(make, change).getAgent("k")

    assert (agent.kept, agent.fixed) == ([], [1])  # type: ignore[attr-defined]


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


def test_what_can_be_called_keeps_its_state_too() -> None:
    state = restored(lambda: keeper(fixed=Caller())[0], lambda state: state.getAgent("k").fixed())  # type: ignore[attr-defined]

    assert state.getAgent("k").fixed.n == 1  # type: ignore[attr-defined]


def test_a_list_of_a_class_of_its_own_keeps_its_attributes_too() -> None:
    def change(state: SimStateBase) -> None:
        history = state.getAgent("k").kept  # type: ignore[attr-defined]
        history.append(1)
        history.mean = 1.0

    again = restored(lambda: keeper(History())[0], change).getAgent("k").kept  # type: ignore[attr-defined]

    assert (type(again), list(again), again.mean) == (History, [1], 1.0)


@pytest.mark.parametrize("name", THINGS)
def test_whatever_an_agent_holds_goes_on_where_it_was(name: str) -> None:
    make, use = THINGS[name]
    saved, deltas, expected = None, [], []
    for rounds in (5, 3, 5):  # the last goes on from the third
        Tally.n, GLOBAL[:], with_default.__defaults__ = 0, [0], ([],)  # as after an import
        state, agent = keeper(fixed=make())
        Guarded.calls.clear()
        deltas.append(noted(state))
        if len(deltas) == 3:
            deltas[-1].restore(through_file(saved))  # type: ignore[arg-type]
        for n in range(3 if len(deltas) == 3 else 0, rounds):
            expected.append((len(deltas), n, repr(use(agent.fixed))))
        saved = deltas[-1].save()

    whole = [text for run, n, text in expected if run == 1 and n >= 3]
    resumed = [text for run, _, text in expected if run == 3]
    assert resumed == whole


HOLDABLE: st.SearchStrategy[Any] = st.recursive(
    SCALARS | st.just([]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2) | st.integers(0, 3), inner, max_size=3)
        | st.lists(inner, max_size=3).map(UserList)
        | st.lists(inner, max_size=2).map(lambda items: SimpleNamespace(items=items, again=items))
        | st.lists(inner, max_size=2).map(lambda items: np.array([*items, None], object)[:-1].copy())
        | st.lists(inner, max_size=2).map(lambda items: Note("n", items))
        | st.lists(inner, max_size=2).map(lambda items: functools.partial(max, items))
    ),
    max_leaves=12,
)


def shaken(x: Any, rounds: int = 0, seen: tuple[int, ...] = ()) -> None:
    """Change whatever in a structure can be changed."""
    if id(x) in seen:
        return
    seen = (*seen, id(x))
    inside: list[Any] = []
    if isinstance(x, (list, UserList)):
        inside = list(x)
        x.append(len(x))
        x.reverse()
    elif isinstance(x, dict):
        inside = list(x.values())
        if x:
            x[f"n{len(x)}"] = x.pop(next(iter(x)))
    elif isinstance(x, (SimpleNamespace, Note)):
        inside = list(vars(x).values())
        x.late = x.late + 1 if hasattr(x, "late") else 0  # type: ignore[union-attr]
    elif isinstance(x, functools.partial):
        inside = list(x.args)
    elif isinstance(x, (tuple, np.ndarray)):
        inside = list(x)
    for each in inside:
        shaken(each, rounds, seen)


def shown(x: Any, names: dict[int, int] | None = None) -> Any:
    """Say what a structure is, down to what is shared in it."""
    names = {} if names is None else names
    if isinstance(x, (str, bytes, int, float, Fraction, Decimal, Enum, type(None))):
        return f"{type(x).__name__} {x!r}"
    if id(x) in names and not isinstance(x, tuple):
        return f"again {names[id(x)]}"
    names[id(x)] = len(names)
    if isinstance(x, functools.partial):
        return ["partial", *[shown(each, names) for each in x.args]]
    if isinstance(x, dict):
        return ["dict", *[[repr(key), shown(value, names)] for key, value in x.items()]]
    if isinstance(x, (SimpleNamespace, Note)):
        return [type(x).__name__, *[[name, shown(value, names)] for name, value in vars(x).items()]]
    return [type(x).__name__, *[shown(each, names) for each in x]]


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(HOLDABLE, HOLDABLE)
def test_nested_structures_interrupted_and_resumed_equal_uninterrupted_ones(held: Any, late: Any) -> None:
    def make() -> SimStateBase:
        return keeper(fixed=[copy.deepcopy(held)] * 2)[0]

    def change(state: SimStateBase) -> None:
        agent = state.getAgent("k")
        agent.kept = [copy.deepcopy(late), agent.fixed]  # type: ignore[attr-defined]
        shaken(agent.kept)  # type: ignore[attr-defined]

    whole = make()
    change(whole)
    resumed = restored(make, change)
    for state in (whole, resumed):
        shaken(state.getAgent("k").kept)  # type: ignore[attr-defined]

    assert shown(resumed.getAgent("k").kept) == shown(whole.getAgent("k").kept)  # type: ignore[attr-defined]


def test_kpis_the_state_and_worlds_are_kept_too() -> None:
    def make() -> SimStateBase:
        return new_state(FakeWorld())

    def change(state: SimStateBase) -> None:
        state.kpis.total = 5  # type: ignore[attr-defined]
        state.rugged = ["pool0"]  # type: ignore[attr-defined]
        state.worlds[0].advance(5)

    again = restored(make, change)

    assert (again.kpis.total, again.rugged, again.worlds[0].now) == (5, ["pool0"], 5)  # type: ignore[attr-defined]


def test_what_is_taken_away_is_away_after_a_resume() -> None:
    def change(state: SimStateBase) -> None:
        del state.getAgent("k").fixed  # type: ignore[attr-defined]

    assert not hasattr(restored(lambda: keeper(fixed=1)[0], change).getAgent("k"), "fixed")


@pytest.mark.parametrize("seed", [random.seed, np.random.seed])
def test_pythons_and_numpys_own_draws_go_on_too(seed: Callable[[int], None]) -> None:
    def make() -> SimStateBase:
        seed(1)
        return new_state()

    def drawn() -> tuple[float, float]:
        return random.random(), float(np.random.random())

    first = noted(make())
    drawn()
    saved = through_file(first.save())
    expected = drawn()

    noted(make()).restore(saved)

    assert drawn() == expected


def nested(depth: int) -> tuple[Any, ...]:
    found: tuple[Any, ...] = ()
    for n in range(depth):
        found = (n, found)
    return found


def forever() -> Iterator[int]:
    while True:
        yield 1


class Foreign(threading.local):
    """Keeps its attributes where nobody sees them."""


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (threading.Lock(), "a _thread.lock"),
        (forever(), "a generator"),
        (map(len, []), "a map"),
        (enumerate([]), "an enumerate"),
        (weakref.ref(Keeper), "a weakref"),
        (memoryview(b"1"), "a memoryview"),
        (os.environ, "an os._Environ"),
        (Foreign(), "Foreign"),
        (np.ma.array([1, 2], mask=[False, True]), "MaskedArray"),
        (ctypes.c_int(1), "a ctypes.c_int"),
        (io.StringIO(), "StringIO"),
        (queue.Queue(), "lock"),
        (pd.DataFrame({"t": pd.to_datetime(["2022-01-01"]).tz_localize("UTC")}), "a table with a column of"),
        (nested(99), "a tuple with more than 64 tuples"),
        (open(os.devnull), "a _io.TextIOWrapper"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name_before_the_run(held: Any, words: str) -> None:
    with pytest.raises(RunError, match=r"agent k\.fixed.* is .*which a checkpoint cannot hold\. [A-Z]") as caught:
        noted(keeper(fixed=held)[0])

    assert words in str(caught.value)


@pytest.mark.parametrize(
    "fixed",
    [
        *([1, [2]], {"a": {"b", "c"}}, np.ones(4), pd.DataFrame({"a": [1.0]}), threading.get_ident, np.sin, np, int),
        *(lambda: 1, Frozen([1]), Fraction(1, 2), Keeper, IdleAgent("x"), object(), logging.getLogger("x"), print),
        *(
            re.compile("a"),
            Path("x"),
            ...,
            slice(1, 2),
            Enum("E", "A B"),
            property(lambda self: 1),
            list[int],
            np.dtype(int),
        ),
    ],
)
def test_what_does_not_change_takes_no_room(fixed: Any) -> None:
    state, agent = keeper(fixed=fixed)
    delta = noted(state)
    agent.kept = 1

    assert len(delta.save()["objects"]) == 1


def refused(kept: Any) -> str:
    state, agent = keeper()
    delta = noted(state)
    agent.kept = kept
    with pytest.raises(RunError) as caught:
        delta.save()
    return str(caught.value)


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (forever(), "agent k.kept is a generator, which a checkpoint cannot hold. Write a class whose attributes"),
        ({1, 2}, "agent k.kept is a set of numbers, whose order would be another after a resume"),
        ([np.array([1, None], object)[1:]], "agent k.kept[0] is a view of an array of objects"),
        (argparse.Namespace(), "a Namespace made during the run, a class of argparse"),
        (subprocess.Popen, "the class Popen"),
        (type("Made", (), {})(), "Made"),
    ],
)
def test_what_was_made_during_the_run_and_cannot_be_kept_is_named(kept: Any, words: str) -> None:
    assert words in refused(kept)


@pytest.mark.parametrize("wired", [{8, 0}, {(1, 2)}, {0.5, "text"}, {Fraction(1, 3)}], ids=str)
def test_a_set_of_numbers_that_was_wired_is_named_at_the_first_tick(wired: set[Any]) -> None:
    state, _ = keeper(wired)

    with pytest.raises(RunError, match=r"agent k\.kept is a set of numbers.*or a frozenset, if it never changes"):
        noted(state).save()


def test_a_global_set_of_numbers_may_stay_as_it_is_and_not_change_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {0, 8}
    monkeypatch.setattr(things, "NUMBERS", numbers, raising=False)
    delta = noted(keeper()[0])
    delta.save()

    first, second = numbers
    numbers.clear()
    numbers.update((second, first))

    assert list(numbers) == [second, first]
    with pytest.raises(RunError, match=r"things\.NUMBERS is a set of numbers"):
        delta.save()


@pytest.mark.parametrize("kept", [set(), {"a", "b"}, frozenset({8, 0}), set(Colour)])
def test_sets_whose_order_nothing_can_depend_on_are_kept(kept: Any) -> None:
    noted(keeper(kept)[0]).save()


def test_a_state_that_was_wired_otherwise_is_refused_and_named() -> None:
    saved = noted(keeper(fixed=1)[0]).save()

    with pytest.raises(RunError, match="SimState builds agent k differently than when this run began"):
        noted(keeper(fixed=2)[0]).restore(through_file(saved))


def test_a_class_that_is_gone_is_named() -> None:
    saved = noted(keeper()[0]).save()
    saved["objects"] = [[900, ".things:Gone", [], [], []]]

    with pytest.raises(RunError, match=r"has no Gone in the module \.things any more"):
        noted(keeper()[0]).restore(through_file(saved))


HERE = ".things"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (["function", "shutil:rmtree", 1, [], None, None], "shutil:rmtree is no class or function of the netlist"),
        (["builtin", "builtins:exec"], "may not name it"),
        (["builtin", "posix:system"], "may not name it"),
        (["class", "subprocess:Popen"], "may not name it"),
        (["class", "nosuchmodule:Thing"], "has no Thing in the module nosuchmodule"),
        (["partial", ["ref", 900], ["tuple"], []], "made of no function"),
        (["method", ["ref", 901], "system"], "no method that a checkpoint may hold"),
        (["array", "numbers", "ndarray", [10**12], True, "<f8", "C", b""], "another shape than its content"),
        (["codec", 0, None], "only ever referred to"),
        (["nonsense"], "which this version does not write"),
        (["enum", ["ref", 900], "red"], "no enumeration"),
        (["iterator", "iter", ["tuple", ["ref", 901]], ["tuple"]], "no iterator that a checkpoint may hold"),
        (["named", "module", "os"], "may hold no module"),
        (["descriptor", "property", None, None, None], "may hold no property"),
    ],
)
def test_a_file_names_nothing_but_plain_data_and_the_netlists_own(content: list[Any], words: str) -> None:
    state, agent = keeper()
    saved = noted(state).save()
    objects = [[900, None, ["class", f"{HERE}:Note"], [], []], [901, f"{HERE}:Note", [], [], []]]
    saved["objects"] = [*objects, [902, None, content, [], []]]

    with pytest.raises((RunError, ValueError, KeyError), match=words):
        noted(keeper()[0]).restore(through_file(saved))


def test_a_file_builds_no_objects_of_other_peoples_classes() -> None:
    saved = noted(keeper()[0]).save()
    for kind in ("argparse:Namespace", "subprocess:Popen", "logging:Handler"):
        saved["objects"] = [[900, kind, [], [["args", ["ref", 0]]], []]]
        with pytest.raises(RunError, match="may not name it"):
            noted(keeper()[0]).restore(through_file(saved))


def test_putting_back_runs_nobodys_code() -> None:
    def make() -> tuple[StateDelta, Keeper]:
        Guarded.calls.clear()
        state, agent = keeper()
        return noted(state), agent

    delta, agent = make()
    agent.kept = Guarded()
    agent.kept.x = 7
    assert Guarded.calls == ["x", "setter"]
    saved = through_file(delta.save())
    fresh, other = make()

    fresh.restore(saved)
    Guarded.calls.append("put back")

    assert other.kept.x == 7 and Guarded.calls == ["x", "setter", "put back"]
