"""What a batch gives back, and what it leaves in its folder."""

import functools
import inspect
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest

from tests.conftest import PROJECT
from tests.studies.batch.conftest import FAULTY, digests
from tests.studies.terminal import environment
from tokenspice.engine.errors import ConfigError, RunError, StrategyError
from tokenspice.engine.units import Amount, in_tokens, tokens
from tokenspice.studies.batch.design import Design
from tokenspice.studies.batch.runs import Progress, run_batch
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record.run_log import read_log
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

REVM = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
N_STEPS = 10


def payments(chain: Chain, seed: int, activation: float, n_agents: int = 3) -> list[list[int]]:
    """Pass a token around; the balances after each step."""
    rng = np.random.default_rng(seed)
    token = chain.deploy_token("A").contract
    holders = [chain.wallet(f"h{number}", A=100) for number in range(n_agents)]
    records = []
    for _ in range(N_STEPS):
        for holder in holders:
            if rng.random() < activation:
                holder.send(token.transfer(holders[rng.integers(n_agents)].address, 1))
        records.append([chain.read(token.balanceOf(holder.address)) for holder in holders])
    return records


def broken(chain: Chain, seed: int, at: int = 0) -> dict[str, float]:
    """Fail for one seed."""
    if seed == at:
        raise ValueError(f"no luck with {seed}")
    return {"seed": seed, "double": 2.0 * seed}


def typed(chain: Chain, seed: int, price: Amount, mode: Literal["a", "b"], flag: bool = False) -> tuple[object, ...]:
    return price, mode, flag


def test_samples_come_by_parameter_set_in_order_and_equal_sets_give_equal_samples(workers: Workers) -> None:
    groups = run_batch(payments, Design({"activation": [0, 0, 1]}, seeds=2), workers=workers)

    samples = [[sample.value for sample in group.samples] for group in groups]
    assert [group.parameters for group in groups] == [{"activation": 0}, {"activation": 0}, {"activation": 1}]
    assert [len(values) for values in samples] == [2, 2, 2]
    assert all(len(records) == N_STEPS for values in samples for records in values)
    assert samples[0] == samples[1] != samples[2]
    assert samples[2][0] != samples[2][1]
    assert {tuple(sample.seed for sample in group.samples) for group in groups} == {(2968811710, 3677149159)}


def test_the_results_do_not_depend_on_the_number_of_workers(workers: Workers, config: Config) -> None:
    design = Design({"activation": "0.25:0.75:2"}, seeds=3)

    assert run_batch(payments, design, workers=workers) == run_batch(
        payments, design, workers=Workers(1, config=config)
    )


def test_a_failing_sample_leaves_the_others_results(workers: Workers) -> None:
    (group,) = run_batch(broken, Design(seeds=[0, 1, 2]), workers=workers)

    failed, *others = group.samples
    assert failed.value is None and failed.error
    assert failed.error.startswith("ValueError: no luck with 0") and "test_runs.py" in failed.error
    assert [sample.value for sample in others] == [{"seed": 1, "double": 2.0}, {"seed": 2, "double": 4.0}]


def test_a_function_of_a_notebook_is_taken_too(workers: Workers) -> None:
    offset = 5

    (group,) = run_batch(lambda chain, seed: seed + offset, Design(seeds=[1]), workers=workers)

    assert group.samples[0].value == 6


def test_text_is_read_as_a_functions_parameters_say(workers: Workers) -> None:
    design = Design({"price": "0.5,2", "mode": "b"}, {"flag": True}, seeds=[0])

    groups = run_batch(typed, design, workers=workers)

    assert [group.samples[0].value for group in groups] == [(tokens("0.5"), "b", True), (tokens(2), "b", True)]


def test_any_callable_will_do_and_takes_what_it_says_it_takes(workers: Workers) -> None:
    def anything(chain: Chain, seed: int, **parameters: Any) -> dict[str, Any]:
        return parameters

    half = functools.partial(typed, mode="a")

    (all_taken,) = run_batch(anything, Design({"x": ["1"]}, {"y": "z"}, seeds=1), workers=workers)
    (bound,) = run_batch(half, Design({"price": "1"}, seeds=1), workers=workers)

    assert all_taken.samples[0].value == {"x": 1, "y": "z"}
    assert bound.samples[0].value == (tokens(1), "a", False)


def test_what_cannot_be_sent_back_is_a_failure_of_its_run(workers: Workers) -> None:
    (group,) = run_batch(lambda chain, seed: inspect.currentframe(), Design(seeds=1), workers=workers)

    assert group.samples[0].error and "pickle" in group.samples[0].error


