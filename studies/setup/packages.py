"""What `tsp setup` fetches: named sets of pinned packages, from one registry, into the user's data folder."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from tokenspice.engine.errors import SetupError
from tokenspice.files import HOME, read_file
from tokenspice.studies.setup.archive import fetch_package
from tokenspice.studies.setup.lock_file import LockFile, Pinned, this_platform
from tokenspice.user_data import data_folder
from tokenspice.web3engine.npm import SETS
from tokenspice.web3engine.url import is_url

__all__ = ["ALL", "PackageSet", "package_sets", "registry_url", "set_up"]

ALL = "all"
LOCK, MANIFEST = "package-lock.json", "package.json"
MOST_BYTES = 1 << 20
NPM_PATIENCE_S = 30.0


@dataclass(frozen=True)
class PackageSet:
    """What one name of `tsp setup` stands for.

    Attributes:
        name: such as "aavev3".
        packages: those that it names, which others may be needed by.
        missing: of these and what they need, the ones that are not in the data folder.
    """

    name: str
    packages: tuple[Pinned, ...]
    missing: tuple[Pinned, ...]


def package_sets(names: Sequence[str], home: Path = HOME, to: Path | None = None) -> list[PackageSet]:
    """Return sets of packages by their names, and what of each is missing; all of them, for no name or "all".

    Raises:
        SetupError: there is no such set.
        ConfigError: the lock file cannot be read.
    """
    unknown = [name for name in names if name not in (*SETS, ALL)]
    if unknown:
        raise SetupError(f"there is nothing called {unknown[0]} to set up. There are: {', '.join((*SETS, ALL))}.")
    lock = LockFile(home / LOCK, this_platform())
    wanted = SETS if not names or ALL in names else dict.fromkeys(names)
    return [package_set(name, lock, to or data_folder()) for name in wanted]


def package_set(name: str, lock: LockFile, to: Path) -> PackageSet:
    needed = {one.place: one for package in SETS[name] for one in lock.needed(package)}
    named = tuple(needed[f"node_modules/{package}"] for package in SETS[name])
    return PackageSet(name, named, tuple(one for one in needed.values() if not is_there(one, to)))


def is_there(package: Pinned, to: Path) -> bool:
    try:
        said = json.loads(read_file(to / package.place / MANIFEST, MOST_BYTES))
        return bool(said["version"].removeprefix("v") == package.version)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def set_up(sets: Sequence[PackageSet], registry: str, tell: Callable[[Pinned], None], to: Path | None = None) -> None:
    """Fetch what is missing of some sets.

    Args:
        sets: as `package_sets` returns them.
        registry: where from.
        tell: told of each package before it is fetched.
        to: the data folder.

    Raises:
        SetupError: a package cannot be had; those before it are kept.
    """
    to = to or data_folder()
    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"{to} cannot be made: {error.strerror}. TOKENSPICE_DATA names another folder.") from error
    missing = {one.place: one for each in sets for one in each.missing}
    with FileLock(to / "lock"):
        # An outer folder first: it takes the place of all that was in it.
        for package in sorted(missing.values(), key=lambda one: (one.place.count("/node_modules/"), one.place)):
            if not is_there(package, to):
                tell(package)
                fetch_package(package, registry, to)


def registry_url() -> str:
    """Return the registry that npm's settings name: the environment, ~/.npmrc, else what npm itself answers.

    Raises:
        SetupError: nobody names one, or it is no URL.
    """
    found = next(filter(None, registries()), "")
    if not found:
        raise SetupError(
            "no setting names a registry of npm packages, and there is no `npm` on PATH to ask. Write registry=URL in "
            "~/.npmrc, or npm_config_registry=URL in the environment."
        )
    if not is_url(found):
        raise SetupError("the registry that npm's settings name is no URL. Write one that begins with https.")
    return found


def registries() -> Iterator[str]:
    yield os.environ.get("npm_config_registry", "") or os.environ.get("NPM_CONFIG_REGISTRY", "")
    try:
        lines = (Path.home() / ".npmrc").read_text().splitlines()
    except (OSError, ValueError, RuntimeError):
        lines = []
    pairs = [line.partition("=") for line in lines]
    yield next((value.strip() for name, _, value in pairs if name.strip() == "registry"), "")
    if npm := shutil.which("npm"):
        with suppress(OSError, subprocess.SubprocessError):
            command = [npm, "config", "get", "registry"]
            yield subprocess.run(command, capture_output=True, text=True, timeout=NPM_PATIENCE_S).stdout.strip()
