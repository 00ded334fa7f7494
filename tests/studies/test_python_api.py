"""`import tokenspice`: a run and a batch in one line."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tokenspice
from tokenspice.engine.errors import RunError, StrategyError, TokenSpiceError
from tokenspice.studies.record.run_log import read_log


def test_a_run_in_one_line_is_a_table() -> None:
    data = tokenspice.run("simplegrant", max_ticks=100, seed=1).data

    assert data["Tick"].iloc[-1] == 100
    assert str(data["Tick"].dtype) == "int64"


def test_the_table_holds_what_the_file_holds_to_the_last_bit(tmp_path: Path) -> None:
    result = tokenspice.run("simplegrant", max_ticks=50, out_dir=tmp_path / "o")
    header, values = read_log(tmp_path / "o" / "data.csv")

    assert list(result.data.columns) == header
    assert np.array_equal(result.data.to_numpy(dtype=float), values, equal_nan=True)


def test_without_a_folder_to_keep_the_run_leaves_none() -> None:
    result = tokenspice.run("simplegrant", max_ticks=3)
    path = result.path
    assert (path / "run.json").exists()

    del result

    assert not path.exists()


def test_parameters_are_numbers_and_may_be_nested_or_dotted() -> None:
    nested = tokenspice.run("simplepool", max_ticks=0, network="revm", publisher={"DT_stake": 50.5})
    dotted = tokenspice.run("simplepool", max_ticks=0, network="revm", settings={"publisher.DT_stake": "50.5"})

    assert nested.facts["strategy"] == dotted.facts["strategy"]
    assert nested.facts["strategy"]["publisher.DT_stake"] == "50.5"


@pytest.mark.parametrize("value", [2, 2.0, np.int64(2), np.float64(2), "2"])
def test_an_amount_is_read_exactly_whatever_type_it_has(value: object) -> None:
    assert tokenspice.run("simplegrant", max_ticks=0, granter_init_OCEAN=value).data["granter_OCEAN"][0] == 2.0


def test_small_and_large_floats_are_amounts_too() -> None:
    facts = tokenspice.run("simplegrant", max_ticks=0, granter_init_OCEAN=1e-7).facts

    assert facts["strategy"]["granter_init_OCEAN"] == "0.0000001"


@pytest.mark.parametrize("value", [None, [1], object()])
def test_a_parameter_that_is_no_value_is_refused(value: object) -> None:
    with pytest.raises(TokenSpiceError, match="max_ticks"):
        tokenspice.run("simplegrant", max_ticks=value)


def test_an_unknown_parameter_and_an_unknown_table_are_refused() -> None:
    with pytest.raises(StrategyError, match='no parameter "max_tick"'):
        tokenspice.run("simplegrant", max_tick=1)
    with pytest.raises(RunError, match='no table "trades"'):
        tokenspice.run("simplegrant", max_ticks=1).table("trades")


def test_a_result_says_what_it_is_and_draws_itself(tmp_path: Path) -> None:
    result = tokenspice.run("simplegrant", max_ticks=20, seed=3)

    assert repr(result) == "Result(simplegrant, seed 3, 20 ticks, finished)"
    assert all(path.suffix == ".png" and path.exists() for path in result.plot(tmp_path / "png"))


def test_a_batch_in_one_line_is_a_table_of_runs() -> None:
    batch = tokenspice.batch("simplegrant", sweep={"granter_init_OCEAN": [1, 2]}, seeds=2, workers=1, max_ticks=5)

    assert batch.runs["granter_init_OCEAN"].tolist() == [1.0, 1.0, 2.0, 2.0]
    assert batch.rows["run"].nunique() == batch.n_runs == 4
    assert repr(batch) == "BatchResult(4 runs, 0 failed)"


def test_netlists_are_found_by_name() -> None:
    assert "simplepool" in tokenspice.list_netlists()
    assert tokenspice.load_netlist("simplegrant").path.name == "netlist.py"


def test_importing_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, tokenspice\nprint([name for name in ('numpy', 'pandas', 'web3', 'typer') if name in sys.modules])"
    )
    path = str(Path(tokenspice.__file__).parent.parent)

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": path})

    assert done.stdout == "[]\n", done.stderr
