"""contracts/dynamicpool, step by step: numbers, rules and guard rails are those of the law in Python, to the unit, and of
the recorded steps."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from tests.markets.cases import file
from tokenspice.engine import WorldError
from tokenspice.protocols.dynamicpool import ONE, FixedRule, RuleState, RuleTerms, deploy_rule, eighteen
from tokenspice.protocols.dynamicpool.fixed_point import exponential, logarithm, over, power, times
from tokenspice.protocols.dynamicpool.guard_rails import applied, limited
from tokenspice.protocols.dynamicpool.rules import gradient, inverse
from tokenspice.web3engine import Chain, Contract, Reverted

RECORDED = [case for case in file("protocol_cases")["cases"] if case["status_in_original"] == "pass"]


@pytest.fixture
def chain(in_process_chain: Chain) -> Iterator[Chain]:
    with in_process_chain.anchor():
        yield in_process_chain


@pytest.fixture
def steps(chain: Chain) -> Contract:
    return chain.deploy("dynamicpool/Steps")


def test_numbers_are_those_of_the_contracts_to_the_unit(chain: Chain, steps: Contract) -> None:
    rng = np.random.default_rng(5)
    for _ in range(150):
        x = int(10 ** rng.uniform(0, 23)) + 1
        y = int(10 ** rng.uniform(0, 23) * rng.choice([-1, 1])) or 1
        small = int(rng.uniform(-45, 60) * 1e18)

        assert chain.read(steps.product(x, y)) == times(x, y)
        assert chain.read(steps.quotient(x, y)) == over(x, y)
        assert chain.read(steps.ln(x)) == logarithm(x)
        assert chain.read(steps.exp(small)) == exponential(small)
        exponent = int(rng.uniform(-2, 5) * 1e18)
        assert chain.read(steps.raised(x, exponent)) == power(x, exponent)


@pytest.mark.parametrize("x", [0, 1, 2, ONE - 1, ONE, ONE + 1, 2 * ONE])
@pytest.mark.parametrize("y", [0, 1, ONE - 1, ONE, 2 * ONE])
def test_powers_at_the_edges_are_the_contracts(chain: Chain, steps: Contract, x: int, y: int) -> None:
    assert chain.read(steps.raised(x, y)) == power(x, y)


def test_what_has_no_value_is_refused_by_both(chain: Chain, steps: Contract) -> None:
    for call, refused in (
        (steps.ln(0), lambda: logarithm(0)),
        (steps.exp(134 * ONE), lambda: exponential(134 * ONE)),
        (steps.raised(3 * ONE, 150 * ONE), lambda: power(3 * ONE, 150 * ONE)),
        (steps.quotient(ONE, 0), lambda: over(ONE, 0)),
        (steps.applied([0, 0], ONE // 10, False), lambda: applied([0, 0], ONE // 10)),
        (steps.applied([ONE, ONE], ONE, False), lambda: applied([ONE, ONE], ONE)),
    ):
        with pytest.raises(Reverted):
            chain.read(call)
        with pytest.raises(WorldError):
            refused()


def test_guard_rails_are_those_of_the_contracts_to_the_unit(chain: Chain, steps: Contract) -> None:
    rng = np.random.default_rng(6)
    for _ in range(100):
        n = int(rng.integers(2, 9))
        wanted = [eighteen(float(w)) for w in rng.dirichlet(np.ones(n)) + rng.normal(0, 0.2, n) * rng.integers(0, 2)]
        if sum(wanted) <= 0:
            continue
        floor, first = int(rng.uniform(0, 1) * ONE) // n, bool(rng.integers(0, 2))
        found = applied(wanted, floor, first)
        assert chain.read(steps.applied(wanted, floor, first)) == found
        assert sum(found) == ONE and min(found) >= floor - n
        current, most = [ONE // n] * n, int(rng.uniform(0, 0.3) * ONE)
        assert chain.read(steps.limited(current, found, most, 7)) == limited(current, found, most, 7)


def numbers(values: Any, n: int) -> tuple[int, ...]:
    return tuple(eighteen(float(value)) for value in np.broadcast_to(np.asarray(values, dtype=float), (n,)))


Step = Callable[[Any, Chain, Contract], tuple[list[int], list[int]]]


def gradient_step(kind: Any, sign: float = 1.0) -> Step:
    """The weights that Python's integers want, and the contract's."""

    def step(call: Any, chain: Chain, steps: Contract) -> tuple[list[int], list[int]]:
        price = numbers(call.get("data", call.get("price")), len(call["prev_weights"]))
        n, decay = len(price), numbers(call["lamb"], len(price))
        average = call.get("moving_average", call.get("new_ewma"))
        # Where a case gives the new average, the one before is that which leads to it.
        before = numbers(call["prev_ewma"], n) if average is None else preimage(numbers(average, n), price, decay)
        state = RuleState(before, numbers(call.get("previous_alpha", call.get("prev_alpha")), n))
        shape = {"exponent": "exponents", "scale": "pre_exp_scaling", "width": "width", "amplitude": "amplitude"}
        fields: dict[str, Any] = {name: numbers(call[key], n) for name, key in shape.items() if key in call}
        if "inverse_scaling" in call:
            fields["peak"] = numbers(call["inverse_scaling"], n)
        gains = numbers(sign * np.asarray(call.get("k", call.get("kappa"))), n)
        terms = RuleTerms(kind, decay, gains, raw_price=call["use_raw_price"], **fields)
        return both(chain, terms, state, price, numbers(call["prev_weights"], n))

    return step


def preimage(average: tuple[int, ...], price: tuple[int, ...], decay: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(over(a - times(ONE - d, p), d) for a, p, d in zip(average, price, decay, strict=True))


def both(
    chain: Chain, terms: RuleTerms, state: RuleState, price: tuple[int, ...], weights: tuple[int, ...]
) -> tuple[list[int], list[int]]:
    contract = deploy_rule(chain, chain.faucet, terms, state)
    chain.faucet.send(contract.setRunner(chain.faucet.address))
    return FixedRule(terms, state).update(price, weights), chain.faucet.read(contract.update(price, weights))


def variance_step(call: Any, chain: Chain, steps: Contract) -> tuple[list[int], list[int]]:
    """These cases take prices for returns, and give both averages."""
    n, mixing = len(call["price"]), eighteen(call["mixing_lambda"])
    names = ("prev_intermediate_var", "price", "prev_ewma", "new_ewma", "lamb")
    given = list(zip(*(numbers(call[name], n) for name in names), strict=True))
    here = [times(d, old) + times(p - b, p - a) for old, p, b, a, d in given]
    there = [chain.read(steps.spread(*one)) for one in given]
    decays = numbers(call["lamb"], n)
    wanted = [[times(ONE - d, s) for d, s in zip(decays, side, strict=True)] for side in (here, there)]
    weights = inverse(wanted[0]), chain.read(steps.inverse(wanted[1]))
    old = numbers(call["prev_weights"], n)
    mixed = [[times(mixing, o) + times(ONE - mixing, w) for o, w in zip(old, side, strict=True)] for side in weights]
    return mixed[0], mixed[1]


def guard_step(call: Any, chain: Chain, steps: Contract) -> tuple[list[int], list[int]]:
    n = len(call["new_weights"])
    old, new = numbers(call["prev_weights"], n), numbers(call["new_weights"], n)
    floor, most = eighteen(call["minimum_weight"]), eighteen(call["maximum_change"])
    here, there = applied(new, floor), chain.read(steps.applied(new, floor, False))
    changes = limited(old, here, most), chain.read(steps.limited(old, there, most, 0))
    after = [[o + c for o, c in zip(old, change, strict=True)] for change in changes]
    return after[0], after[1]


STEPS: dict[str, Step] = {
    "momentum": gradient_step("Momentum"),
    "anti_momentum": gradient_step("Momentum", -1.0),
    "power_channel": gradient_step("PowerChannel"),
    "mean_reversion_channel": gradient_step("MeanReversionChannel"),
    "min_variance": variance_step,
    "guardrails": guard_step,
}


@pytest.mark.parametrize("case", RECORDED, ids=[f"{case['group']} {case['name']}" for case in RECORDED])
def test_a_step_is_the_recorded_one_in_integers_and_in_solidity(chain: Chain, steps: Contract, case: Any) -> None:
    for call, result in zip(case["calls"], case["simulator_result"], strict=False):
        here, there = STEPS[case["group"]](call, chain, steps)

        recorded = result if np.ndim(result) == 1 else result[-1 if case["group"] == "guardrails" else 0]
        assert list(here) == list(there)
        # The simulator undercuts limits of speed by 1e-10.
        np.testing.assert_allclose(np.array(here) / ONE, recorded, atol=2e-10)
        wanted = [one for one in case["expected"] if abs(sum(one["expected"]) - 1) < 1e-3]
        for one in wanted[: len(case["calls"])]:
            np.testing.assert_array_almost_equal(np.array(there) / ONE, one["expected"], one["decimal"])


def test_a_weight_that_making_room_pushes_below_the_floor_is_raised_too(chain: Chain, steps: Contract) -> None:
    wanted = [eighteen(weight) for weight in (0.699, 0.2, 0.101, 0.0)]

    found = chain.read(steps.applied(wanted, ONE // 10, False))

    assert found == applied(wanted, ONE // 10) and min(found) == ONE // 10 and sum(found) == ONE


def test_a_long_memory_loses_no_digits(chain: Chain, steps: Contract) -> None:
    decay, total, price = eighteen(1 - 4e-4), eighteen(9.87654321e6), eighteen(20_000.0)

    found = chain.read(steps.gradient(total, price, decay))

    assert found == gradient(total, price, decay)
    assert found / ONE == pytest.approx(9.87654321e6 * 4e-4**3 / ((1 - 4e-4) * 20_000), rel=1e-9)
