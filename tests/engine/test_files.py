"""Files of others are read within bounds."""

import os
from pathlib import Path

import pytest

from tokenspice.files import append_file, held, links_in, move_file, new_file, read_file, remove_file, replace_file


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


def test_what_is_written_to_a_held_folder_goes_there_whatever_takes_its_name(tmp_path: Path) -> None:
    ours, outside = tmp_path / "ours", tmp_path / "outside"
    ours.mkdir()
    outside.mkdir()

    with held(ours):
        ours.rename(tmp_path / "moved")
        ours.symlink_to(outside)
        replace_file(ours / "a", b"1")
        append_file(ours / "b").close()
        new_file(ours / "c").close()
        move_file(ours / "c", ours / "d")
        remove_file(ours / "a")

    assert sorted(os.listdir(tmp_path / "moved")) == ["b", "d"] and not os.listdir(outside)


def test_a_folder_that_is_a_link_is_held_only_if_it_may_be(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    with pytest.raises(OSError), held(tmp_path / "link"):
        pass
    with held(tmp_path / "link", follow=True):
        replace_file(tmp_path / "link" / "a", b"1")

    assert (tmp_path / "real" / "a").read_bytes() == b"1"


@pytest.mark.parametrize("make", ["symlink_to", "hardlink_to", "mkfifo"])
def test_nothing_is_added_to_what_others_have_put_there(tmp_path: Path, make: str) -> None:
    outside, planted = tmp_path / "outside", tmp_path / "log"
    outside.write_bytes(b"mine")
    os.mkfifo(planted) if make == "mkfifo" else getattr(planted, make)(outside)

    with pytest.raises(OSError):
        append_file(planted)

    assert outside.read_bytes() == b"mine"


def test_links_and_pipes_in_a_folder_are_found(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b").hardlink_to(tmp_path / "a")
    os.mkfifo(tmp_path / "deep" / "c")
    (tmp_path / "deep" / "d").symlink_to("/")

    found = {path.name: what for path, what in links_in(tmp_path)}

    assert found == {"a": "a hard link", "b": "a hard link", "c": "no ordinary file", "d": "a symbolic link"}
