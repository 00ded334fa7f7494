"""The twin of a pool that docs/twins.md shows: parameters that are known are found again."""

import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import tokenspice
from tests.conftest import PROJECT

CODE = re.search(r"^```python pool_twin\.py\n(.*?)^```$", (PROJECT / "docs" / "twins.md").read_text(), re.M | re.S)


@pytest.fixture(scope="module")
def twin() -> ModuleType:
    assert CODE
    module = ModuleType("pool_twin")
    sys.modules["pool_twin"] = module  # where its dataclass looks for its names
    exec(compile(CODE[1], "pool_twin.py", "exec"), module.__dict__)
    return module


def recorded(fee: int, sigma: float, seed: int) -> pd.DataFrame:
    return tokenspice.run(
        "uniswap_arbitrage",
        seed=seed,
        max_ticks=400,
        heeds_fee=True,
        pool_fee_millionths=fee,
        price={"sigma": sigma},
    ).df


@pytest.mark.parametrize(("fee", "sigma", "seed"), [(3000, 0.3, 1), (10_000, 0.8, 2), (500, 0.5, 3)])
def test_fee_volatility_and_flow_of_a_pool_are_found_again(
    twin: ModuleType, tmp_path: Path, fee: int, sigma: float, seed: int
) -> None:
    recorded(fee, sigma, seed).to_csv(tmp_path / "data.csv")
    record = twin.prepare(twin.ingest(tmp_path / "data.csv"))
    found = twin.identify(record)
    scores = twin.backtest(record, found["fee"].value, found["liquidity"].value)

    assert found["fee"].value == pytest.approx(fee / 1e6, rel=1e-3)
    assert abs(found["sigma"].value * np.sqrt(100) - sigma) < 4 * found["sigma"].standard_error * np.sqrt(100)
    assert scores["price_skill"] > 0.99 and scores["flow_skill"] > 0.98
    assert twin.forecast(record).scores[0].coverage == pytest.approx((0.5, 0.9), abs=0.15)


def test_a_record_without_a_column_is_refused_at_the_edge(twin: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("Tick,pool_price,traded_price\n0,1,1\n")

    with pytest.raises(KeyError, match="pool_WETH"):
        twin.ingest(tmp_path / "data.csv")
