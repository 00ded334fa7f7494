"""Records of RAI are read into one schema, and what is wrong with one is said."""

from pathlib import Path

import numpy as np
import pytest

from tokenspice.engine.errors import RunError
from tokenspice.studies.twin import bundled, bundled_names, read_history

HEADER = "block_number,RedemptionPrice,RedemptionRateHourlyRate,marketPriceUsd,timestamp\n"


def record(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows))
    return path


@pytest.mark.parametrize("name", bundled_names())
def test_a_bundled_record_is_sorted_and_positive(name: str) -> None:
    history = bundled(name)

    assert (np.diff(history.block) > 0).all() and (np.diff(history.time) > 0).all()
    assert (history.redemption_price > 2).all() and (history.market_price > 1).all()


def test_rows_are_sorted_and_doubles_dropped(tmp_path: Path) -> None:
    row = "{},3.0,1.0,3.1,2021-05-30 21:40:1{}"
    path = record(tmp_path, row.format(12, 2), row.format(10, 0), row.format(12, 2))

    assert read_history(path).block.tolist() == [10, 12]


def test_a_gap_over_six_hours_is_said(tmp_path: Path) -> None:
    path = record(tmp_path, "10,3.0,1.0,3.1,2021-05-30 00:00:00", "12,3.0,1.0,3.1,2021-05-30 07:00:00")

    assert read_history(path).gaps == [(0, 7.0)]


@pytest.mark.parametrize(
    ("row", "header", "told"),
    [
        ("10,3.0,1.0,2021-05-30 00:00:00", HEADER.replace(",marketPriceUsd", ""), "has no column marketPriceUsd or"),
        ("10,three,1.0,3.1,2021-05-30 00:00:00", HEADER, 'line 2: RedemptionPrice is "three"'),
        ("10,0,1.0,3.1,2021-05-30 00:00:00", HEADER, "line 2: RedemptionPrice is 0, where it must be above 0"),
        ("10,3.0,1.0,3.1,yesterday", HEADER, "timestamp is no UTC time"),
    ],
)
def test_what_is_wrong_with_a_record_is_said(tmp_path: Path, row: str, header: str, told: str) -> None:
    with pytest.raises(RunError, match=told):
        read_history(record(tmp_path, row, header=header))


def test_a_record_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read as a CSV"):
        read_history(tmp_path / "none.csv")
    with pytest.raises(RunError, match="There are: mainnet, rai_live_graph"):
        bundled("none")
