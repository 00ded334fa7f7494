"""Where our own files lie, and how a file is written so that it is never half a file."""

import os
from pathlib import Path

__all__ = ["HOME", "replace_file"]

# The folder of engine/, agents/, contracts/ and the others: a checkout, or `tokenspice` in site-packages.
HOME = Path(__file__).resolve().parent.parent


def replace_file(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and then move it into place, so that it is never half a file."""
    temporary = path.with_name(f"{path.name}.new")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
