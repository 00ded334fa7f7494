"""Cases that are formulas: each row of inputs goes to the function that is the rule."""

from typing import Any

import numpy as np
import pytest

from tests.markets.exchange.cases import Case
from tokenspice.markets.processes import ArithmeticWalk
from tokenspice.markets.quoting import (
    DepthRule,
    FiniteHorizonDepths,
    MakerProblem,
    StationaryDepths,
    background_levels,
)


def price_process(case: Case) -> None:
    given = case["given"]
    normals = np.random.RandomState(given["seed"]).standard_normal(given["n"] + 1)
    path = ArithmeticWalk(given["start"], given["sigma"], given["drift"]).along(normals.tolist())
    assert path == pytest.approx(case["expect"], abs=1e-6)


def background_market(case: Case) -> None:
    given, expect = case["given"], case["expect"]
    levels = background_levels(given["kappa"], given["spread"] / 2, given["tick"], given["levels"])
    assert [distance for distance, _ in levels] == pytest.approx(expect["level_distance"])
    assert [volume for _, volume in levels] == pytest.approx(expect["level_volume"], abs=1e-8)


def optimal_depths(case: Case) -> None:
    for settings in case["expect"].values():
        params = settings["params"]
        problem = MakerProblem(
            kappa=params["kappa"],
            arrivals=params["lam"],
            phi=params["phi"],
            alpha=params["alpha"],
            q_low=params["ql"],
            q_high=params["qu"],
        )
        assert_depths(StationaryDepths(problem), 0.0, settings["stationary"])
        for row in settings["finite_horizon"]:
            rule = FiniteHorizonDepths(problem, params["T"], step=0.1 if row["t"] % 1 else 1.0)
            assert_depths(rule, params["T"] - row["t"], row)


def assert_depths(rule: DepthRule, remaining: float, expected: dict[str, Any]) -> None:
    for q, bid in expected["bid_depth"].items():
        found = rule.depths(int(q), remaining)
        for depth, wanted in ((found.bid, bid), (found.ask, expected["ask_depth"][q])):
            assert depth == (None if wanted is None else pytest.approx(wanted, abs=1e-6))
