"""How long the netlists oceanv3 and oceanv4 take in process, beside anvil and ganache: same machine, same run.

    python benchmarks/ocean.py [REPEATS]

Each is a default run, from opening the chain to the last row; a node's start is in it. The best of the repeats is shown,
which alternate (A B C A B C).
"""

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.config import Config, find_project

NETWORKS = ("revm", "anvil", "ganache")
PROJECT = find_project(Path(__file__).parent)


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for name in ("oceanv3", "oceanv4"):
        netlist = load_netlist(find_netlist(name, PROJECT / "netlists"))
        best = dict.fromkeys(NETWORKS, float("inf"))
        for _ in range(repeats):
            for network in NETWORKS:
                best[network] = min(best[network], seconds(netlist, network))
        for network, took in best.items():
            print(f"{name} on {network}: {took:.2f} s, {took / best['revm']:.0f} times revm's")


def seconds(netlist: Netlist, network: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        # No ganache of the user's is used.
        config = replace(Config(PROJECT, ganache_url="http://127.0.0.1:1"), network=network)
        began = time.perf_counter()
        run_once(netlist, netlist.strategy(), Path(folder) / "run", config)
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
