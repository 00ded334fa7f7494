"""How fast the netlists of Uniswap V3 and Aave V3 run, and what the same messages take in VERBS.

    pip install -e '.[bench]' && python benchmarks/defi.py [REPEATS]

Two things are measured. A run: all that a netlist does in its 100 ticks, agents, contracts and log, from contracts that
are deployed already. A replay: the messages of that run alone, transactions and calls in their order, encoded, executed
and decoded, by our chain through Chain and EvmWallet, and by VERBS 0.4.1 through its ABI layer, on the same contracts at
the same addresses. Replays alternate, and the best of each is compared. VERBS' clock stands still meanwhile, since
nothing but its blocks of 15 s moves it; what was tried and taken back on our chain is a call there.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.abi import Function
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config, find_project
from tokenspice.web3engine.contract import Call
from tokenspice.web3engine.errors import Reverted
from tokenspice.web3engine.wallet import EvmWallet

PROJECT = find_project(Path(__file__).parent)
CONFIG = Config(PROJECT, network="revm")
CASES = {
    "uniswap_arbitrage": {"price.sigma": "0.3"},
    "aave_liquidation": {"price.sigma": "0.3", "seed": "11"},
    "aave_liquidation, adversarial": {"price.sigma": "0.3", "seed": "11", "adversarial": "true"},
}


@dataclass
class Tape:
    """What a chain was asked, in order: ("send", wallet, call), ("read", address, call), ("snapshot",), ("restore",)."""

    entries: list[tuple[Any, ...]] = field(default_factory=list)

    def record(self, chain: Chain) -> None:
        """Note from now on what `chain` is asked."""
        backend = chain.backend
        for name in ("send", "read", "snapshot", "restore", "mine"):
            setattr(backend, name, self._noting(name, getattr(backend, name)))

    def _noting(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*args: Any) -> Any:
            self.entries.append((name, *args))
            return method(*args)

        return noting


def open_state(netlist: Netlist, values: dict[str, str], tape: Tape | None = None) -> tuple[Chain, Any]:
    """Deploy all that a netlist needs."""
    chain = open_chain(CONFIG, netlist.path)
    if tape:
        tape.record(chain)
    return chain, netlist.state(netlist.strategy(values), chain)


def run_seconds(netlist: Netlist, values: dict[str, str]) -> tuple[float, float]:
    """Return the seconds of setting up and of running."""
    began = time.perf_counter()
    _, state = open_state(netlist, values)
    deployed = time.perf_counter()
    SimEngine(state, netlist.log_data, [RowListener(lambda row: None)]).run()
    return deployed - began, time.perf_counter() - deployed


def replay_ours(chain: Chain, entries: list[tuple[Any, ...]]) -> float:
    """Return the seconds that our chain takes for a tape, and leave it as it was."""
    first, snapshots = chain.snapshot(), []
    began = time.perf_counter()
    for kind, *what in entries:
        try:
            if kind == "send":
                chain.send(*what)
            elif kind == "read":
                chain.backend.read(*what)
            elif kind == "snapshot":
                snapshots.append(chain.snapshot())
            elif kind == "restore":
                chain.restore(snapshots.pop())
            else:
                chain.advance(what[0])
        except Reverted:
            pass
    seconds = time.perf_counter() - began
    chain.restore(first)
    return seconds


class Verbs:
    """VERBS' chain, in the state that a tape of set-up leads to.

    Attributes:
        pool_state: what a call asks of it after each replay, to see that the same happened.
    """

    def __init__(self, setting_up: list[tuple[Any, ...]], chain: Chain, pool_state: Call) -> None:
        from verbs import envs

        self.pool_state: tuple[Any, ...] = ()
        self._asks = pool_state
        self._functions: dict[Function, Any] = {}
        env = envs.EmptyEnvRandom(1)
        for name in chain.wallets:
            env.create_account(chain.wallet(name).account.address_bytes, 10**24)
        for kind, *what in setting_up:
            if kind == "send":
                wallet, call = what
                if call.to is None:
                    env.deploy_contract(wallet.account.address_bytes, call.contract, call.data)
                else:
                    env.execute(wallet.account.address_bytes, bytes.fromhex(call.to[2:]), call.data, 0)
        self._snapshot = env.export_snapshot()

    def function(self, call: Call) -> Any:
        """Return VERBS' own form of a function."""
        if call.function not in self._functions:
            from verbs import abi

            made = abi.get_abi(call.contract, [dict(call.function.entry)])
            self._functions[call.function] = getattr(made, call.function.name)
        return self._functions[call.function]

    def replay(self, entries: list[tuple[Any, ...]]) -> float:
        """Return the seconds that VERBS takes for a tape."""
        from verbs import envs

        env = envs.EmptyEnvRandom(1, snapshot=self._snapshot)
        steps = [self._step(*entry) for entry in entries]
        trying = 0
        began = time.perf_counter()
        for kind, function, sender, to, args in steps:
            try:
                if kind == "send" and not trying:
                    function.execute(env, sender, to, args)
                elif kind in ("send", "read"):
                    function.call(env, sender, to, args)
                elif kind == "snapshot":
                    trying += 1
                elif kind == "restore":
                    trying -= 1
                else:
                    env.process_block()
            except envs.RevertError:
                pass
        seconds = time.perf_counter() - began
        _, function, sender, to, args = self._step("read", "0x" + "0" * 40, self._asks)
        self.pool_state = function.call(env, sender, to, args)[0]
        return seconds

    def _step(self, kind: str, *what: Any) -> tuple[Any, ...]:
        if kind not in ("send", "read"):
            return kind, None, b"", b"", []
        sender, call = what
        address = sender.account.address_bytes if isinstance(sender, EvmWallet) else bytes.fromhex(sender[2:])
        to = bytes.fromhex(call.to[2:])
        return kind, self.function(call), address, to, list(call.args)


