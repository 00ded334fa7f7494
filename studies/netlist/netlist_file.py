"""Finds a netlist and imports it by its path, wherever it lies."""

import ast
import hashlib
import importlib
import importlib.abc
import importlib.util
import itertools
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, final

from tokenspice.engine.errors import NetlistError, NetlistNotFound, TokenSpiceError
from tokenspice.engine.sim_state import describe
from tokenspice.engine.text import near
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.reads import Reads, noting
from tokenspice.studies.run.signals import code_of_others

__all__ = ["find_netlist", "load_netlist"]

PREFIX = "netlist_"  # of the packages that netlists are imported as
FURTHER = itertools.count(2)  # tells a netlist that is loaded again from its earlier self
# Netlists of before 0.2 write `from engine.agent import AgentBase`. These names are ours in a netlist, unless its folder
# has a module so called.
OLD_NAMES = ("agents", "engine", "netlists", "studies", "web3engine")
# Modules that have another place since.
MOVED = {
    "agents.liquidity": "agents.pools",
    "agents.mempool": "agents.payers",
    "agents.networth": "agents.valuation",
    "agents.science.charts": "netlists.science.charts",
    "agents.science.inequality": "agents.statistics",
    "agents.science.log": "netlists.science.log",
    "agents.science.state": "netlists.science.state",
    "agents.science.strategy": "netlists.science.strategy",
    "agents.science.wiring": "netlists.science.wiring",
    "engine.config": "web3engine.config",
    "engine.netlist": "studies.netlist.netlist",
    "engine.plot": "engine.charts",
    "web3engine.protocols": "protocols",
}


def find_netlist(name: str, library: Path, *libraries: Path) -> Path:
    """Return the file of a netlist.

    Args:
        name: a file, a folder that holds a netlist.py, or the name of a folder in `library`.
        library: where names are looked up first.
        libraries: where else.

    Raises:
        NetlistNotFound: there is no such netlist.
    """
    named = [folder / name / "netlist.py" for folder in (library, *libraries)]
    for candidate in (Path(name), Path(name) / "netlist.py", *named):
        if candidate.is_file() and candidate.suffix == ".py":
            return candidate.resolve()
    known = sorted({path.parent.name for folder in (library, *libraries) for path in folder.glob("*/netlist.py")})
    if found := near(name, known):
        raise NetlistNotFound(f"{name}: no such netlist. Did you mean {' or '.join(found)}?")
    raise NetlistNotFound(
        f"{name}: no such netlist. Write the path of a netlist's Python file, or a name, which `tsp list` shows."
    )


def load_netlist(path: Path) -> Netlist:
    """Import the netlist at `path`, which may lie anywhere, with its folder as its package.

    The files beside it are imported relatively: `from .my_agent import MyAgent`.

    Raises:
        NetlistError: Python cannot import it, or it breaks the contract.
    """
    if "." in path.stem:
        raise NetlistError(f"{path}: a module's name has no dots. Rename it {path.stem.replace('.', '_')}.py.")
    package = PREFIX + hashlib.sha256(str(path).encode()).hexdigest()[:16]
    if package in sys.modules:  # whose netlist may still be at work
        package += f"_{next(FURTHER)}"
    importlib.invalidate_caches()
    parent = importlib.util.module_from_spec(ModuleSpec(package, None, is_package=True))
    parent.__path__ = [str(path.parent)]
    sys.modules[package] = parent
    if not any(isinstance(finder, NetlistFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, NetlistFinder())
    try:
        with no_bytecode(), code_of_others(), noting(reads := Reads()):
            netlist = Netlist(path, importlib.import_module(f"{package}.{path.stem}"))
        netlist.reads = reads
        return netlist
    except SyntaxError as error:
        place = f"{error.filename}:{error.lineno}" if error.filename else f"{path}:1"
        raise NetlistError(f"{place}: {error.msg}{f': {error.text.strip()}' if error.text else '.'}") from error
    except ModuleNotFoundError as error:
        name = (error.name or "").removeprefix(package)
        beside = path.parent / f"{name}.py"
        hint = f" Write `from .{name} import …` for a file beside the netlist." if beside.exists() else ""
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        line = f":{lines[-1]}" if lines else ""
        raise NetlistError(f"{path}{line}: there is no module {name}.{hint}") from error
    except TokenSpiceError:
        raise
    except (Exception, SystemExit) as error:
        raise NetlistError(f"{path}: {describe(error)}") from error


@contextmanager
def no_bytecode() -> Iterator[None]:
    """Keep Python from caching what is imported.

    Its cache tells a file's versions apart by size and second, and a script may edit a netlist faster.
    """
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


@final
class NetlistFinder(importlib.abc.MetaPathFinder):
    """Finds the modules of netlists, which may write the old names; everything else is left to Python."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith(PREFIX):
            return None
        spec = PathFinder.find_spec(name, path)
        if spec and spec.origin and type(spec.loader) is SourceFileLoader:
            spec.loader = NetlistLoader(name, spec.origin)
        return spec


@final
class NetlistLoader(SourceFileLoader):
    """Compiles a netlist's module as if it wrote `tokenspice.engine` where it writes `engine`."""

    def source_to_code(  # type: ignore[override]  # as Python's own loader has it
        self, data: Any, path: Any, *, _optimize: int = -1
    ) -> Any:
        folder = Path(path).parent
        old = [name for name in OLD_NAMES if not (folder / f"{name}.py").exists() and not (folder / name).is_dir()]
        tree = OldNames(tuple(old)).visit(ast.parse(data, path))
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)


@final
class OldNames(ast.NodeTransformer):
    """Writes `tokenspice.` before the old names of our packages, where they are imported."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        if not node.level and node.module:
            node.module = self._new(node.module)
        return node

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        imports: list[ast.stmt] = [node]
        for alias in node.names:
            first, new = alias.name.partition(".")[0], self._new(alias.name)
            if new != alias.name and not alias.asname:
                # `import engine.units` binds `engine`.
                bound = ast.Import([ast.alias(f"tokenspice.{first}", first)])
                imports.append(ast.copy_location(ast.fix_missing_locations(ast.copy_location(bound, node)), node))
            alias.name = new
        return imports

    def _new(self, name: str) -> str:
        if name.partition(".")[0] not in self._names:
            return name
        for old, new in MOVED.items():
            if name == old or name.startswith(f"{old}."):
                return f"tokenspice.{new}{name.removeprefix(old)}"
        return f"tokenspice.{name}"
