"""What `tsp doctor` looks at: one finding for each thing that some run may need, with what to type where it is missing."""

import importlib.util
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from tokenspice.user_data import data_folder
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.npm import SETS, find_in_packages
from tokenspice.web3engine.solc import npm_compilers

__all__ = ["Finding", "findings"]

TIMEOUT_S = 10
OLDEST_PYTHON = (3, 11)
# The libraries by which an extra is known to be there.
EXTRAS = {
    "bench": "verbs",
    "dask": "distributed",
    "docs": "zensical",
    "notebook": "duckdb",
    "ray": "ray",
    "train": "optax",
    "twin": "arch",
}


@dataclass(frozen=True)
class Finding:
    """One thing.

    Attributes:
        name: what was looked for.
        state: "found", "missing" (only some runs need it), or "broken" (a default run cannot work).
        detail: its version or place; of a missing one, what lacks without it.
        remedy: what to type.
    """

    name: str
    state: str
    detail: str
    remedy: str = ""


def findings(config: Config) -> Iterator[Finding]:
    """Look at everything. No value of an environment variable is shown."""
    yield python()
    # What is to be done by the first chain that is installed can be done by a node.
    nodes = (node("anvil", "@foundry-rs/anvil", config), node("ganache", "ganache", config))
    needs_core = config.network == "revm" or config.network == "auto" and all(one.state == "missing" for one in nodes)
    yield core("tokenspice.web3engine._core", "the in-process chain", broken=needs_core)
    yield core("tokenspice.markets.pools._core", "the fast loop over pools' histories", broken=False)
    yield program("node", "Node.js", "runs ganache and npm's solc", "Install Node.js 20 or newer.")
    yield from nodes
    yield from compilers(config)
    yield from (packages(name, config) for name in SETS if name not in ("anvil", "ganache", "solc"))
    yield graphviz()
    yield from (
        writable(what, path)
        for what, path in (("compiled contracts", config.build_folder), ("data folder", data_folder()))
    )
    yield port()
    yield from (extra(name, library) for name, library in EXTRAS.items())


def python() -> Finding:
    if sys.version_info < OLDEST_PYTHON:
        return Finding("Python", "broken", platform.python_version(), "Install Python 3.11 or newer.")
    return Finding("Python", "found", platform.python_version())


def core(module: str, what: str, broken: bool) -> Finding:
    """Look for a compiled core, and load it."""
    remedy = "Install a wheel for this platform, or a Rust toolchain, and then tokenspice again."
    try:
        loaded = importlib.import_module(module)
    except ImportError as error:
        missing = importlib.util.find_spec(module) is None
        return Finding(what, "broken" if broken else "missing", "not built" if missing else str(error), remedy)
    revm = getattr(loaded, "REVM_VERSION", "")
    return Finding(what, "found", f"revm {revm}" if revm else "built")


def program(command: str, name: str, what_for: str, remedy: str) -> Finding:
    path = shutil.which(command)
    if path is None:
        return Finding(name, "missing", what_for, remedy)
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(name, "missing", f"{path} does not run: {type(error).__name__}", remedy)
    return Finding(name, "found", f"{(asked.stdout or asked.stderr).strip().splitlines()[:1] or ['?']}".strip("[]'"))


def node(name: str, package: str, config: Config) -> Finding:
    """Look for a node's package, or its program on PATH."""
    path = find_in_packages(config.project, package)
    if path or shutil.which(name):
        return Finding(name, "found", str(path or shutil.which(name)))
    return Finding(name, "missing", f"--network {name}", f"tsp setup {name}")


def compilers(config: Config) -> Iterator[Finding]:
    found = npm_compilers(config.project)
    yield from (Finding(f"solc {version}", "found", str(path)) for version, path in sorted(found.items()))
    if not found:
        yield Finding("solc", "missing", "compiles Solidity of your own", "tsp setup solc")


def packages(name: str, config: Config) -> Finding:
    lacking = [package for package in SETS[name] if not find_in_packages(config.project, package)]
    if not lacking:
        return Finding(f"contracts of {name}", "found", str(find_in_packages(config.project, SETS[name][0])))
    what = "compiles dynamicpool after a change" if name == "dynamicpool" else "netlists on these contracts"
    return Finding(f"contracts of {name}", "missing", what, f"tsp setup {name}")


def graphviz() -> Finding:
    try:
        importlib.import_module("pygraphviz")
    except ImportError as error:
        return Finding("Graphviz", "missing", f"tsp show: {error}", "pip install pygraphviz")
    fonts = shutil.which("fc-list")
    listed = bool(fonts and subprocess.run([fonts], capture_output=True, timeout=TIMEOUT_S).stdout.strip())
    said = (
        ""
        if listed or sys.platform in ("win32", "darwin")
        else "; no fonts are installed, so letters' widths are guessed"
    )
    return Finding("Graphviz", "found", f"pygraphviz {metadata.version('pygraphviz')}{said}")


def writable(what: str, folder: Path) -> Finding:
    """Tell whether a folder, or the nearest that exists above it, can be written to."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if os.access(there, os.W_OK):
        return Finding(what, "found", str(folder))
    return Finding(what, "missing", f"{folder} cannot be written to", "Give yourself the right to write there.")


def port() -> Finding:
    try:
        with socket.socket() as asked:
            asked.bind(("127.0.0.1", 0))
    except OSError as error:
        return Finding("a free port", "missing", f"for nodes: {error.strerror}", "Free a port of 127.0.0.1.")
    return Finding("a free port", "found", "127.0.0.1")


def extra(name: str, library: str) -> Finding:
    if importlib.util.find_spec(library) is None:
        return Finding(f"extra {name}", "missing", library, f"pip install 'tokenspice[{name}]'")
    return Finding(f"extra {name}", "found", f"{library} {metadata.version(library)}")
