"""Batches on a fork: all runs begin at one block, replays need no node, and no URL is kept."""

import json
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.studies.batch.conftest import digests
from tests.studies.test_forks import RECORD, REPLAY, Market
from tests.web3engine.fork.server import SECRET
from tokenspice.engine.units import tokens
from tokenspice.studies.batch.design import Design
from tokenspice.studies.batch.runs import run_batch
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.record.run_log import read_log
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.chain_file import save_chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

pytestmark = pytest.mark.skipif(
    not is_built() or sys.platform == "win32", reason="the in-process chain was not built, or no /proc"
)


@pytest.fixture
def market(config: Config, tmp_path: Path) -> Iterator[Market]:
    market = Market("anvil", config, tmp_path)
    yield market
    market.kill()


def test_what_two_workers_recorded_two_workers_replay_without_the_node(market: Market) -> None:
    batch = ("batch", market.netlist, "-q", "--sweep", "n_takers=1,4", "--seeds", "3,4,5", "-j", 2)

    recorded = market.tsp(*batch, "recorded", *RECORD)
    market.backend.mine(60)
    added = market.tsp(*batch, "added", *RECORD)
    market.kill()
    replayed = market.tsp(*batch, "replayed", *REPLAY)
    single = market.run("single", "--seed", 4, "--set", "n_takers=4", *REPLAY)

    for answer in (recorded, added, replayed, single):
        assert answer.returncode == 0, answer.stderr
    whole = digests(market.folder / "recorded")
    assert whole == digests(market.folder / "replayed") == digests(market.folder / "added")
    rows = pd.read_parquet(market.folder / "replayed" / "rows.parquet")
    header, values = read_log(market.folder / "single" / "data.csv")
    assert (rows[(rows.seed == 4) & (rows.n_takers == 4)][header].to_numpy() == values).all()
    assert set(json.loads((market.folder / "replayed" / "batch.json").read_text())["fork"]) == {
        "chain_id", "block", "hash",
    }  # fmt: skip


def test_a_run_that_misses_is_repeated_by_its_command_and_no_url_is_kept(market: Market) -> None:
    assert market.run("a", *RECORD, "--set", "n_takers=1", "--seed", 3).returncode == 0
    raw = ("--fork", market.proxy.url, "--fork-cache", "other.fork")

    answers = [
        market.tsp("batch", market.netlist, "missed", "--seeds", "3,4", "--set", "n_takers=1", "-j", 2, *REPLAY),
        market.tsp("batch", market.netlist, "live", "--seeds", "3,4", "-j", 2, "-v", *raw),
    ]
    market.proxy.fault = lambda n: "server_error"
    market.proxy.faults["server_error"] = lambda proxy, handler, _: proxy.answer(handler, SECRET.encode(), 403)
    answers.append(market.tsp("batch", market.netlist, "refused", "--seeds", "3,4", "-v", *raw))

    assert [answer.returncode for answer in answers] == [1, 0, 1], answers
    assert not (market.folder / "refused").exists() and "HTTP status 403" in answers[2].stderr
    bundle = market.folder / "missed" / "failed" / "000001"
    command = shlex.split((bundle / "command.txt").read_text())
    assert command[-2:] == ["--fork-cache", str(market.folder / "live.fork")]
    again = market.tsp(*command[1:])
    assert again.returncode == 1 and "does not hold" in again.stderr
    assert pd.read_parquet(market.folder / "missed" / "runs.parquet").error.isna().tolist() == [True, False]
    texts = [path.read_text(errors="replace") for path in market.folder.rglob("*") if path.is_file()]
    texts += [text for answer in answers for text in (answer.stdout, answer.stderr)]
    assert SECRET not in "\n".join(texts)


def test_a_batch_on_a_fork_names_a_file_and_is_not_resumed_at_another_block(market: Market) -> None:
    batch = ("batch", market.netlist, "o", "--seeds", "3,", "-j", 1, "-q")

    alone = market.tsp(*batch, "--fork", "env:NODE_URL")
    assert alone.returncode == 1 and "Write --fork-cache FILE" in alone.stderr
    assert not (market.folder / "o").exists()

    assert market.tsp(*batch, *RECORD).returncode == 0
    market.backend.mine(60)
    later = market.tsp(*batch, "--resume", "--fork", "env:NODE_URL", "--fork-cache", "later.fork")
    assert later.returncode == 1 and "another batch: fork in" in later.stderr
    assert market.tsp(*batch, "--resume", *REPLAY).returncode == 0


def test_a_study_file_names_the_record_from_its_own_folder_and_may_start_warm(market: Market) -> None:
    assert market.run("a", *RECORD, "--seed", 3).returncode == 0
    folder = market.folder / "studies"
    folder.mkdir()
    shutil.copy(market.folder / "live.fork", folder / "mine.fork")
    text = f'netlist = "{market.netlist}"\nseeds = "3,"\nseed = 3\nfork_cache = "mine.fork"\n'
    (folder / "cold.toml").write_text(text)
    (folder / "warm.toml").write_text(f"warm = true\n{text}")

    for name in ("cold", "warm"):
        answer = market.tsp("batch", f"studies/{name}.toml", name, "-q", "-j", 1)
        assert answer.returncode == 0, answer.stderr

    cold, warm = (digests(market.folder / name) for name in ("cold", "warm"))
    assert cold["rows.parquet"] == warm["rows.parquet"] and cold["batch.json"] != warm["batch.json"]


def test_a_function_starts_from_a_saved_fork_offline_or_with_its_node_again(
    market: Market, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NODE_URL", market.proxy.url)
    address = market.netlist.read_text().split('address: str = "')[1][:42]
    saved = market.folder / "chain"
    live = replace(config, fork="env:NODE_URL")
    chain = open_chain(live)
    chain.read(chain.contract("token/Token", address).balanceOf(chain.wallet("alice").address))
    save_chain(chain, saved)
    chain.close()

    def held(chain: Chain, seed: int, who: str) -> int:
        balance: int = chain.read(chain.contract("token/Token", address).balanceOf(chain.wallet(who).address))
        return balance + seed

    design = Design({"who": "alice,nobody"}, seeds=[1, 2], chain=saved)
    with Workers(2, config=live) as workers:
        attached = run_batch(held, design, workers=workers)
    market.kill()
    with Workers(2, config=config) as workers:
        offline = run_batch(held, design, workers=workers)

    assert [sample.value for group in attached for sample in group.samples] == [
        tokens(1000) + 1,
        tokens(1000) + 2,
        1,
        2,
    ]
    assert offline[0] == attached[0]
    assert all("does not hold" in str(sample.error) for sample in offline[1].samples)
