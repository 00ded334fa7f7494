"""Random instructions, valid and invalid, of rich and poor parties: the exchange never raises, and its invariants hold."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests.conftest import PROJECT
from tests.markets.exchange.fuzz.call import Call
from tests.markets.exchange.fuzz.driver import faults_of, run, shrunk, write
from tests.markets.exchange.fuzz.machine import ExchangeMachine
from tokenspice.markets.exchange import Asset
from tokenspice.markets.exchange.journal import replay_file

TestExchangeMachine = ExchangeMachine.TestCase
TestExchangeMachine.settings = settings(max_examples=15, stateful_step_count=25)


@pytest.mark.parametrize("seed", [101, 102, 103])
def test_nothing_breaks_in_a_random_run(seed: int) -> None:
    assert run(seed, 1500, 5, []) == []


def test_a_script_with_a_fault_is_shortened_to_what_shows_it_and_saved_as_a_journal(tmp_path: Path) -> None:
    asset = Call("add_asset", (Asset("USD"),))
    script = [asset, *(Call("deposit", (f"p{n}", "USD", 5)) for n in range(30)), Call("deposit", ("p3", "USD", -9))]

    short = shrunk(script)
    write(short, tmp_path / "fault.jsonl")

    assert short == [asset, script[-1]] or short == [script[-1]]
    assert faults_of(short) and not faults_of(short[:-1])
    assert replay_file(tmp_path / "fault.jsonl").general("p3", "USD").balance == -9


STATE = """
from tests.markets.exchange.fuzz.driver import played
from tokenspice.markets.exchange import state_hash
print(state_hash(played(7, 1500)))
"""


def test_the_same_seed_leads_to_the_same_bytes_whatever_pythons_hash_seed() -> None:
    found = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", STATE], env=environment, cwd=PROJECT, capture_output=True, text=True, check=True
        )
        found.add(done.stdout)
    assert len(found) == 1 and len(found.pop().strip()) == 64
