"""The documents, followed to the letter: every file that they show is written, every command is run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(([^)#]+)\)")


def blocks(document: str) -> list[tuple[str, str, str]]:
    return BLOCK.findall((PROJECT / "docs" / document).read_text())


@pytest.mark.parametrize(
    "document",
    [
        "netlists.md",
        "agents.md",
        "batches.md",
        "from-tokenspice.md",
        "own-project.md",
        "resume.md",
        "twins.md",
        "pools.md",
        "design.md",
        "exchange.md",
    ],
)
def test_the_document_does_what_it_says(document: str, tmp_path: Path) -> None:
    for _, name, content in blocks(document):
        if name:
            (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
            (tmp_path / name).write_text(content)

    commands = [line for kind, _, text in blocks(document) if kind == "sh" for line in text.splitlines()]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for command in commands:
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stderr)

    assert len(commands) >= 3
    assert list(tmp_path.glob("runs/**/*.png"))
    runs = {path.parent.name: path.read_bytes() for path in tmp_path.glob("runs/*/data.csv")}
    if document == "agents.md":
        assert runs["savings"] == runs["savings-ganache"]
    if document == "resume.md":
        assert runs["whole"] == runs["killed"] and runs["warm"] == runs["cold"]


def test_the_page_on_python_runs_as_it_stands(tmp_path: Path) -> None:
    code = "\n".join(text for kind, _, text in blocks("python.md") if kind == "python")
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
    (tmp_path / "page.py").write_text(code)

    done = subprocess.run([sys.executable, "page.py"], cwd=tmp_path, env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "granter_OCEAN" in done.stdout and done.stdout.endswith("finished\n")
    assert (tmp_path / "runs" / "pool" / "data.csv").exists() and list(tmp_path.glob("runs/pool-plots/*.png"))


def test_what_the_page_on_pools_does_in_python_runs_as_it_stands(tmp_path: Path) -> None:
    code = "\n".join(text for kind, name, text in blocks("pools.md") if kind == "python" and not name)
    (tmp_path / "page.py").write_text(code)
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src")}

    done = subprocess.run([sys.executable, "page.py"], cwd=tmp_path, env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3 and "strategy.rule.memory_days" in done.stdout


def test_what_the_page_on_the_zoo_does_runs_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    code = "\n".join(text for kind, name, text in blocks("zoo.md") if kind == "python" and not name)

    exec(compile(code, "zoo.md", "exec"), {"__name__": "zoo"})

    assert re.fullmatch(r"1[45]\d\d\.\d, open interest \d+\.\d\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "docs/agents.md",
        "docs/batches.md",
        "docs/chains.md",
        "docs/design.md",
        *(f"docs/design/{path.name}" for path in sorted((PROJECT / "docs" / "design").glob("*.md"))),
        "docs/command-line.md",
        "docs/errors.md",
        "docs/exchange.md",
        "docs/forks.md",
        "docs/from-tokenspice.md",
        "docs/names.md",
        "docs/netlists.md",
        "docs/own-project.md",
        "docs/pools.md",
        "docs/python.md",
        "docs/resume.md",
        "docs/science-funding.md",
        "docs/twins.md",
        "docs/zoo.md",
    ],
)
def test_every_link_leads_somewhere(document: str) -> None:
    path = PROJECT / document
    for target in LINK.findall(CODE.sub("", BLOCK.sub("", path.read_text()))):
        assert target.startswith("https://") or (path.parent / target).exists(), target
