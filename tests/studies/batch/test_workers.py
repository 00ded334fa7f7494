"""What workers survive: each other's deaths, runs that never end, and clusters of other makers."""

import json
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.conftest import PROJECT
from tests.studies.batch.conftest import FAULTY, digests
from tests.studies.terminal import children, start_tsp, tsp, wait_for
from tests.studies.test_faults import sockets
from tokenspice.engine.errors import ConfigError, RunError
from tokenspice.studies.batch.design import Design, distinct_seeds
from tokenspice.studies.batch.runs import Progress, run_batch
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
VICTIM = 37


def errors(folder: Path) -> dict[int, str]:
    """Why runs failed, by number."""
    runs = pd.read_parquet(folder / "runs.parquet")
    return dict(runs.error.dropna().items())


def test_a_killed_worker_costs_its_run_alone_and_resuming_runs_only_that(
    tmp_path: Path, faulty: Netlist, workers: Workers
) -> None:
    victim = distinct_seeds(0, 100)[VICTIM]
    fixed = {"fault": "kill", "only_seed": victim, "marker": str(tmp_path / "marker")}

    (first,) = run_batch(faulty, Design({}, fixed, seeds=100), tmp_path / "o", workers)
    failed = errors(tmp_path / "o")
    (second,) = run_batch(faulty, Design({}, fixed, seeds=100), tmp_path / "o", workers, resume=True)

    assert failed == {VICTIM: "its worker was killed, for instance because there was no memory left"}
    assert [sample.run for sample in first.samples if sample.error] == [VICTIM]
    log = [json.loads(line)["run"] for line in (tmp_path / "o" / "batch.log").read_text().splitlines()]
    assert sorted(log) == sorted([*range(100), VICTIM]) and log[-1] == VICTIM
    assert not any(sample.error for sample in second.samples)


def test_a_run_that_kills_every_worker_is_given_up_and_the_others_go_on(workers: Workers) -> None:
    def deadly(chain: Chain, seed: int) -> int:
        if seed in (0, 3):
            os.kill(os.getpid(), signal.SIGKILL)
        return seed

    (group,) = run_batch(deadly, Design(seeds=[0, 1, 2, 3, 4]), workers=workers)

    assert [sample.value for sample in group.samples] == [None, 1, 2, None, 4]
    assert [bool(sample.error) for sample in group.samples] == [True, False, False, True, False]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("sleep", "tick 5, agent trouble "),
        ("loop", "tick 5, agent trouble "),
        ("hog", "did not even let go of the interpreter"),
    ],
)
def test_a_step_that_never_ends_is_ended_and_its_agent_named(
    tmp_path: Path, faulty: Netlist, config: Config, fault: str, words: str
) -> None:
    with Workers(2, timeout=0.5, config=config) as workers:
        run_batch(faulty, Design({}, {"fault": fault, "only_seed": 1}, seeds=[0, 1, 2]), tmp_path / "o", workers)

    ((run, error),) = errors(tmp_path / "o").items()
    assert run == 1 and words in error and "netlist.py" in error
    assert len((tmp_path / "o" / "failed" / "000001" / "data.csv").read_text().splitlines()) == 1 + 6


def test_a_long_run_of_short_ticks_is_let_through(tmp_path: Path, faulty: Netlist, config: Config) -> None:
    with Workers(1, timeout=0.5, config=config) as workers:
        (group,) = run_batch(faulty, Design({}, {"step_s": 0.15}, seeds=1), tmp_path / "o", workers)

    assert group.samples[0].error is None


def test_a_call_that_never_ends_is_ended(config: Config) -> None:
    def sleeper(chain: Chain, seed: int) -> None:
        time.sleep(1000)

    with Workers(1, timeout=0.3, config=config) as workers:
        (group,) = run_batch(sleeper, Design(seeds=1), workers=workers)

    assert group.samples[0].error and "longer than 0.3 s" in group.samples[0].error
    # A function that has no module of its own in the worker is named in place of its file.
    assert re.search(r"(test_workers\.py:|sleeper, line )\d+: it took longer", group.samples[0].error)


