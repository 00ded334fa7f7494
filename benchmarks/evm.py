"""How fast the in-process chain is, beside its peers: same machine, same compiled contracts, one run.

    pip install -e '.[bench]' && python benchmarks/evm.py [REPEATS]

Peers: VERBS 0.4.1 in process, with its own ABI encoding; anvil and ganache through web3.py. Repeats alternate (A B A B),
and medians are shown with their spread. Ours is measured through what agents use: Contract, EvmWallet, Chain.
"""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tokenspice.engine.units import tokens
from tokenspice.web3engine.artifact import Artifact
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.revm import RevmBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config, find_project
from tokenspice.web3engine.network import open_backend

N = 20_000  # transactions or calls per measurement, of the in-process chains
N_NODE = 100  # of the nodes behind JSON-RPC
BLOCK = 100  # transactions per queued block
NO_LIMIT = 2**255

PROJECT = find_project(Path(__file__).parent)
ARTIFACTS = Artifacts(PROJECT, PROJECT / "build")
TOKEN = ARTIFACTS.find("token/Token")
POOL = ARTIFACTS.find("oceanv3/BPool")

Case = Callable[[], float]  # returns operations per second


class Ours:
    """Our chain, with a token, a pool of two tokens, and a holder of both.

    Args:
        clock: in seconds: of the wall, or of this thread's processor time.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.clock = clock
        self.chain = Chain(RevmBackend(), ARTIFACTS)
        self.token = self.chain.deploy_token("A").contract
        other = self.chain.deploy_token("B").contract
        self.holder = self.chain.wallet("holder", A=tokens(10**6), B=tokens(10**6))
        self.friend = self.chain.wallet("friend", A=1)
        self.pool = self.chain.deploy("oceanv3/BPool", sender=self.holder, label="pool")
        for token in (self.token, other):
            self.holder.send(token.approve(self.pool.address, 2**256 - 1))
            self.holder.send(self.pool.bind(token.address, tokens(1000), tokens(5)))
        self.holder.send(self.pool.finalize())
        self.pair = (self.token.address, other.address)

    def transfers(self) -> float:
        send, transfer, to = self.holder.send, self.token.transfer, self.friend.address
        return rate(N, lambda: send(transfer(to, 1)), self.clock)

    def queued(self) -> float:
        submit, transfer, to = self.holder.submit, self.token.transfer, self.friend.address

        def block() -> None:
            for _ in range(BLOCK):
                submit(transfer(to, 1))
            self.chain.advance(15)

        return rate(N // BLOCK, block, self.clock) * BLOCK

    def in_one_crossing(self) -> float:
        """Queued too, but each block handed over at once, as an agent does that stands for many."""
        rows = [(self.holder, (self.friend.address, 1))] * BLOCK

        def block() -> None:
            self.chain.mempool.submit_many(self.token.transfer, rows)
            self.chain.advance(15)

        return rate(N // BLOCK, block, self.clock) * BLOCK

    def views(self) -> float:
        read, balance_of, who = self.holder.read, self.token.balanceOf, self.friend.address
        return rate(N, lambda: read(balance_of(who)), self.clock)

    def swaps(self) -> float:
        send, swap, (a, b) = self.holder.send, self.pool.swapExactAmountIn, self.pair

        def there_and_back() -> None:
            send(swap(a, 10**15, b, 0, NO_LIMIT))
            send(swap(b, 10**15, a, 0, NO_LIMIT))

        return rate(N // 8, there_and_back, self.clock) * 2

    def plain_loop(self) -> float:
        """The same transfers in a Rust loop, with nothing of Python's between them."""
        backend = self.chain.backend
        assert isinstance(backend, RevmBackend)
        call = self.token.transfer(self.friend.address, 1)
        return rate(1, lambda: backend.plain_loop(self.holder.account, call, N), self.clock) * N

    def snapshots(self) -> float:
        """Snapshot, one transfer, restore, in a world of 10,000 holders."""
        call = self.token.transfer(self.friend.address, 1)

        def there_and_back() -> None:
            snapshot = self.chain.snapshot()
            self.holder.send(call)
            self.chain.restore(snapshot)

        return rate(N // 10, there_and_back, self.clock)

    def fill(self, n_holders: int) -> None:
        for number in range(n_holders):
            self.holder.send(self.token.transfer(f"0x{number + 2**32:040x}", 1))


class Verbs:
    """VERBS' chain, with the same contracts, through its ABI layer."""

    def __init__(self) -> None:
        from verbs import abi, envs, utils

        self.holder, self.friend = (utils.int_to_address(number) for number in (1001, 1002))
        self.env = envs.EmptyEnvRandom(1)
        for who in (self.holder, self.friend):
            self.env.create_account(who, 10**30)
        self.token_abi = abi.get_abi("Token", [dict(entry) for entry in TOKEN.entries])
        self.pool_abi = abi.get_abi("BPool", [dict(entry) for entry in POOL.entries])
        self.token, other = (self._deploy(self.token_abi, TOKEN, ["A", "A", tokens(10**9)]) for _ in range(2))
        self.pool = self._deploy(self.pool_abi, POOL, [])
        for token in (self.token, other):
            self.token_abi.approve.execute(self.env, self.holder, token, [self.pool, 2**256 - 1])
            self.pool_abi.bind.execute(self.env, self.holder, self.pool, [token, tokens(1000), tokens(5)])
        self.pool_abi.finalize.execute(self.env, self.holder, self.pool, [])
        self.pair = (self.token, other)

    def _deploy(self, abi: Any, artifact: Artifact, args: list[Any]) -> Any:
        return abi.constructor.deploy(self.env, self.holder, "0x" + artifact.bytecode.hex(), args)

    def transfers(self) -> float:
        execute, env, me, token, to = self.token_abi.transfer.execute, self.env, self.holder, self.token, self.friend
        return rate(N, lambda: execute(env, me, token, [to, 1]))

    def queued(self) -> float:
        make, me, token, to = self.token_abi.transfer.transaction, self.holder, self.token, self.friend

        def block() -> None:
            self.env.submit_transactions([make(me, token, [to, 1]) for _ in range(BLOCK)])
            self.env.process_block()

        return rate(N // BLOCK, block) * BLOCK

    def views(self) -> float:
        call, env, me, token, who = self.token_abi.balanceOf.call, self.env, self.holder, self.token, self.friend
        return rate(N, lambda: call(env, me, token, [who]))

    def swaps(self) -> float:
        execute, (a, b) = self.pool_abi.swapExactAmountIn.execute, self.pair

        def there_and_back() -> None:
            execute(self.env, self.holder, self.pool, [a, 10**15, b, 0, NO_LIMIT])
            execute(self.env, self.holder, self.pool, [b, 10**15, a, 0, NO_LIMIT])

        return rate(N // 8, there_and_back) * 2


class Node:
    """anvil or ganache, through web3.py with a local account that signs."""

    def __init__(self, network: str) -> None:
        from eth_account import Account
        from web3.middleware import SignAndSendRawMiddlewareBuilder

        config = replace(Config(PROJECT), network=network, ganache_url="http://127.0.0.1:1")
        self.chain = Chain(open_backend(config), ARTIFACTS)
        account = Account.create()
        self.chain.backend.set_balance(account.address, 10**24)
        contract = self.chain.deploy_token("A").contract
        for holder in (account.address, self.chain.faucet.address):
            self.chain.faucet.send(contract.transfer(holder, tokens(1)))
        self.w3 = self.chain.w3
        self.w3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(account), layer=0)
        self.w3.eth.default_account = account.address
        address = self.w3.to_checksum_address(contract.address)
        self.token = self.w3.eth.contract(address=address, abi=TOKEN.entries)

    def transfers(self) -> float:
        transfer = self.token.functions.transfer(self.chain.faucet.address, 1)
        terms = {"gas": 100_000, "maxFeePerGas": 10**11, "maxPriorityFeePerGas": 0}

        def send() -> None:
            sent = transfer.transact(terms)  # type: ignore[arg-type]
            self.w3.eth.wait_for_transaction_receipt(sent, poll_latency=0.001)

        return rate(N_NODE, send)

    def views(self) -> float:
        balance_of = self.token.functions.balanceOf(self.chain.faucet.address)
        return rate(N_NODE, balance_of.call)


def rate(count: int, work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how often per second of `clock` the `work` can be done, from `count` times."""
    began = clock()
    for _ in range(count):
        work()
    return count / (clock() - began)


def together(chains: list[Ours], case: str) -> float:
    """Return the summed rate of the same work on several chains, each in a thread of its own."""
    rates: list[float] = []
    threads = [threading.Thread(target=lambda chain=chain: rates.append(getattr(chain, case)())) for chain in chains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(rates)


def compare(title: str, cases: dict[str, Case], repeats: int) -> dict[str, float]:
    """Measure all cases in turn, `repeats` times, and print the medians and how many times the others' the first is."""
    seen: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(repeats):
        for name, case in cases.items():
            seen[name].append(case())
    medians = {name: statistics.median(rates) for name, rates in seen.items()}
    first, *_ = medians.values()
    print(f"\n{title}")
    for name, rates in seen.items():
        spread = f"{min(rates):,.0f} … {max(rates):,.0f}"
        print(f"  {name:34} {medians[name]:>10,.0f}/s   ({spread})   ours is {first / medians[name]:,.2f} times this")
    return medians


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    ours, verbs, anvil, ganache = Ours(), Verbs(), Node("anvil"), Node("ganache")
    try:
        nodes = {"anvil, web3.py": anvil, "ganache, web3.py": ganache}
        compare(
            "ERC-20 transfers, one by one",
            {"ours": ours.transfers, "VERBS": verbs.transfers} | {name: node.transfers for name, node in nodes.items()},
            repeats,
        )
        compare(
            "view calls",
            {"ours": ours.views, "VERBS": verbs.views} | {name: node.views for name, node in nodes.items()},
            repeats,
        )
        compare(
            f"ERC-20 transfers, queued in blocks of {BLOCK}",
            {"ours": ours.queued, "VERBS": verbs.queued},
            repeats,
        )
        compare(
            f"the same, {BLOCK} in one crossing",
            {"ours": ours.in_one_crossing, "VERBS": verbs.queued, "plain Rust loop": ours.plain_loop},
            repeats,
        )
        mine = Ours(time.thread_time)
        ways = {"plain Rust loop": mine.plain_loop, "one by one": mine.transfers, "queued": mine.queued}
        ways["in one crossing"] = mine.in_one_crossing
        compare("ERC-20 transfers of ours per second of processor time", ways, repeats)
        compare("pool swaps, one by one", {"ours": ours.swaps, "VERBS": verbs.swaps}, repeats)
        for case in ("swaps", "transfers", "in_one_crossing"):
            pair = [Ours(), Ours()]
            both = partial(together, pair, case)
            compare(f"{case} on two chains in two threads", {"two threads": both, "one": getattr(ours, case)}, repeats)
        ours.fill(10_000)
        compare("snapshot, transfer, restore, with 10,000 holders", {"ours": ours.snapshots}, repeats)
    finally:
        anvil.chain.close()
        ganache.chain.close()


if __name__ == "__main__":
    main()
