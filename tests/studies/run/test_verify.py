"""A run that is run again leaves the same bytes; where it does not, the file and the first difference are named."""

import json
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import RunError
from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist
from tokenspice.studies.resume.resume import read_recorded
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.studies.run.verify import Verdict, verify
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

NETLIST = """
from pathlib import Path
from tokenspice.netlists.simplegrant.netlist import SimState, SimStrategy, netlist_charts
from tokenspice.engine import LogRow
PRICES = Path("{prices}")

def netlist_createLogData(state):
    return LogRow(price=float(PRICES.read_text()), tick=state.tick{more})
"""


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """A file of data that lies somewhere."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "prices.txt").write_text("2.5")
    return tmp_path / "elsewhere" / "prices.txt"


@pytest.fixture
def run(tmp_path: Path, prices: Path, config: Config) -> Path:
    """A recorded run of a netlist that reads it."""
    return recorded(tmp_path, prices, config)


def recorded(tmp_path: Path, prices: Path, config: Config, more: str = "") -> Path:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "netlist.py").write_text(NETLIST.format(prices=prices, more=more))
    netlist = load_netlist(tmp_path / "mine" / "netlist.py")
    return run_once(netlist, netlist.strategy({"max_ticks": "3", "seed": "4"}), tmp_path / "o", config).path


def verified(run: Path, config: Config) -> Verdict:
    return verify(read_recorded(run), config)


def test_a_run_that_nothing_has_changed_holds(run: Path, config: Config) -> None:
    verdict = verified(run, config)

    assert verdict.holds and verdict.n_files == 1 and not verdict.notes


def test_a_changed_cell_is_named_with_its_line_and_column(run: Path, config: Config) -> None:
    lines = (run / "data.csv").read_text().splitlines()
    lines[2] = lines[2].replace("2.5", "3.5")
    (run / "data.csv").write_text("\n".join(lines) + "\n")

    verdict = verified(run, config)

    assert verdict.differences == ['data.csv: line 3, column "price": 3.5 in the record, 2.5 now'] and not verdict.holds


def test_data_that_lies_elsewhere_is_named_when_it_has_changed(run: Path, config: Config, prices: Path) -> None:
    prices.write_text("9.5")

    verdict = verified(run, config)

    assert verdict.changed == [str(prices)] and "9.5 now" in verdict.differences[0]


def test_code_that_was_changed_is_named_although_the_bytes_are_the_same(run: Path, config: Config) -> None:
    record = json.loads((run / "run.json").read_text())
    record["files"]["agents/grants.py"] = "0" * 64
    (run / "run.json").write_text(json.dumps(record))

    verdict = verified(run, config)

    assert verdict.changed == ["agents/grants.py"] and not verdict.differences and not verdict.holds


def test_a_run_that_cannot_be_repeated_is_found_out(tmp_path: Path, prices: Path, config: Config) -> None:
    more = ", chance=__import__('random').SystemRandom().random()"
    run = recorded(tmp_path, prices, config, more)

    assert 'line 2, column "chance"' in verified(run, config).differences[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema": 1}, "does not identify its code"),
        ({"outcome": "interrupted"}, "tsp run --resume"),
        ({"netlist": "/nowhere/netlist.py"}, "has changed since this run began"),
    ],
)
def test_what_cannot_be_compared_is_refused(run: Path, config: Config, changes: dict[str, object], words: str) -> None:
    record = json.loads((run / "run.json").read_text()) | changes
    (run / "run.json").write_text(json.dumps(record))

    with pytest.raises(RunError, match=words):
        verified(run, config)


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
def test_transactions_are_compared_row_by_row(tmp_path: Path, config: Config) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    netlist = load_netlist(find_netlist("frontrun", PROJECT / "netlists"))
    options = RunOptions(transactions=True)
    run = run_once(netlist, netlist.strategy({"max_ticks": "3"}), tmp_path / "o", config, options).path
    assert verified(run, config).holds

    part = run / "transactions" / "part-00000.parquet"
    table = pq.read_table(part)
    place = table.schema.get_field_index("gas")
    gas = pa.array([*table["gas"].to_pylist()[:-1], 1])
    pq.write_table(table.set_column(place, table.schema.field(place), gas), part)

    (line,) = verified(run, config).differences
    assert f'transactions/part-00000.parquet: row {len(table) - 1}, column "gas": 1 in the record' in line
