"""How fast thirty years of hours pass, off the chain and with OCEAN on the in-process chain, in one run.

    python benchmarks/science.py [REPEATS]

Times are of the processor, rows are made daily and kept in memory; repeats alternate (A B A B), and the best is shown.
"""

import sys
import time

from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.config import Config, find_project

PROJECT = find_project()
NETLISTS = ("opsci_public_funding_ps", "growth_public_funding_ps", "community_growth_public_funding_ps")
LEDGERS = ("off_chain", "evm")


def seconds(name: str, ledger: str) -> tuple[float, int]:
    """Return the processor's seconds of one run, and its ticks."""
    netlist = load_netlist(find_netlist(name, PROJECT / "netlists"))
    ss = netlist.strategy({"ledger": ledger})
    chain = open_chain(Config(PROJECT, network="revm"), netlist.path) if netlist.starts_chain(ss) else None
    state, rows = netlist.state(ss, chain), list[LogRow]()
    began = time.process_time()
    SimEngine(state, netlist.log_data, [RowListener(rows.append)]).run()
    return time.process_time() - began, state.tick


def main() -> None:
    """Print a table."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for name in NETLISTS:
        runs: dict[str, list[tuple[float, int]]] = {ledger: [] for ledger in LEDGERS}
        for _ in range(repeats):
            for ledger in LEDGERS:
                runs[ledger].append(seconds(name, ledger))
        best = {ledger: min(found) for ledger, found in runs.items()}
        shown = ", ".join(f"{ledger} {s:.2f} s, {ticks / s:,.0f} ticks/s" for ledger, (s, ticks) in best.items())
        print(f"{name}: {shown}; ratio {best['evm'][0] / best['off_chain'][0]:.2f}")


if __name__ == "__main__":
    main()
