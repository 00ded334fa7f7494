"""Where our own files lie, how a file is written so that it is never half a file, and how one of others' is read."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import BinaryIO

__all__ = ["HOME", "append_file", "links_in", "new_file", "read_file", "replace_file"]

# The folder of engine/, agents/, contracts/ and the others: a checkout, or `tokenspice` in site-packages.
HOME = (Path(__file__).parent / "engine").resolve().parent

FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
WRITING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | FLAGS
APPENDING = os.O_WRONLY | os.O_CREAT | os.O_APPEND | FLAGS
# A pipe that nobody writes to would be waited for without end.
READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def read_file(path: Path, most_bytes: int) -> bytes:
    """Read an ordinary file whole, in memory that is bounded.

    Raises:
        OSError: it cannot be read, is no ordinary file (but a pipe, a device, …), or is larger than `most_bytes`.
    """
    descriptor = os.open(path, READING)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file", str(path))
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {most_bytes:,} bytes", str(path))
    return content


def replace_file(path: Path, content: bytes, synced: bool = False) -> None:
    """Write a file under a temporary name and then move it into place, so that it is never half a file.

    Args:
        path: the file. If it is a link, or its temporary name is, the link is replaced and never followed.
        content: all of it.
        synced: whether it is seen on the disk first, so that even a power failure leaves it.
    """
    temporary = path.with_name(f"{path.name}.new")
    try:
        with new_file(temporary) as file:
            file.write(content)
            if synced:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def new_file(path: Path) -> BinaryIO:
    """Open a file of our own for writing, in the place of what has its name; a link is removed, not followed."""
    path.unlink(missing_ok=True)
    return open(os.open(path, WRITING, 0o666), "wb")


def append_file(path: Path) -> FileIO:
    """Open a file for adding to it, unbuffered; it is made if there is none, and a link is an OSError."""
    return FileIO(os.open(path, APPENDING, 0o666), "ab")


def links_in(folder: Path) -> Iterator[Path]:
    """Yield the symbolic links in a folder and below it. None is followed."""
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if entry.is_symlink():
            yield Path(entry.path)
        elif entry.is_dir():
            yield from links_in(Path(entry.path))
