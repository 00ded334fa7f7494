"""`import tokenspice`: a run in one line, its tables, its figures, its folder."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tokenspice as ts
from tokenspice.engine import NetlistError, Observer, RunError, StrategyError, TokenSpiceError
from tokenspice.studies.record.run_log import read_log


def test_the_table_holds_what_the_file_holds_to_the_last_bit(tmp_path: Path) -> None:
    result = ts.run("simplegrant", max_ticks=50, out=tmp_path / "o")
    header, values = read_log(tmp_path / "o" / "data.csv")

    assert list(result.df.columns) == result.table.column_names == header
    assert np.array_equal(result.df.to_numpy(dtype=float), values, equal_nan=True)
    assert str(result.df["Tick"].dtype) == "int64"


def test_a_temporary_folder_lives_as_long_as_its_result() -> None:
    result = ts.run("simplegrant", max_ticks=3)
    path = result.path
    assert (path / "run.json").exists()

    del result

    assert not path.exists() and not path.parent.exists()


def test_parameters_are_numbers_and_may_be_nested_or_dotted() -> None:
    nested = ts.run("simplepool", max_ticks=0, network="revm", publisher={"DT_stake": 50.5})
    dotted = ts.run("simplepool", max_ticks=0, network="revm", settings={"publisher.DT_stake": "50.5"})

    assert nested.parameters == dotted.parameters
    assert nested.changed["publisher.DT_stake"] == "50.5"


@pytest.mark.parametrize("value", [2, 2.0, np.int64(2), np.float64(2), "2"])
def test_an_amount_is_read_exactly_whatever_type_it_has(value: object) -> None:
    assert ts.run("simplegrant", max_ticks=0, granter_init_OCEAN=value).df["granter_OCEAN"][0] == 2.0


def test_small_floats_are_amounts_too() -> None:
    assert ts.run("simplegrant", max_ticks=0, granter_init_OCEAN=1e-7).changed["granter_init_OCEAN"] == "0.0000001"


@pytest.mark.parametrize("value", [None, [1], object()])
def test_a_parameter_that_is_no_value_is_refused(value: object) -> None:
    with pytest.raises(TokenSpiceError, match="max_ticks"):
        ts.run("simplegrant", max_ticks=value)


def test_a_slip_in_a_name_is_answered_with_what_was_meant() -> None:
    result = ts.run("simplegrant", max_ticks=1)

    with pytest.raises(StrategyError, match='no parameter "max_tick". Did you mean max_ticks'):
        ts.run("simplegrant", max_tick=1)
    with pytest.raises(NetlistError, match="Did you mean simplegrant"):
        ts.run("simplegrnat")
    with pytest.raises(NetlistError, match="Did you mean OCEAN left to grant"):
        result.plot("OCEAN left to grnt")
    with pytest.raises(RunError, match='no table "trades". There are: data.'):
        result.tables["trades"]


def test_a_result_says_what_it_is() -> None:
    result = ts.run("simplegrant", max_ticks=20, seed=3, granter_init_OCEAN=20_000)

    assert repr(result) == ("Result(simplegrant, seed 3, 20 ticks, max_ticks=20, granter_init_OCEAN=20,000, finished)")


def test_a_card_has_a_question_what_was_changed_and_a_line_per_chart() -> None:
    card = ts.run("simplegrant", seed=3, granter_init_OCEAN=20_000)._repr_html_()

    assert "How does a grant" in card and "granter_init_OCEAN = 20000" in card
    assert card.count("<svg") == 2 and len(card.encode()) <= 40_000


def test_a_chart_is_a_figure_that_a_notebook_shows() -> None:
    result = ts.run("simplegrant", max_ticks=50)

    one, every = result.plot("OCEAN left to grant"), result.plot()

    assert one._repr_png_().startswith(b"\x89PNG")  # type: ignore[union-attr]
    assert len(every) == 2 and every._repr_html_().count("<img") == 2  # type: ignore[arg-type, union-attr]


def test_the_agents_of_the_end_are_a_table() -> None:
    result = ts.run("simplegrant")

    assert result.agents[["name", "kind"]].values.tolist() == [
        ["granter1", "GrantGivingAgent"],
        ["taker1", "GrantTakingAgent"],
    ]
    assert result.agents["OCEAN"].tolist() == [0.0, 0.0]


def test_a_folder_is_loaded_again(tmp_path: Path) -> None:
    ts.run("simplegrant", max_ticks=20, out=tmp_path / "o")

    result = ts.load(tmp_path / "o")

    assert isinstance(result, ts.Result)
    assert result.name == "simplegrant" and len(result.plot()) == 2 and len(result.agents) == 2  # type: ignore[arg-type]
    with pytest.raises(RunError, match="no run.json"):
        ts.load(tmp_path)


def test_tables_are_asked_in_sql() -> None:
    pytest.importorskip("duckdb", reason="DuckDB is an extra")
    result = ts.run("simplegrant", max_ticks=50)

    answer = result.sql("select count(*) as n, max(Tick) as last from data")

    assert answer.values.tolist() == [[len(result.df), 50]]
    with pytest.raises(RunError, match="There are: data, agents"):
        result.sql("select * from trades")


class Failing(Observer):
    """Ends a run after its 30th tick."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def tick(self, state: object) -> None:
        if getattr(state, "tick", 0) == 30:
            raise self.error


