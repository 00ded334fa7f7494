"""The acceptance ladder of an exchange, as far as no other test is a rung of it.

A1 test_cases.py. A2 fuzz/, and by hand `python -m tests.markets.exchange.fuzz.driver`. A3 and A4 tests/netlists/test_vega_crash.py and
test_vega_optmm.py. A5 the case OMM-1. A8 fuzz/machine.py, whose journals lead to the same bytes.
"""

import pytest

from tests.markets.exchange.fuzz.driver import run
from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange.config_paths import with_leaf


def target_stake(scaling: float) -> int:
    """What a market wants to be committed after the same hour of trades."""
    stage = Stage({"mark": 1000}, [])
    stage.market.adopt(with_leaf(stage.market.config, "liquidity.target_scaling", scaling))
    for _ in range(20):
        stage.play({"op": "trade", "buyer": "a", "seller": "b", "size": 30, "price": 1000})
        stage.exchange.advance(1)
    return stage.market.liquidity.target_stake


def test_target_stake_grows_with_its_scaling_a7() -> None:
    found = [target_stake(scaling) for scaling in (0.5, 5.0, 50.0)]

    assert 0 < found[0] < found[1] < found[2]
    assert found[1] == pytest.approx(10 * found[0], abs=10) and found[2] == pytest.approx(100 * found[0], abs=100)


@pytest.mark.parametrize("seed", range(200, 202))
def test_random_runs_of_hundreds_of_blocks_break_nothing_a2(seed: int) -> None:
    assert run(seed, 1500, 50, []) == []
