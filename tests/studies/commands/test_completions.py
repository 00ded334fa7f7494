"""Tab completes verbs, options, netlists, parameters and folders of runs, without numpy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.studies.terminal import COMMAND, tsp
from tokenspice.files import HOME
from tokenspice.studies.commands.completions import complete_netlists, complete_runs, netlist_file, parameters

SIMPLEPOOL = HOME / "netlists" / "simplepool" / "netlist.py"


def completed(line: str, folder: Path) -> list[str]:
    """What bash is offered after Tab at the end of a line."""
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - (not line.endswith(" ")))}
    environment = os.environ | words | {"_TSP_COMPLETE": "complete_bash", "TOKENSPICE_CACHE": str(folder)}
    return subprocess.run(COMMAND, env=environment, cwd=PROJECT, capture_output=True, text=True).stdout.split()


def test_a_line_is_completed(tmp_path: Path) -> None:
    assert completed("tsp expl", tmp_path) == ["explain"]
    assert completed("tsp run simple", tmp_path) == ["simplegrant", "simplepool"]
    assert "--checkpoint-every" in completed("tsp run simplepool out --che", tmp_path)
    assert completed("tsp run simplepool --set publisher.is", tmp_path) == ["publisher.is_malicious="]


def test_names_of_parameters_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENSPICE_CACHE", str(tmp_path))
    first = parameters(SIMPLEPOOL, HOME)

    monkeypatch.setattr(sys, "executable", "/nowhere")

    assert parameters(SIMPLEPOOL, HOME) == first and "pub_init_OCEAN" in first


def test_names_of_another_version_are_found_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENSPICE_CACHE", str(tmp_path / "cache"))
    netlist = tmp_path / "netlist.py"
    netlist.write_text(SIMPLEPOOL.read_text())
    assert "pub_init_OCEAN" in parameters(netlist, HOME)

    netlist.write_text(SIMPLEPOOL.read_text().replace("pub_init_OCEAN", "first_OCEAN"))

    assert "first_OCEAN" in parameters(netlist, HOME)


def test_nothing_heavy_is_imported() -> None:
    code = "import sys; from tokenspice.studies.commands import completions as c; c.complete_netlists(''); c.complete_words('')"
    check = "; print([name for name in ('numpy', 'subprocess', 'web3', 'rich') if name in sys.modules])"
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src")}

    answer = subprocess.run([sys.executable, "-c", code + check], capture_output=True, text=True, env=environment)

    assert answer.stdout.strip() == "[]", answer.stderr


def test_folders_of_runs_and_files_of_netlists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runs" / "1").mkdir(parents=True)
    (tmp_path / "runs" / "1" / "run.json").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "mine.py").touch()
    monkeypatch.chdir(tmp_path)

    assert complete_runs("") == ["runs/"] and complete_runs("runs/") == ["runs/1/"]
    assert complete_netlists("mi") == ["minter_ecosystem", "mine.py"]
    assert netlist_file("mine.py") == tmp_path / "mine.py" and netlist_file("") is None


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_shell_is_told(shell: str) -> None:
    answer = tsp("completion", shell)

    assert answer.returncode == 0 and f"complete_{shell}" in answer.stdout
