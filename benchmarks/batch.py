"""How fast many runs are, beside VERBS' batch runner, and how much memory a thousand of them take.

    pip install -e '.[bench]' && python benchmarks/batch.py [REPEATS]

The work: 50 holders of an ERC-20; in each of 100 steps each of them is active with some probability and then gives one
unit to another, the block is mined, and every balance is read. Three activation rates times 30 seeds are 90 runs. Both
sides draw from numpy's default_rng(seed) in the same order, and must end with the same balances. Repeats alternate, on
two warm workers each; ratios come first, because digits depend on the machine, and CPU time stands beside wall time,
because it depends less on what else the machine does.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from tokenspice.studies.batch.design import Design
from tokenspice.studies.batch.runs import Progress, run_batch
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config, find_project

N_AGENTS = 50
N_STEPS = 100
N_SEEDS = 30
RATES = [0.1, 0.2, 0.3]
EACH = 1000  # units that a holder begins with
PROJECT = find_project(Path(__file__).parent)


def ring(chain: Chain, seed: int, activation: float) -> list[list[int]]:
    """Return the balances after each step, [N_STEPS][N_AGENTS], on our chain."""
    rng = np.random.default_rng(seed)
    token = chain.deploy_token("A").contract
    holders = [chain.wallet(f"holder{number}", A=EACH) for number in range(N_AGENTS)]
    records = []
    for _ in range(N_STEPS):
        rows = [
            (holder, (holders[rng.integers(N_AGENTS)].address, 1)) for holder in holders if rng.random() < activation
        ]
        chain.mempool.submit_many(token.transfer, rows)
        chain.advance(15)
        records.append([chain.read(token.balanceOf(holder.address)) for holder in holders])
    return records


class Holder:
    """The same for VERBS: one holder."""

    def __init__(self, number: int, activation: float, abi: Any, token: Any) -> None:
        from verbs import utils

        self.address = utils.int_to_address(1000 + number)
        self.others = [utils.int_to_address(1000 + other) for other in range(N_AGENTS)]
        self.activation, self.abi, self.token = activation, abi, token

    def update(self, rng: np.random.Generator, env: Any) -> list[Any]:
        if rng.random() >= self.activation:
            return []
        return [self.abi.transfer.transaction(self.address, self.token, [self.others[rng.integers(N_AGENTS)], 1])]

    def record(self, env: Any) -> int:
        return int(self.abi.balanceOf.call(env, self.address, self.token, [self.address])[0][0])


def verbs_ring(env: Any, seed: int, n_steps: int, activation: float, entries: Any, bytecode: bytes) -> Any:
    """Return the same, on VERBS' chain."""
    from verbs import abi, sim, utils

    faucet = utils.int_to_address(999)
    env.create_account(faucet, 10**30)
    token_abi = abi.get_abi("Token", [dict(entry) for entry in entries])
    token = token_abi.constructor.deploy(env, faucet, "0x" + bytecode.hex(), ["A", "A", 10**27])
    holders = [Holder(number, activation, token_abi, token) for number in range(N_AGENTS)]
    for holder in holders:
        env.create_account(holder.address, 10**30)
        token_abi.transfer.execute(env, faucet, token, [holder.address, EACH])
    return sim.Sim(seed, env, holders).run(n_steps=n_steps, show_progress=False)


def ours(workers: Workers) -> list[Any]:
    groups = run_batch(ring, Design(sweep={"activation": RATES}, seeds=list(range(N_SEEDS))), workers=workers)
    return [sample.value for group in groups for sample in group.samples]


def verbs(n_jobs: int) -> list[Any]:
    from verbs.batch_runner import batch_run

    artifact = Artifacts(PROJECT, PROJECT / "build").find("token/Token")
    sets = [{"activation": rate, "entries": artifact.entries, "bytecode": artifact.bytecode} for rate in RATES]
    groups = batch_run(
        verbs_ring, n_steps=N_STEPS, n_samples=N_SEEDS, parameters_samples=sets, n_jobs=n_jobs, verbose=0
    )
    return [sample for group in groups for sample in group["samples"]]


