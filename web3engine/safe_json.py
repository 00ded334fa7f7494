"""JSON from outside this program, refused where it would bring the parser down, or fill the memory."""

import json
import re
from typing import Any

__all__ = ["MOST_DEPTH", "parse_json"]

MOST_DEPTH = 64  # lists and objects inside each other, unless a reader has reason for more
MOST_PARTS = 2_000_000  # each takes up to some 70 bytes of memory

STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
ROUND = bytes.maketrans(b"[{]}", b"(())")
NO_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))


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
    brackets = STRING.sub(b"", content).translate(ROUND, NO_BRACKETS)
    # Each pass takes the innermost pairs away; the bytes are searched in C, a token at a time would take a hundred times as long.
    for _ in range(most_depth):
        brackets = brackets.replace(b"()", b"")
        if not brackets:
            return
    if b"()" in brackets or brackets.count(b"(") > most_depth:
        raise ValueError(f"more than {most_depth} lists and objects inside each other")
