"""`tsp pool train` and `walk-forward`: folders, and walks that are killed and go on."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.sources import PROJECT

TEXT = """
tokens = ["BTC", "USDC"]
start = "2023-01-06"
end = "2023-01-26"
[pool]
kind = "weighted"
[strategy]
rule = "momentum"
memory_days = 5.0
gain_per_day = 10.0
[frictions]
fee = 0.003
[training]
free = ["memory_days", "gain_per_day"]
method = "{method}"
iterations = {iterations}
parameter_sets = 1
window_days = 3
validation_fraction = 0.4
evaluate_every = 2
evaluation_windows = 2
population = 4
[walk_forward]
cycles = 2
"""
COMMAND = [sys.executable, str(PROJECT / "tsp"), "pool"]


def scenario(folder: Path, method: str, iterations: int) -> Path:
    path = folder / f"{method}.toml"
    path.write_text(TEXT.format(method=method, iterations=iterations))
    return path


def tsp(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("method", ["gradient", "cma_es"])
def test_a_walk_that_was_killed_goes_on_to_the_same_bytes(method: str, tmp_path: Path) -> None:
    path = scenario(tmp_path, method, 40 if method == "gradient" else 12)
    whole = tsp("walk-forward", path, tmp_path / "whole")
    killed = subprocess.Popen(
        [*COMMAND, "walk-forward", str(path), str(tmp_path / "killed")], stderr=subprocess.DEVNULL
    )
    journal = tmp_path / "killed" / "cycle-1.jsonl"
    while killed.poll() is None and not (journal.exists() and len(journal.read_bytes().splitlines()) > 6):
        time.sleep(0.01)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert killed.returncode == -signal.SIGKILL and not (tmp_path / "killed" / "report.html").exists()

    resumed = tsp("walk-forward", path, tmp_path / "killed", "--resume")

    assert (whole.returncode, resumed.returncode) == (0, 0), resumed.stderr
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
    assert resumed.stdout == whole.stdout and "is_effective" in json.loads(whole.stdout)


def test_a_training_s_folder_explains_itself(tmp_path: Path) -> None:
    path = scenario(tmp_path, "gradient", 2)

    done = tsp("train", path, tmp_path / "out")

    assert done.returncode == 0, done.stderr
    made = contents(tmp_path / "out")
    facts = json.loads(made["training.json"])
    assert json.loads(done.stdout)["numbers"] == facts["numbers"]
    assert set(facts["measures"]) == {"train", "validation"}
    assert made["report.html"].count(b"data:image/png;base64,") == 3 and b"1/\xe2\x88\x9ayear" in made["report.html"]
    again = tsp("simulate", tmp_path / "out" / "trained.toml", tmp_path / "simulated")
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('"BTC", "USDC"', '"BTC", "DOGE"'), "no prices of DOGE"),
        (('start = "2023-01-06"', 'start = "2022-01-06"'), "not among the prices"),
        (("memory_days = 5.0", "memory_days = 500.0"), "remembers 365|remembers 500 days"),
        (('kind = "weighted"', 'kind = "weighted"\nstart_weights = [0.5, 0.6]'), "sum 1"),
        (("iterations = 2", "iterations = 0"), "iterations is 0"),
        (("window_days = 3", "window_days = 30"), "training segment"),
    ],
)
def test_what_is_wrong_is_one_line(change: tuple[str, str], says: str, tmp_path: Path) -> None:
    import re

    path = scenario(tmp_path, "gradient", 2)
    path.write_text(path.read_text().replace(*change))

    for command in ("train", "walk-forward"):
        done = tsp(command, path, tmp_path / "out")
        assert done.returncode == 1 and done.stderr.count("\n") == 1 and re.search(says, done.stderr), done.stderr
        assert not (tmp_path / "out").exists()


def test_a_folder_that_exists_is_left_alone(tmp_path: Path) -> None:
    path = scenario(tmp_path, "gradient", 2)

    assert "exists" in tsp("train", path, tmp_path).stderr
    assert "resumed" in tsp("train", path, tmp_path / "none", "--resume").stderr
