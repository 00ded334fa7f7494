"""Memories, estimators, rules and guard rails against recorded values, and against the contracts' own tests."""

from typing import Any

import numpy as np
import pytest

from tests.markets.cases import array, cases, close, file
from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.pools.interpolation import Interpolation, fine_weights
from tokenspice.markets.strategies.estimators import (
    GradientState,
    VarianceState,
    ewma,
    gradients,
    variance_step,
    variances,
)
from tokenspice.markets.strategies.guard import GuardRails, coarse_weights, speed_limited
from tokenspice.markets.strategies.memory import (
    decay_of_memory,
    inverse_squareplus,
    logistic,
    memory_of_decay,
    squareplus,
)
from tokenspice.markets.strategies.signals import channel, inverse_variance, power, zero_sum


def io(id: str) -> tuple[Any, Any]:
    return cases()[id]["inputs"], cases()[id]["expected"]


@pytest.mark.parametrize("chunk", [60, 1440])
def test_memories_are_the_recorded_decays(chunk: int) -> None:
    inputs, expected = io(f"memory_days_to_lamb_cp{chunk}")

    decay = decay_of_memory(array(inputs["memory_days"]), chunk)

    # What was recorded for a year of hours gives 365.0015 days back.
    close(decay, expected["lambda"], 2e-9)
    close(memory_of_decay(decay, chunk), inputs["memory_days"], 1e-12)


def test_no_memory_is_no_decay() -> None:
    assert decay_of_memory(0.0, 1440) == 0


def test_squareplus_and_its_inverse_are_the_recorded_ones() -> None:
    inputs, expected = io("squareplus")

    close(squareplus(array(inputs["x"])), expected["squareplus"], 1e-9)
    close(inverse_squareplus(squareplus(array(inputs["x"]))), expected["inverse_of_squareplus"], 1e-9)


def test_gradients_are_the_recorded_ones() -> None:
    inputs, expected = io("gradient_scan")

    found, averages, running = gradients(array(inputs["prices"]), array(inputs["lambda"]))

    close(found, expected["gradients_incl_first_zero_row"], 1e-9)
    close(averages[1:], expected["ewma_from_row1"], 1e-9)
    close(running[1:], expected["running_a_from_row1"], 1e-9)


def test_a_memory_is_capped() -> None:
    inputs, expected = io("calc_gradients_capped")
    longest = decay_of_memory(inputs["max_memory_days"], inputs["chunk_period"])

    found, _, _ = gradients(array(inputs["prices"]), np.minimum(logistic(array(inputs["logit_lamb"])), longest))

    close(found[1:], expected["gradients"], 1e-9)


def test_averages_are_the_recorded_ones() -> None:
    inputs, expected = io("ewma_pair")
    for number in (1, 2):
        decay = decay_of_memory(array(inputs[f"memory_days_{number}"]), inputs["chunk_period"])

        averages = ewma(array(inputs["prices"]), decay)

        close(averages[-len(expected[f"ewma_{number}"]) :], expected[f"ewma_{number}"], 1e-9)


def test_variances_and_their_weights_are_the_recorded_ones() -> None:
    inputs, expected = io("return_variance")
    decay = decay_of_memory(array(inputs["memory_days_1"]), inputs["chunk_period"])

    close(variances(array(inputs["prices"]), decay), expected["variance"], 1e-9)
    inputs, expected = io("min_variance_weights")
    close(inverse_variance(np, array(inputs["variances"])), expected["weights"], 1e-9)


@pytest.mark.parametrize("rule", ["momentum", "anti_momentum", "power_channel", "mean_reversion_channel"])
def test_rules_are_the_recorded_ones(rule: str) -> None:
    inputs, expected = io(f"{rule}_update")
    i: dict[str, Floats] = {name: array(values) for name, values in inputs.items()}
    signal, gains = i["gradient"], i["k"] * (-1 if rule == "anti_momentum" else 1)
    if rule == "power_channel":
        signal = power(np, signal, i["exponents"], i["pre_exp_scaling"])
    if rule == "mean_reversion_channel":
        shape = (i["width"], i["amplitude"], i["exponents"], i["pre_exp_scaling"], i["inverse_scaling"])
        signal = channel(np, signal, signal, signal, *shape)

    close(zero_sum(np, signal, gains), expected["delta_w"], 1e-9)


@pytest.mark.parametrize("id", ["coarse_weights_delta_rule", "coarse_weights_delta_rule_fast_interp_capped"])
def test_weights_of_a_rule_of_changes_are_the_recorded_ones(id: str) -> None:
    inputs, expected = io(id)
    guard = GuardRails(inputs["minimum_weight"], inputs["maximum_change"])

    found = coarse_weights(
        array(inputs["rule_outputs"]),
        array(inputs["initial_weights"]),
        guard,
        inputs["weight_interpolation_period"],
    )

    close(found.starts, expected["actual_starts"], 1e-9)
    close(found.slopes, expected["per_step_diff"], 1e-9)
    close(found.targets, expected["target_weights"], 1e-9)


