"""What a netlist's file says of it without being imported: its question, and whether it needs a chain."""

import ast
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from tokenspice.files import HOME

__all__ = ["Entry", "entries"]

Need: TypeAlias = Literal["none", "optional", "needed", "?"]

SECONDS = HOME / "netlists" / "seconds.toml"  # written by benchmarks/durations.py


@dataclass(frozen=True)
class Entry:
    """A netlist, as a list of netlists shows it.

    Attributes:
        name: its folder's.
        question: the first line of its docstring; empty if it has none, or is no Python.
        chain: "none"; "needed"; "optional", if a parameter decides; "?" where its file does not tell.
        seconds: what a default run took, of one processor, where it was measured; None where it was not.
    """

    name: str
    question: str
    chain: Need
    seconds: float | None = None


def entries(files: Mapping[str, Path]) -> list[Entry]:
    """Return an entry for each netlist, in the order given; one that cannot be read is listed too."""
    return [entry(name, path) for name, path in files.items()]


def entry(name: str, path: Path) -> Entry:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return Entry(name, "", "?")
    question = (ast.get_docstring(tree) or "").partition("\n")[0]
    return Entry(name, question, chain_of(tree), seconds_of(path))


def chain_of(tree: ast.Module) -> Need:
    """Tell from SimState's constructor whether a chain is started."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    state = classes.get("SimState")
    makers = (
        [node for node in state.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"] if state else []
    )
    if not makers:
        return "?"
    names = [argument.arg for argument in (*makers[0].args.args, *makers[0].args.kwonlyargs)]
    if "chain" not in names:
        return "none"
    n_defaults = len(makers[0].args.defaults)
    return "optional" if n_defaults and "chain" in names[-n_defaults:] else "needed"


def seconds_of(path: Path) -> float | None:
    return measured().get(path.parent.name) if path.is_relative_to(HOME / "netlists") else None


@cache
def measured() -> dict[str, float]:
    if not SECONDS.is_file():
        return {}
    return {name: float(value) for name, value in tomllib.loads(SECONDS.read_text(encoding="utf-8")).items()}
