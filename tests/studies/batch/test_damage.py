"""A batch whose folder was damaged, doctored, or killed at a bad moment."""

import importlib
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import RunError, StrategyError
from tokenspice.studies.batch.design import Design
from tokenspice.studies.batch.function_subject import function_subject
from tokenspice.studies.batch.runs import Progress, run_batch
from tokenspice.studies.batch.tables import read_checked
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist
from tokenspice.studies.plot.batch import draw_batch
from tokenspice.web3engine.config import Config

DESIGN = Design(fixed={"max_ticks": 4, "log_interval": 3600}, seeds=3)


@pytest.fixture(scope="module")
def grant() -> Netlist:
    return load_netlist(find_netlist("simplegrant", PROJECT / "netlists"))


def interrupted(grant: Netlist, folder: Path, workers: Workers) -> list[Path]:
    """Stop a batch after two of its three runs; return the parts of those."""

    def stop(progress: Progress) -> None:
        if progress.n_done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(grant, DESIGN, folder, workers, watch=stop)
    return sorted((folder / "parts").glob("*.parquet"))


@pytest.fixture(scope="module")
def rows(grant: Netlist, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("whole") / "o"
    run_batch(grant, DESIGN, folder, Workers(1))
    return (folder / "rows.parquet").read_bytes()


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "garbage"])
def test_a_damaged_part_is_told_in_one_line_and_its_run_done_again(
    grant: Netlist, tmp_path: Path, rows: bytes, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    part = interrupted(grant, tmp_path / "o", Workers(1))[0]
    whole = part.read_bytes()
    flipped = bytes([*whole[:900], whole[900] ^ 1, *whole[901:]])
    part.write_bytes({"flip": flipped, "cut": whole[:-7], "empty": b"", "garbage": b"x" * 99}[damage])

    run_batch(grant, DESIGN, tmp_path / "o", Workers(1), resume=True)

    assert (tmp_path / "o" / "rows.parquet").read_bytes() == rows
    assert capsys.readouterr().err.count("\n") == 1


def test_every_flipped_bit_of_a_result_is_found(grant: Netlist, tmp_path: Path) -> None:
    run_batch(grant, DESIGN, tmp_path / "o", Workers(1))
    path = tmp_path / "o" / "rows.parquet"
    whole = path.read_bytes()

    for place in range(0, len(whole), max(1, len(whole) // 100)):
        path.write_bytes(bytes([*whole[:place], whole[place] ^ 4, *whole[place + 1 :]]))
        with pytest.raises(RunError, match=r"has changed since it was written"):
            draw_batch(grant, tmp_path / "o", tmp_path / "png")

    path.write_bytes(whole)
    assert len(read_checked(path)) == len(pq.read_table(path))


@pytest.mark.parametrize(
    "name", ["parts", "failed", "batch.log", "batch.json.new", "runs.parquet", "scratch-1", "starts"]
)
def test_a_link_that_somebody_planted_is_refused_and_not_followed(grant: Netlist, tmp_path: Path, name: str) -> None:
    interrupted(grant, tmp_path / "o", Workers(1))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine").write_text("kept")
    planted = tmp_path / "o" / name
    if planted.is_dir():
        planted.rename(tmp_path / "away")
    planted.unlink(missing_ok=True)
    planted.symlink_to(outside if "." not in name else outside / "mine")

    with pytest.raises(RunError, match="is a symbolic link"):
        run_batch(grant, DESIGN, tmp_path / "o", Workers(1), resume=True)

    assert os.listdir(outside) == ["mine"] and (outside / "mine").read_text() == "kept"


def test_a_finished_batch_leaves_no_lock_and_no_temporary_file(grant: Netlist, tmp_path: Path) -> None:
    run_batch(grant, DESIGN, tmp_path / "o", Workers(1))

    assert sorted(os.listdir(tmp_path / "o")) == [
        *("SHA256SUMS", "batch.json", "batch.log", "rows.parquet", "runs.parquet"),
    ]


def test_two_batches_in_one_folder_do_not_mix(grant: Netlist, tmp_path: Path) -> None:
    def again(progress: Progress) -> None:
        with pytest.raises(RunError, match="another batch is at work"):
            run_batch(grant, DESIGN, tmp_path / "o", Workers(1), resume=True)

    run_batch(grant, DESIGN, tmp_path / "o", Workers(1), watch=again)


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (lambda: Design(fixed={"max_ticks": 3}, sweep={"max_ticks": "1,2"}), "either swept or the same"),
        (lambda: Design(seeds=[3, 3]), "listed twice"),
        (lambda: Design(seeds=0), "seeds = 0"),
        (lambda: Design(seeds=2.5), "seeds = 2.5"),  # type: ignore[arg-type]
    ],
)
def test_words_that_contradict_each_other_are_refused(design: object, said: str) -> None:
    with pytest.raises(StrategyError, match=said):
        design()  # type: ignore[operator]


@pytest.mark.parametrize("values", ["5,5", "5,5.0", "1,2,1"])
def test_a_value_that_was_typed_twice_is_refused(grant: Netlist, tmp_path: Path, values: str) -> None:
    with pytest.raises(StrategyError, match="listed twice"):
        run_batch(grant, Design({"granter_init_OCEAN": values}), tmp_path / "o", Workers(1))


def test_numpys_integers_are_seeds_too() -> None:
    import numpy as np

    assert Design(seeds=np.int64(2)).seeds == 2  # type: ignore[arg-type]
    assert Design(seeds=list(np.arange(2))).seeds == [0, 1]


def test_a_function_whose_helper_changed_is_another_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: Config
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "model_a.py").write_text("import model_b\n\ndef f(chain, seed):\n    return {'y': model_b.two()}\n")
    (tmp_path / "model_b.py").write_text("def two():\n    return 2\n")
    importlib.invalidate_caches()
    function = importlib.import_module("model_a").f

    before = function_subject(function, config, {}, None, True).facts
    (tmp_path / "model_b.py").write_text("def two():\n    return 3\n")

    assert function_subject(function, config, {}, None, True).facts != before
    assert list(before["modules"]) == ["model_a", "model_b"]
