"""Branches and silenced agents in the record, over a resumption, in a batch, and on the chain."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import RunError
from tokenspice.engine.observer import TickListener
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import HOUR
from tokenspice.engine.variation import Branch, Variation
from tokenspice.studies.batch.design import Design
from tokenspice.studies.batch.runs import run_batch
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.resume.resume import read_unfinished, resume_run
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

BUSY = PROJECT / "tests" / "studies" / "busy" / "netlist.py"
VARIATION = Variation((Branch(10, 7), Branch(20, 7)), ("door",))
TICKS = {"max_ticks": "30"}

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


@pytest.fixture(scope="module")
def busy() -> Netlist:
    return load_netlist(BUSY)


def rows_of(netlist: Netlist, out: Path, config: Config, variation: Variation = Variation()) -> list[str]:
    run_once(netlist, netlist.strategy(TICKS), out, config, RunOptions(variation=variation))
    return (out / "data.csv").read_text().splitlines()[1:]


def stop_at(tick: int) -> Callable[[SimStateBase], None]:
    def watch(state: SimStateBase) -> None:
        if state.tick == tick:
            raise KeyboardInterrupt

    return watch


def test_a_branch_over_contracts_leaves_the_rows_before_it(busy: Netlist, config: Config, tmp_path: Path) -> None:
    plain = rows_of(busy, tmp_path / "plain", config)
    branched = rows_of(busy, tmp_path / "branched", config, Variation((Branch(10, 7),)))

    assert branched[:11] == plain[:11]
    assert branched[11] != plain[11]


def test_the_record_holds_what_varies(busy: Netlist, config: Config, tmp_path: Path) -> None:
    rows_of(busy, tmp_path / "o", config, VARIATION)

    facts = json.loads((tmp_path / "o" / "run.json").read_text())

    assert facts["branches"] == [[10, 7], [20, 7]]
    assert facts["silenced"] == ["door"]


@pytest.mark.parametrize("tick", [5, 10, 11, 20, 25])
def test_a_run_that_branches_goes_on_to_the_same_bytes(
    busy: Netlist, config: Config, tmp_path: Path, tick: int
) -> None:
    undisturbed = rows_of(busy, tmp_path / "once", config, VARIATION)
    options = RunOptions(checkpoint_every=HOUR, variation=VARIATION)

    with pytest.raises(KeyboardInterrupt):
        run_once(busy, busy.strategy(TICKS), tmp_path / "o", config, options, [TickListener(stop_at(tick))])
    resume_run(read_unfinished(tmp_path / "o"), config)

    assert (tmp_path / "o" / "data.csv").read_text().splitlines()[1:] == undisturbed


def test_a_run_that_branches_is_not_resumed_as_another_one(busy: Netlist, config: Config, tmp_path: Path) -> None:
    options = RunOptions(checkpoint_every=HOUR, variation=VARIATION)
    with pytest.raises(KeyboardInterrupt):
        run_once(busy, busy.strategy(TICKS), tmp_path / "o", config, options, [TickListener(stop_at(5))])

    left = read_unfinished(tmp_path / "o")

    left.check_same(None, {}, None)
    with pytest.raises(RunError, match="has --branch 10:7 --branch 20:7 --silence door"):
        left.check_same(None, {}, None, Variation((Branch(10, 8),)))


def test_a_batch_gives_the_rows_of_single_runs(busy: Netlist, config: Config, tmp_path: Path) -> None:
    single = rows_of(busy, tmp_path / "one", config, VARIATION)
    design = Design(fixed=TICKS, seeds=[0], variation=VARIATION)

    run_batch(busy, design, tmp_path / "many", Workers(1, config=config))

    from pandas import read_parquet

    payer = read_parquet(tmp_path / "many" / "rows.parquet")["payer_OCEAN"]
    header = (tmp_path / "one" / "data.csv").read_text().splitlines()[0].split(",")
    assert payer.tolist() == [float(row.split(",")[header.index("payer_OCEAN")]) for row in single]
    assert json.loads((tmp_path / "many" / "batch.json").read_text())["branches"] == [[10, 7], [20, 7]]


def test_a_chain_reads_other_randomness_after_a_branch(config: Config) -> None:
    def beacons(seed: int | None) -> list[str]:
        with closing(open_chain(config, seed=1)) as chain:
            if seed is not None:
                chain.draw_from(seed)
            chain.advance(12)
            chain.advance(12)
            return [chain.w3.eth.get_block(number)["mixHash"].hex() for number in (1, 2)]

    assert not set(beacons(None)) & set(beacons(2**64 - 1))
    assert beacons(None) == beacons(1)
