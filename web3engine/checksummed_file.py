"""A file that is whole or refused: a line that says what it is, a hash, and the content. Never a pickle."""

import hashlib
from pathlib import Path
from typing import Any

import msgpack

from tokenspice.engine.errors import RunError
from tokenspice.files import read_file, replace_file

__all__ = ["read_sealed", "sealed", "unsealed", "write_sealed"]

HASH_BYTES = hashlib.sha256().digest_size
MOST_BYTES = 1 << 32  # of a file


def sealed(what: str, body: bytes) -> bytes:
    """Return a file's content: the line `what`, such as "tokenspice checkpoint 1", the body's SHA-256, the body."""
    return head(what) + hashlib.sha256(body).digest() + body


def unsealed(what: str, content: bytes) -> bytes:
    """Return the body of what `sealed` made.

    Raises:
        RunError: it is none of this format and version, or a bit of it has changed. The message goes on after
            "the file is".
    """
    if not content.startswith(head(what)):
        raise RunError(f'no file of the kind "{what}", which is what this version reads and writes')
    digest, body = content[len(head(what)) :][:HASH_BYTES], content[len(head(what)) + HASH_BYTES :]
    if hashlib.sha256(body).digest() != digest:
        raise RunError("damaged: its hash does not fit its content")
    return body


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
    whole = sealed(what, msgpack.packb(content))
    try:
        replace_file(path, whole, synced=True)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}.") from error
    return len(whole)


def read_sealed(path: Path, what: str) -> dict[str, Any]:
    """Read what `write_sealed` wrote.

    Raises:
        RunError: there is no such file, it is none of this format and version, or a bit of it has changed.
    """
    try:
        body = unsealed(what, read_file(path, MOST_BYTES))
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.") from error
    except RunError as error:
        raise RunError(f"{path} is {error}.") from None
    try:
        content = msgpack.unpackb(body, strict_map_key=False)
    except ValueError as error:
        raise RunError(f"{path} holds no MessagePack ({error}).") from error
    if not isinstance(content, dict):
        raise RunError(f"{path} holds no table of names.")
    return content


def head(what: str) -> bytes:
    return f"{what}\n".encode()
