"""Corners: points at which a design is looked at, in a TOML file; with a seed, a corner is one run that fails again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from tokenspice.engine.errors import StudyError
from tokenspice.engine.text import one_line
from tokenspice.engine.variables import Value
from tokenspice.engine.variation import Variation
from tokenspice.files import read_file
from tokenspice.studies.batch.study_file import flat
from tokenspice.studies.design.identity import Identity
from tokenspice.web3engine.safe_toml import parse_toml

__all__ = ["Corner", "corner_of", "corners_file", "extracted", "read_corner", "read_corners"]

MOST_BYTES = 1 << 22
WORDS = ("seed", "branches", "silenced")  # of a corner, besides its settings


@final
@dataclass(frozen=True)
class Corner:
    """A point of the study's variables.

    Attributes:
        name: of the corner.
        settings: the values of some variables; the others stay nominal.
        seed: of the one run that it is; None leaves chance free.
        branches, silenced: as of Identity.
    """

    name: str
    settings: Mapping[str, Value]
    seed: int | None = None
    branches: tuple[tuple[int, int], ...] = ()
    silenced: tuple[str, ...] = ()


def read_corner(text: str) -> Corner:
    """Read "hot:price.sigma=1.5,oracle=outside".

    Raises:
        StudyError: it is none.
    """
    name, colon, rest = text.partition(":")
    pairs = [one.partition("=") for one in rest.split(",")]
    if not (name.strip() and colon) or not all(key.strip() and equals for key, equals, _ in pairs):
        raise StudyError(f'the corner "{text}": write NAME:PARAMETER=VALUE,PARAMETER=VALUE.')
    return corner_of(name.strip(), {key.strip(): value.strip() for key, _, value in pairs})


def read_corners(path: Path) -> list[Corner]:
    """Read a file of corners: a table for each, with its settings, and a seed where it is one run.

    Raises:
        StudyError: it cannot be read, or holds something else.
    """
    try:
        content = parse_toml(read_file(path, MOST_BYTES))
    except (OSError, ValueError) as error:
        raise StudyError(f"{path} cannot be read: {error}.") from error
    if not content or not all(isinstance(table, dict) for table in content.values()):
        raise StudyError(f"{path}: write a table for each corner, such as [hot], and its settings below.")
    return [corner_of(name, flat(table)) for name, table in content.items()]


def corner_of(name: str, words: Mapping[str, Any]) -> Corner:
    """Return a corner from its words, settings and seed alike.

    Raises:
        StudyError: a word has a value of the wrong kind.
    """
    settings = {word: value for word, value in words.items() if word not in WORDS}
    if wrong := [word for word, value in settings.items() if not isinstance(value, bool | int | float | str)]:
        raise StudyError(f"the corner {name}: {wrong[0]} = {settings[wrong[0]]!r}: write one value.")
    try:
        seed = None if words.get("seed") is None else int(words["seed"])
        variation = Variation.read([str(one) for one in words.get("branches", [])], words.get("silenced", []))
    except (TypeError, ValueError) as error:
        raise StudyError(f"the corner {name}: seed, branches or silenced cannot be read ({error}).") from None
    branches = tuple((branch.tick, branch.salt) for branch in variation.branches)
    return Corner(name, settings, seed, branches, variation.silenced)


def extracted(name: str, identity: Identity) -> Corner:
    """Return the corner that a run is."""
    return Corner(name, identity.values, identity.seed, identity.branches, identity.silenced)


def corners_file(corners: Iterable[Corner], comments: Sequence[str] = ()) -> bytes:
    """Return a file of corners, as `read_corners` reads it."""
    lines = [f"# {one_line(comment)}" for comment in comments]
    for corner in corners:
        lines += ["", f"[{quoted(corner.name)}]"]
        lines += [] if corner.seed is None else [f"seed = {corner.seed}"]
        lines += [f"branches = [{', '.join(quoted(f'{tick}:{salt}') for tick, salt in corner.branches)}]"] * bool(
            corner.branches
        )
        lines += [f"silenced = [{', '.join(map(quoted, corner.silenced))}]"] * bool(corner.silenced)
        lines += [f"{quoted(name)} = {in_toml(value)}" for name, value in corner.settings.items()]
    return ("\n".join(lines) + "\n").encode()


def in_toml(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else repr(value)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
