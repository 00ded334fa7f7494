"""Forks on the command line: recorded, replayed without the node, widened, shown, and silent about keys."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.studies.terminal import COMMAND, wait_for
from tests.web3engine.fork.server import SECRET, Proxy
from tokenspice.engine.units import tokens
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.node import NodeProcess
from tokenspice.web3engine.backends.node_kinds import NODE_KINDS, start_node
from tokenspice.web3engine.backends.rpc import RpcBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")

NETLIST = '''
"""What does a fork cost? A wallet of the live chain's gives a token of the live chain's to others."""
from dataclasses import dataclass
from tokenspice.engine.agent import AgentBase
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.log import LogRow
from tokenspice.engine.charts import PlotInstructions, Unit, YParam
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import HOUR
from tokenspice.web3engine.token import Token

@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    max_ticks: int = 5
    log_interval: int = HOUR
    n_takers: int = 3
    address: str = "ADDRESS"

class GiverAgent(AgentBase):
    def __init__(self, name, wallet, takers):
        super().__init__(name, wallet)
        self.takers = takers
    def takeStep(self, state):
        taker = self.takers[state.rng(self.name).integers(len(self.takers))]
        self.wallet.transfer(taker, "OCEAN", self.wallet.balance("OCEAN") // 7)

class SimState(SimStateBase):
    def __init__(self, ss, chain):
        super().__init__(ss, chain)
        chain.tokens["OCEAN"] = Token("OCEAN", chain.contract("token/Token", ss.address))
        takers = [chain.wallet(f"taker{number}") for number in range(ss.n_takers)]
        self.addAgent(GiverAgent("alice", chain.wallet("alice"), takers))
        self.kpis = KPIs(ss.time_step)

class KPIs(KPIsBase):
    """None."""

def netlist_createLogData(state):
    return LogRow(alice_OCEAN=float(state.getAgent("alice").wallet.balance("OCEAN")))

def netlist_plotInstructions(header, values):
    return PlotInstructions("Hour", values[:, header.index("Hour")], [YParam(["alice_OCEAN"], [], "Held", Unit("OCEAN"))])
'''


class Market:
    """A live node with a token on it, the netlist that uses it, and a server in between whose URL is secret."""

    def __init__(self, kind: str, config: Config, folder: Path) -> None:
        self.node: NodeProcess = start_node(NODE_KINDS[kind], config, 0)
        self.backend = RpcBackend(self.node.url)
        chain = Chain(self.backend, Artifacts(PROJECT, config.build_folder))
        ocean = chain.deploy_token("OCEAN")
        chain.wallet("alice", OCEAN=tokens(1000))
        self.proxy = Proxy(self.node.url)
        self.netlist = folder / "giver.py"
        self.netlist.write_text(NETLIST.replace("ADDRESS", ocean.contract.address))
        self.folder = folder

    def tsp(self, *args: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*COMMAND, *map(str, args)],
            cwd=self.folder,
            env=os.environ | {"NODE_URL": self.proxy.url},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def run(self, out: str, *args: object) -> "subprocess.CompletedProcess[str]":
        return self.tsp("run", self.netlist, self.folder / out, *args)

    def data(self, out: str) -> bytes:
        return (self.folder / out / "data.csv").read_bytes()

    def record(self, out: str) -> dict[str, object]:
        content: dict[str, object] = json.loads((self.folder / out / "run.json").read_text())
        return content

    def kill(self) -> None:
        self.proxy.close()
        self.backend.close()
        self.node.close()


@pytest.fixture
def market(config: Config, tmp_path: Path) -> Iterator[Market]:
    market = Market("anvil", config, tmp_path)
    yield market
    market.kill()


RECORD = ("--fork", "env:NODE_URL", "--fork-cache", "live.fork")
REPLAY = ("--fork-cache", "live.fork")


@pytest.mark.parametrize("kind", sorted(NODE_KINDS))
def test_a_recorded_run_is_repeated_to_the_byte_when_the_node_is_gone(
    config: Config, tmp_path: Path, kind: str
) -> None:
    market = Market(kind, config, tmp_path)
    try:
        recorded = market.run("a", *RECORD)
        again = market.run("b", "--fork", "env:NODE_URL")
    finally:
        market.kill()
    replayed, signed = market.run("c", *REPLAY), market.run("d", *REPLAY, "--sign")

    for answer in (recorded, again, replayed, signed):
        assert answer.returncode == 0, answer.stderr
    assert market.data("a") == market.data("b") == market.data("c") == market.data("d")
    assert len(market.data("a").splitlines()) == 7


def test_run_json_says_where_the_run_began_and_what_it_read(market: Market) -> None:
    assert market.run("a", *RECORD).returncode == 0

    block = market.backend._ask("eth_getBlockByNumber", "latest", False)
    chain = market.record("a")["chain"]
    assert isinstance(chain, dict)
    fork = chain["fork"]
    assert (fork["block"], fork["hash"], fork["chain_id"]) == (int(block["number"], 16), block["hash"], 1337)
    assert fork["sha256"] == hashlib.sha256((market.folder / "live.fork").read_bytes()).hexdigest()
    assert fork["accounts_read"] > 4 and fork["slots_read"] > 3 and chain["network"] == "revm"


def test_a_key_in_the_url_is_nowhere(market: Market) -> None:
    command = [*COMMAND, "run", str(market.netlist), "a", *RECORD, "-v", "--profile"]
    process = subprocess.Popen(
        command,
        cwd=market.folder,
        env=os.environ | {"NODE_URL": market.proxy.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    seen = set()
    while process.poll() is None:
        if sys.platform == "linux":
            seen.add(Path(f"/proc/{process.pid}/cmdline").read_text())
        time.sleep(0.02)
    texts = [*process.communicate(), *seen]
    assert process.returncode == 0, texts

    market.proxy.fault = lambda n: "server_error" if n % 2 else "rate_limit"
    for args in (("-v",), ("--seed", 5, "-v", *RECORD)):
        market.proxy.faults["rate_limit"] = lambda proxy, handler, _: proxy.answer(handler, SECRET.encode(), 403)
        failed = market.run("b", "--fork", "env:NODE_URL", *args)
        assert failed.returncode == 1 and "HTTP status 403" in failed.stderr
        texts += [failed.stdout, failed.stderr]

    texts += [path.read_text(errors="replace") for path in market.folder.rglob("*") if path.is_file()]
    assert SECRET not in "\n".join(texts)


def test_a_miss_is_noted_and_widening_reads_it_until_the_replay_is_whole(market: Market) -> None:
    assert market.run("a", *RECORD).returncode == 0
    n_widened, other = 0, ("--seed", 8, "--set", "n_takers=1")

    while (replay := market.run("b", *REPLAY, *other)).returncode:
        assert re.match(r"tsp: (tick \d+|giver.py).* live.fork|tsp: .*/live.fork", replay.stderr), replay.stderr
        assert len(replay.stderr.splitlines()) == 1 and "does not hold" in replay.stderr
        shutil.rmtree(market.folder / "b", ignore_errors=True)
        if not n_widened:
            assert "missed: account 0x" in market.tsp("fork", "show", "live.fork").stdout
        widened = market.tsp("fork", "widen", "live.fork", "--fork", "env:NODE_URL")
        assert widened.returncode == 0 and widened.stdout.startswith(("read account 0x", "read slot 0x")), widened
        n_widened += 1
        assert n_widened < 20

    live = market.run("c", "--fork", "env:NODE_URL", *other)
    assert live.returncode == 0 and market.data("b") == market.data("c") and n_widened > 3
    assert "no replay" in market.tsp("fork", "widen", "live.fork", "--fork", "env:NODE_URL").stdout


def test_a_tick_and_an_agent_are_named_by_a_miss_and_by_a_fault(market: Market) -> None:
    assert market.run("a", *RECORD, "--set", "n_takers=1", "--set", "max_ticks=1").returncode == 0
    asked = len(market.proxy.bodies)
    answer = market.tsp("fork", "export", "live.fork", "live.json")
    record = json.loads((market.folder / "live.json").read_text())
    (address,) = record["storage"]
    record["storage"] = {}
    (market.folder / "live.json").write_text(json.dumps(record))
    assert answer.returncode == market.tsp("fork", "import", "live.json", "less.fork").returncode == 0

    miss = market.run("b", "--fork-cache", "less.fork", "--set", "n_takers=1")

    assert re.match(
        rf"tsp: tick 0: giver.py, netlist_createLogData: .*slot 0x[0-9a-f]+ of {address}", miss.stderr, re.I
    )
    market.proxy.fault = lambda n: "refusal" if n >= 2 * asked - 1 else None  # the last of them
    market.proxy.faults["refusal"] = lambda proxy, handler, _: proxy.answer(handler, b"", 401)
    fault = market.run("c", "--fork", "env:NODE_URL", "--set", "n_takers=1")
    assert re.match(r"tsp: tick 0, agent alice: slot 0x.* cannot be read: .*HTTP status 401", fault.stderr), (
        fault.stderr
    )
    assert market.record("c")["outcome"] == "failed"


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_an_interrupted_recording_keeps_what_it_read(market: Market) -> None:
    process = subprocess.Popen(
        [*COMMAND, "run", str(market.netlist), "a", *RECORD, "--set", "max_ticks=1000000"],
        cwd=market.folder,
        env=os.environ | {"NODE_URL": market.proxy.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wait_for(lambda: (market.folder / "a" / "data.csv").exists() and len(market.data("a").splitlines()) > 20, 60)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)

    assert process.returncode == 130
    assert market.run("b", *REPLAY).returncode == 0


def test_show_export_and_import_a_record(market: Market) -> None:
    assert market.run("a", *RECORD).returncode == 0

    shown, whole = (market.tsp("fork", "show", "live.fork", *more).stdout for more in ((), ("-v",)))
    for args in (
        ("export", "live.fork", "one.json"),
        ("import", "one.json", "two.fork"),
        ("export", "two.fork", "two.json"),
    ):
        assert market.tsp("fork", *args).returncode == 0

    assert re.search(r"chain 1337, block \d+, 0x[0-9a-f]{64}\n", shown) and "does not exist" in shown
    assert f" = {tokens(1000):#x}" not in shown and f" = {tokens(1000):#x}" in whole
    assert (market.folder / "live.fork").read_bytes() == (market.folder / "two.fork").read_bytes()
    assert (market.folder / "one.json").read_bytes() == (market.folder / "two.json").read_bytes()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--fork", f"htp://{SECRET}"), "env:NAME"),
        (("--fork", "env:NOBODY_SET_THIS"), "NOBODY_SET_THIS is not set"),
        (("--fork", "env:NODE_URL@123456"), "has no block 123456"),
        (("--fork", "env:NODE_URL", "--network", "ganache"), "a fork runs in this process alone"),
        (("--fork-cache", "nothing.fork"), "No such file"),
        (("--fork-cache", "giver.py"), "is no file of the kind"),
    ],
)
def test_what_cannot_be_forked_is_said_in_one_line_and_leaves_nothing(
    market: Market, args: tuple[str, ...], words: str
) -> None:
    answer = market.run("o", *args)

    assert answer.returncode == 1 and words in answer.stderr and len(answer.stderr.splitlines()) == 1
    assert SECRET not in answer.stderr and not (market.folder / "o").exists()


def test_the_settings_may_name_the_fork(market: Market) -> None:
    for name in ("node_modules", "contracts", "netlists"):
        (market.folder / name).symlink_to(PROJECT / name)
    settings = f"[chain]\nFORK = env:NODE_URL\nFORK_CACHE = live.fork\n[paths]\nBUILD = {PROJECT}/build\n"
    (market.folder / "tokenspice.ini").write_text(settings)

    assert market.run("a").returncode == 0
    assert market.run("b", "--fork-cache", "live.fork").returncode == 0  # outranks FORK: replayed
    n_asked = len(market.proxy.bodies)
    assert market.run("c", "--fork-cache", "live.fork").returncode == 0

    assert market.data("a") == market.data("b") and len(market.proxy.bodies) == n_asked
    assert SECRET not in (market.folder / "a" / "run.json").read_text()
