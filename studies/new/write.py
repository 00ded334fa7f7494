"""Writes a netlist, an agent or a contract to begin with, out of the templates beside this file."""

import keyword
import re
from pathlib import Path
from typing import Literal, TypeAlias

from tokenspice.engine.errors import FolderExists, NetlistError, RunError
from tokenspice.files import HOME, replace_file

__all__ = ["Kind", "new_files", "write_new"]

Kind: TypeAlias = Literal["netlist", "chain", "agent", "contract"]

BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"[a-z][a-z0-9_]*")
TEMPLATES = HOME / "studies" / "new"
FILES = {"netlist": "payroll.md", "chain": "savings.md", "agent": "agent.md", "contract": "contract.md"}
MAY_BE_THERE = "__init__.py"


def write_new(kind: Kind, name: str, folder: Path) -> list[Path]:
    """Write the files of a template under another name, and return their paths.

    Args:
        kind: "chain" is a netlist with a contract and an agent of its own.
        name: small letters, digits and _.
        folder: where the netlist's folder goes, or, of an agent or a contract, the files.

    Raises:
        NetlistError: Python cannot import such a name.
        RunError: a file is there already, or cannot be written.
    """
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise NetlistError(f"{name}: no name for Python to import. Write small letters, digits and _, such as my_pool.")
    files = {folder / place: text for place, text in new_files(kind, name).items()}
    for path in files:
        if path.exists() and path.name != MAY_BE_THERE:
            raise FolderExists(f"{path} exists. Write another name, or remove it.")
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                replace_file(path, text.encode())
    except OSError as error:
        raise RunError(f"{folder} cannot be written to: {error.strerror}.") from error
    return list(files)


def new_files(kind: Kind, name: str) -> dict[str, str]:
    """Return the text of each file by its place, with the template's names changed."""
    blocks = BLOCK.findall((TEMPLATES / FILES[kind]).read_text(encoding="utf-8"))
    return {renamed(place, kind, name): renamed(text, kind, name) for place, text in blocks}


def renamed(text: str, kind: Kind, name: str) -> str:
    """Change the names that a template has."""
    capital = "".join(part.capitalize() for part in name.split("_"))
    if kind == "agent":
        return text.replace("TreasuryAgent", f"{capital}Agent").replace("treasury", name)
    if kind == "contract":
        return re.sub(r"\bvault\b|(?<=test_)vault", name, text.replace("Vault", capital))
    old = "payroll" if kind == "netlist" else "savings"
    return text.replace(f"{old}/", f"{name}/").replace(f"test_{old}", f"test_{name}")
