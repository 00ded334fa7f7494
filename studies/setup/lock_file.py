"""package-lock.json: which files a package needs, each pinned by its version and the hash of its content."""

import json
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from tokenspice.engine.errors import ConfigError
from tokenspice.files import read_file

__all__ = ["LockFile", "Pinned", "this_platform"]

MOST_BYTES = 1 << 24
SYSTEMS = {"win32": "win32", "darwin": "darwin"}
MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Pinned:
    """One package of the lock file.

    Attributes:
        place: where it is installed, such as "node_modules/@aave/core-v3".
        name: its own, which may be another than that of its place.
        integrity: the hash of its archive, "sha512-" and base64.
        licence: as its authors name it.
    """

    place: str
    name: str
    version: str
    integrity: str
    licence: str

    @property
    def archive(self) -> str:
        """The path of its archive below a registry."""
        return f"{self.name}/-/{self.name.rpartition('/')[2]}-{self.version}.tgz"


def this_platform() -> tuple[str, str]:
    """Return this system and processor as npm names them, such as ("linux", "x64")."""
    return SYSTEMS.get(sys.platform, "linux"), MACHINES.get(platform.machine().lower(), platform.machine())


@final
class LockFile:
    """Reads a lock file of npm's (version 3).

    Args:
        path: the file.
        on: system and processor that packages are for.

    Raises:
        ConfigError: it cannot be read.
    """

    def __init__(self, path: Path, on: tuple[str, str]) -> None:
        self._on = on
        try:
            self._packages: Mapping[str, Mapping[str, Any]] = json.loads(read_file(path, MOST_BYTES))["packages"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"{path} cannot be read: {error}. Install tokenspice again.") from None

    def needed(self, name: str) -> list[Pinned]:
        """Return a package and all that it needs, outer folders first.

        Raises:
            ConfigError: the file does not know it.
        """
        place = f"node_modules/{name}"
        if place not in self._packages:
            raise ConfigError(f"there is no package {name} among those that are pinned.")
        found: dict[str, Pinned] = {}
        waiting = [place]
        while waiting:
            place = waiting.pop()
            if place not in found:
                found[place] = self._pinned(place)
                waiting += [one for one in self._dependencies(place) if self._is_wanted(one)]
        return sorted(found.values(), key=lambda one: (one.place.count("/node_modules/"), one.place))

    def _pinned(self, place: str) -> Pinned:
        said = self._packages[place]
        name = said.get("name") or place.rpartition("node_modules/")[2]
        return Pinned(place, name, said["version"], said.get("integrity", ""), said.get("license", "not named"))

    def _dependencies(self, place: str) -> Iterator[str]:
        said = self._packages[place]
        for name in (*said.get("dependencies", {}), *said.get("optionalDependencies", {})):
            # As Node looks: in the package's own folder first, then in those around it.
            outer = place
            while outer and f"{outer}/node_modules/{name}" not in self._packages:
                outer = outer.rpartition("/node_modules/")[0]
            if (found := f"{outer}/node_modules/{name}".lstrip("/")) in self._packages:
                yield found

    def _is_wanted(self, place: str) -> bool:
        """Tell whether a package is to be fetched: for this platform, in no other's archive, and no empty stand-in."""
        said = self._packages[place]
        system, processor = self._on
        fits = system in said.get("os", [system]) and processor in said.get("cpu", [processor])
        return fits and not said.get("link") and not said.get("inBundle")
