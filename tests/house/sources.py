"""The Python files that the rules of the house hold for."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PACKAGES = ("engine", "web3engine", "markets", "protocols", "agents", "netlists", "studies")
SCRIPTS = ("tsp", "ganache.py", "bootstrap.py")

# The door to the in-process chain, and what comes in through it.
NEED_CORE = (
    "tokenspice.web3engine.backends.revm",
    "tokenspice.web3engine.provider",
    "tokenspice.web3engine.chain_file",
)

# A crate with its own build and tests, which Python does not import from here.
NOT_OURS = PROJECT / "web3engine" / "core"


@dataclass(frozen=True)
class Source:
    """One file.

    Attributes:
        name: its path from the project's folder, with slashes.
        text: what it says.
    """

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @property
    def module(self) -> str:
        """What Python calls it: "tokenspice.engine.units"."""
        path = self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        return f"tokenspice.{path}" if self.name.partition("/")[0] in PACKAGES else path

    @property
    def package(self) -> str:
        """What a leading dot in one of its imports stands for."""
        return self.module if self.name.endswith("__init__.py") else self.module.rpartition(".")[0]


@cache
def modules() -> tuple[Source, ...]:
    """Every module of our packages, those that are there."""
    paths = [path for package in PACKAGES for path in sorted((PROJECT / package).rglob("*.py"))]
    return tuple(_read(path) for path in paths if not path.is_relative_to(NOT_OURS))


def importable() -> tuple[Source, ...]:
    """The modules that can be imported here: without the in-process chain, those that need it cannot."""
    if find_spec("tokenspice.web3engine._core"):
        return modules()
    return tuple(source for source in modules() if not source.module.startswith(NEED_CORE))


@cache
def scripts() -> tuple[Source, ...]:
    """What is started by hand from the project's folder."""
    return tuple(_read(PROJECT / name) for name in SCRIPTS if (PROJECT / name).exists())


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """The line and the full name of all that a file imports, in functions too: "tokenspice.engine.units.tokens"."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, f"{_origin(source, node)}.{alias.name}"


def _origin(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parents = source.package.split(".")
    return ".".join(parents[: len(parents) - node.level + 1] + ([node.module] if node.module else []))


def _read(path: Path) -> Source:
    return Source(path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8"))
