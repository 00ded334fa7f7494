"""The written interface `_core.pyi` is what the built module has: names, properties, methods, signatures."""

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest

from tokenspice.web3engine import _core

STUB = ast.parse((Path(_core.__file__ or "").parent / "_core.pyi").read_text())
FOR_TYPE_CHECKERS = {"Terms"}  # and what begins with an underscore
CLASSES = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}
FUNCTIONS = {node.name: node for node in STUB.body if isinstance(node, ast.FunctionDef)}
MEMBERS = [
    pytest.param(name, member, id=f"{name}.{member.name}")
    for name, node in CLASSES.items()
    if name not in FOR_TYPE_CHECKERS and not name.startswith("_")
    for member in node.body
    if isinstance(member, ast.FunctionDef)
]


def written(function: ast.FunctionDef) -> str:
    """Its parameters as `inspect` prints them, without types, self and cls."""
    arguments = function.args
    for group in (arguments.posonlyargs, arguments.args, arguments.kwonlyargs, [arguments.kwarg]):
        for argument in group:
            if argument:
                argument.annotation = None
    text = ast.unparse(arguments)
    return text.removeprefix("self").removeprefix("cls").removeprefix(", ")


def built(function: Any) -> str:
    signature = inspect.signature(function)
    parameters = [each for name, each in signature.parameters.items() if name not in ("self", "cls")]
    text = str(signature.replace(parameters=parameters)).removeprefix("(").removesuffix(")")
    return text.removesuffix(", /").removesuffix("/").replace('"', "'")


def test_the_module_exports_what_is_written() -> None:
    exported = {name for name in dir(_core) if not name.startswith("_")}
    constants = {
        node.target.id for node in STUB.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    public = {name for name in {*CLASSES, *FUNCTIONS, *constants} - FOR_TYPE_CHECKERS if not name.startswith("_")}
    assert exported == public == set(written_all())


def written_all() -> list[str]:
    [names] = [node.value for node in STUB.body if isinstance(node, ast.Assign)]
    listed: list[str] = ast.literal_eval(names)
    return listed


@pytest.mark.parametrize("name", sorted(set(CLASSES) & set(dir(_core)) - {"EvmError"}))
def test_a_class_has_the_members_that_are_written(name: str) -> None:
    kind = getattr(_core, name)
    members = {member for member in vars(kind) if not member.startswith("__")}
    assert members == {
        each.name for each in CLASSES[name].body if isinstance(each, ast.FunctionDef) and not each.name.startswith("__")
    }


@pytest.mark.parametrize(("name", "member"), MEMBERS)
def test_a_member_has_the_signature_that_is_written(name: str, member: ast.FunctionDef) -> None:
    kind = getattr(_core, name)
    decorators = {ast.unparse(each) for each in member.decorator_list}
    if "property" in decorators:
        assert inspect.isgetsetdescriptor(getattr(kind, member.name))
    else:
        function = kind if member.name == "__new__" else getattr(kind, member.name)
        assert built(function) == written(member)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_has_the_signature_that_is_written(name: str) -> None:
    assert built(getattr(_core, name)) == written(FUNCTIONS[name])