@REVM
def test_every_run_of_a_function_starts_from_a_saved_chain(tmp_path: Path, workers: Workers, config: Config) -> None:
    from tokenspice.web3engine.chain_file import save_chain

    chain = open_chain(config, seed=7)
    chain.deploy_token("A")
    chain.wallet("rich", A=tokens(5))
    save_chain(chain, tmp_path / "chain")

    def spend(chain: Chain, seed: int) -> float:
        chain.wallet("rich").transfer(chain.wallet("other"), "A", tokens(seed))
        return in_tokens(chain.wallet("rich").balance("A"))

    design = Design(seeds=[1, 2, 3], chain=tmp_path / "chain")
    (group,) = run_batch(spend, design, workers=workers)

    assert [sample.value for sample in group.samples] == [4.0, 3.0, 2.0]


def test_a_netlists_rows_are_those_of_its_single_runs(tmp_path: Path, faulty: Netlist, workers: Workers) -> None:
    run_batch(faulty, Design({"stake": "1,2.5"}, {"max_ticks": "4"}, seeds=3), tmp_path / "o", workers)

    rows = pd.read_parquet(tmp_path / "o" / "rows.parquet")
    runs = pd.read_parquet(tmp_path / "o" / "runs.parquet")
    assert len(rows) == 2 * 3 * 5 and list(rows.columns[:5]) == ["run", "set", "seed", "stake", "Tick"]
    assert list(runs.stake) == [1, 1, 1, 2.5, 2.5, 2.5] and set(runs.outcome) == {"finished"}
    seed = int(runs.seed[4])
    command = ["run", FAULTY, tmp_path / "one", "--seed", seed, "--set", "stake=2.5", "--set", "max_ticks=4", "-q"]
    subprocess.run([sys.executable, PROJECT / "tsp", *map(str, command)], check=True, env=environment(None))
    header, values = read_log(tmp_path / "one" / "data.csv")
    assert np.array_equal(rows[rows.run == 4][header].to_numpy(), values)
    assert runs.walker1[4] == values[-1, header.index("walker1")] and runs.ticks[4] == 4


def test_columns_that_only_some_runs_have_are_empty_in_the_others(
    tmp_path: Path, faulty: Netlist, workers: Workers
) -> None:
    run_batch(faulty, Design({"fault": "none,grow"}, seeds=6), tmp_path / "o", workers)

    rows = pd.read_parquet(tmp_path / "o" / "rows.parquet")
    assert {"walker2", "walker3"} <= set(rows.columns)
    assert rows[rows.fault == "none"].walker2.isna().all() and rows[rows.fault == "grow"].walker2.notna().any()
    assert {str(kind) for kind in rows.dtypes[5:]} == {"float64"} and str(rows.Tick.dtype) == "int64"


def test_a_logged_column_that_has_a_parameters_name_is_kept_beside_it(tmp_path: Path, workers: Workers) -> None:
    run_batch(broken, Design({"at": "-1"}, seeds=[4]), tmp_path / "o", workers)

    rows = pd.read_parquet(tmp_path / "o" / "rows.parquet")
    assert rows.to_dict("list") == {
        "run": [0], "set": [0], "seed": [4], "at": [-1], "seed.logged": [4.0], "double": [8.0],
    }  # fmt: skip


def test_a_failed_run_leaves_a_row_and_what_repeats_it(tmp_path: Path, faulty: Netlist, workers: Workers) -> None:
    design = Design({"stake": "1,2"}, {"fault": "raise", "only_seed": "8"}, seeds=[7, 8])

    groups = run_batch(faulty, design, tmp_path / "o", workers)

    runs = pd.read_parquet(tmp_path / "o" / "runs.parquet")
    assert list(runs.outcome) == ["finished", "failed"] * 2
    assert runs.error[3].startswith("tick 5, agent trouble: ValueError: no such luck") and runs.ticks[3] == 5
    assert groups[1].samples[1].error == runs.error[3]
    bundle = tmp_path / "o" / "failed" / "000003"
    facts = json.loads((bundle / "run.json").read_text())
    assert (facts["outcome"], facts["seed"], facts["parameters"]) == ("failed", 8, {"stake": 2.0})
    assert len((bundle / "data.csv").read_text().splitlines()) == 1 + 6
    command = shlex.split((bundle / "command.txt").read_text())
    again = subprocess.run(
        [sys.executable, PROJECT / "tsp", *command[1:]],
        cwd=tmp_path,
        env=environment(None),
        capture_output=True,
        text=True,
    )
    assert again.returncode == 1 and runs.error[3] in again.stderr
    assert (tmp_path / command[3] / "data.csv").read_bytes() == (bundle / "data.csv").read_bytes()


def test_a_failed_function_leaves_its_parameters_and_seed(tmp_path: Path, workers: Workers) -> None:
    run_batch(broken, Design({"at": "3"}, seeds=[3, 4]), tmp_path / "o", workers)

    bundle = tmp_path / "o" / "failed" / "000000"
    assert (bundle / "command.txt").read_text() == "broken(chain, seed=3, at=3)\n"
    assert json.loads((bundle / "run.json").read_text())["parameters"] == {"at": 3}


