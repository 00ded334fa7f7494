"""TOML from outside this program, refused where it would fill the memory."""

import re
import sys
import tomllib
from typing import Any

__all__ = ["parse_toml"]

MOST_FRAMES = 1_000  # of Python's stack

# The parser's time grows with the square of a name's parts.
LONG_NAME = re.compile(rb"(?:\.[^.,\n=\[\]{}]{1,64}+){100}")


def parse_toml(content: bytes) -> dict[str, Any]:
    """Return what TOML in UTF-8 says.

    The parser recurses, and py_ecc, which web3 brings along, raises the recursion limit of the whole process so far
    that each bracket of a hostile file takes its frames until the memory is full.

    Raises:
        ValueError: it is no TOML, or nests too deeply.
    """
    if LONG_NAME.search(content):
        raise ValueError("a name of more than 100 parts")
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(min(limit, MOST_FRAMES))
        return tomllib.loads(content.decode("utf-8"))
    except RecursionError:
        raise ValueError("lists and tables inside each other too deeply") from None
    finally:
        sys.setrecursionlimit(limit)
