"""Where our own files lie, how a file is written so that it is never half a file, and how one of others' is read."""

import errno
import gzip
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import BinaryIO

__all__ = [
    "HOME",
    "append_file",
    "check_unpacked",
    "held",
    "links_in",
    "move_file",
    "new_file",
    "read_file",
    "read_unpacked",
    "remove_file",
    "replace_file",
]

# The folder of engine/, agents/, contracts/ and the others: a checkout, or `tokenspice` in site-packages.
HOME = (Path(__file__).parent / "engine").resolve().parent

NO_LINK = getattr(os, "O_NOFOLLOW", 0)
FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
FLAGS = NO_LINK | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
WRITING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | FLAGS
APPENDING = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NONBLOCK", 0) | FLAGS
# A pipe that nobody writes to would be waited for without end.
READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
CHUNK = 1 << 20

# What a packed file may unpack to: so many bytes, or so many times its own size. Real tables stay below 50 times.
MOST_UNPACKED, MOST_TIMES = 64 << 20, 100

HANDLES: dict[str, int] = {}  # descriptors of the folders that are held, by path


def read_file(path: Path, most_bytes: int) -> bytes:
    """Read an ordinary file whole, in memory that is bounded.

    Raises:
        OSError: it cannot be read, is no ordinary file (but a pipe, a device, …), or is larger than `most_bytes`.
    """
    name, folder = place(path)
    descriptor = os.open(name, READING, dir_fd=folder)
    with open(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file", str(path))
        content = file.read(min(about.st_size, most_bytes) + 1)
        while len(content) > about.st_size and len(content) <= most_bytes and (more := file.read(1)):
            content += more + file.read(min(CHUNK, most_bytes - len(content)))  # it has grown meanwhile
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {most_bytes:,} bytes", str(path))
    return content


def read_unpacked(path: Path, most_bytes: int) -> bytes:
    """Read an ordinary file whole, unpacked if its name ends in .gz, in memory that is bounded.

    Raises:
        OSError: as of `read_file`; or it is no gzip file, or unpacks to far more than its size.
    """
    content = read_file(path, most_bytes)
    if path.suffix != ".gz":
        return content
    found, most = bytearray(), min(most_bytes, max(MOST_UNPACKED, MOST_TIMES * len(content)))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            while len(found) <= most and (more := packed.read(CHUNK)):
                found += more
    except (EOFError, zlib.error) as error:
        raise OSError(errno.EINVAL, f"it is no whole gzip file ({error})", str(path)) from error
    if len(found) > most:
        raise OSError(errno.EFBIG, f"it unpacks to more than {most:,} bytes", str(path))
    return bytes(found)


def check_unpacked(path: Path, n_bytes: int) -> None:
    """Refuse a packed file that says of itself that it unpacks to `n_bytes`, far more than its size.

    Raises:
        OSError: it does.
    """
    if n_bytes > max(MOST_UNPACKED, MOST_TIMES * path.stat().st_size):
        raise OSError(errno.EFBIG, f"it unpacks to {n_bytes:,} bytes, {MOST_TIMES} times its size and more", str(path))


@contextmanager
def held(folder: Path, follow: bool = False) -> Iterator[int]:
    """Hold a folder inside the block: what is written to it goes to this very folder, whatever takes its name meanwhile.

    Args:
        folder: its path; files are written to it by the same one.
        follow: whether `folder` itself may be a link.

    Yields:
        Its descriptor.

    Raises:
        OSError: it is no folder, or a link.
    """
    if os.open not in os.supports_dir_fd:  # Windows
        yield -1
        return
    descriptor = os.open(folder, FOLDER | (0 if follow else NO_LINK))
    before = HANDLES.get(str(folder))
    HANDLES[str(folder)] = descriptor
    try:
        yield descriptor
    finally:
        del HANDLES[str(folder)]
        if before is not None:
            HANDLES[str(folder)] = before
        os.close(descriptor)


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
        move_file(temporary, path)
    except OSError:
        with suppress(OSError):
            remove_file(temporary)
        raise


def new_file(path: Path) -> BinaryIO:
    """Open a file of our own for writing, in the place of what has its name; a link is removed, not followed."""
    remove_file(path)
    name, folder = place(path)
    return open(os.open(name, WRITING, 0o666, dir_fd=folder), "wb")


def append_file(path: Path) -> FileIO:
    """Open a file for adding to it, unbuffered; it is made if there is none. A link, hard or not, is an OSError."""
    name, folder = place(path)
    descriptor = os.open(name, APPENDING, 0o666, dir_fd=folder)
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1:
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no ordinary file of its own", str(path))
    return FileIO(descriptor, "ab")


def move_file(path: Path, to: Path) -> None:
    """Move a file in one go, in the place of what is there."""
    (name, folder), (new_name, new_folder) = place(path), place(to)
    os.replace(name, new_name, src_dir_fd=folder, dst_dir_fd=new_folder)


def remove_file(path: Path) -> None:
    """Remove a file, or a link, if there is one."""
    name, folder = place(path)
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def place(path: Path) -> tuple[str, int | None]:
    """Return what the system is to be asked for: a name in a folder that is held, else the path."""
    folder = HANDLES.get(str(path.parent))
    return (str(path), None) if folder is None else (path.name, folder)


def links_in(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield what a folder of ours does not hold, and what it is: links of both kinds, pipes, devices. None is followed."""
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if entry.is_symlink():
            yield Path(entry.path), "a symbolic link"
        elif entry.is_dir():
            yield from links_in(Path(entry.path))
        elif not entry.is_file():
            yield Path(entry.path), "no ordinary file"
        elif entry.stat().st_nlink > 1:
            yield Path(entry.path), "a hard link"
