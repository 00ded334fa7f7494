"""Python's floats and the contracts, side by side: they agree within the tolerances, and where they do not, it is said."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from tests.markets.cases import prices
from tokenspice.engine import tokens
from tokenspice.engine.units import Floats, Seconds
from tokenspice.markets import Scenario
from tokenspice.markets.pools import Frictions, WeightedPool, all_routes_trade
from tokenspice.markets.strategies import (
    DifferenceMomentum,
    GuardRails,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
    Rule,
    Strategy,
    TripleThreat,
)
from tokenspice.protocols.dynamicpool import eighteen
from tokenspice.protocols.dynamicpool.lockstep import (
    Collect,
    Join,
    Leave,
    Lockstep,
    Operation,
    Poke,
    Post,
    Swap,
    Trade,
    Update,
    Wait,
    first_divergence,
)
from tokenspice.protocols.dynamicpool.systems import open_evm, open_float
from tokenspice.web3engine import Chain

NAMES = ("BTC", "ETH", "USDC")
FUNDS = {name: tokens(10**8) for name in NAMES}
# Gains of channels are small, so that floors do not hide their signals.
RULES: dict[str, Rule] = {
    "momentum": Momentum(4.0, 60.0),
    "slow average": Momentum(4.0, -60.0, average_memory_days=9.0),
    "power": PowerChannel(4.0, 900.0, exponent=1.6, scale=0.4),
    "channel": MeanReversionChannel(4.0, 0.1, width=0.02, amplitude_per_day=0.3, exponent=1.3),
    "difference": DifferenceMomentum(2.0, 6.0, 0.5),
    "triple": TripleThreat(2.0, 4.0, 7.0, 5.0, 0.05, 0.02, 0.3, 1.3),
    "variance": MinVariance(4.0, 2.0),
}
TABLE = prices().of(NAMES).close


class Clock:
    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> Seconds:
        return self.now

    def wait(self, seconds: Seconds) -> None:
        self.now += seconds


def scenario(rule: Rule, chunk: int = 240, fee: float = 0.003) -> Scenario:
    guard = GuardRails(0.05, 5e-5)
    strategy = Strategy(rule, guard, chunk, chunk * 3 // 4, start_weights=(0.4, 0.35, 0.25))
    frictions = Frictions(fee=fee, protocol_share=0.25)
    return Scenario(NAMES, "2023-01-21", "2023-01-22", WeightedPool((0.4, 0.35, 0.25)), strategy, frictions=frictions)


def pair(chain: Chain, asked: Scenario, seen: Floats, pokes: bool, here: Scenario | None = None) -> list[Lockstep]:
    """The same pool in floats and in contracts; `here`, if given, is a faulty one for the floats."""
    clock = Clock()
    float_system = open_float(here or asked, seen, clock, pokes)
    evm_system = open_evm(chain, asked, seen, pokes)
    return [
        Lockstep(float_system, float_system.bank("trader", **FUNDS), clock.wait),
        Lockstep(evm_system, evm_system.bank("trader", **FUNDS), chain.advance),
    ]


@pytest.fixture
def chain(in_process_chain: Chain) -> Iterator[Chain]:
    with in_process_chain.anchor():
        yield in_process_chain


def arbitrage(step: Lockstep, row: Floats, fee: float) -> Trade:
    """The best trade at market prices, a hair inside of the curve."""
    held = np.array(step.system.pool.reserves(), dtype=float) / 1e18
    trade = all_routes_trade(held, step.system.pool.weights(), row, 1 - fee)
    return Trade(tuple(eighteen(float(x)) for x in np.where(trade > 0, trade, np.minimum(trade + 1e-14 * held, 0))))


@pytest.mark.parametrize(("name", "pokes"), [*((name, True) for name in RULES), ("momentum", False)])
def test_both_follow_the_market_for_days_within_the_tolerances(chain: Chain, name: str, pokes: bool) -> None:
    asked, first = scenario(RULES[name]), 20 * 1440
    here, there = pair(chain, asked, TABLE[: first + 1 : 240], pokes)

    def operations() -> Iterator[Operation]:
        for minute in range(30, 2 * 1440 + 1, 30):
            row = TABLE[first + minute]
            yield Wait(1800)
            yield Post(tuple(row))
            yield arbitrage(here, row, 0.003)
            if minute % 240 == 0:
                yield Update()
            yield Poke()
            yield arbitrage(here, row, 0.003)
            if minute % 1440 == 0:
                yield Collect()

    assert first_divergence(operations(), here, there) is None
    weights = here.system.pool.weights()
    assert np.abs(weights - asked.pool.weights).max() > 0.02, "the weights must have moved"  # type: ignore[attr-defined]


AMOUNT = st.floats(1e-9, 0.2)
TOKEN = st.integers(0, 2)
OPERATIONS = st.lists(
    st.one_of(
        st.builds(Wait, st.integers(0, 20_000)),
        st.builds(lambda a, b, c: Post((20_000 * a, 1_500 * b, c)), *[st.floats(0.8, 1.25)] * 3),
        st.builds(Update),
        st.builds(Poke),
        st.builds(lambda i, j, x: Swap(i, j, eighteen(x * (15, 200, 200_000)[i])), TOKEN, TOKEN, AMOUNT),
        st.builds(
            lambda *xs: Trade(tuple(eighteen(x * one) for x, one in zip(xs, (15, 200, 200_000), strict=True))),
            *[st.floats(-0.02, 0.05)] * 3,
        ),
        st.builds(lambda x: Join(eighteen(x * 100)), AMOUNT),
        st.builds(lambda x: Leave(eighteen(x * 100)), AMOUNT),
        st.builds(Collect),
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(st.sampled_from(sorted(RULES)), st.booleans(), OPERATIONS)
def test_random_operations_do_the_same_on_both(
    in_process_chain: Chain, name: str, pokes: bool, operations: list[Operation]
) -> None:
    with in_process_chain.anchor():
        here, there = pair(in_process_chain, scenario(RULES[name], chunk=60), TABLE[: 20 * 1440 : 60], pokes)

        found = first_divergence(operations, here, there)

    assert found is None, str(found)


def test_a_fault_is_found_at_its_step_and_shrunk_to_the_operation_that_shows_it(in_process_chain: Chain) -> None:
    asked = scenario(RULES["momentum"], chunk=60)
    faulty = replace(asked, frictions=replace(asked.frictions, fee=0.0030001))

    def differs(operations: list[Operation]) -> bool:
        with in_process_chain.anchor():
            here, there = pair(in_process_chain, asked, TABLE[: 5 * 1440 : 60], True, faulty)
            return first_divergence(operations, here, there) is not None

    smallest = find(OPERATIONS, differs, settings=settings(max_examples=300, derandomize=True, database=None))

    assert len(smallest) == 1 and isinstance(smallest[0], Swap)
    with in_process_chain.anchor():
        here, there = pair(in_process_chain, asked, TABLE[: 5 * 1440 : 60], True, faulty)
        found = first_divergence([Wait(60), Poke(), *smallest], here, there)
    assert found is not None and found.step == 2 and found.quantity.startswith("amounts[")
    assert str(found).startswith("step 2, Swap(") and "tolerated" in str(found)


def test_a_faulty_memory_is_found_at_the_first_update(in_process_chain: Chain) -> None:
    asked, faulty = scenario(Momentum(4.0, 60.0), 60), scenario(Momentum(4.0001, 60.0), 60)
    with in_process_chain.anchor():
        here, there = pair(in_process_chain, asked, TABLE[: 5 * 1440 : 60], True, faulty)
        stream: list[Operation] = [Wait(3600), Post(tuple(TABLE[5 * 1440 + 60])), Update(), Wait(60), Poke()]

        found = first_divergence(stream, here, there)

    assert found is not None and found.quantity.startswith(("averages", "sums"))
