"""A sealed file is read whole, or not at all."""

import random
from pathlib import Path

import pytest

from tokenspice.engine.errors import RunError
from tokenspice.web3engine.checksummed_file import read_sealed, write_sealed

WHAT = "a test 1"
CONTENT = {"number": 2**60, "bytes": bytes(range(256)), "list": [None, -0.5, "text"]}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    size = write_sealed(tmp_path / "file", WHAT, CONTENT)

    assert read_sealed(tmp_path / "file", WHAT) == CONTENT
    assert [path.stat().st_size for path in tmp_path.iterdir()] == [size]


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    path, draws = tmp_path / "file", random.Random(2)
    write_sealed(path, WHAT, CONTENT)
    whole = path.read_bytes()
    for _ in range(100):
        flipped = bytearray(whole)
        flipped[draws.randrange(len(whole))] ^= 1 << draws.randrange(8)
        path.write_bytes(flipped)
        with pytest.raises(RunError, match="is damaged|is no file of the kind"):
            read_sealed(path, WHAT)


@pytest.mark.parametrize("length", [0, 5, 20, 50])
def test_a_file_that_was_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    write_sealed(tmp_path / "file", WHAT, CONTENT)
    (tmp_path / "file").write_bytes((tmp_path / "file").read_bytes()[:length])

    with pytest.raises(RunError):
        read_sealed(tmp_path / "file", WHAT)


def test_a_file_of_another_kind_or_version_is_refused(tmp_path: Path) -> None:
    write_sealed(tmp_path / "file", "a test 2", CONTENT)

    with pytest.raises(RunError, match='is no file of the kind "a test 1"'):
        read_sealed(tmp_path / "file", WHAT)


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read: No such file"):
        read_sealed(tmp_path / "file", WHAT)


def test_where_it_cannot_be_written_the_one_before_stays(tmp_path: Path) -> None:
    write_sealed(tmp_path / "file", WHAT, CONTENT)
    (tmp_path / "file.new").mkdir()

    with pytest.raises(RunError, match="cannot be written"):
        write_sealed(tmp_path / "file", WHAT, {})

    assert read_sealed(tmp_path / "file", WHAT) == CONTENT