def test_a_run_that_fails_says_where_its_rows_are() -> None:
    with pytest.raises(RunError) as failed:
        ts.run("simplegrant", observers=[Failing(RunError("no more"))])

    (note,) = failed.value.__notes__
    folder = note.split("'")[1]
    assert len(ts.load(folder).df) == 2  # type: ignore[union-attr]


def test_an_interrupted_cell_names_the_folder_that_keeps_its_rows() -> None:
    with pytest.raises(KeyboardInterrupt, match="keeps what was recorded") as stopped:
        ts.run("simplegrant", observers=[Failing(KeyboardInterrupt())])

    result = ts.load(str(stopped.value).split("'")[1])
    assert isinstance(result, ts.Result) and len(result.df) == 2
    assert "interrupted" in repr(result)


def test_importing_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, tokenspice as ts; dir(ts)\n"
        "print([name for name in ('numpy', 'pandas', 'web3', 'typer', 'rich') if name in sys.modules])"
    )
    path = str(Path(ts.__file__).parent.parent)

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": path})

    assert done.stdout == "[]\n", done.stderr


@pytest.fixture(scope="module")
def on_chain() -> ts.Result:
    return ts.run("simplepool", max_ticks=48, network="revm")


def test_the_transactions_are_a_table_that_sql_reads(on_chain: ts.Result) -> None:
    pytest.importorskip("duckdb", reason="DuckDB is an extra")
    deployed = on_chain.transactions.query("created.notnull()")

    found = on_chain.sql("select agent, count(*) as n, sum(gas) as gas from transactions group by all order by n desc")

    assert len(deployed) >= 3 and found["n"].sum() == len(on_chain.transactions)
    assert float(found["gas"].sum()) == on_chain.transactions["gas"].sum()


def test_a_run_without_a_chain_says_that_it_has_no_transactions() -> None:
    with pytest.raises(RunError, match="holds no transactions: the run had no chain"):
        ts.run("simplegrant", max_ticks=1).transactions  # noqa: B018


def test_transactions_can_be_left_out() -> None:
    result = ts.run("simplepool", max_ticks=1, network="revm", transactions=False)

    assert not (result.path / "transactions").exists()


def test_a_parameter_that_is_given_twice_is_refused() -> None:
    with pytest.raises(StrategyError, match="max_ticks: given twice"):
        ts.run("simplegrant", settings={"max_ticks": 5}, max_ticks=7)


def test_the_folder_of_another_run_is_not_said_to_be_this_one_s(tmp_path: Path) -> None:
    ts.run("simplegrant", max_ticks=5, out=tmp_path / "o")

    with pytest.raises(RunError, match="exists") as refused:
        ts.run("simplegrant", max_ticks=5, out=tmp_path / "o")

    assert not hasattr(refused.value, "__notes__")


def test_whole_numbers_of_sql_can_be_added_and_large_ones_are_exact() -> None:
    pytest.importorskip("duckdb", reason="DuckDB is an extra")
    answer = ts.run("simplegrant", max_ticks=5).sql(
        "select sum(Tick) as ticks, 340282366920938463463374607431::hugeint as wei from data"
    )

    assert str(answer["ticks"].dtype) == "int64" and int(answer["wei"][0]) == 340282366920938463463374607431


def test_a_slip_in_a_name_of_the_package_is_answered() -> None:
    with pytest.raises(AttributeError, match="Did you mean run"):
        ts.rnu  # noqa: B018