def compare(repeats: int) -> None:
    """Print how fast 90 runs are, and what they cost: ours with two workers and with one, and VERBS' with two."""
    config = Config(PROJECT, network="revm")
    with Workers(2, config=config) as two, Workers(1, config=config) as one:
        cases: dict[str, Callable[[], list[Any]]] = {
            "ours, two workers": lambda: ours(two),
            "VERBS, two workers": lambda: verbs(2),
            "ours, one worker": lambda: ours(one),
        }
        balances = [case() for case in cases.values()]
        assert balances[0] == balances[1] == balances[2], "all did the same work"
        seen: dict[str, list[Cost]] = {name: [] for name in cases}
        for _ in range(repeats):
            for name, case in cases.items():
                seen[name].append(cost(case, len(balances[0])))
    medians = {name: Cost(*map(statistics.median, zip(*costs, strict=True))) for name, costs in seen.items()}
    first = medians["ours, two workers"]
    print(f"\n{len(balances[0])} runs of the ring, with the same balances on all sides; medians of {repeats}")
    for name, mine in medians.items():
        times = f"{mine.seconds / first.seconds:5.2f} times as long as ours with two, {mine.cpu / first.cpu:5.2f} times the CPU"
        digits = f"{1 / mine.seconds:6.1f} runs/s, {mine.cpu * 1e3:6.1f} ms of CPU a run, {mine.parent * 1e3:4.1f} of them here"
        print(f"  {name:20} {times}   ({digits})")


class Cost(NamedTuple):
    """What one run of a batch takes: seconds by the clock, of CPU in all processes, and of CPU in this one."""

    seconds: float
    cpu: float
    parent: float


def cost(work: Callable[[], object], n_runs: int) -> Cost:
    """Measure a batch. What the machine does besides lengthens the seconds, and not so much the CPU's."""
    began, cpu, parent = time.perf_counter(), cpu_seconds(), time.process_time()
    work()
    taken = time.perf_counter() - began, cpu_seconds() - cpu, time.process_time() - parent
    return Cost(*(value / n_runs for value in taken))


def cpu_seconds() -> float:
    """Of this process and its children, all of which stay."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in family()]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def memory(n_runs: int = 1000, warm_up: int = 200) -> None:
    """Print by how many bytes a run makes this process and its workers grow, over simplegrant."""
    netlist = load_netlist(PROJECT / "netlists" / "simplegrant" / "netlist.py")
    sizes: list[dict[int, int]] = []

    def watch(progress: Progress) -> None:
        if progress.n_done in (warm_up, n_runs):
            sizes.append({pid: resident_bytes(pid) for pid in family()})

    with TemporaryDirectory() as folder:
        began = time.perf_counter()
        run_batch(netlist, Design(seeds=n_runs), Path(folder) / "batch", Workers(2), watch=watch)
        print(f"1,000 runs of simplegrant: {time.perf_counter() - began:.1f} s with two workers, tables included")
        import pandas

        began = time.perf_counter()
        n_rows = len(pandas.read_parquet(Path(folder) / "batch" / "rows.parquet"))
        print(f"  pandas.read_parquet: {n_rows:,} rows in {time.perf_counter() - began:.2f} s")
    before, after = sizes
    for pid, size in after.items():
        who = "this process" if pid == os.getpid() else "a child"
        grown = (size - before.get(pid, size)) / (n_runs - warm_up)
        print(f"  {who}: {size / 1e6:.0f} MB, {grown:.0f} bytes more with each run")


def family() -> list[int]:
    """This process and its children."""
    stats = {int(path.parent.name): path.read_text() for path in Path("/proc").glob("[0-9]*/stat")}
    return [os.getpid(), *(pid for pid, stat in stats.items() if int(stat.rsplit(")", 1)[1].split()[1]) == os.getpid())]


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    memory()
    compare(int(sys.argv[1]) if len(sys.argv) > 1 else 5)


if __name__ == "__main__":
    main()
