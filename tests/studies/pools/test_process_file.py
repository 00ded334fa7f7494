"""Prices that are drawn as a file says."""

from pathlib import Path

import pytest

from tokenspice.markets.errors import PriceDataError
from tokenspice.studies.pools.process_file import read_process

TEXT = """
tokens = ["A", "B"]
start_USD = [100.0, 1.0]
drift_per_year = [0.1, 0.0]
volatility_per_year = [0.8, 0.01]
days = 2
seed = 3
"""


def test_a_process_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(TEXT)

    prices = read_process(tmp_path / "p.toml")

    assert prices.tokens == ("A", "B") and prices.close.shape == (2881, 2)
    assert prices.close[0].tolist() == [100.0, 1.0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("days = 2", "days = 0.5"), "write days"),
        (("seed", "sede"), "unknown key sede"),
        (("start_USD = [100.0, 1.0]", "start_USD = [100.0]"), "write 2 start prices"),
        (('tokens = ["A", "B"]', ""), "missing"),
        (("tokens", "tokens = "), "not valid TOML"),
    ],
)
def test_what_is_wrong_is_said(change: tuple[str, str], says: str, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(TEXT.replace(*change))

    with pytest.raises(PriceDataError, match=f"p.toml.*{says}"):
        read_process(tmp_path / "p.toml")
