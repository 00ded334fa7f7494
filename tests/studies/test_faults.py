"""What a run survives, and what it leaves behind: rows, an outcome, no process, no secret."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.studies.terminal import children, start_tsp, tsp, wait_for
from tokenspice.engine.streams import derive
from tokenspice.web3engine.backends.node import free_port
from tokenspice.web3engine.network import is_built

POOL = PROJECT / "netlists" / "simplepool" / "netlist.py"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
LONG = ("--set", "max_ticks=1000000")
NETWORKS = pytest.mark.parametrize("network", ["anvil", "ganache"])

pytestmark = LINUX


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:  # it has ended meanwhile
        return ""


class LongRun:
    """A run on a node of its own that has logged a week and would go on for hours."""

    def __init__(self, out: Path, network: str) -> None:
        self.out = out
        self.process = start_tsp("run", POOL, out, "--network", network, *LONG)
        wait_for(lambda: len(self.rows()) >= 8, seconds=60)
        # The guard that ends a run at a second signal is a copy of it; the other child is the node.
        own = command_of(self.process.pid)
        (self.node,) = (pid for pid in children(self.process.pid) if command_of(pid) != own)

    def rows(self) -> list[list[str]]:
        path = self.out / "data.csv"
        return [line.split(",") for line in path.read_text().splitlines()] if path.exists() else []

    def record(self) -> dict[str, object]:
        content: dict[str, object] = json.loads((self.out / "run.json").read_text())
        return content

    def node_is_gone(self) -> bool:
        return not Path(f"/proc/{self.node}").exists() or " Z " in Path(f"/proc/{self.node}/stat").read_text()


@NETWORKS
def test_a_killed_chain_is_noticed_and_the_rows_are_kept(tmp_path: Path, network: str) -> None:
    run = LongRun(tmp_path / "o", network)

    os.kill(run.node, signal.SIGKILL)
    wait_for(lambda: run.process.poll() is not None, seconds=10)

    _, stderr = run.process.communicate()
    assert run.process.returncode == 1
    assert re.search(rf"^tsp: tick \d+.*: {network} was ended by signal 9", stderr.splitlines()[-1])
    assert len(run.rows()) >= 8 and all(len(row) == 9 for row in run.rows())
    assert run.record()["outcome"] == "failed"


@NETWORKS
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_its_rows_and_leaves_no_process(
    tmp_path: Path, network: str, number: signal.Signals
) -> None:
    run = LongRun(tmp_path / "o", network)

    run.process.send_signal(number)
    wait_for(lambda: run.process.poll() is not None, seconds=20)

    _, stderr = run.process.communicate()
    assert run.process.returncode == 130
    assert stderr.splitlines()[-1].startswith("tsp: interrupted")
    assert run.record()["outcome"] == "interrupted" and len(run.rows()) >= 8
    assert run.node_is_gone()


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
def test_a_run_in_this_process_can_be_interrupted_too(tmp_path: Path) -> None:
    process = start_tsp("run", POOL, tmp_path / "o", "--network", "revm", *LONG)
    wait_for((tmp_path / "o" / "data.csv").exists, seconds=60)

    process.send_signal(signal.SIGINT)
    wait_for(lambda: process.poll() is not None, seconds=20)
    process.communicate()

    assert process.returncode == 130
    assert json.loads((tmp_path / "o" / "run.json").read_text())["outcome"] == "interrupted"
    assert children(process.pid) == []


@NETWORKS
def test_a_run_killed_outright_takes_its_node_with_it(tmp_path: Path, network: str) -> None:
    run = LongRun(tmp_path / "o", network)

    run.process.kill()
    run.process.communicate()

    wait_for(run.node_is_gone, seconds=2)
    assert run.record()["outcome"] == "running" and len(run.rows()) >= 8


@NETWORKS
def test_nothing_listens_off_loopback(tmp_path: Path, network: str) -> None:
    run = LongRun(tmp_path / "o", network)

    listening = sockets(run.node) | sockets(run.process.pid)
    run.process.send_signal(signal.SIGINT)
    run.process.communicate()

    assert len(listening) == 1
    assert all(address == "0100007F" for address in listening)  # 127.0.0.1, as /proc/net/tcp writes it


@NETWORKS
def test_no_secret_is_printed_written_or_seen_in_the_process_list(tmp_path: Path, network: str) -> None:
    process = start_tsp("run", POOL, tmp_path / "o", "--network", network, "-v", "--profile")
    commands = set()
    while process.poll() is None:
        commands |= {command_line(pid) for pid in (process.pid, *children(process.pid))}
        time.sleep(0.05)
    stdout, stderr = process.communicate()

    assert process.returncode == 0, stderr
    files = [path.read_text(errors="replace") for path in (tmp_path / "o").rglob("*") if path.is_file()]
    everything = "\n".join([stdout, stderr, *files, *commands]).lower()
    assert network in everything
    for wallet in ("faucet", "pub1"):
        assert derive(0, f"wallet/{wallet}").hex() not in everything
    assert "test test test" not in everything  # anvil's own seed phrase


def test_two_runs_into_one_folder_do_not_mix(tmp_path: Path) -> None:
    first = start_tsp("run", POOL, tmp_path / "o", "--network", "anvil")
    wait_for((tmp_path / "o").exists, seconds=20)

    second = tsp("run", POOL, tmp_path / "o", "--network", "anvil")
    first.communicate()

    assert (first.returncode, second.returncode) == (0, 1)
    assert len((tmp_path / "o" / "data.csv").read_text().splitlines()) == 22


def test_a_ganache_started_by_hand_is_found_used_and_left_running(tmp_path: Path) -> None:
    port = free_port()
    for name in ("node_modules", "contracts", "netlists"):
        (tmp_path / name).symlink_to(PROJECT / name)
    settings = (
        f"[general]\nNETWORK = ganache\nGANACHE_URL = http://127.0.0.1:{port}\n[paths]\nBUILD = {PROJECT}/build\n"
    )
    (tmp_path / "tokenspice.ini").write_text(settings)
    command = [sys.executable, str(PROJECT / "ganache.py")]
    by_hand = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert by_hand.stdout and f"http://127.0.0.1:{port}" in by_hand.stdout.readline()

    (node,) = children(by_hand.pid)
    run = tsp("run", POOL, "out", "--set", "max_ticks=24", cwd=tmp_path)
    used = tsp("run", POOL, "again", "--set", "max_ticks=24", "--network", f"http://127.0.0.1:{port}", cwd=tmp_path)

    assert (run.returncode, used.returncode) == (0, 0), run.stderr + used.stderr
    assert by_hand.poll() is None and children(by_hand.pid) == [node]
    by_hand.send_signal(signal.SIGINT)
    by_hand.communicate(timeout=10)
    assert by_hand.returncode == 130
    assert not Path(f"/proc/{node}").exists()


def test_a_full_disk_ends_the_run_and_keeps_what_was_written(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        settings = ("--set", "max_ticks=100000", "--set", "log_interval=3600")
        answer = tsp("run", "simplegrant", disk / "o", *settings)
        rows = (disk / "o" / "data.csv").read_text().splitlines()
        record = json.loads((disk / "o" / "run.json").read_text())
    finally:
        subprocess.run(["umount", str(disk)], check=True)

    assert answer.returncode == 1
    assert "No space left" in answer.stderr and len(answer.stderr.splitlines()) == 1
    assert len(rows) > 100 and rows[0].startswith("Tick,")
    assert record["outcome"] == "failed"


def sockets(pid: int) -> set[str]:
    """The addresses on which a process listens, as /proc/net/tcp writes them."""
    inodes = {
        match[1]
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if (match := re.match(r"socket:\[(\d+)]", readlink(link)))
    }
    lines = [
        line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    listen = "0A"
    return {fields[1].split(":")[0] for fields in lines if fields[3] == listen and fields[9] in inodes}


def readlink(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:
        return ""


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
