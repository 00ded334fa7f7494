"""The notebooks run in a fresh kernel, and so does what the page on Python promises, line by line."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT

NOTEBOOKS = sorted((PROJECT / "docs" / "notebooks").glob("*.ipynb"))
BLOCK = """
import tokenspice as ts
r = ts.run("simplepool", seed=3, pub_init_OCEAN=20_000)
r
r.df
r.table
r.plot("Number of pools")
r.plot()
r.agents
r.transactions
r.sql("select agent, reason, count(*) from transactions group by all")
ts.run("simplepool", max_ticks=1, settings={"publisher.DT_stake": 50})
b = ts.batch("simplepool", sweep={"pub_init_OCEAN": [5_000, 10_000]}, seeds=2, max_ticks=48)
b
b.rows
b.runs
b.plot()
b.rank("n_pools")
s = ts.session("oceanv3")
s.run_until(day=7)
s.agents["publisher"].wallet.balance("OCEAN")
s.chain.w3.eth.block_number
s.chain
s.agents
s
s.close()
ts.netlists()
ts.netlist("oceanv3").parameters
ts.netlist("oceanv3").schematic(run=48)
"""
CELLS = (
    "import tokenspice as ts\nfrom tokenspice.engine import *",
    """
class SimStrategy(SimStrategyBase):
    max_ticks: int = 10
    purse_USD: Amount = tokens(100)
SimStrategy = __import__("dataclasses").dataclass(frozen=True)(SimStrategy)
class Spender(AgentBase):
    def takeStep(self, state):
        self.wallet.withdraw("USD", tokens(1))
class SimState(SimStateBase):
    "How long?"
    def __init__(self, ss):
        super().__init__(ss)
        self.addAgent(Spender("ada", Wallet("ada", USD=ss.purse_USD)))
def netlist_createLogData(state):
    return LogRow(ada_USD=in_tokens(state.getAgent("ada").wallet.balance("USD")))
netlist_charts = [lines("Purse", "USD", ada_USD="")]
""",
    "ts.run(SimState).df['ada_USD'].iloc[-1]",
    "ts.batch(SimState, sweep={'purse_USD': [20, 30]}, seeds=1, workers=1).runs['ada_USD'].tolist()",
    "ts.run(SimState)",
)


def executed(cells: list[str], folder: Path) -> list[list[dict[str, Any]]]:
    """Run cells in a fresh kernel, and return each cell's outputs."""
    nbformat = pytest.importorskip("nbformat", reason="notebooks are an extra")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    return [cell["outputs"] for cell in run(book, folder).cells]


def run(book: Any, folder: Path) -> Any:
    nbclient = pytest.importorskip("nbclient", reason="notebooks are an extra")
    pytest.importorskip("ipykernel", reason="notebooks are an extra")
    before = dict(os.environ)
    os.environ["PYTHONPATH"] = str(PROJECT / "src")
    try:
        client = nbclient.NotebookClient(
            book, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}}
        )
        return client.execute()
    finally:
        os.environ.clear()
        os.environ.update(before)


def shown(outputs: list[dict[str, Any]]) -> str:
    return json.dumps(outputs)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_with_parameters(path: Path) -> None:
    cells = json.loads(path.read_bytes())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]

    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat", reason="notebooks are an extra")
    book = nbformat.read(path, as_version=4)

    done = run(book, tmp_path)

    assert "object at 0x" not in json.dumps([cell.get("outputs") for cell in done.cells])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
def test_every_line_of_the_surface_runs_in_a_fresh_kernel(tmp_path: Path) -> None:
    lines = BLOCK.strip().splitlines()

    outputs = dict(zip(lines, executed(lines, tmp_path), strict=True))

    assert "object at 0x" not in json.dumps(list(outputs.values()))
    progress = shown(outputs['r = ts.run("simplepool", seed=3, pub_init_OCEAN=20_000)'])
    assert progress.count("display_data") == 1 and "tick 480 of 480, finished after" in progress
    assert "Result(simplepool, seed 3, 480 ticks, pub_init_OCEAN=20,000, finished)" in shown(outputs["r"])
    card = outputs["r"][0]["data"]["text/html"]
    assert "What does a publisher hold" in card and card.count("<svg") == 2 and len(card.encode()) <= 40_000
    assert "image/png" in shown(outputs['r.plot("Number of pools")'])
    assert "image/svg+xml" in shown(outputs['ts.netlist("oceanv3").schematic(run=48)'])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
def test_a_netlist_that_is_written_in_cells_runs_here_and_in_workers(tmp_path: Path) -> None:
    outputs = executed(list(CELLS), tmp_path)

    assert "90.0" in shown(outputs[2])
    assert "[10.0, 20.0]" in shown(outputs[3])
    assert "Result(cells, seed 0, 10 ticks, finished)" in shown(outputs[4])
