"""`__all__` is sorted, names what exists, and is there where a module has something to offer."""

import ast
import importlib
from types import ModuleType

import pytest

from tests.house.sources import Source, importable, modules


def exported(source: Source) -> list[str] | None:
    """The names in a module's `__all__`, as written; None if it has none."""
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names
    return None


def in_order(names: list[str]) -> list[str]:
    """Constants first, then classes, then the rest, each from a to z; a name once."""
    return sorted(set(names), key=lambda name: (not is_constant(name), not name[:1].isupper(), name))


def is_constant(name: str) -> bool:
    return name.isupper() and len(name) > 1


def offers_something(source: Source) -> bool:
    """Whether a module defines a public function or class. A netlist's contract is its own list."""
    public = [
        node
        for node in source.tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
    ]
    return bool(public) and not source.name.startswith("netlists/")


def missing_names(module: ModuleType, names: list[str]) -> list[str]:
    return [name for name in names if not hasattr(module, name)]


LISTS = [(source, names) for source in importable() if (names := exported(source)) is not None]


def test_names_are_sorted_unique_and_exist() -> None:
    assert [source.name for source, names in LISTS if names != in_order(names)] == []
    missing = {source.name: missing_names(importlib.import_module(source.module), names) for source, names in LISTS}
    assert {name: absent for name, absent in missing.items() if absent} == {}


def test_a_module_that_offers_something_says_what() -> None:
    assert [source.name for source in modules() if offers_something(source) and exported(source) is None] == []


@pytest.mark.parametrize(
    "names",
    [["b", "a"], ["a", "a"], ["tokens", "Amount"], ["Amount", "DAY"], ["RunLog", "LogRow"], ["a", "B"]],
)
def test_a_list_out_of_order_is_found(names: list[str]) -> None:
    assert names != in_order(names)


def test_a_list_in_order_is_let_through() -> None:
    names = ["DAY", "DECIMALS", "Amount", "Floats", "in_tokens", "tokens"]

    assert names == in_order(names)


def test_a_name_that_does_not_exist_is_found() -> None:
    assert missing_names(importlib.import_module("tokenspice.engine.units"), ["DAY", "FORTNIGHT"]) == ["FORTNIGHT"]


@pytest.mark.parametrize(
    ("name", "text", "is_missing"),
    [
        ("engine/a.py", "def run() -> None: ...", True),
        ("engine/a.py", "class Run: ...", True),
        ("engine/a.py", "def _run() -> None: ...", False),
        ("engine/a.py", "DAY = 1", False),
        ("netlists/a/netlist.py", "class SimState: ...", False),
        ("engine/a.py", '__all__ = ["run"]\ndef run() -> None: ...', False),
    ],
)
def test_a_missing_list_is_found(name: str, text: str, is_missing: bool) -> None:
    source = Source(name, text)

    assert (offers_something(source) and exported(source) is None) == is_missing
