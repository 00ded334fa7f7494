"""What a netlist's code reads while it is imported and while it runs: files, and variables of the environment."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, final

from tokenspice import files
from tokenspice.files import HOME
from tokenspice.places import LIBRARIES, is_foreign
from tokenspice.web3engine.fork.cache import is_fork_record

__all__ = ["Reads", "fingerprint", "noting"]

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
CODE = (".py", ".pyc", ".pyi", ".so", ".pyd", ".sol", ".dll")  # what is imported or compiled is recorded by itself
SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/", *LIBRARIES)
OURS = tuple(
    f"{HOME / name}{os.sep}" for name in ("build", "contracts", "engine", "node_modules", "studies", "web3engine")
)
OWN_FRAMES = (os.__file__, "<frozen os>", "<frozen _collections_abc>")  # between os.environ.get and whoever asks
SECRETS = ("KEY", "TOKEN", "SECRET", "PASS", "URL", "AUTH", "CREDENTIAL", "PRIVATE", "MNEMONIC", "SEED_PHRASE")


@final
class Reads:
    """What was read.

    Attributes:
        files: SHA-256 by path, of the moment when a file was first opened.
        environment: the beginning of a hash by a variable's name; "set" where it may be a secret, None where there is none.
    """

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.environment: dict[str, str | None] = {}
        self._own: set[str] = set()  # what this process wrote

    @property
    def facts(self) -> dict[str, Any]:
        """As run.json holds it."""
        return {"read": dict(sorted(self.files.items())), "environment": dict(sorted(self.environment.items()))}

    def add(self, others: "Reads") -> None:
        """Take over what was read before."""
        self.files |= others.files
        self.environment |= others.environment

    def open(self, name: str, writes: bool) -> None:
        path = os.path.abspath(name)
        if path.startswith((*SYSTEM, *OURS)) or path.endswith(CODE) or path in self.files or path in self._own:
            return
        if writes:
            self._own.add(path)
            return
        with suppress(OSError):
            if os.path.isfile(path) and not is_fork_record(Path(path)):
                self.files[path] = fingerprint(Path(path))

    def ask(self, name: str, value: str | None) -> None:
        is_secret = any(word in name.upper() for word in SECRETS)
        shown = "set" if is_secret else sha256(f"{name}={value}".encode(errors="replace")).hexdigest()[:8]
        self.environment.setdefault(name, None if value is None else shown)


class Noting:
    """Who notes at the moment; Python takes a hook, and keeps it."""

    now: list[Reads] = []
    is_hooked = False
    is_busy = False


@contextmanager
def noting(reads: Reads) -> Iterator[None]:
    """Note what is read inside the block, by Python; what a library reads past Python is not seen."""
    if not Noting.is_hooked:
        sys.addaudithook(hook)
        Noting.is_hooked = True
    Noting.now.append(reads)
    try:
        with asking():
            yield
    finally:
        Noting.now.remove(reads)


def hook(event: str, args: tuple[Any, ...]) -> None:
    if not Noting.now or Noting.is_busy or event not in ("open", "sqlite3.connect"):
        return
    Noting.is_busy = True
    try:
        name, mode, flags = args if event == "open" else (args[0], "r", 0)
        if isinstance(name, str | bytes) and not is_ours(os.fsdecode(name)):
            writes = any(sign in (mode or "") for sign in "wax+") or bool((flags or 0) & WRITING)
            for reads in Noting.now:
                reads.open(os.fsdecode(name), writes)
    finally:
        Noting.is_busy = False


def is_ours(name: str) -> bool:
    """Whether a name is one in a folder that we hold, which says nothing about where that is."""
    return os.sep not in name and sys._getframe(2).f_code.co_filename == files.__file__


@contextmanager
def asking() -> Iterator[None]:
    """Have whoever notes hear of the variables of the environment that the user's code asks for."""
    kind: Any = type(os.environ)
    before = kind.__getitem__

    def get(environment: Any, name: str) -> str:
        try:
            value: str | None = before(environment, name)
        except KeyError:
            value = None
        if is_asked_by_user():
            for reads in Noting.now:
                reads.ask(str(name), value)
        return before(environment, name)  # type: ignore[no-any-return]

    kind.__getitem__ = get
    try:
        yield
    finally:
        kind.__getitem__ = before


def is_asked_by_user() -> bool:
    frame = sys._getframe(2)
    while frame.f_back and frame.f_code.co_filename in OWN_FRAMES:
        frame = frame.f_back
    return not is_foreign(frame.f_code.co_filename)


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file."""
    about = path.stat()
    return digest(path, about.st_size, about.st_mtime_ns, about.st_ino)


@cache  # runs of one process read the same files
def digest(path: Path, *version: int) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