def test_an_interrupted_batch_leaves_nothing_to_do_behind(tmp_path: Path, faulty: Netlist, config: Config) -> None:
    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    design = Design({}, {"step_s": 0.02}, seeds=6)
    with Workers(2, config=config) as workers:
        with pytest.raises(KeyboardInterrupt):
            run_batch(faulty, design, tmp_path / "o", workers, watch=interrupt)
        assert not workers.is_running and not list((tmp_path / "o").glob("scratch-*"))

        (group,) = run_batch(faulty, design, tmp_path / "o", workers, resume=True)

    assert not any(sample.error for sample in group.samples)


@LINUX
def test_workers_that_close_leave_no_process(config: Config) -> None:
    before = set(children(os.getpid()))
    with Workers(2, config=config) as workers:
        run_batch(lambda chain, seed: seed, Design(seeds=2), workers=workers)

    after = {pid for pid in children(os.getpid()) if "resource_tracker" not in command_line(pid)}
    assert after <= before


@LINUX
@pytest.mark.parametrize("executor", ["dask", "ray"])
def test_a_cluster_gives_the_same_bytes_and_survives_a_killed_worker(
    tmp_path: Path, faulty: Netlist, workers: Workers, executor: str
) -> None:
    pytest.importorskip("distributed" if executor == "dask" else "ray")
    study = tmp_path / "study.toml"
    study.write_text(
        f'netlist = "{FAULTY}"\nseeds = [0, 1, 2, 3]\nworkers = 2\nexecutor = "{executor}"\n'
        '[sweep]\nfault = "none,kill"\n[set]\nonly_seed = 2\n'
    )

    process = start_tsp("batch", study, tmp_path / "o", "-q")
    listening = set()
    while process.poll() is None:
        listening |= {address for pid in family(process.pid) for address in sockets_of(pid)}
        time.sleep(0.3)
    _, stderr = process.communicate()

    assert process.returncode == 1 and "1 of 8 runs failed" in stderr and "Warning" not in stderr
    assert list(errors(tmp_path / "o")) == [6]
    assert listening and listening <= {
        "0100007F",
        "00000000000000000000000001000000",
        "0000000000000000FFFF00000100007F",
    }
    run_batch(faulty, Design({"fault": "none,kill"}, {"only_seed": 2}, [0, 1, 2, 3]), tmp_path / "local", workers)
    assert (tmp_path / "o" / "rows.parquet").read_bytes() == (tmp_path / "local" / "rows.parquet").read_bytes()
    assert (tmp_path / "o" / "runs.parquet").read_bytes() == (tmp_path / "local" / "runs.parquet").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"executor": "slurm"}, "Choose local, dask, ray"),
        ({"executor": "local=here"}, "Choose local"),
        ({"n": 0}, "1 or more"),
        ({"timeout": -1.0}, "or 0 for any"),
    ],
)
def test_workers_that_cannot_be_are_told_what_to_write(arguments: Any, words: str, config: Config) -> None:
    with pytest.raises(ConfigError, match=words):
        Workers(config=config, **arguments)


@pytest.mark.parametrize(
    ("executor", "words"),
    [
        ("dask=tcp://127.0.0.1:1", "no Dask scheduler answers"),
        ("ray=127.0.0.1:1", "no Ray cluster answers"),
        ("dask=nonsense", "Write tcp://host:8786"),
        ("ray=nonsense", "Write host:6379"),
    ],
)
def test_a_cluster_that_is_not_there_is_said_to_be_so_and_nothing_is_left(
    tmp_path: Path, faulty: Netlist, config: Config, executor: str, words: str
) -> None:
    with pytest.raises((ConfigError, RunError), match=words):
        run_batch(faulty, Design(), tmp_path / "o", Workers(2, executor, config=config))

    assert not (tmp_path / "o").exists()


N_LONG = 16
LONG = ("batch", FAULTY, "--seeds", N_LONG, "--set", "step_s=0.01")
SLOW = (*LONG[:-1], "step_s=0.1")


