"""How fast the futures of RAI are, with the controller as a contract in the loop.

    python benchmarks/rai.py [PATHS]

Two things are measured, each from nothing, in new processes: 4 scenarios of 10 paths of 168 hours, which the predecessor,
on plain arrays, took 508 s for on 2 cores; and 4 scenarios of PATHS paths (1000 unless given). Processor seconds are
those of all processes; where the machine does other things meanwhile, they say more than the time on the clock.
"""

import os
import sys
import time

from tokenspice.protocols.rai import EthModel, EthTerms, Scenario
from tokenspice.studies.twin import bundled, extrapolate

PREDECESSOR_S = 508.0  # its own 40 paths of 168 hours, on 2 cores
HOURS = 168
SCENARIOS = (
    Scenario(),
    Scenario("ether falls by 35 %", eth_shock=-0.35),
    Scenario("half the pool is drained", liquidity_drain=0.5),
    Scenario("no controller", kp=0.0),
)


def measure(paths: int, controller: str = "evm", workers: int | None = None) -> tuple[float, float]:
    """Return seconds on the clock, and of processors."""
    history, eth = bundled("retrieval_2021-06-13T191905"), EthModel(EthTerms(kind="garch"))
    began, before = time.monotonic(), os.times()
    extrapolate(history, eth, SCENARIOS, paths=paths, hours=HOURS, controller=controller, workers=workers)
    after = os.times()
    spent = sum(after[:4]) - sum(before[:4])
    return time.monotonic() - began, spent


def main() -> None:
    """Measure, and print what was found."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"load before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    seconds, spent = measure(10, workers=os.cpu_count())
    print(
        f"4 scenarios x 10 paths x {HOURS} h: {seconds:.1f} s on the clock, {spent:.1f} s of processors; the predecessor's "
        f"508 s are {PREDECESSOR_S / seconds:.0f} times as long"
    )
    seconds, spent = measure(many, workers=os.cpu_count())
    print(
        f"4 scenarios x {many} paths x {HOURS} h: {seconds:.1f} s on the clock, {spent:.1f} s of processors, "
        f"{1000 * spent / (4 * many):.0f} ms a path; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
