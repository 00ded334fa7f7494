"""--json: one object for every verb, of what it did or why it could not."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.studies.terminal import tsp
from tokenspice.studies.cli import app
from tokenspice.studies.commands.answers import give_json


def said(*args: object) -> tuple[int, dict[str, Any]]:
    answer = tsp(*args)
    return answer.returncode, json.loads(answer.stdout)


def test_what_a_verb_did(tmp_path: Path) -> None:
    code, answer = said("run", "simplegrant", tmp_path / "out", "--json")

    assert (code, answer["verb"], answer["ok"]) == (0, "run", True)
    assert answer["result"] == {"folder": str(tmp_path / "out"), "last_tick": 240, "seed": 0}
    assert str(tmp_path / "out" / "data.csv") in "\n".join(answer["lines"])


@pytest.mark.parametrize(
    ("args", "code", "word"),
    [
        (("run", "nosuch", "out"), 1, "netlist-not-found"),
        (("setup", "nosuch"), 1, "setup"),
        (("run", "simplegrant"), 2, "usage"),
        (("fly",), 2, "usage"),
    ],
)
def test_why_it_could_not(args: tuple[str, ...], code: int, word: str) -> None:
    found, answer = said(*args, "--json")

    assert (found, answer["ok"], answer["error"]["word"]) == (code, False, word)
    assert answer["error"]["message"]


def test_what_follows_two_dashes_is_no_option() -> None:
    assert tsp("explain", "--", "--json").stdout == ""


def test_every_verb_takes_it() -> None:
    give_json(app)
    give_json(app)

    assert all("--json" in help_of(verb) for verb in verbs(typer.main.get_command(app)))


def verbs(command: Any) -> list[Any]:
    """The commands below one that have none below themselves."""
    inside = getattr(command, "commands", None)
    return [verb for each in inside.values() for verb in verbs(each)] if inside else [command]


def help_of(verb: Any) -> str:
    options = [name for parameter in verb.params for name in parameter.opts]
    assert options.count("--json") <= 1
    return " ".join(options)


def test_the_word_of_an_error_is_shown_if_asked() -> None:
    shown = tsp("run", "nosuch", "out", "-v").stderr

    assert shown.splitlines()[-1].startswith("tsp: the word for this is netlist-not-found")


def test_the_version_is_printed() -> None:
    answer = tsp("--version")

    assert answer.returncode == 0 and answer.stdout.startswith("tokenspice ")
