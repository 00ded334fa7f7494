"""Where our own files lie, how a file is written so that it is never half a file, and how one of others' is read."""

import errno
import os
import stat
from pathlib import Path

__all__ = ["HOME", "read_file", "replace_file"]

# The folder of engine/, agents/, contracts/ and the others: a checkout, or `tokenspice` in site-packages.
HOME = Path(__file__).resolve().parent.parent

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


def replace_file(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and then move it into place, so that it is never half a file."""
    temporary = path.with_name(f"{path.name}.new")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