def test_weights_of_a_rule_of_targets_are_the_recorded_ones() -> None:
    inputs, expected = io("coarse_weights_target_rule")
    guard, outputs = GuardRails(inputs["minimum_weight"], inputs["maximum_change"]), array(inputs["rule_outputs"])
    blend = decay_of_memory(array(inputs["memory_days_2"]), inputs["chunk_period"])

    found = coarse_weights(outputs, guard.applied(outputs[0]), guard, inputs["chunk_period"], blend)

    close(found.starts, expected["actual_starts"], 1e-9)
    close(found.targets, expected["target_weights"], 1e-9)
    np.testing.assert_allclose(found.slopes, expected["per_step_diff"], atol=1e-15)


@pytest.mark.parametrize("id", [id for id in cases() if id.startswith("interp_")])
def test_ways_between_weights_are_the_recorded_ones(id: str) -> None:
    inputs, expected = io(id)
    kind = Interpolation.linear if inputs["method"] == "linear" else Interpolation.approx_optimal_lagged
    minutes = inputs["weight_interpolation_period"], inputs["chunk_period"]

    fine = fine_weights(array(inputs["start"]), array(inputs["per_step_diff"]), *minutes, kind)

    close(fine, expected["fine_weights"], 1e-9)


PROTOCOL = [case for case in file("protocol_cases")["cases"] if case["status_in_original"] == "pass"]
each = pytest.mark.parametrize("case", PROTOCOL, ids=[f"{case['group']} {case['name']}" for case in PROTOCOL])


@each
def test_single_steps_are_those_of_the_contracts_tests(case: Any) -> None:
    for call, recorded in zip(case["calls"], case["simulator_result"], strict=False):
        found = PROTOCOL_STEPS[case["group"]](call)

        # A weight's rounding is given to the largest, and limits of speed are undercut by 1e-10.
        np.testing.assert_allclose(
            found,
            np.array(recorded if np.ndim(recorded) == 1 else recorded[-1 if case["group"] == "guardrails" else 0]),
            atol=2e-10,
        )


def contract_gradient(call: Any) -> Floats:
    previous = array(call.get("previous_alpha", call.get("prev_alpha")))
    price, decay = array(call.get("data", call.get("price"))), array(call["lamb"])
    average = array(call.get("moving_average", call.get("new_ewma", [])))
    if not average.size:
        old = array(call["prev_ewma"])
        average = old + (1 - decay) * (price - old)
    state = GradientState(average, decay * previous + (price - average) / (1 - decay))
    return state.gradient(decay, price if call["use_raw_price"] else None)


def momentum_step(call: Any, sign: float = 1.0) -> Floats:
    gradient = contract_gradient(call)
    gains = np.broadcast_to(sign * array(call["k"]), gradient.shape)
    return np.asarray(array(call["prev_weights"]) + zero_sum(np, gradient, gains))


def power_step(call: Any) -> Floats:
    signal = power(np, contract_gradient(call), array(call["exponents"]), array(call.get("pre_exp_scaling", 0.5)))
    return np.asarray(array(call["prev_weights"]) + zero_sum(np, signal, array(call["kappa"])))


def channel_step(call: Any) -> Floats:
    g = contract_gradient(call)
    names = ("width", "amplitude", "exponents", "pre_exp_scaling", "inverse_scaling")
    signal = channel(np, g, g, g, *(array(call[name]) for name in names))
    return np.asarray(array(call["prev_weights"]) + zero_sum(np, signal, array(call["kappa"])))


def variance_weights(call: Any) -> Floats:
    decay, price = array(call["lamb"]), array(call["price"])
    deviation, after = price - array(call["prev_ewma"]), price - array(call["new_ewma"])
    spread = decay * array(call["prev_intermediate_var"]) + deviation * after
    mixing = call["mixing_lambda"]
    return np.asarray(mixing * array(call["prev_weights"]) + (1 - mixing) * inverse_variance(np, (1 - decay) * spread))


def guarded(call: Any) -> Floats:
    previous = array(call["prev_weights"])
    target = GuardRails(call["minimum_weight"]).applied(array(call["new_weights"]))
    return previous + speed_limited(target - previous, call["maximum_change"])


PROTOCOL_STEPS = {
    "momentum": momentum_step,
    "anti_momentum": lambda call: momentum_step(call, -1.0),
    "power_channel": power_step,
    "mean_reversion_channel": channel_step,
    "min_variance": variance_weights,
    "guardrails": guarded,
}


def test_a_weight_that_making_room_pushes_below_the_floor_is_raised_too() -> None:
    weights = GuardRails(0.1).applied(array([0.699, 0.2, 0.101, 0.0]))

    np.testing.assert_allclose(weights[2:], 0.1)
    assert weights.sum() == pytest.approx(1) and weights.min() >= 0.1 * (1 - 1e-12)


def test_weights_without_a_sum_are_refused() -> None:
    with pytest.raises(StrategyConfigError, match="positive sum"):
        GuardRails(0.1).applied(np.zeros(3))


def test_a_step_of_the_variance_is_a_row_of_the_batch() -> None:
    prices = np.exp(np.random.default_rng(0).normal(0, 0.1, (9, 2)))
    returns, decay = prices[1:] / prices[:-1] - 1, array([0.9, 0.8])
    state = VarianceState(returns[0], np.zeros(2))
    for row in returns[1:]:
        state = variance_step(state, row, decay)

    np.testing.assert_allclose((1 - decay) * state.spread, variances(prices, decay)[-1])
