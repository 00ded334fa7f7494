"""Temporary folders for nodes, each removed with its node, or by the next run if ours was killed."""

import os
import re
import shutil
import tempfile
from pathlib import Path

import psutil

__all__ = ["new_node_folder", "remove_left_folders"]

PREFIX = "tokenspice-node-"
NAME = re.compile(rf"{PREFIX}(?P<pid>\d{{1,9}})-\w+")


def new_node_folder() -> Path:
    """Make a folder for what a node writes beside; its name says which process is to remove it."""
    remove_left_folders()
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))


def remove_left_folders() -> None:
    """Remove the folders of processes of ours that are gone."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        match = NAME.fullmatch(path.name)
        if match and not psutil.pid_exists(int(match["pid"])) and is_ours(path):
            shutil.rmtree(path, ignore_errors=True)


def is_ours(path: Path) -> bool:
    """Tell whether a path is a folder, and no link, of the user that this process is."""
    if path.is_symlink() or not path.is_dir():
        return False
    return not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()