@LINUX
def test_the_bytes_depend_on_no_worker_count_hash_seed_or_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n_workers, hash_seed in ((1, "0"), (2, "1"), (8, "random")):
        monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
        done = tsp(*LONG, tmp_path / str(n_workers), "-j", n_workers, "-q")
        assert done.returncode == 0, done.stderr
    killed = start_tsp(*LONG, tmp_path / "killed", "-j", 2, "-q")
    wait_for(lambda: n_done(tmp_path / "killed") >= 3, seconds=60)
    workers = children(killed.pid)
    killed.kill()
    killed.communicate()
    assert n_done(tmp_path / "killed") < N_LONG
    wait_for(lambda: not any(is_alive(pid) for pid in workers), seconds=5)

    refused = tsp(*LONG, tmp_path / "killed", "-j", 1, "-q")
    resumed = tsp(*LONG, tmp_path / "killed", "-j", 1, "-q", "--resume")

    assert refused.returncode == 1 and "--resume" in refused.stderr
    assert resumed.returncode == 0, resumed.stderr
    assert len({tuple(digests(tmp_path / name).items()) for name in ("1", "2", "8", "killed")}) == 1


@LINUX
@pytest.mark.parametrize("fault", ["none", "loop"])
def test_ctrl_c_ends_a_batch_at_once_and_leaves_no_process(tmp_path: Path, fault: str) -> None:
    process = start_tsp(*LONG, tmp_path / "o", "-j", 2, "-q", "--set", f"fault={fault}", "--set", "fault_tick=9")
    wait_for(lambda: len(list(tmp_path.glob("o/scratch-*/*/run/data.csv"))) == 2, seconds=60)
    workers = children(process.pid)

    process.send_signal(signal.SIGINT)
    wait_for(lambda: process.poll() is not None, seconds=20)

    _, stderr = process.communicate()
    assert process.returncode == 130
    assert ("--resume" in stderr) == (tmp_path / "o").exists() == (n_done(tmp_path / "o") > 0)
    assert stderr.splitlines()[-1].startswith("tsp: interrupted")
    wait_for(lambda: not any(is_alive(pid) for pid in workers), seconds=5)


@LINUX
def test_two_batches_do_not_work_in_one_folder(tmp_path: Path) -> None:
    first = start_tsp(*SLOW, tmp_path / "o", "-j", 1, "-q")
    wait_for(lambda: n_done(tmp_path / "o") >= 1, seconds=60)

    second = tsp(*SLOW, tmp_path / "o", "-q", "--resume")
    assert first.poll() is None
    first.send_signal(signal.SIGINT)
    first.communicate()

    assert second.returncode == 1
    assert "another batch is at work" in second.stderr


@LINUX
def test_no_secret_of_a_url_is_written_or_seen(tmp_path: Path) -> None:
    url = "http://127.0.0.1:1/v3/secretkey"
    pool = PROJECT / "netlists" / "simplepool" / "netlist.py"
    study = tmp_path / "study.toml"
    study.write_text(f'netlist = "{pool}"\nseeds = 2\nworkers = 1\nnetwork = "{url}"\n')

    process = start_tsp("batch", study, tmp_path / "o")
    commands = set()
    while process.poll() is None:
        commands |= {command_line(pid) for pid in family(process.pid)}
        time.sleep(0.05)
    stdout, stderr = process.communicate()

    assert process.returncode == 1 and "2 of 2 runs failed" in stderr
    files = [path.read_bytes().decode(errors="replace") for path in (tmp_path / "o").rglob("*") if path.is_file()]
    everything = "\n".join([stdout, stderr, *files, *commands])
    assert "http://127.0.0.1:1" in everything and "secretkey" not in everything


def n_done(folder: Path) -> int:
    parts = folder / "parts"
    return sum(path.suffix == ".parquet" for path in parts.iterdir()) if parts.exists() else 0


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def family(pid: int) -> list[int]:
    """A process, its children, theirs, and so on."""
    return [pid, *(one for child in children(pid) for one in family(child))]


def sockets_of(pid: int) -> set[str]:
    try:
        return sockets(pid)
    except OSError:
        return set()


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
