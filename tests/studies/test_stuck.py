"""Runs that do not want to end: a limit to a step, and signals. Each is a process of its own."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import DATA, PROJECT
from tests.studies.terminal import COMMAND, environment, start_tsp, tsp, wait_for

NETLIST = DATA / "stuck" / "netlist.py"
EVERY_TICK = ("--set", "log_interval=3600", "--set", "time_step=3600")


def outcome(folder: Path) -> object:
    return json.loads((folder / "run.json").read_text())["outcome"]


def rows(folder: Path) -> list[str]:
    path = folder / "data.csv"
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.parametrize("what", ["sleep", "swallow"])
def test_a_step_that_takes_too_long_ends_the_run_and_names_the_agent(what: str, tmp_path: Path) -> None:
    done = tsp("run", NETLIST, tmp_path / "o", "-q", *EVERY_TICK, "--set", f"what={what}", "--timeout", "0.5")

    assert done.returncode == 1
    assert "tsp: tick 3, agent agent0" in done.stderr and "it took longer than 0.5 s" in done.stderr
    assert (outcome(tmp_path / "o"), len(rows(tmp_path / "o"))) == ("failed", 1 + 4)


def test_a_step_in_c_that_takes_too_long_ends_the_run_and_keeps_the_rows(tmp_path: Path) -> None:
    done = tsp("run", NETLIST, tmp_path / "o", "-q", *EVERY_TICK, "--set", "what=in C", "--timeout", "0.5")

    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "stuck/netlist.py:" in done.stderr and "(takeStep)" in done.stderr
    record = json.loads((tmp_path / "o" / "run.json").read_text())
    assert record["outcome"] == "failed" and "(takeStep): it took longer than 0.5 s" in record["error"]
    assert len(rows(tmp_path / "o")) == 1 + 4


@pytest.mark.parametrize("what", ["sleep", "swallow", "in C"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_whatever_a_step_does_and_the_record_says_so(what: str, number: int, tmp_path: Path) -> None:
    process = stuck(what, tmp_path / "o")

    process.send_signal(number)
    _, said = process.communicate(timeout=30)

    assert process.returncode in (130, -signal.SIGKILL) and "Traceback" not in said
    assert (outcome(tmp_path / "o"), len(rows(tmp_path / "o"))) == ("interrupted", 1 + 4)
    assert not children_of(process.pid)


@pytest.mark.parametrize("what", ["swallow", "in C"])
def test_a_second_signal_ends_at_once_what_the_first_does_not(what: str, tmp_path: Path) -> None:
    process = stuck(what, tmp_path / "o")

    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)

    assert process.returncode in (130, -signal.SIGKILL) and "Traceback" not in said
    assert (outcome(tmp_path / "o"), len(rows(tmp_path / "o"))) == ("interrupted", 1 + 4)


def stuck(what: str, folder: Path) -> subprocess.Popen[str]:
    """Start a run, and wait until it is in the step that does not end."""
    process = start_tsp("run", NETLIST, folder, "-q", *EVERY_TICK, "--set", f"what={what}")
    wait_for(lambda: len(rows(folder)) == 1 + 4, seconds=60)
    time.sleep(0.2)
    return process


def test_a_step_in_c_ends_no_record_but_that_of_its_own_run(tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "run.json").write_text('{"outcome": "running"}')

    done = tsp("run", DATA / "stuck" / "endless.py", tmp_path / "o", "-q", "--timeout", "0.02")

    assert done.returncode == 1 and "it took longer than 0.2 s" in done.stderr
    assert outcome(tmp_path / "o") == "running"


def children_of(pid: int) -> list[str]:
    return subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()


def test_a_netlist_that_ends_the_process_does_not_look_like_success(tmp_path: Path) -> None:
    done = tsp("run", NETLIST, tmp_path / "o", "-q", *EVERY_TICK, "--set", "what=exit")

    assert done.returncode == 1 and "ended the process by os._exit(0)" in done.stderr
    assert (outcome(tmp_path / "o"), len(rows(tmp_path / "o"))) == ("failed", 1 + 4)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("kpi", "tick 0, the KPIs: NoException: of the KPIs"),
        ("escape", r"ValueError: \x1b[31mred\x1b[0m and a second line\x00"),
    ],
)
def test_whatever_a_netlist_raises_is_one_line_that_no_terminal_acts_on(what: str, said: str, tmp_path: Path) -> None:
    done = tsp("run", NETLIST, tmp_path / "o", "-q", "--set", f"what={what}")

    assert done.returncode == 1
    assert said in done.stderr and done.stderr.count("\n") == 1 and "\x1b" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_standard_output_is_one_line_and_an_exit_code(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        command = [*COMMAND, "run", "simplegrant", str(tmp_path / "o"), "--set", "max_ticks=2"]
        done = subprocess.run(
            command, cwd=PROJECT, env=environment(None), stdout=full, stderr=subprocess.PIPE, text=True
        )

    assert done.returncode == 1
    assert done.stderr.startswith("tsp: ") and done.stderr.endswith("No space left on device.\n")
    assert done.stderr.count("\n") == 1


def test_a_working_folder_that_is_gone_is_one_line(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = f"cd {gone} && rmdir {gone} && {' '.join(COMMAND)} run simplegrant {tmp_path / 'o'}"

    done = subprocess.run(command, shell=True, env=os.environ, capture_output=True, text=True)

    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("tsp: ")


@pytest.mark.parametrize("command", [("run", "simplegrant", "x" * 5000), ("run", "y" * 100_000, "o")])
def test_names_that_are_too_long_are_one_short_line(command: tuple[str, ...], tmp_path: Path) -> None:
    done = tsp(*command, cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and len(done.stderr) < 3_000