def compare(name: str, values: dict[str, str], repeats: int) -> None:
    """Measure one case, and print it."""
    netlist = load_netlist(PROJECT / "netlists" / name.split(",")[0] / "netlist.py")
    runs = [run_seconds(netlist, values) for _ in range(repeats)]
    n_ticks = netlist.strategy(values).max_ticks
    set_up, best, worst = min(run[0] for run in runs), min(run[1] for run in runs), max(run[1] for run in runs)
    print(f"\n{name}, {n_ticks} ticks")
    print(f"  set-up, all contracts deployed      {set_up * 1e3:8.1f} ms")
    print(
        f"  a run                               {best * 1e3:8.1f} ms … {worst * 1e3:.1f} ms, {n_ticks / best:,.0f} ticks/s"
    )

    tape = Tape()
    chain, state = open_state(netlist, values, tape)
    setting_up, tape.entries = tape.entries, []
    start = chain.snapshot()
    tape.entries.clear()
    SimEngine(state, netlist.log_data, [RowListener(lambda row: None)]).run()
    running, pool_state = list(tape.entries), chain.read(state.pool.contract.slot0())
    chain.restore(start)
    counts = {kind: sum(entry[0] == kind for entry in running) for kind in ("send", "read", "snapshot")}
    verbs = Verbs(setting_up, chain, state.pool.contract.slot0())
    began = time.perf_counter()
    ours_alone = chain.copy()  # which nobody notes
    print(f"  a copy of the deployed chain        {(time.perf_counter() - began) * 1e6:8.1f} µs")
    seconds = [(replay_ours(ours_alone, running), verbs.replay(running)) for _ in range(repeats)]
    ours, theirs = (min(pair[which] for pair in seconds) for which in (0, 1))
    print(f"  its {counts['send']} transactions, {counts['read']} calls, {counts['snapshot']} trials")
    print(f"    replayed by ours                  {ours * 1e3:8.1f} ms")
    print(f"    replayed by VERBS                 {theirs * 1e3:8.1f} ms, {theirs / ours:.2f} times ours")
    if verbs.pool_state != pool_state:
        raise SystemExit("the pools of the two chains do not end alike, so the figures mean nothing")


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for name, values in CASES.items():
        compare(name, values, repeats)


if __name__ == "__main__":
    main()
