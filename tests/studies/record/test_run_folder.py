"""A run's folder tells how the run ended, and there is none where nothing was logged."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tokenspice.engine.errors import RunError
from tokenspice.studies.record.run_folder import RunFolder, versions

FACTS = {"netlist": "netlist.py", "seed": 7}


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((path / "run.json").read_text())
    return content


def end_with(path: Path, error: BaseException, n_rows: int = 1) -> None:
    """Begin a run, log, and raise."""
    with pytest.raises(type(error)) as caught, RunFolder(path, FACTS) as folder:
        for tick in range(n_rows):
            folder.tables.row("data", {"Tick": tick})
        raise error
    assert caught.value is error


def test_a_run_that_ends_well_is_finished(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", FACTS) as folder:
        folder.tables.row("data", {"Tick": 0})

    facts = read(tmp_path / "run")
    assert facts["outcome"] == "finished"
    assert facts["wall_time_s"] >= 0
    assert "error" not in facts
    assert (tmp_path / "run" / "data.csv").read_text() == "Tick\n0\n"


def test_a_run_that_raises_is_failed_and_says_why(tmp_path: Path) -> None:
    end_with(tmp_path / "run", RunError("tick 4, agent a: no more."))

    facts = read(tmp_path / "run")
    assert (facts["outcome"], facts["error"]) == ("failed", "tick 4, agent a: no more.")
    assert (tmp_path / "run" / "data.csv").read_text() == "Tick\n0\n"


def test_a_run_that_ctrl_c_ends_is_interrupted(tmp_path: Path) -> None:
    end_with(tmp_path / "run", KeyboardInterrupt())

    assert read(tmp_path / "run")["outcome"] == "interrupted"
    assert (tmp_path / "run" / "data.csv").exists()


def test_a_run_is_running_until_it_ends(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", FACTS):
        assert read(tmp_path / "run")["outcome"] == "running"


def test_what_is_known_at_the_end_is_written_too(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", dict(FACTS)) as folder:
        folder.facts["last_tick"] = 240

    assert read(tmp_path / "run")["last_tick"] == 240


def test_the_facts_and_the_versions_are_in_run_json(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", FACTS):
        pass

    facts = read(tmp_path / "run")
    assert facts["netlist"] == "netlist.py" and facts["seed"] == 7
    assert facts["versions"] == versions()
    assert {"python", "tokenspice", "numpy", "web3"} <= set(facts["versions"])


@pytest.mark.parametrize("error", [RunError("no."), KeyboardInterrupt(), ZeroDivisionError()])
def test_a_run_that_ends_before_its_first_row_leaves_no_folder(tmp_path: Path, error: BaseException) -> None:
    end_with(tmp_path / "run", error, n_rows=0)

    assert not (tmp_path / "run").exists()


def test_a_file_in_the_folder_does_not_hide_why_the_run_could_not_begin(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no tick was run"), RunFolder(tmp_path / "run", FACTS) as folder:
        (folder.path / "stats").touch()
        raise RunError("no tick was run.")

    assert not (tmp_path / "run").exists()


def test_facts_that_json_cannot_hold_are_refused_without_a_folder(tmp_path: Path) -> None:
    with pytest.raises(RunError), RunFolder(tmp_path / "run", {"seed": {1, 2}}):
        pass

    assert not (tmp_path / "run").exists()


def test_a_folder_that_exists_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("keep me")

    with pytest.raises(RunError, match="exists. Write a new folder for this run, or remove the old one."):
        RunFolder(tmp_path, FACTS)

    assert [path.name for path in tmp_path.iterdir()] == ["data.csv"]


def test_two_runs_cannot_have_one_folder(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", FACTS), pytest.raises(RunError, match="exists"):
        RunFolder(tmp_path / "run", FACTS)

    assert read(tmp_path / "run")["outcome"] == "finished"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(RunError, match="cannot be made: Not a directory. Write a folder that you may write to."):
        RunFolder(tmp_path / "file" / "run", FACTS)


def test_folders_above_are_made_too(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "a" / "b" / "run", FACTS):
        pass

    assert sorted(path.name for path in (tmp_path / "a" / "b" / "run").iterdir()) == ["run.json"]


def test_a_folder_that_a_run_has_left_is_gone_on_in(tmp_path: Path) -> None:
    end_with(tmp_path / "run", KeyboardInterrupt())

    with RunFolder(tmp_path / "run", FACTS, goes_on=True) as folder:
        assert (folder.path / "data.csv").read_text() == "Tick\n0\n"

    assert read(tmp_path / "run")["outcome"] == "finished"


def test_what_a_run_has_left_is_never_removed(tmp_path: Path) -> None:
    with pytest.raises(RunError), RunFolder(tmp_path / "run", FACTS):
        (tmp_path / "run" / "data.csv").touch()
        raise RunError("no.")
    (tmp_path / "run" / "data.csv").unlink()

    with pytest.raises(RunError), RunFolder(tmp_path / "run", FACTS, goes_on=True):
        raise RunError("again no.")

    assert read(tmp_path / "run")["error"] == "again no."


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks no folders")
def test_no_run_goes_on_where_another_is_at_work(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", FACTS):
        with pytest.raises(RunError, match="a run is at work in"):
            RunFolder(tmp_path / "run", FACTS, goes_on=True).__enter__()

    with RunFolder(tmp_path / "run", FACTS, goes_on=True):
        assert read(tmp_path / "run")["outcome"] == "running"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows holds no folders")
def test_a_link_that_takes_the_folders_name_gets_nothing(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "data.csv").write_text("mine")

    with RunFolder(tmp_path / "run", FACTS) as folder:
        folder.tables.row("data", {"Tick": 0})
        (tmp_path / "run").rename(tmp_path / "moved")
        (tmp_path / "run").symlink_to(tmp_path / "outside")
        folder.tables.row("data", {"Tick": 1, "n": 2})

    assert (tmp_path / "moved" / "data.csv").read_text() == "Tick,n\n0,\n1,2\n"
    assert read(tmp_path / "moved")["outcome"] == "finished"
    assert [(path.name, path.read_text()) for path in (tmp_path / "outside").iterdir()] == [("data.csv", "mine")]
