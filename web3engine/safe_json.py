"""JSON from outside this program, refused where it would bring the parser down, or fill the memory."""

import json
import re
from typing import Any

__all__ = ["MOST_DEPTH", "parse_json"]

MOST_DEPTH = 64  # lists and objects inside each other, unless a reader has reason for more
MOST_PARTS = 2_000_000  # each takes up to some 70 bytes of memory

TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]|[\]}]', re.DOTALL)
OPENING, CLOSING = b"[{", b"]}"


def parse_json(content: bytes, most_depth: int = MOST_DEPTH) -> Any:
    """Return what JSON in UTF-8 says; a byte order mark before it is passed over.

    Python's parser recurses. py_ecc, which web3 brings along, raises the recursion limit of the whole process so far
    that deep nesting ends it by an overflow of the stack, where it should raise.

    Raises:
        ValueError: it is no JSON, nests too deeply, or has too many parts.
    """
    content = content.removeprefix(b"\xef\xbb\xbf")
    n_opening = sum(content.count(sign) for sign in (b"[", b"{"))
    if n_opening + sum(content.count(sign) for sign in (b",", b":")) > MOST_PARTS:
        raise ValueError(f"more than {MOST_PARTS:,} parts")
    if n_opening > most_depth:
        check_depth(content, most_depth)
    # A number of many digits is a ValueError of Python's own.
    return json.loads(content.decode("utf-8"))


def check_depth(content: bytes, most_depth: int) -> None:
    depth = 0
    for token in TOKEN.finditer(content):
        first = token[0][:1]
        depth += (first in OPENING) - (first in CLOSING)
        if depth > most_depth:
            raise ValueError(f"more than {most_depth} lists and objects inside each other")
