#!/usr/bin/env python3
"""Set up this checkout on a machine that has Python 3.11+, Node and Rust, then run a job in it.

    python3 bootstrap.py        installs into .venv/ and node_modules/, runs simplepool and draws its plots
    python3 bootstrap.py test   installs the same with the test tools, and runs the checkers and the in-process tests
    python3 bootstrap.py ci     the same, and then the tests that take long, start nodes or start clusters

Later runs install only what changed.
"""

import os
import shutil
import subprocess
import sys
import venv
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")


def main() -> None:
    job = sys.argv[1] if len(sys.argv) > 1 else "demo"
    if job not in ("demo", "test", "ci") or len(sys.argv) > 2:
        sys.exit(__doc__)
    if sys.version_info < (3, 11):  # noqa: UP036  (this script runs before anything checks the version)
        sys.exit(f"bootstrap: Python {sys.version.split()[0]} is too old. Run it with Python 3.11 or newer.")
    npm = shutil.which("npm") or sys.exit("bootstrap: there is no `npm` on PATH. Install Node.js 20 or newer.")
    if not BIN.exists():
        venv.create(VENV, with_pip=True)
    os.environ.setdefault("CARGO_TARGET_DIR", str(HERE / "build" / "cargo"))  # for the wheel that tests build, too
    run(BIN / "python", "-m", "pip", "install", "--quiet", "--editable", "." if job == "demo" else ".[test]")
    if subprocess.run(
        [BIN / "python", "-c", "import tokenspice.web3engine._core"], cwd=HERE, capture_output=True
    ).returncode:
        print("bootstrap: no Rust toolchain, so the in-process chain was not built; runs use anvil, then ganache.")
    # Packages' install scripts would build native parts that nothing here needs.
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    demo() if job == "demo" else test()
    if job == "ci":
        run(BIN / "python", "-m", "pytest", "-m", "(nodes or cluster or slow) and not weekly")


def demo() -> None:
    out = Path("runs") / f"simplepool-{datetime.now():%Y%m%d-%H%M%S}"
    run(BIN / "tsp", "run", "netlists/simplepool/netlist.py", out)
    run(BIN / "tsp", "plot", "netlists/simplepool/netlist.py", out, out / "plots")


def test() -> None:
    run(BIN / "ruff", "check")
    run(BIN / "ruff", "format", "--check")
    run(BIN / "mypy")
    run(BIN / "python", "-m", "pytest")


def run(*command: object) -> None:
    print("$", *(str(word).removeprefix(f"{HERE}{os.sep}") for word in command), flush=True)
    code = subprocess.run([str(word) for word in command], cwd=HERE).returncode
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()
