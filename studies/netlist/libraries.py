"""Where netlists are looked up by name."""

from pathlib import Path

from tokenspice.files import HOME
from tokenspice.web3engine.config import find_project

__all__ = ["libraries", "netlist_files"]


def libraries() -> tuple[Path, Path]:
    """Return the folders in which netlists are looked up by name: the project's, and ours."""
    return find_project() / "netlists", HOME / "netlists"


def netlist_files() -> dict[str, Path]:
    """Return the file of every netlist that has a name, in alphabetical order; the project's go before ours."""
    found = {path.parent.name: path for folder in reversed(libraries()) for path in folder.glob("*/netlist.py")}
    return dict(sorted(found.items()))
