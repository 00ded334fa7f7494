"""The file that a drawing goes to."""

from pathlib import Path
from typing import get_args

from tokenspice.engine.errors import RunError
from tokenspice.studies.show.drawing import FileFormat, draw
from tokenspice.studies.show.schematic import Schematic

__all__ = ["check_file", "write_drawing"]


def check_file(path: Path, may_replace: bool) -> None:
    """Say at once, before anything is built, if a drawing cannot be written to `path`.

    Raises:
        RunError: its ending is no format, its folder does not exist, or it exists and may not be replaced.
    """
    endings = get_args(FileFormat)
    if path.suffix.removeprefix(".").lower() not in endings:
        raise RunError(f"{path}: a drawing is {' or '.join(endings)}. Write {path.with_suffix('.svg')}.")
    if not path.parent.is_dir():
        raise RunError(f"{path}: there is no folder {path.parent}. Make it, or write another name.")
    if path.is_dir():
        raise RunError(f"{path} is a folder. Write another name.")
    if path.exists() and not may_replace:
        raise RunError(f"{path} exists. Write another name, or add --force to replace it.")


def write_drawing(schematic: Schematic, path: Path) -> None:
    """Draw a schematic in the format that the file's ending names.

    Raises:
        RunError: it cannot be drawn or written.
    """
    content = draw(schematic, "png" if path.suffix.lower() == ".png" else "svg")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}.") from error
