"""docs/errors.md has every word of an error, and what its example says. `python -m tests.docs.test_errors` writes it anew."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.conftest import PROJECT
from tokenspice.engine import Wallet, tokens
from tokenspice.engine.errors import TokenSpiceError
from tokenspice.studies.cli import app
from tokenspice.studies.commands.answers import Answer
from tokenspice.studies.commands.options import unforeseen, word_of
from tokenspice.studies.design.evaluator import BudgetSpent
from tokenspice.studies.explain.words import WORDS, ErrorWord
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.config import Config

PAGE = PROJECT / "docs" / "errors.md"
HEAD = """# Errors by name

Every error has a word, which stays the same while messages change. `-v` shows it, `--json` has it under `error.word`,
`tsp explain WORD` prints what is here, and in Python it is the exception's `word`.

In the examples that are Python, `chain` is a chain in this process.
"""
PROJECT_NAME = "/home/you/project"
NAMES = {"BudgetSpent": BudgetSpent, "TokenSpiceError": TokenSpiceError, "Wallet": Wallet, "tokens": tokens}


def provoked(word: ErrorWord, folder: Path) -> tuple[str, str]:
    """Do what the example of a word does, in an empty folder; return the word and the message that come of it."""
    for name, text in word.files:
        (folder / name).write_text(text)
    (folder / "tokenspice.ini").touch()
    with working_in(folder):
        said = by_commands(word.example) if word.example.startswith("$") else by_python(word.example, folder)
    return said[0], re.sub(r"took \d.*? s", "took … s", said[1]).replace(str(folder), PROJECT_NAME).replace(
        folder.name, PROJECT_NAME
    )


def by_commands(example: str) -> tuple[str, str]:
    """Type the commands of an example."""
    for line in example.splitlines():
        Answer.error = {}
        done = CliRunner().invoke(app, line.removeprefix("$ tsp ").split())
        if done.exit_code == 2:
            (message,) = re.findall(r"Error: (.*)", done.stderr)
            return "usage", message
    return Answer.error["word"], Answer.error["message"]


def by_python(example: str, folder: Path) -> tuple[str, str]:
    chain = open_chain(Config(folder))
    try:
        exec(example, NAMES | {"chain": chain})
    except KeyboardInterrupt:
        return "interrupted", "interrupted."
    except Exception as error:
        return word_of(error), str(error) if isinstance(error, TokenSpiceError) else unplaced(unforeseen(error))
    raise AssertionError("nothing went wrong")


def unplaced(message: str) -> str:
    """Leave out the file and the line, which are those of this test."""
    return re.sub(r" \(\S+:\d+\)", "", message)


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def section(word: ErrorWord, message: str) -> str:
    commands = word.example.startswith("$")
    files = "".join(
        f"`{name}`:\n\n```text\n{text.rstrip().replace('11' * 32, '11…')}\n```\n\n" for name, text in word.files
    )
    example = f"```{'console' if commands else 'python'}\n{word.example}\n```"
    return f"\n## {word.word}\n\n{word.meaning}\n\n{files}{example}\n\n> {shown(message)}\n\n{word.remedy}\n"


def shown(message: str) -> str:
    """A message as the page has it: what is long is cut, and what Markdown would act on is code."""
    short = message if len(message) <= 300 else f"{message[:300]} …"
    return short.replace("*", "\\*").replace("<", "\\<").replace("_", "\\_")


def known_words() -> set[str]:
    kinds, found = [TokenSpiceError], set[str]()
    while kinds:
        kind = kinds.pop()
        found.add(kind.word)
        kinds += kind.__subclasses__()
    return found


def test_every_word_that_an_error_can_have_is_explained() -> None:
    assert known_words() <= {word.word for word in WORDS}
    assert [word.word for word in WORDS] == sorted({word.word for word in WORDS})


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.word)
def test_the_example_of_a_word_gives_that_error(word: ErrorWord, tmp_path: Path) -> None:
    found, message = provoked(word, tmp_path)

    assert found == word.word
    assert section(word, message) in PAGE.read_text(), "write it anew: python -m tests.docs.test_errors"


def test_a_terminal_is_told_the_same() -> None:
    said = CliRunner().invoke(app, ["explain", "fork-miss"]).stdout

    assert "never read" in said and "tsp fork widen" in said
    assert CliRunner().invoke(app, ["explain", "fork-mis"]).exit_code == 1
    assert "fork-miss" in Answer.error["message"]


def page() -> str:
    parts = [HEAD]
    for word in WORDS:
        with tempfile.TemporaryDirectory() as folder:
            found, message = provoked(word, Path(folder).resolve())
        if found != word.word:
            sys.exit(f"the example of {word.word} gives {found}: {message}")
        parts.append(section(word, message))
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page())
