"""The file that a drawing, or a table of parameters, goes to."""

from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from tokenspice.engine.errors import RunError
from tokenspice.engine.parameters import Parameter
from tokenspice.files import replace_file
from tokenspice.studies.show.drawing import FileFormat, draw
from tokenspice.studies.show.parameter_table import parameter_table
from tokenspice.studies.show.schematic import Schematic

__all__ = ["check_file", "write_drawing", "write_table"]


def check_file(path: Path, may_replace: bool) -> None:
    """Say at once, before anything is built, if a drawing cannot be written to `path`.

    Raises:
        RunError: its ending is no format, its folder does not exist, or it exists and may not be replaced.
    """
    endings = (*get_args(FileFormat), "md")
    if path.suffix.removeprefix(".").lower() not in endings:
        raise RunError(
            f"{path}: a drawing is {' or '.join(get_args(FileFormat))}, a table of parameters md. Write {path.with_suffix('.svg')}."
        )
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
    write(path, draw(schematic, "png" if path.suffix.lower() == ".png" else "svg"))


def write_table(parameters: Iterable[Parameter], path: Path) -> None:
    """Write parameters as a Markdown table.

    Raises:
        RunError: it cannot be written.
    """
    write(path, parameter_table(parameters).encode())


def write(path: Path, content: bytes) -> None:
    try:
        replace_file(path, content)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}.") from error
