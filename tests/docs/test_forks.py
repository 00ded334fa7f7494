"""docs/forks.md, followed to the letter, with an anvil as the live chain that stops before the record is replayed."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.docs.test_docs import blocks
from tokenspice.web3engine.backends.node import NodeProcess
from tokenspice.web3engine.backends.node_kinds import ANVIL, start_node
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.errors import BackendUnavailable
from tokenspice.web3engine.network import is_built

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


@pytest.fixture
def node() -> Iterator[NodeProcess]:
    try:
        node = start_node(ANVIL, Config(PROJECT), 0)
    except BackendUnavailable as error:
        pytest.skip(str(error))
    yield node
    node.close()


def test_the_document_does_what_it_says(node: NodeProcess, tmp_path: Path) -> None:
    def run(command: str) -> "subprocess.CompletedProcess[str]":
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = os.environ | {"PATH": path, "ETH_RPC_URL": node.url}
        return subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True)

    n_commands = 0
    for kind, name, content in blocks("forks.md"):
        if name:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(content)
        for command in content.splitlines() if kind == "sh" else []:
            done = run(command)
            assert done.returncode == 0, (command, done.stderr)
            n_commands += 1
        if kind == "console":
            command, *lines = content.removeprefix("$ ").splitlines()
            done = run(command)
            assert done.returncode == 1
            assert re.fullmatch("".join(as_pattern(line) + "\n" for line in lines), done.stderr), done.stderr

    node.close()
    assert run("tsp run trader/netlist.py runs/offline --fork-cache pool0.fork").returncode == 0
    runs = [(tmp_path / "runs" / name / "data.csv").read_bytes() for name in ("recorded", "replayed", "offline")]
    assert n_commands == 7 and runs[0] == runs[1] == runs[2] != (tmp_path / "runs/two/data.csv").read_bytes()
    assert list(tmp_path.glob("runs/replayed/plots/*.png"))


def as_pattern(line: str) -> str:
    """An expression for a line in which "…" stands for anything."""
    return ".*".join(re.escape(part) for part in line.split("…"))
