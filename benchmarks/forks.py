"""What a fork costs: requests, time, and speed once all is read; same machine, same contracts, one run.

    python benchmarks/forks.py [REPEATS]

The live chain is an anvil that is started here, with a pool of Ocean's on it. Repeats alternate between a chain that began
empty and one that was forked; medians are shown with their spread, and the ratio of the best. "In Rust" leaves out what
Python does between transactions.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tokenspice.engine.units import tokens
from tokenspice.protocols.ocean_v3 import OceanV3
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.json_rpc import JsonRpc
from tokenspice.web3engine.backends.node_kinds import ANVIL, start_node
from tokenspice.web3engine.backends.patience import FAR
from tokenspice.web3engine.backends.revm import RevmBackend
from tokenspice.web3engine.backends.rpc import RpcBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config, find_project
from tokenspice.web3engine.contract import Call, Contract
from tokenspice.web3engine.fork.cache import ForkCache
from tokenspice.web3engine.fork.fork import Fork
from tokenspice.web3engine.fork.reader import ForkReader
from tokenspice.web3engine.fork.remote import RemoteState

N = 20_000  # transactions or calls per measurement
NO_LIMIT = 2**255

PROJECT = find_project(Path(__file__).parent)
ARTIFACTS = Artifacts(PROJECT, PROJECT / "build")


class Market:
    """Alice, who has OCEAN and a datatoken, and a pool of both, on a new chain."""

    def __init__(self, chain: Chain) -> None:
        ocean = chain.deploy_token("OCEAN")
        alice = chain.wallet("alice", OCEAN=tokens(10**6))
        protocol = OceanV3(chain, ocean)
        datatoken = protocol.create_datatoken(alice, "DT1", tokens(10**6))
        alice.send(datatoken.mint(alice.address, tokens(10**6)))
        pool = protocol.create_pool(alice, "pool", datatoken, (tokens(10**5),) * 2, (tokens(5),) * 2)
        self.addresses = [ocean.contract.address, datatoken.address, pool.contract.address]


class User:
    """Alice, on a chain where the market is already."""

    def __init__(self, chain: Chain, addresses: list[str]) -> None:
        self.chain = chain
        names = ("token/Token", "oceanv3/DataTokenTemplate", "oceanv3/BPool")
        self.ocean, self.datatoken, self.pool = map(chain.contract, names, addresses)
        self.alice, self.bob = chain.wallet("alice"), chain.wallet("bob")

    def approve(self) -> None:
        for token in (self.ocean, self.datatoken):
            self.alice.send(token.approve(self.pool.address, 2**256 - 1))

    def swap(self, giving: Contract, getting: Contract) -> None:
        self.alice.send(self.pool.swapExactAmountIn(giving.address, 10**15, getting.address, 0, NO_LIMIT))

    def transfers(self) -> float:
        send, transfer, to = self.alice.send, self.ocean.transfer, self.bob.address
        return rate(N, lambda: send(transfer(to, 1)))

    def views(self) -> float:
        read, balance_of, who = self.alice.read, self.ocean.balanceOf, self.bob.address
        return rate(N, lambda: read(balance_of(who)))

    def transfers_in_rust(self) -> float:
        return self._in_rust(self.ocean.transfer(self.bob.address, 1))

    def swaps_in_rust(self) -> float:
        swap = self.pool.swapExactAmountIn
        return self._in_rust(swap(self.ocean.address, 10**9, self.datatoken.address, 0, NO_LIMIT))

    def _in_rust(self, call: Call) -> float:
        backend = self.chain.backend
        assert isinstance(backend, RevmBackend)
        return N / backend.plain_loop(self.alice, call, N)

    def swaps(self) -> float:
        def there_and_back() -> None:
            self.swap(self.ocean, self.datatoken)
            self.swap(self.datatoken, self.ocean)

        return rate(N // 8, there_and_back) * 2


def rate(n: int, work: Callable[[], object]) -> float:
    work()
    start = time.perf_counter()
    for _ in range(n):
        work()
    return n / (time.perf_counter() - start)


def first_swap(url: str, addresses: list[str]) -> None:
    """Fork and swap once, live and from the record, and say what it took."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "live.fork"
        for fork in (Fork(url, file=file), Fork(file=file)):
            start = time.perf_counter()
            backend = RevmBackend(fork=fork.open())
            user = User(Chain(backend, ARTIFACTS), addresses)
            user.alice.send(user.ocean.approve(user.pool.address, tokens(1)))
            user.swap(user.ocean, user.datatoken)
            took = time.perf_counter() - start
            backend.close()
            print(f"fork, approve, swap {'live' if fork.url else 'from the record'}: {1000 * took:.1f} ms")
        print(f"the record: {file.stat().st_size:,} bytes")

    rpc = JsonRpc(url, FAR)
    live = RemoteState(rpc)
    user = User(Chain(RevmBackend(fork=ForkReader(ForkCache(live.origin), live)), ARTIFACTS), addresses)
    user.alice.send(user.ocean.approve(user.pool.address, tokens(1)))
    n_before = rpc.n_requests
    user.swap(user.ocean, user.datatoken)
    print(f"HTTP requests: {n_before} to fork, make two wallets and approve; {rpc.n_requests - n_before} for the swap")
    live.close()


def main(n_repeats: int = 5) -> None:
    config = Config(PROJECT)
    node = start_node(ANVIL, replace(config, network="anvil"), 0)
    live = RpcBackend(node.url, node)
    try:
        addresses = Market(Chain(live, ARTIFACTS)).addresses
        first_swap(node.url, addresses)
        empty = Chain(RevmBackend(), ARTIFACTS)
        users = {
            "began empty": User(empty, Market(empty).addresses),
            "forked": User(Chain(RevmBackend(fork=Fork(node.url).open()), ARTIFACTS), addresses),
        }
        for user in users.values():
            user.approve()
        for what in ("transfers", "views", "swaps", "transfers_in_rust", "swaps_in_rust"):
            found: dict[str, list[float]] = {name: [] for name in users}
            for _ in range(n_repeats):
                for name, user in users.items():
                    found[name].append(getattr(user, what)())
            medians = [statistics.median(rates) for rates in found.values()]
            texts = [
                f"{name} {median:,.0f}/s ({min(rates):,.0f}–{max(rates):,.0f})"
                for (name, rates), median in zip(found.items(), medians, strict=True)
            ]
            best = [max(rates) for rates in found.values()]
            print(f"{what.replace('_', ' ')}: {', '.join(texts)}, ratio {best[1] / best[0]:.2f}")
    finally:
        live.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
