"""Where a run of a script or a notebook writes: a folder to keep, or a temporary one that lives as long as its result."""

import atexit
import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

__all__ = ["folder_for", "remove_with"]


@contextmanager
def folder_for(out_dir: str | Path | None) -> Iterator[tuple[Path, Path | None]]:
    """Yield where to write, and the temporary folder of that.

    If the block fails, what was logged stays until Python ends, and if it is interrupted, for good; the exception says
    where. A folder without rows is removed at once.
    """
    temporary = None if out_dir is not None else Path(mkdtemp(prefix="tokenspice-"))
    path = temporary / "results" if temporary else Path(str(out_dir)).expanduser()
    is_ours = not path.exists()  # else what is there is another run's
    try:
        yield path, temporary
    except BaseException as error:
        if is_ours and (any(path.glob("*.csv")) or (path / "batch.json").exists()):
            name_kept(error, path)
            if temporary and isinstance(error, Exception):
                atexit.register(shutil.rmtree, temporary, ignore_errors=True)
        elif temporary:
            shutil.rmtree(temporary, ignore_errors=True)
        raise


def name_kept(error: BaseException, path: Path) -> None:
    """Say in an exception where the rows are."""
    kept = f"{path} keeps what was recorded: ts.load({str(path)!r})."
    if isinstance(error, KeyboardInterrupt):
        error.args = (f"interrupted; {kept}",)
    else:
        error.add_note(kept)


def remove_with(owner: object, temporary: Path | None) -> None:
    """Remove a temporary folder when its owner is gone, or Python ends."""
    if temporary:
        weakref.finalize(owner, shutil.rmtree, temporary, ignore_errors=True)
