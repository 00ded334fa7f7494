"""Solidity source as text: how it is read, what it imports, what it defines. Comments and strings say nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

from tokenspice.files import read_file
from tokenspice.web3engine.errors import CompileError

__all__ = ["defined_names", "imports_of", "read_source"]

MOST_BYTES = 1 << 22  # of a source

TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_$][\w$]*|\S""",
    re.DOTALL,
)


def read_source(path: Path) -> str:
    """Return a source's text; line ends are "\\n", and a byte order mark is left out.

    Raises:
        CompileError: it cannot be read, or is no UTF-8.
    """
    try:
        content = read_file(path, MOST_BYTES)
    except OSError as error:
        raise CompileError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CompileError(
            f"{path}:{line} is no UTF-8 text (byte 0x{content[error.start]:02x}). Save the file as UTF-8."
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def imports_of(text: str) -> list[str]:
    """Return what a source imports, as it writes it."""
    found, previous, tokens = [], ";", list(tokens_of(text))
    for number, token in enumerate(tokens):
        if token == "import" and previous in ";}":
            rest = tokens[number + 1 :]
            statement = rest[: rest.index(";")] if ";" in rest else rest
            paths = [word for word in statement if word[0] in "\"'"]
            if paths:
                found.append(paths[-1][1:-1])
        previous = token
    return found


def defined_names(text: str) -> set[str]:
    """Return the names of the contracts, interfaces and libraries that a source defines."""
    tokens = list(tokens_of(text))
    return {
        name
        for word, name in zip(tokens, tokens[1:], strict=False)
        if word in ("contract", "interface", "library") and (name[0].isalpha() or name[0] in "_$")
    }


def tokens_of(text: str) -> Iterator[str]:
    for match in TOKEN.finditer(text):
        if not match[0].startswith(("//", "/*")):
            yield match[0]
