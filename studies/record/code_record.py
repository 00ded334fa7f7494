"""With which code a run ran: every file of ours and of the user's that was imported, and the libraries' versions."""

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from tokenspice.files import HOME
from tokenspice.places import LIBRARIES

__all__ = ["CODE", "checkout", "code_hash", "imported", "installed", "libraries", "simd", "string_hashes"]

CODE = ("agents", "engine", "markets", "netlists/science", "protocols", "web3engine")  # what a run's numbers depend on
OURS = "tokenspice"
GIT_PATIENCE_S = 5.0
NETLIST = "netlist_"  # how the packages are called that netlists are imported as


def code_hash(project: Path = HOME) -> str:
    """Return the SHA-256 of the code that runs depend on, besides their netlist."""
    digest = hashlib.sha256()
    for path in python_files(project):
        digest.update(path.relative_to(project).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def python_files(project: Path) -> Iterable[Path]:
    return sorted(path for package in CODE for path in (project / package).rglob("*.py"))


def imported() -> dict[str, str]:
    """Return the SHA-256 of each file that was imported and is no library's: ours by its place, the user's by its path."""
    modules = [module for module in list(sys.modules.values()) if isinstance(module, ModuleType)]
    found = (file_of(module) for module in modules)
    return dict(sorted((shown(file), module_hash(file, *rest)) for file, *rest in set(filter(None, found))))


def file_of(module: ModuleType) -> tuple[str, str | None, int] | None:
    """Return a module's file, what Python has compiled it to, and which import that was.

    Returns:
        None if it is a library's or the netlist's own, or has no file.
    """
    file = getattr(module, "__file__", None)
    if not isinstance(file, str) or file.startswith("<") or module.__name__.startswith(NETLIST):
        return None
    is_ours = module.__name__.partition(".")[0] == OURS
    if not is_ours and (file.startswith(LIBRARIES) or not file.endswith((".py", ".so", ".pyd"))):
        return None
    return file, getattr(module, "__cached__", None), id(module.__spec__)


@cache  # where a file was imported from
def shown(file: str) -> str:
    path = Path(file).resolve()
    return path.relative_to(HOME).as_posix() if path.is_relative_to(HOME) else str(path)


@cache  # what was imported stays what it was, whatever becomes of its file
def module_hash(file: str, cached: str | None, number: int) -> str:
    """Return the hash of a module's file; of one that was changed since it was imported, of what was imported too."""
    path = Path(file)
    if not path.exists():
        return "gone since it was imported"
    if cached and Path(cached).is_file():
        about, compiled = path.stat(), Path(cached).read_bytes()
        made_of = [number & 0xFFFFFFFF for number in (int(about.st_mtime), about.st_size)]
        if compiled[4:8] == bytes(4) and compiled[8:16] != b"".join(each.to_bytes(4, "little") for each in made_of):
            return f"{sha256(path.read_bytes())}, compiled when it was {sha256(compiled)}"
    return sha256(path.read_bytes())


def libraries() -> dict[str, str]:
    """Return the versions of the libraries of which something was imported, by the name that they are imported by."""
    tops = [(name, module) for name, module in list(sys.modules.items()) if "." not in name and name != OURS]
    # Not by asking the module, for some answer with a warning.
    found = {name: getattr(module, "__dict__", {}).get("__version__") for name, module in tops}
    return {name: version for name, version in sorted(found.items()) if isinstance(version, str)}


@cache
def installed() -> str:
    """Return a hash of the names and versions of all packages that are installed where Python looks for them."""
    folders = [Path(folder) for folder in sys.path if folder.startswith(LIBRARIES) or "site-packages" in folder]
    names = {
        path.name for folder in folders if folder.is_dir() for path in folder.iterdir() if path.suffix == ".dist-info"
    }
    return sha256("\n".join(sorted(names)).encode())


def simd() -> str:
    """Name the processor's instructions for many numbers at once, which numpy's last digits may depend on."""
    try:
        features = vars(import_module("numpy._core._multiarray_umath"))["__cpu_features__"]
    except (ImportError, KeyError):
        return "unknown"
    return " ".join(sorted(name for name, is_there in features.items() if is_there))


def string_hashes() -> str:
    """Name the order in which this process goes through a set of texts, which PYTHONHASHSEED decides."""
    return f"{hash('tokenspice') & 0xFFFFFFFF:08x}"


@cache
def checkout(folder: Path = HOME) -> dict[str, Any]:
    """Return the commit of a git checkout, and whether files differ from it; nothing where there is none."""
    with suppress(OSError, subprocess.SubprocessError):
        commit = git(folder, "rev-parse", "HEAD")
        if commit:
            return {"commit": commit, "dirty": bool(git(folder, "status", "--porcelain", "--untracked-files=no"))}
    return {"commit": None, "dirty": None}


def git(folder: Path, *words: str) -> str:
    if not (folder / ".git").exists():
        return ""
    command = ["git", "--no-optional-locks", "-C", str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_PATIENCE_S, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
