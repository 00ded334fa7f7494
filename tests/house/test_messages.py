"""A message fills in its placeholders: none has lost the f before its quotes."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

import pytest

from tests.house.sources import Source, modules, scripts

PLACEHOLDER = re.compile(r"(?<!\{)\{[A-Za-z_][\w.]*(\([^{}]*\)|\[[^{}]*\])*(![rsa])?(:[^{}]*)?\}(?!\})")
SPEAKERS = {"print", "sys.exit", "exit", "warnings.warn", "console.print", "typer.echo"}

Span = tuple[tuple[int, int], tuple[int, int]]


def mute_placeholders(source: Source) -> list[str]:
    """The strings of a message that hold a placeholder and would show it as it stands.

    The tokens are read rather than the tree, because the tree joins a part that lost its f to its neighbour that
    has one.
    """
    spoken, formatted = list(_spoken(source.tree)), list(_formatted(source.tree))
    return [
        f"{source.name}:{token.start[0]}: {token.string}"
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline)
        if token.type == tokenize.STRING
        and "f" not in re.match("[a-zA-Z]*", token.string)[0].lower()  # type: ignore[index]
        and PLACEHOLDER.search(token.string)
        and _within(token, spoken)
        and not _within(token, formatted)
    ]


def _spoken(tree: ast.Module) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and ast.unparse(node.func) in SPEAKERS):
            yield _span(node)


def _formatted(tree: ast.Module) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("format", "format_map"):
            yield _span(node.value)


def _span(node: ast.expr | ast.stmt) -> Span:
    return (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)


def _within(token: tokenize.TokenInfo, spans: list[Span]) -> bool:
    # The tree counts columns in bytes, the tokens in characters.
    column = len(token.line[: token.start[1]].encode())
    return any(start <= (token.start[0], column) < end for start, end in spans)


def test_no_message_has_lost_its_f() -> None:
    assert [found for source in (*modules(), *scripts()) for found in mute_placeholders(source)] == []


@pytest.mark.parametrize(
    "line",
    [
        'raise ValueError("the tx failed: {receipt}")',
        "raise ValueError('{self.name} holds {amount:g}')",
        'raise ValueError(\n    f"{name} holds too little. "\n    "It holds {balance}."\n) from error',
        'raise ValueError("{names[0]} is unknown")',
        'raise ValueError("{len(names)} are unknown")',
        'print("input dir: {folder}")',
        'print(f"a {x}", "b {y!r}")',
        'import sys\nsys.exit("no module {error.name}")',
        'raise ValueError(r"{path} is no file")',
        'raise ValueError("""\n{path} is no file\n""")',
        'raise ValueError("… é {path} is no file")',
    ],
)
def test_a_placeholder_without_an_f_is_found(line: str) -> None:
    assert len(mute_placeholders(Source("agents/a.py", line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        'raise ValueError(f"the tx failed: {receipt}")',
        'raise ValueError("the tx failed: {receipt}".format(receipt=1))',
        'raise ValueError("a JSON object looks like {}")',
        'raise ValueError("a JSON object looks like {\\"a\\": 1}")',
        'raise ValueError(f"write {{name}}")',
        'raise ValueError("write {{name}}".format())',
        'template = "{name} holds {amount}"',
        'columns.append(TextColumn("tick {task.completed}"))',
        'print(rf"{path}\\n")',
    ],
)
def test_a_string_that_means_its_braces_is_let_through(line: str) -> None:
    assert mute_placeholders(Source("agents/a.py", line)) == []
