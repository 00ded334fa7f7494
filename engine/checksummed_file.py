"""A file that is whole or refused: a line that says what it is, a hash, and MessagePack. Never a pickle."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgpack

from tokenspice.engine.errors import RunError

__all__ = ["read_sealed", "write_sealed"]

HASH_BYTES = hashlib.sha256().digest_size


def write_sealed(path: Path, what: str, content: dict[str, Any]) -> int:
    """Write `content` beside `path`, see it on the disk, and move it there; what was there before stays until then.

    Args:
        path: the file.
        what: its format and version, such as "tokenspice checkpoint 1".
        content: what MessagePack can hold.

    Returns:
        The file's size in bytes.

    Raises:
        RunError: it cannot be written.
    """
    body = msgpack.packb(content)
    sealed = head(what) + hashlib.sha256(body).digest() + body
    temporary = path.with_name(f"{path.name}.new")
    try:
        with temporary.open("wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise RunError(f"{path} cannot be written: {error.strerror}.") from error
    return len(sealed)


def read_sealed(path: Path, what: str) -> dict[str, Any]:
    """Read what `write_sealed` wrote.

    Raises:
        RunError: there is no such file, it is none of this format and version, or a bit of it has changed.
    """
    try:
        sealed = path.read_bytes()
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.") from error
    if not sealed.startswith(head(what)):
        raise RunError(f'{path} is no file of the kind "{what}", which is what this version reads and writes.')
    digest, body = sealed[len(head(what)) :][:HASH_BYTES], sealed[len(head(what)) + HASH_BYTES :]
    if hashlib.sha256(body).digest() != digest:
        raise RunError(f"{path} is damaged: its hash does not fit its content.")
    try:
        content = msgpack.unpackb(body, strict_map_key=False)
    except ValueError as error:
        raise RunError(f"{path} holds no MessagePack ({error}).") from error
    if not isinstance(content, dict):
        raise RunError(f"{path} holds no table of names.")
    return content


def head(what: str) -> bytes:
    return f"{what}\n".encode()
