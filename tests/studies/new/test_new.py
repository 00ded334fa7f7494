"""`tsp new`: what comes out runs, is drawn, passes its own test, mypy and ruff."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.docs.test_docs import blocks
from tokenspice.engine import NetlistError, RunError
from tokenspice.studies.new.write import Kind, new_files, write_new


@pytest.mark.parametrize(("kind", "document"), [("netlist", "netlists.md"), ("chain", "agents.md")])
def test_a_template_is_what_the_documents_show(kind: Kind, document: str) -> None:
    shown = {name: text for _, name, text in blocks(document) if name}
    files = new_files(kind, "payroll" if kind == "netlist" else "savings")

    assert shown.items() <= files.items()


@pytest.mark.parametrize("name", ["My", "1st", "a-b", "class", "", "../x"])
def test_a_name_that_python_cannot_import_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(NetlistError, match="no name for Python to import"):
        write_new("netlist", name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    write_new("netlist", "wages", tmp_path)

    with pytest.raises(RunError, match="exists. Write another name"):
        write_new("netlist", "wages", tmp_path)


def done(folder: Path, *command: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
    process = subprocess.run([sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True)
    assert process.returncode == 0, (command, process.stdout, process.stderr)
    return process.stdout


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--chain",)], ids=["plain", "chain"])
def test_what_comes_out_runs_and_passes_every_check(options: tuple[str, ...], tmp_path: Path) -> None:
    tsp = str(PROJECT / "tsp")

    assert "tsp run wages" in done(tmp_path, tsp, "new", "netlist", "wages", *options)
    done(tmp_path, tsp, "new", "agent", "night_guard", "--in", "wages")
    done(tmp_path, tsp, "new", "contract", "deep_safe", "--in", "wages")

    done(tmp_path, tsp, "run", "wages", "runs/wages", "--set", "max_ticks=30")
    done(tmp_path, tsp, "plot", "wages", "runs/wages", "plots")
    done(tmp_path, tsp, "show", "wages", "wages.svg")
    done(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "wages")
    config = ("--config", str(PROJECT / "pyproject.toml"), "--no-cache")
    done(tmp_path, "-m", "ruff", "check", *config, "wages")
    done(tmp_path, "-m", "ruff", "format", "--check", *config, "wages")
    done(tmp_path, "-m", "mypy", "--strict", "wages")
    assert list(tmp_path.glob("plots/*.png")) and (tmp_path / "wages.svg").exists()
    assert (tmp_path / "wages" / "DeepSafe.sol").exists()
