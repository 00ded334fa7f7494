"""An empty picture, and its way into a file."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tokenspice.engine.errors import FolderExists, RunError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["GREY", "add_source", "make_folder", "new_figure", "plain", "save"]

GREY = "#5f6a75"  # of what explains a picture and is no part of it


def make_folder(folder: Path) -> None:
    """Make the folder that plots go to.

    Raises:
        RunError: it exists, or cannot be made.
    """
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise FolderExists(f"{folder} exists. Write a new folder for the plots, or remove this one.") from None
    except OSError as error:
        raise RunError(f"{folder} cannot be made: {error.strerror}.") from error


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty picture of so many inches."""
    from tokenspice.studies.plot.shown import ShownFigure  # here, because matplotlib takes a while to import

    return ShownFigure(width, height)


def add_source(figure: "Figure", source: str) -> None:
    """Write below a picture what it was drawn from, in small grey type."""
    if source:
        figure.supxlabel(plain(source), x=0.012, ha="left", fontsize=6.5, color=GREY)


def save(figure: "Figure", path: Path) -> Path:
    """Write a picture as a PNG, and return its path.

    Raises:
        RunError: it cannot be written.
    """
    temporary = path.with_name(f"{path.name}.new")
    try:
        figure.savefig(temporary, dpi=120, format="png")
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise RunError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def plain(text: str) -> str:
    """Write text so that it is drawn as it is."""
    # Matplotlib takes what stands between two dollar signs for mathematics.
    return text.replace("$", r"\$")
