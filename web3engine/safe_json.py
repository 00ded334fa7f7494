"""JSON from outside this program, refused where it would bring the parser down."""

import json
import re
from typing import Any

__all__ = ["MOST_DEPTH", "parse_json"]

MOST_DEPTH = 64  # lists and objects inside each other

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]|[\]}]', re.DOTALL)


def parse_json(content: bytes) -> Any:
    """Return what JSON in UTF-8 says.

    Python's parser recurses. py_ecc, which web3 brings along, raises the recursion limit of the whole process so far
    that deep nesting ends it by an overflow of the stack, where it should raise.

    Raises:
        ValueError: it is no JSON, or nests too deeply.
    """
    text = content.decode("utf-8")
    depth = 0
    for token in TOKEN.finditer(text):
        first = token[0][0]
        depth += (first in "[{") - (first in "]}")
        if depth > MOST_DEPTH:
            raise ValueError(f"more than {MOST_DEPTH} lists and objects inside each other")
    return json.loads(text)
