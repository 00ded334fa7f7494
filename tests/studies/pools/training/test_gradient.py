"""Derivatives: those on record, those of finite differences; and JAX' weights are the reference's."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest

from tests.markets.cases import file, prices
from tests.studies.pools.training.examples import (
    GAIN,
    MEMORY,
    RULE,
    TOKENS,
    recorded_free,
    recorded_prices,
    scenario,
)
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.fingerprint import from_fingerprint
from tokenspice.markets.pools.frictions import Changes, Frictions
from tokenspice.markets.pools.weighted import WeightedPool
from tokenspice.markets.prices.table import Window
from tokenspice.markets.scenario import simulate
from tokenspice.markets.strategies.guard import GuardRails
from tokenspice.markets.strategies.rules import (
    DifferenceMomentum,
    Ensemble,
    IndexRule,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
    Rule,
    TripleThreat,
)
from tokenspice.studies.pools.metrics import METRICS
from tokenspice.studies.pools.training.candidates import pool_in_window
from tokenspice.studies.pools.training.gradient import PoolGradient
from tokenspice.studies.pools.training.space import CoordinateMap, FreeNumber, Space

OBJECTIVES = {
    "daily_log_sharpe": "log_sharpe_daily",
    "returns": "return",
    "returns_over_hodl": "return_over_hodl",
    "calmar": "calmar",
}
BASE = {
    "tokens": list(TOKENS),
    "startDateString": "2023-01-21 00:00:00",
    "endDateString": "2023-02-10 00:00:00",
    "maximum_change": 1.0,
    "minimum_weight": 0.01,
}
ENGINES: tuple[Literal["compiled", "reference"], ...] = ("compiled", "reference")
CASES = file("training_cases")["gradients"]
RULES: tuple[Rule, ...] = (
    Momentum((5.0, 9.0, 400.0), (10.0, -20.0, 3.0)),
    Momentum(5.0, 10.0, 30.0),
    PowerChannel(5.0, 200.0, 1.5, 0.6),
    MeanReversionChannel(5.0, 2.0, 0.3, 0.2, 1.2, 0.5),
    TripleThreat(gain_per_day=2.0),
    DifferenceMomentum(2.0, 8.0, 3.0),
    MinVariance(5.0, 3.0),
    Ensemble((Momentum(5.0, 10.0), Momentum(9.0, 20.0, 20.0))),
)


@pytest.mark.parametrize("case", CASES, ids=[f"{c['rule']}-{c['return_val']}-{c['fees']}" for c in CASES])
def test_an_objective_and_its_derivative_are_the_recorded_ones(case: dict[str, Any]) -> None:
    found = from_fingerprint(BASE | {"rule": case["rule"], "fees": case["fees"]}, case["params"]).scenario
    keys = [key for key in case["params"] if key != "initial_weights_logits"]
    if case["fees"]:  # on record, arbitrageurs trade one token for one other
        found = replace(found, pool=WeightedPool((1 / 3,) * 3, "pairs"))
    table, space = recorded_prices(), Space(found, recorded_free(keys))
    window = table.window(found.start, found.end)

    total, _, slope = PoolGradient(space, table.close, window.minutes, OBJECTIVES[case["return_val"]])(
        space.start[None], [window.first]
    )

    # With a fee, the record drops trades whose gain is as small as rounding.
    rtol = 5e-5 if case["fees"] else 1e-8
    expected = np.concatenate([case.get("grad_tolerant", case["grad"])[key] for key in keys])
    assert total[0] == pytest.approx(
        case.get("objective_tolerant", case["objective"]), rel=1e-6 if case["fees"] else 1e-10
    )
    np.testing.assert_allclose(slope[0], expected, rtol=rtol, atol=rtol * np.abs(expected).max())


def paths(rule: Rule) -> tuple[FreeNumber, ...]:
    path = f"{RULE}members.1.memory_days" if isinstance(rule, Ensemble) else None
    name = "fast_memory_days" if isinstance(rule, DifferenceMomentum) else "memory_days"
    name = "wave_memory_days" if isinstance(rule, TripleThreat) else name
    return (FreeNumber(path or RULE + name, 1.0, 50.0, CoordinateMap.logit_decay),)


@pytest.mark.parametrize("rule", RULES, ids=[f"{type(rule).__name__}{i}" for i, rule in enumerate(RULES)])
@pytest.mark.parametrize("bounded", [False, True])
def test_weights_are_those_of_the_reference(rule: Rule, bounded: bool) -> None:
    guard = GuardRails(0.05, 5e-4, (0.1, 0.0, 0.2), (0.6, 0.5, 0.9)) if bounded else GuardRails(0.1)
    made = scenario(rule)
    assert made.strategy is not None
    strategy = replace(made.strategy, guard=guard, chunk_minutes=720, moving_minutes=500, delay_chunks=1)
    close, first, minutes = prices().of(TOKENS).close, 9 * 1440 + 100, 6 * 1440 + 7
    space = Space(replace(made, strategy=strategy), paths(rule))

    starts, slopes = PoolGradient(space, close, minutes, "return").weights(space.start[None], [first, 4000])

    expected = strategy.weights(close[first % 720 :], first - first % 720, minutes)
    np.testing.assert_allclose(starts[0, 0, : len(expected.starts)], expected.starts, rtol=1e-9)
    np.testing.assert_allclose(slopes[0, 0, : len(expected.slopes)], expected.slopes, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("objective", ["log_sharpe_daily", "return_over_hodl", "sharpe_minute", "max_drawdown"])
def test_a_derivative_is_that_of_finite_differences(objective: str) -> None:
    changing = Frictions(Changes((0, 3000, 9000), (0.003, 0.001, 0.004), 0.003), noise_ratio=0.5)
    space = Space(scenario(frictions=changing), (MEMORY, GAIN))
    close, firsts = prices().of(TOKENS).close, [7 * 1440, 8 * 1440 + 77]
    gradient = PoolGradient(space, close, 6 * 1440, objective, 2, start_row=7 * 1440)
    way, step = np.linspace(-1, 1, space.size), 1e-6

    total, by_window, slope = gradient(space.start[None], firsts)

    ends = [gradient(space.start[None] + sign * step * way, firsts)[0][0] for sign in (1, -1)]
    assert slope[0] @ way == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-4)
    assert total[0] == pytest.approx(by_window.mean())
    window = Window(firsts[1], 6 * 1440)
    course = pool_in_window(space.scenario, close, window, 7 * 1440)[0]
    assert by_window[0, 1] == pytest.approx(METRICS[objective](course), rel=1e-9)


def test_the_value_is_that_of_a_simulation_by_kernel_and_by_reference() -> None:
    made = scenario(end="2023-01-12")
    space, table = Space(made, (GAIN,)), prices().of(TOKENS)
    window = table.window(made.start, made.end)

    growth = PoolGradient(space, table.close, window.minutes, "return")(space.start[None], [window.first])[0][0] + 1

    for engine in ENGINES:
        value = simulate(made, table, engine).history.value_USD
        assert growth == pytest.approx(value[-1] / value[0], rel=1e-9)


@pytest.mark.parametrize("aggregate", ["worst", "softmin"])
def test_windows_are_made_into_one_number(aggregate: Any) -> None:
    space, close = Space(scenario(), (GAIN,)), prices().of(TOKENS).close

    total, by_window, _ = PoolGradient(space, close, 4 * 1440, "return", aggregate=aggregate)(
        space.start[None], [10_000, 20_000]
    )

    soft = np.exp(-by_window[0]) / np.exp(-by_window[0]).sum()
    assert total[0] == pytest.approx(by_window.min() if aggregate == "worst" else soft @ by_window[0])


def test_beyond_the_guard_rails_there_is_no_derivative_but_straight_through() -> None:
    made = scenario()
    assert made.strategy is not None
    still = replace(made, strategy=replace(made.strategy, guard=GuardRails(1 / 3)))
    space, close = Space(still, (GAIN,)), prices().of(TOKENS).close
    slopes = [
        PoolGradient(space, close, 4 * 1440, "return", straight_through=straight)(space.start[None], [10_080])[2]
        for straight in (False, True)
    ]

    assert (np.abs(slopes[0]) < 1e-12).all() and (np.abs(slopes[1]) > 1e-6).any()


def test_what_has_no_derivative_is_named() -> None:
    with pytest.raises(StrategyConfigError, match="IndexRule has no derivative"):
        PoolGradient(
            Space(scenario(IndexRule((1.0, 2.0, 3.0))), (replace(GAIN, path=f"{RULE}blend_memory_days"),)),
            np.ones((2, 3)),
            2,
            "return",
        )
    with pytest.raises(StrategyConfigError, match=r"frictions\.fee has no derivative"):
        PoolGradient(
            Space(scenario(), (FreeNumber("frictions.fee", 1e-4, 0.01, CoordinateMap.logit, False),)),
            np.ones((2, 3)),
            2,
            "return",
        )