def test_a_resumed_batch_runs_only_what_failed(tmp_path: Path, faulty: Netlist, workers: Workers) -> None:
    design = Design({}, {"fault": "raise", "marker": str(tmp_path / "marker")}, seeds=5)
    first = run_batch(faulty, design, tmp_path / "o", workers)
    (failed,) = [sample.run for sample in first[0].samples if sample.error]

    second = run_batch(faulty, design, tmp_path / "o", workers, resume=True)

    log = [json.loads(line) for line in (tmp_path / "o" / "batch.log").read_text().splitlines()]
    assert len(log) == 6 and log[-1]["run"] == failed
    assert all(sample.error is None for sample in second[0].samples)
    assert not (tmp_path / "o" / "failed").exists() and not (tmp_path / "o" / "parts").exists()
    assert run_batch(faulty, design, tmp_path / "o", workers, resume=True) == second
    whole = run_batch(faulty, design, tmp_path / "whole", workers)
    assert whole == second and digests(tmp_path / "whole") == digests(tmp_path / "o")


def test_another_batch_is_not_resumed(tmp_path: Path, faulty: Netlist, workers: Workers) -> None:
    run_batch(faulty, Design(seeds=2), tmp_path / "o", workers)
    before = digests(tmp_path / "o")

    others = {
        "seeds": Design(seeds=3),
        "seed": Design(seeds=2, seed=1),
        "sweep": Design([{"stake": 1}], seeds=2),
        "strategy": Design({}, {"stake": 2}, seeds=2),
    }
    for word, design in others.items():
        with pytest.raises(RunError, match=f"another batch: .*{word}"):
            run_batch(faulty, design, tmp_path / "o", workers, resume=True)
    assert digests(tmp_path / "o") == before


def test_a_netlist_that_was_edited_is_run_anew_and_not_resumed(tmp_path: Path, workers: Workers) -> None:
    path = tmp_path / "mine.py"
    path.write_text(FAULTY.read_text())
    run_batch(load_netlist(path), Design(seeds=1), tmp_path / "o", workers)
    path.write_text(FAULTY.read_text().replace("tokens(1)", "tokens(3)"))

    run_batch(load_netlist(path), Design(seeds=1), tmp_path / "new", workers)
    assert set(pd.read_parquet(tmp_path / "new" / "rows.parquet").stake_OCEAN) == {3.0}
    with pytest.raises(RunError, match="sources"):
        run_batch(load_netlist(path), Design(seeds=1), tmp_path / "o", workers, resume=True)


def test_a_folder_that_exists_is_not_touched(tmp_path: Path, faulty: Netlist, workers: Workers) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "mine").write_text("mine")

    with pytest.raises(RunError, match="exists"):
        run_batch(faulty, Design(), tmp_path / "o", workers)
    with pytest.raises(RunError, match="holds mine, but no batch"):
        run_batch(faulty, Design(), tmp_path / "o", workers, resume=True)
    assert (tmp_path / "o" / "mine").read_text() == "mine"


def test_progress_is_told_after_each_run(tmp_path: Path, faulty: Netlist, workers: Workers) -> None:
    seen: list[Progress] = []

    run_batch(
        faulty, Design({}, {"fault": "raise", "only_seed": 2}, seeds=[1, 2]), tmp_path / "o", workers, watch=seen.append
    )

    assert [(one.n_done, one.n_runs) for one in seen] == [(1, 2), (2, 2)] and seen[-1].n_failed == 1


@pytest.mark.parametrize(
    ("what", "design", "words"),
    [
        (broken, Design({"nope": "1"}), 'no parameter "nope"'),
        (broken, Design({}, {"nope": 1}), 'no parameter "nope"'),
        (typed, Design({"price": "x", "mode": "a"}), "amount in tokens"),
        (typed, Design({"price": "1"}), "needs mode"),
        (lambda chain: 0, Design(), "def f"),
    ],
)
def test_what_cannot_run_is_refused_before_anything_does(
    what: Any, design: Design, words: str, workers: Workers
) -> None:
    with pytest.raises(StrategyError, match=words):
        run_batch(what, design, workers=workers)


def test_a_netlist_needs_a_folder_and_no_saved_chain(tmp_path: Path, faulty: Netlist, workers: Workers) -> None:
    with pytest.raises(ConfigError, match="out_dir"):
        run_batch(faulty, Design(), None, workers)
    with pytest.raises(StrategyError, match="only a function"):
        run_batch(faulty, Design(chain=tmp_path), tmp_path / "o", workers)
    with pytest.raises(ConfigError, match="save_chain"):
        run_batch(broken, Design(chain=tmp_path / "none"), workers=workers)
    with pytest.raises(StrategyError, match="seed of its own"):
        run_batch(faulty, Design({}, {"seed": 1}), tmp_path / "o", workers)
    assert list(tmp_path.iterdir()) == []


def test_rows_that_are_none_are_a_failure_of_their_run(tmp_path: Path, workers: Workers) -> None:
    (group,) = run_batch(lambda chain, seed: "a word", Design(seeds=1), tmp_path / "o", workers)

    assert group.samples[0].error and "Return a dict of numbers" in group.samples[0].error
