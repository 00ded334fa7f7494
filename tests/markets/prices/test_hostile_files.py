"""Files of prices that were made to fill the memory, run code or write elsewhere are refused in one line."""

import gzip
import os
import pickle
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tokenspice.files import MOST_UNPACKED
from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.prices.files import read_prices

MOST_MEMORY = 200 << 20
ZEROS = 3 * MOST_UNPACKED


class Mark:
    """Leaves a file where it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.path,)


def refusal(path: Path) -> str:
    tracemalloc.start()
    try:
        with pytest.raises(PriceDataError) as caught:
            read_prices(path)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    return str(caught.value)


def zip_of(path: Path, name: str, header: bytes, n_zeros: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed, packed.open(name, "w") as member:
        member.write(header)
        for _ in range(n_zeros // (1 << 20)):
            member.write(bytes(1 << 20))
    return path


def npy_header(shape: str, kind: str = "<f8") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({shape},), }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def test_a_bomb_of_zeros_is_not_unpacked(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "bomb.npz", "unix_ms.npy", npy_header(str(ZEROS // 8)), ZEROS)

    assert path.stat().st_size < ZEROS // 150 and "unpacks to" in refusal(path)


def test_an_array_that_claims_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "claim.npz", "unix_ms.npy", npy_header(str(10**14)), 1 << 20)

    assert "it says that it holds" in refusal(path)


def test_pickled_objects_are_not_read(tmp_path: Path) -> None:
    pickled = pickle.dumps(np.array([Mark(str(tmp_path / "mark"))], dtype=object))

    said = refusal(zip_of(tmp_path / "objects.npz", "unix_ms.npy", npy_header("1", "|O") + pickled))

    assert "pickle" in said and not (tmp_path / "mark").exists()


@pytest.mark.parametrize("name", ["../outside.npy", "/tmp/outside.npy", "CON.npy", "no_array.txt"])
def test_names_inside_are_columns_and_no_paths(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()

    refusal(zip_of(tmp_path / "in" / "slip.npz", name, b"" if name.endswith("txt") else npy_header("0")))

    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04.", bytes(1000)])
@pytest.mark.parametrize("name", ["a.npz", "a.parquet", "a.csv.gz", "a.csv"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    refusal(tmp_path / name)


def test_a_table_of_one_repeated_value_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    column = pa.array(np.zeros(ZEROS // 16, dtype=np.int64))
    pq.write_table(pa.table({"unix_ms": column, "BTC": column}), path)

    assert "unpacks to" in refusal(path)


def test_a_packed_csv_of_zeros_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(ZEROS >> 20):
            file.write(b"0" * (1 << 20))

    assert "unpacks to more than" in refusal(path)


def test_a_pipe_is_no_file_of_prices(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")

    assert "is no file" in refusal(tmp_path / "a.csv")
