"""What a million transfers on the in-process chain cost in memory, and whether the last are as fast as the first.

python benchmarks/memory.py [TRANSFERS]
"""

import os
import sys
import time
from pathlib import Path

from tokenspice.engine.units import tokens
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.revm import RevmBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import find_project

BLOCK = 500  # transfers per block; some 800 fill one
WARM_UP = 100_000  # transfers before we measure


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    project = find_project(Path(__file__).parent)
    chain = Chain(RevmBackend(), Artifacts(project, project / "build"))
    transfer = chain.deploy_token("A").contract.transfer
    holder, friend = chain.wallet("holder", A=tokens(1)), chain.wallet("friend")

    def tenth() -> float:
        began = time.process_time()
        for _ in range(count // 10 // BLOCK):
            chain.mempool.submit_many(transfer, [(holder, (friend.address, 1))] * BLOCK)
            chain.advance(15)
        return time.process_time() - began

    for _ in range(WARM_UP // BLOCK):
        chain.mempool.submit_many(transfer, [(holder, (friend.address, 1))] * BLOCK)
        chain.advance(15)
    before = resident_bytes()
    seconds = [tenth() for _ in range(10)]

    print(f"{count:,} transfers: {(resident_bytes() - before) / count:.2f} bytes each")
    print(f"the last tenth took {seconds[-1] / seconds[0]:.2f} times as long as the first")


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
