"""tokenspice.ini: where and with what we run, never what we simulate. Read once, by the command line."""

import configparser
from dataclasses import dataclass, field, fields
from pathlib import Path

from tokenspice.engine.errors import ConfigError
from tokenspice.files import HOME
from tokenspice.user_data import INSTALLED, cache_folder
from tokenspice.web3engine.rules import HARDFORK

__all__ = ["Config", "find_project", "read_config"]

FILE_NAME = "tokenspice.ini"


@dataclass(frozen=True)
class Config:
    """The settings of tokenspice.ini.

    Attributes:
        project: the folder that holds tokenspice.ini; relative paths start there.
    """

    project: Path
    network: str = "auto"  # [general] NETWORK: revm, anvil, ganache, a URL, or auto, the first that is installed
    ganache_url: str = "http://127.0.0.1:8545"  # [general] GANACHE_URL: used if a ganache answers there
    artifacts_path: str = ""  # [general] ARTIFACTS_PATH: your own truffle, hardhat or foundry artifacts
    build: str = "build"  # [paths] BUILD: compiled contracts
    start_timeout: float = 30.0  # [chain] START_TIMEOUT: seconds to wait for a node that we start
    port: int = 0  # [chain] PORT: of a node that we start; 0 picks a free one
    hardfork: str = HARDFORK  # [chain] HARDFORK: of a chain that we start
    fork: str = field(default="", repr=False)  # [chain] FORK: URL[@BLOCK] or env:NAME[@BLOCK]; a URL may hold a key
    fork_cache: str = ""  # [chain] FORK_CACHE: the file that a fork is recorded in, or replayed from
    signs: bool = False  # --sign: wallets sign on the in-process chain too

    @property
    def build_folder(self) -> Path:
        """Where compiled contracts are kept: in the project; without one, never among installed packages."""
        return (cache_folder() if INSTALLED and self.project == HOME else self.project) / self.build

    @property
    def artifacts_folder(self) -> Path | None:
        return self.project / Path(self.artifacts_path).expanduser() if self.artifacts_path else None

    @property
    def forks(self) -> bool:
        """Whether an in-process chain begins with a live chain's state, read or replayed."""
        return bool(self.fork or self.fork_cache)

    @property
    def fork_cache_file(self) -> Path | None:
        return self.project / Path(self.fork_cache).expanduser() if self.fork_cache else None


PLACES = {
    ("general", "network"): "network",
    ("general", "ganache_url"): "ganache_url",
    ("general", "artifacts_path"): "artifacts_path",
    ("paths", "build"): "build",
    ("chain", "start_timeout"): "start_timeout",
    ("chain", "port"): "port",
    ("chain", "hardfork"): "hardfork",
    ("chain", "fork"): "fork",
    ("chain", "fork_cache"): "fork_cache",
}


RANGES = {"port": (0, 65_535), "start_timeout": (0, 3600)}


def find_project(start: Path | None = None) -> Path:
    """Return the nearest folder, from `start` (here) upwards, that holds a tokenspice.ini.

    Where there is none, the folder that these packages were installed from.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    return HOME


def read_config(project: Path) -> Config:
    """Read `project`/tokenspice.ini; a setting that it leaves out keeps its default.

    Raises:
        ConfigError: the file cannot be parsed, or holds a setting that does not exist or has the wrong type.
    """
    path = project / FILE_NAME
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path)
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {' '.join(str(error).split())}.") from error
    values: dict[str, str] = {}
    for section in parser.sections():
        for key, text in parser.items(section):
            if (section, key) not in PLACES:
                known = ", ".join(f"[{place[0]}] {place[1].upper()}" for place in PLACES)
                raise ConfigError(f"{path}: there is no setting [{section}] {key.upper()}. There are: {known}.")
            values[PLACES[section, key]] = text
    return Config(project, **{name: _parsed(path, name, text) for name, text in values.items()})  # type: ignore[arg-type]


def _parsed(path: Path, name: str, text: str) -> object:
    kind = {field.name: field.type for field in fields(Config)}[name]
    if kind is str:
        return text
    try:
        number = int(text) if kind is int else float(text)
    except ValueError:
        raise ConfigError(f'{path}: {name.upper()} = "{text}": write a number.') from None
    least, most = RANGES[name]
    if not least <= number <= most:
        raise ConfigError(f"{path}: {name.upper()} = {text}: write a number from {least} to {most}.")
    return number
