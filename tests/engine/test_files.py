"""Files of others are read within bounds."""

import os
from pathlib import Path

import pytest

from tokenspice.files import read_file


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1234")

    assert read_file(tmp_path / "file", 4) == b"1234"


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")

    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_file(tmp_path / "file", 4)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(OSError, match="no ordinary file"):
        read_file(tmp_path / "pipe", 4)


def test_a_device_without_end_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (Path("/dev/zero"), tmp_path):
        with pytest.raises(OSError):
            read_file(path, 4)
