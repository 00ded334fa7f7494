"""The controller's law in Python equals the published controllers, to the unit; in floats, nearly."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.protocols.rai.vectors import play, setup_terms, terms, unit_tests, vectors
from tokenspice.engine.errors import StrategyError, WorldError
from tokenspice.protocols.rai import (
    HAI,
    RAI,
    RAY,
    WAD,
    Controller,
    ControllerTerms,
    FloatController,
    OracleRelayer,
    RateBounds,
    RateSetter,
    UpdateTooEarly,
    quotient,
    rpower,
)


class PythonSystem:
    """A controller and a relayer in Python."""

    def __init__(self, contract: str) -> None:
        setup = vectors()["public_unit_tests"]["setup"]
        self.now = int(setup["deploy_timestamp"])
        self.feed = int(setup["feed_price"])
        self.controller = Controller(setup_terms(contract))
        self.relayer = OracleRelayer(self.now, bounds=RateBounds(1, 10**45))
        self.n_observations = 0

    def warp(self, seconds: int) -> None:
        self.now += seconds

    def update_rate(self) -> None:
        # The recorded relayer's clock begins at zero, at a rate of one: it makes no difference.
        RateSetter(self.relayer, self.controller, delay=0).update_rate(self.now, self.feed)
        self.n_observations += 1

    def modify(self, name: str, value: int) -> None:
        if name == "relayer.redemptionPrice":
            self.relayer.price = value
        else:
            names = {"nb": "noise_barrier", "sg": "kp", "ag": "ki"}
            changes: dict[str, Any] = {names[name]: value}
            self.controller.terms = replace(self.controller.terms, **changes)

    def set_feed(self, price: int) -> None:
        self.feed = price

    def next_rate(self, market: int, redemption: int, leak: int | None) -> tuple[int, int, int]:
        leak = self.controller.leaked(self.now) if leak is None else leak
        found = self.controller.preview(self.now, market, redemption, leak)
        return found.rate, found.proportional, found.integral

    def adjusted(self, proportional: int, integral: int) -> tuple[int, int]:
        return self.controller.adjusted(proportional, integral)

    def read(self, name: str) -> int:
        return {
            "pdc": self.controller.integral,
            "last_obs_integral": self.controller.integral,
            "last_obs_proportional": self.controller.proportional,
            "lut": self.controller.last_update,
            "tlv": self.controller.elapsed(self.now),
            "oll": self.n_observations,
            "redemptionRate": self.relayer.rate,
            "redemptionPrice": self.relayer.redemption_price(self.now),
        }[name]


@pytest.mark.parametrize(("contract", "script"), unit_tests())
def test_it_answers_as_the_published_unit_tests_assert(contract: str, script: str) -> None:
    play(PythonSystem(contract), contract, script, reverts=WorldError)


@pytest.mark.parametrize("case", vectors()["evm_open_loop"], ids=lambda case: case["label"])
def test_it_answers_as_the_original_bytecode_to_a_sequence_of_prices(case: dict[str, Any]) -> None:
    state = list(map(int, case["importedState"]))
    controller = Controller(terms(case["contract"], case["params"]), state[0], state[1], state[3])
    for step in case["steps"]:
        now, leak = step["timestamp"], int(step["accumulatedLeak"])
        prices = int(step["marketPrice"]), int(step["redemptionPrice"])
        found = controller.preview(now, *prices, leak)
        wanted = tuple(int(step[name]) for name in ("next_rate", "next_proportional", "next_integral"))
        assert (found.rate, found.proportional, found.integral) == wanted
        assert controller.adjusted(found.proportional, found.integral) == (int(step["adj_p"]), int(step["adj_i"]))
        if step["reverts"]:
            with pytest.raises(UpdateTooEarly):
                controller.update(now, *prices, leak)
        else:
            assert controller.update(now, *prices, leak).rate == int(step["computeRate"])
        assert (controller.integral, controller.last_update) == (int(step["pdc_after"]), step["lut_after"])


@pytest.mark.parametrize("case", vectors()["evm_closed_loop"], ids=lambda case: case["label"])
def test_with_setter_and_relayer_it_answers_as_the_original_bytecode(case: dict[str, Any]) -> None:
    relayer = OracleRelayer(case["oracle_relayer_deploy_timestamp"], int(case["initial_redemption_price"]))
    controller = Controller(terms("PIRawPerSecondCalculator", case["params"]))
    setter = RateSetter(relayer, controller, case["updateRateDelay"], leaks=case["defaultLeak"] == 0)
    for step in case["steps"]:
        now = step["timestamp"]
        assert setter.is_due(now) != step["reverts"]
        if not step["reverts"]:
            setter.update_rate(now, int(step["feed"]))
        assert relayer.rate == int(step["redemptionRate"])
        assert relayer.redemption_price(now) == int(step["redemptionPrice"])
        assert (controller.integral, controller.last_update) == (int(step["pdc"]), step["calc_lut"])


def test_it_gives_the_rates_that_a_test_network_saw() -> None:
    seen = vectors()["kovan_chain_events"]
    leak = int(seen["perSecondCumulativeLeak"])
    controller = Controller(ControllerTerms(int(seen["Kp"]), int(seen["Ki"]), leak, 1))
    # The first event was made with another controller.
    for number, row in enumerate(seen["rows"][1:]):
        now = int(row["ts"])
        found = controller.update(
            now, int(row["marketPrice"]) // 10**9, int(row["redemptionPrice"]), controller.leaked(now)
        )
        assert (found.proportional, found.rate) == (int(row["prop_term"]), int(row["redemptionRate"]))
        assert number == 0 or found.integral == int(row["integral_term"])


@pytest.mark.parametrize("trace", sorted(vectors()["hai_scaled_traces"]))
def test_hai_is_the_scaled_law_with_other_numbers(trace: str) -> None:
    case = vectors()["hai_scaled_traces"][trace]
    leak = int(case["perSecondCumulativeLeak"])
    hai = replace(HAI, kp=int(case["kp"]), ki=int(case["ki"]), leak=leak, period=1, noise_barrier=WAD)
    first, *rows = case["rows"]
    integral = int(first["integralTerm"])
    controller = Controller(hai, int(first["timestamp"]), int(first["proportionalTerm"]), integral)
    for row in rows:
        now = int(row["timestamp"])
        found = controller.update(now, int(row["marketPrice"]), int(row["redemptionPrice"]), controller.leaked(now))
        assert (found.proportional, found.integral) == (int(row["proportionalTerm"]), int(row["integralTerm"]))


@pytest.mark.parametrize("bounds", ["foub_1e45__folb_-(1e27-1)", "foub_1e20__folb_-2e20"])
def test_an_output_is_bounded_as_by_the_original_bytecode(bounds: str) -> None:
    upper, lower = (10**45, 1 - RAY) if "1e45" in bounds else (10**20, -2 * 10**20)
    controller = Controller(ControllerTerms(kp=1, upper=upper, lower=lower))

    for output, rate in vectors()["evm_pure_functions"][f"getBoundedRedemptionRate__{bounds}"]:
        assert controller.bounded(int(output)) == int(rate)


def test_the_noise_barrier_is_that_of_the_original_bytecode() -> None:
    for case in vectors()["evm_pure_functions"]["breaksNoiseBarrier"]:
        controller = Controller(ControllerTerms(kp=1, noise_barrier=int(case["nb"])))
        assert controller.breaks_barrier(int(case["piSum"]), int(case["redemptionPrice"])) == case["breaks"]


def test_gains_are_applied_as_by_the_original_bytecode() -> None:
    for case in vectors()["evm_pure_functions"]["getGainAdjustedTerms"]:
        controller = Controller(ControllerTerms(int(case["kp"]), int(case["ki"])))
        adjusted = controller.adjusted(int(case["p"]), int(case["i"]))
        assert adjusted == (int(case["adj_p"]), int(case["adj_i"]))


def test_powers_are_those_of_the_original_bytecode() -> None:
    for case in vectors()["evm_pure_functions"]["rpower"]:
        assert rpower(int(case["x"]), int(case["n"]), {"1e27": RAY, "1e18": WAD}[case["base"]]) == int(case["z"])


@pytest.mark.parametrize(("numerator", "denominator", "wanted"), [(7, 2, 3), (-7, 2, -3), (7, -2, -3), (-7, -2, 3)])
def test_division_drops_the_remainder_as_solidity_does(numerator: int, denominator: int, wanted: int) -> None:
    assert quotient(numerator, denominator) == wanted


def test_floats_follow_the_integers_over_ten_thousand_updates() -> None:
    rng = np.random.default_rng(0)
    relayer, exact, floats = OracleRelayer(1, 3 * RAY), Controller(RAI), FloatController(RAI)
    setter, now, price, rate = RateSetter(relayer, exact, 14_400), 1, 3.0, 0.0
    for _ in range(10_000):
        elapsed = int(rng.integers(14_400, 20_000))
        now, market = now + elapsed, int(rng.integers(2_900_000, 3_100_000)) * 10**12
        price *= (1 + rate) ** elapsed
        setter.update_rate(now, market)
        rate = floats.update(now, market / WAD, relayer.price / RAY)
        assert rate == pytest.approx((relayer.rate - RAY) / RAY, rel=1e-9, abs=1e-19)
    assert price == pytest.approx(relayer.price / RAY, rel=1e-9)


def test_terms_that_no_contract_takes_are_refused() -> None:
    with pytest.raises(StrategyError, match="noise_barrier = 0: the controller takes"):
        ControllerTerms(kp=1, noise_barrier=0)
