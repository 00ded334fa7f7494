"""Records of RAI in packed files that were made to fill the memory are refused."""

import gzip
from pathlib import Path

import pytest

from tokenspice.engine.errors import RunError
from tokenspice.files import MOST_UNPACKED
from tokenspice.studies.twin.csv_records import read_recording


def test_a_packed_record_of_zeros_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(MOST_UNPACKED >> 19):
            file.write(b"0" * (1 << 20))

    with pytest.raises(RunError, match="unpacks to more than"):
        read_recording(path, tmp_path / "gains.csv")


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b", gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9]])
def test_half_a_packed_record_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "half.csv.gz").write_bytes(content)

    with pytest.raises(RunError, match="cannot be read as a CSV"):
        read_recording(tmp_path / "half.csv.gz", tmp_path / "gains.csv")
