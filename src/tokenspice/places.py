"""Whose code a place in a file is: messages name the user's line, not ours or a library's."""

import sysconfig
import traceback
from os import sep
from pathlib import Path

from tokenspice.files import HOME

__all__ = ["FOREIGN", "NETLISTS", "is_foreign", "user_place"]

OURS = tuple(
    f"{HOME / package}{sep}" for package in ("engine", "web3engine", "markets", "protocols", "agents", "studies")
)
LIBRARIES = tuple({f"{Path(path).resolve()}{sep}" for path in sysconfig.get_paths().values()})
FOREIGN = (*OURS, str(HOME / "tsp"), *LIBRARIES)
# Netlists that come with us are read as a user's are, also where they lie among installed libraries.
NETLISTS = f"{HOME / 'netlists'}{sep}"


def is_foreign(file: str) -> bool:
    """Tell whether a file is ours, a library's or Python's own, and not the user's."""
    return "<frozen" in file or file.startswith(FOREIGN) and not file.startswith(NETLISTS)


def user_place(stack: traceback.StackSummary) -> str:
    """Return the innermost file and line of a stack that is the user's; the innermost of all if none is.

    Such a line says more than the one of a library, or of ours, that it led to. Code that came from no file, as in a
    notebook or a worker, is named by its function.
    """
    frames = [(resolved(frame.filename), frame.lineno, frame.name) for frame in stack]
    theirs = [frame for frame in frames if not is_foreign(frame[0])]
    from_files = [frame for frame in theirs if not is_nameless(frame[0])]
    ours = [frame for frame in frames if frame[0].startswith(OURS)]
    found = (from_files or theirs or ours or frames)[-1:]
    return "".join(f"{name}, line {line}" if is_nameless(file) else f"{file}:{line}" for file, line, name in found)


def resolved(file: str) -> str:
    return file if is_nameless(file) else str(Path(file).resolve())


def is_nameless(file: str) -> bool:
    """Tell whether Python made up the name of a file, such as <string>."""
    return file.startswith("<")
