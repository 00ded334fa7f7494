"""How long a default run of each netlist takes, for `tsp list`: python benchmarks/durations.py > netlists/seconds.toml

Seconds of one processor, of a process that runs nothing else, with the start of Python left out.
"""

import subprocess
import sys

from tokenspice.studies.netlist.libraries import netlist_files

CODE = """
import sys, time, tokenspice as ts
netlist = ts.netlist(sys.argv[1])
began = time.process_time()
ts.run(netlist, transactions=False)
print(f"{time.process_time() - began:.2f}")
"""


def main() -> None:
    print("# Seconds of one processor that a default run takes; written by benchmarks/durations.py.")
    for name in netlist_files():
        done = subprocess.run([sys.executable, "-c", CODE, name], capture_output=True, text=True)
        if done.returncode:
            print(f"{name}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        else:
            print(f"{name} = {done.stdout.strip()}", flush=True)


if __name__ == "__main__":
    main()
