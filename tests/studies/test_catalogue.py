"""`tsp list` and `tsp params`: what there is, and what can be set."""

import json
import re

import pytest
from typer.testing import CliRunner

from tokenspice.studies.cli import app
from tokenspice.studies.commands.answers import Answer
from tokenspice.studies.netlist.libraries import netlist_files


def said(*words: str) -> str:
    Answer.result = {}
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.output


def test_list_names_every_netlist_with_its_question_and_the_seconds_of_a_run() -> None:
    lines = said("list").splitlines()

    assert [line.split()[0] for line in lines[1:]] == sorted(netlist_files())
    (grant,) = [line for line in lines if line.startswith("simplegrant ")]
    assert "none" in grant and "How does a grant" in grant
    assert all(entry["seconds"] for entry in Answer.result["netlists"])


def test_params_tell_name_type_default_range_and_meaning() -> None:
    output = said("params", "simplegrant")

    (line,) = [line for line in output.splitlines() if line.startswith("granter_init_OCEAN")]
    assert re.split(r"  +", line) == ["granter_init_OCEAN", "amount", "1 OCEAN", "0 or more", "the whole grant"]
    (grant,) = [one for one in Answer.result["parameters"] if one["name"] == "granter_init_OCEAN"]
    assert json.dumps(grant) and grant["default"] == "1" and grant["unit"] == "OCEAN"


@pytest.mark.parametrize(("words", "meant"), [(("rnu", "simplegrant"), "'run'"), (("parms",), "'params'")])
def test_a_slip_in_a_verb_is_answered_with_what_was_meant(words: tuple[str, ...], meant: str) -> None:
    done = CliRunner().invoke(app, words)

    assert done.exit_code == 2 and f"Did you mean {meant}?" in done.output
