"""`tsp batch` and `tsp plot` of a batch, as a user types them."""

import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import PROJECT
from tests.studies.batch.conftest import FAULTY, digests
from tests.studies.terminal import tsp

POOL = PROJECT / "netlists" / "simplepool" / "netlist.py"


def refused(answer: "subprocess.CompletedProcess[str]", code: int, *words: str) -> None:
    assert answer.returncode == code, answer
    assert code == 2 or re.fullmatch(r"tsp: .+\n", answer.stderr), answer.stderr
    for word in words:
        assert word in answer.stderr


def test_a_batch_says_where_its_results_are_and_they_load_in_one_line(tmp_path: Path) -> None:
    answer = tsp("batch", "simplegrant", tmp_path / "o", "--seeds", 2, "--sweep", "granter_n_actions=1:4:4", "-j", 2)

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("8 runs of 4 parameter sets:") and "rows.parquet" in answer.stdout
    rows = pd.read_parquet(tmp_path / "o" / "rows.parquet")
    assert len(rows) == 8 * 11 and sorted(set(rows.granter_n_actions)) == [1, 2, 3, 4]


def test_a_file_says_the_same_as_the_options(tmp_path: Path) -> None:
    study = tmp_path / "study.toml"
    study.write_text(
        f'netlist = "{FAULTY}"\nseeds = "1,2"\ndesign = "sobol"\nsamples = 2\nworkers = 1\n'
        "[sweep]\nstake = '1:2'\n[set]\nmax_ticks = 3\n"
    )
    options = ("--seeds", "1,2", "--design", "sobol", "--samples", 2, "--sweep", "stake=1:2", "--set", "max_ticks=3")

    by_file = tsp("batch", study, tmp_path / "file", "-q")
    by_options = tsp("batch", FAULTY, tmp_path / "options", "-q", "-j", 1, *options)
    changed = tsp("batch", study, tmp_path / "changed", "-q", "--seeds", "3,")

    assert (by_file.returncode, by_options.returncode, changed.returncode) == (0, 0, 0), by_file.stderr
    assert by_file.stdout == by_file.stderr == ""
    tables = [pd.read_parquet(tmp_path / name / "runs.parquet").drop(columns="error") for name in ("file", "options")]
    pd.testing.assert_frame_equal(*tables)
    assert set(pd.read_parquet(tmp_path / "changed" / "runs.parquet").seed) == {3}


@pytest.mark.parametrize("netlist", [FAULTY, POOL], ids=["pure Python", "with a chain"])
def test_a_finished_batch_is_resumed_by_doing_nothing(tmp_path: Path, netlist: Path) -> None:
    words = ("batch", netlist, tmp_path / "o", "--seeds", 2, "--set", "max_ticks=2", "-j", 1, "-q", "--resume")

    assert tsp(*words).returncode == 0
    before = digests(tmp_path / "o")
    assert tsp(*words).returncode == 0
    assert digests(tmp_path / "o") == before
    assert len((tmp_path / "o" / "batch.log").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--sweep", "stakes=1"), 1, 'no parameter "stakes"'),
        (("--set", "stakes=1"), 1, 'no parameter "stakes"'),
        (("--sweep", "stake=1:2"), 1, "Write 1:2:n"),
        (("--sweep", "stake=1,x"), 1, "amount in tokens"),
        (("--sweep", "max_ticks=-1,2"), 1, "0 or more"),
        (("--sweep", "stake"), 2, "write NAME=VALUE"),
        (("--seeds", "many"), 1, "write how many"),
        (("--seeds", "0"), 1, "1 or more"),
        (("--design", "random"), 1, "Choose grid"),
        (("--design", "lhs", "--sweep", "stake=1:2"), 1, "say how many"),
        (("--executor", "slurm"), 1, "Choose local"),
        (("-j", "0"), 1, "1 or more"),
        (("-j", "two"), 2, "Invalid value"),
    ],
)
def test_what_cannot_run_is_answered_before_anything_does(
    tmp_path: Path, options: tuple[str, ...], code: int, words: str
) -> None:
    refused(tsp("batch", FAULTY, tmp_path / "o", *options), code, words)
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("netlist = simplegrant", "cannot be read"),
        ("seeds = 3", "names no netlist"),
        ('netlist = "nosuch"', "no such netlist"),
        ('netlist = "simplegrant"\nseed_count = 3', 'no word "seed_count"'),
        ('netlist = "simplegrant"\nsamples = "3"', "write int"),
    ],
)
def test_a_file_that_cannot_be_used_is_answered_with_what_to_write(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "study.toml").write_text(text)

    refused(tsp("batch", tmp_path / "study.toml", tmp_path / "o"), 1, words)


def test_a_chain_that_all_would_share_takes_one_worker(tmp_path: Path) -> None:
    url = "http://127.0.0.1:1/v3/secretkey"

    answer = tsp("batch", POOL, tmp_path / "o", "--network", url, "-j", 2)

    refused(answer, 1, "Write -j 1", "http://127.0.0.1:1")
    assert "secretkey" not in answer.stderr


def test_failures_are_counted_in_one_line_and_the_exit_code(tmp_path: Path) -> None:
    answer = tsp(
        "batch", FAULTY, tmp_path / "o", "--seeds", "1,2,3", "--set", "fault=raise", "--set", "only_seed=2", "-q"
    )

    refused(answer, 1, "1 of 3 runs failed", str(tmp_path / "o" / "failed"), "--resume")


def test_a_batch_is_drawn(tmp_path: Path) -> None:
    done = tsp("batch", POOL, tmp_path / "o", "--seeds", 2, "--sweep", "pub_init_OCEAN=5000,9000", "-q", "-j", 2)
    assert done.returncode == 0, done.stderr

    drawn = tsp("plot", POOL, tmp_path / "o", tmp_path / "png")

    assert drawn.returncode == 0, drawn.stderr
    assert sorted(path.name for path in (tmp_path / "png").iterdir()) == [
        "In_the_publishers_wallet_LINEAR.png",
        "Number_of_pools_LINEAR.png",
        "batch.png",
        "final_n_pools.png",
        "final_publisher_OCEAN.png",
    ]
    refused(tsp("plot", "simplegrant", tmp_path / "o", tmp_path / "other"), 1, "holds a run of simplepool")
    assert not (tmp_path / "other").exists()


def test_a_batch_without_a_finished_run_has_nothing_to_draw(tmp_path: Path) -> None:
    assert tsp("batch", FAULTY, tmp_path / "o", "--seeds", 1, "--set", "fault=raise", "-q").returncode == 1

    refused(tsp("plot", FAULTY, tmp_path / "o", tmp_path / "png"), 1, "no run has finished")
