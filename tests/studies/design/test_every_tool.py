"""What every tool promises: the same request is the same bytes, whoever works, whenever it was interrupted."""

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from tests.studies.design.cases import CASES, FEW, RESERVE, STUDY, Calls, Case, reserve_end, slow_reserve_end
from tokenspice.engine.errors import RunError
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.design.ledger import read_ledger
from tokenspice.web3engine.config import Config

NOT_COMPARED = {"tool.log", "lock"}
REQUEST = {"max_ticks": 3}


def marks(name: str, seldom: bool) -> list[pytest.MarkDecorator]:
    """The tier of a tool's test; one that is seldom run is so for a few tools in the checks of every change."""
    if name not in FEW:
        return [pytest.mark.weekly]
    return [pytest.mark.slow] if seldom else []


every_tool, a_few_tools = (
    pytest.mark.parametrize(
        "case", [pytest.param(case, id=name, marks=marks(name, seldom)) for name, case in CASES.items()]
    )
    for seldom in (False, True)
)


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of all that must not depend on how a study was done."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in NOT_COMPARED]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(autouse=True)
def uninterrupted() -> Iterator[None]:
    Calls.made, Calls.interrupted_at = 0, None
    yield
    Calls.interrupted_at = None


@pytest.fixture(scope="module")
def two(config: Config) -> Iterator[Workers]:
    with Workers(2, config=config) as both:
        yield both


@pytest.fixture(scope="module")
def one(config: Config) -> Iterator[Workers]:
    with Workers(1, config=config) as alone:
        yield alone


@every_tool
def test_interrupted_and_resumed_it_is_the_same_bytes_and_no_run_is_made_twice(case: Case, tmp_path: Path) -> None:
    case(reserve_end, STUDY, out_dir=tmp_path / "whole")
    made = Calls.made
    for at in {2, made // 2 + 1}:
        folder = tmp_path / f"at{at}"
        Calls.made, Calls.interrupted_at = 0, at
        with pytest.raises(KeyboardInterrupt):
            case(reserve_end, STUDY, out_dir=folder)
        Calls.interrupted_at = None
        case(reserve_end, STUDY, out_dir=folder, resume=True)

        assert Calls.made == made + 1, "the call that was interrupted came of nothing, and no other was made twice"
        assert digests(folder) == digests(tmp_path / "whole")


@every_tool
def test_a_finished_study_is_replayed_without_a_run(case: Case, tmp_path: Path) -> None:
    case(reserve_end, STUDY, out_dir=tmp_path / "a")
    before = digests(tmp_path / "a")

    again = case(reserve_end, STUDY, out_dir=tmp_path / "a", resume=True)

    assert again.runs_made == 0
    assert digests(tmp_path / "a") == before


@every_tool
def test_another_folders_runs_are_taken(case: Case, tmp_path: Path) -> None:
    case(reserve_end, STUDY, out_dir=tmp_path / "a")

    again = case(reserve_end, STUDY, out_dir=tmp_path / "b", from_dirs=(tmp_path / "a",))

    assert again.runs_made == 0
    assert digests(tmp_path / "b") == digests(tmp_path / "a")


@every_tool
def test_without_a_folder_it_finds_the_same(case: Case, tmp_path: Path) -> None:
    kept = case(reserve_end, STUDY, out_dir=tmp_path / "a")
    found = case(reserve_end, STUDY)

    assert (found.verdict, found.exit_code) == (kept.verdict, kept.exit_code)
    assert found.table.equals(kept.table)


@every_tool
def test_a_dry_run_writes_nothing(case: Case, tmp_path: Path) -> None:
    result = case(reserve_end, STUDY, out_dir=tmp_path / "a", dry_run=True)

    assert "runs, most" in result.report()
    assert not (tmp_path / "a").exists()
    assert Calls.made == 1


@every_tool
def test_a_folder_that_is_there_is_refused(case: Case, tmp_path: Path) -> None:
    case(reserve_end, STUDY, out_dir=tmp_path / "a")

    with pytest.raises(RunError, match="exists. Write a new folder"):
        case(reserve_end, STUDY, out_dir=tmp_path / "a")
    with pytest.raises(RunError, match="holds another study: seed in its study.json"):
        case(reserve_end, STUDY, out_dir=tmp_path / "a", seed=1, resume=True)


@pytest.mark.slow
@a_few_tools
def test_workers_and_their_number_change_nothing(case: Case, one: Workers, two: Workers, tmp_path: Path) -> None:
    for name, workers in (("one", one), ("two", two)):
        case(RESERVE, None, out_dir=tmp_path / name, workers=workers, settings=REQUEST)

    assert digests(tmp_path / "one") == digests(tmp_path / "two")


@pytest.mark.cluster
@a_few_tools
def test_a_cluster_changes_nothing(case: Case, two: Workers, config: Config, tmp_path: Path) -> None:
    case(RESERVE, None, out_dir=tmp_path / "two", workers=two, settings=REQUEST)
    with Workers(2, "dask", config=config) as cluster:
        case(RESERVE, None, out_dir=tmp_path / "dask", workers=cluster, settings=REQUEST)

    assert digests(tmp_path / "two") == digests(tmp_path / "dask")


@pytest.mark.slow
@a_few_tools
def test_killed_at_any_moment_it_goes_on_to_the_same_bytes(case: Case, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    case(slow_reserve_end, STUDY, out_dir=whole)
    rng = np.random.default_rng(np.random.SeedSequence(0))
    n_known = 0
    for _ in range(20):
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                case(slow_reserve_end, STUDY, out_dir=killed, resume=True)
            os._exit(0)
        time.sleep(float(rng.uniform(0.0, 0.05)))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        known = len(read_ledger(killed / "ledger")[1]) if (killed / "ledger").exists() else 0
        assert known >= n_known, "what was finished stays"
        n_known = known
    Calls.made = 0
    case(slow_reserve_end, STUDY, out_dir=killed, resume=True)

    assert digests(killed) == digests(whole)
    assert Calls.made == len(read_ledger(killed / "ledger")[1]) - n_known, "no finished run is made again"
