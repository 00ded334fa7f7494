"""What checkpoints cost, and what a warm start saves.

python benchmarks/checkpoints.py
"""

import dataclasses
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.units import DAY, tokens
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist
from tokenspice.studies.record.run_folder import RunFolder
from tokenspice.studies.resume.checkpoint import Checkpoints, memory_of
from tokenspice.studies.resume.warm_start import load_warm_start, save_warm_start, wire
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.web3engine.config import Config, find_project, read_config

ROUNDS = 7
N_DEPLOYMENTS = 50
N_WALLETS = 500

HEAVY = f"""
from tokenspice.netlists.simplepool.netlist import *  # noqa
import tokenspice.netlists.simplepool.netlist as simplepool

class SimState(simplepool.SimState):
    def __init__(self, ss, chain):
        super().__init__(ss, chain)
        for number in range({N_DEPLOYMENTS}):
            chain.deploy("oceanv3/BPool")
        for number in range({N_WALLETS}):
            chain.wallet(f"holder{{number}}", OCEAN={tokens(1)})
"""


def main() -> None:
    project = find_project(Path(__file__).parent)
    config = dataclasses.replace(read_config(project), network="revm")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("simplegrant", "simplepool"):
            checkpoints(load_netlist(find_netlist(name, project / "netlists")), config, home / name)
        (home / "heavy").mkdir()
        (home / "heavy" / "netlist.py").write_text(HEAVY)
        sys.path.insert(0, str(project))
        starts(load_netlist(find_netlist("simplepool", project / "netlists")), config, home / "light.start")
        starts(load_netlist(home / "heavy" / "netlist.py"), config, home / "heavy.start")


def checkpoints(netlist: Netlist, config: Config, out: Path) -> None:
    """Print what one checkpoint takes, at the end of a run, and what a run with one a simulated day does."""
    ss = netlist.strategy()
    state, chain, start = wire(netlist, ss, config)
    memory = memory_of(netlist, state, chain)
    SimEngine(state, netlist.log_data).run()
    with RunFolder(out / "one", {}) as folder:
        writer = Checkpoints(folder, DAY, memory, start, chain)
        whole = best(lambda: writer.write(state.tick))
    looking = best(memory.save)
    runs = iter(range(10**6))
    plain = best(lambda: run_once(netlist, ss, out / str(next(runs)), config))
    kept = best(lambda: run_once(netlist, ss, out / str(next(runs)), config, RunOptions(checkpoint_every=DAY)))
    n_written = ss.max_ticks * ss.time_step // DAY + 1
    print(
        f"{out.name}: a checkpoint takes {whole * 1e3:.1f} ms, {looking * 1e3:.2f} ms of it for the agents, and "
        f"{writer.bytes_written:,} bytes; a run of {plain * 1e3:.0f} ms takes {kept / plain:.2f} times as long with "
        f"{n_written} of them"
    )


def starts(netlist: Netlist, config: Config, path: Path) -> None:
    """Print how long it takes to wire a state, cold and from a start, where contracts are compiled and read already."""
    ss = netlist.strategy()
    start = save_warm_start(netlist, ss, config, path)
    start.state(netlist, ss, config)
    artifacts = open_chain(config, netlist.path).artifacts

    def cold() -> None:
        chain = open_chain(config, netlist.path)
        chain.artifacts = artifacts
        netlist.state(ss, chain)

    cold()
    times = {
        "cold": best(lambda: netlist.state(ss, open_chain(config, netlist.path))),
        "with the contracts at hand": best(cold),
        "from a start": best(lambda: start.state(netlist, ss, config)),
        "from a start's file": best(lambda: load_warm_start(path).state(netlist, ss, config)),
    }
    print(f"{path.stem}: {path.stat().st_size:,} bytes; wiring takes", end=" ")
    print(", ".join(f"{name} {seconds * 1e3:.1f} ms" for name, seconds in times.items()))


def best(act: Callable[[], object]) -> float:
    """Seconds of the quickest of several rounds."""
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        found.append(time.perf_counter() - began)
    return min(found)


if __name__ == "__main__":
    main()
