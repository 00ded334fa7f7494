"""The Solidity compilers that are at hand, and how one is asked."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tokenspice.files import read_file
from tokenspice.web3engine.errors import CompileError, NoCompiler
from tokenspice.web3engine.npm import VERSIONS, install_command, node_folders

__all__ = ["find_solc", "run_solc"]

TIMEOUT_S = 900
MOST_BYTES = 1 << 20  # of a package.json

# npm's solc prints a remark before its JSON when it is asked as a command, so we ask its library.
SOLC_JS = """
const solc = require(process.argv[1]);
const compile = solc.compileStandardWrapper || solc.compile;
process.stdout.write(compile(require("fs").readFileSync(0, "utf8")));
"""
HINTS = {
    "different compiler version": ' Write the version that it asks for in protocol.toml: [solc] version = "…"; '
    "sources for several compilers each need a folder with a protocol.toml of their own.",
    "Stack too deep": " Write in protocol.toml beside it: [solc] via_ir = true.",
}


def run_solc(standard_json: dict[str, Any], command: list[str], place: str) -> dict[str, Any]:
    """Compile, and return the contracts by source and name.

    Args:
        standard_json: solc's standard JSON input.
        command: as `find_solc` returns it.
        place: what to call the sources in a message.

    Raises:
        CompileError: solc refuses a source, or does not run.
    """
    try:
        asked = subprocess.run(
            command, input=json.dumps(standard_json).encode(), capture_output=True, timeout=TIMEOUT_S
        )
        output = json.loads(asked.stdout)
        reports = output.get("errors", [])
    except subprocess.TimeoutExpired:
        raise CompileError(f"{place}: solc did not end within {TIMEOUT_S} s.") from None
    except OSError as error:
        raise CompileError(f"{place}: solc cannot be run: {command[0]}: {error.strerror}.") from error
    except (ValueError, AttributeError):
        lines = asked.stderr.decode(errors="replace").strip().splitlines() or ["it answered nothing"]
        raise CompileError(f"{place}: solc failed: {lines[-1][:300]}.") from None
    if faults := [report for report in reports if report["severity"] == "error"]:
        raise CompileError(f"{place}: {in_one_line(faults[0])}")
    return dict(output["contracts"])


def in_one_line(report: dict[str, str]) -> str:
    """Return an error that solc reports with its file and line."""
    text = report.get("formattedMessage") or report.get("message") or "no reason given"
    lines = [line.strip() for line in text.splitlines()]
    place = next((line.removeprefix("--> ").rstrip(":") for line in lines if line.startswith("--> ")), "")
    what = next((line for line in lines if line), text).rstrip(".")
    hint = next((hint for words, hint in HINTS.items() if words in text), "")
    return f"{f'{place}: ' if place else ''}{what}.{hint}"


def find_solc(version: str, project: Path) -> list[str]:
    """Return the command of a compiler of exactly this version: npm's, one that py-solc-x knows, or one on PATH.

    Raises:
        NoCompiler: there is none.
    """
    available = npm_compilers(project)
    node = shutil.which("node")
    if version in available and node:
        return [node, "-e", SOLC_JS, str(available[version].resolve())]
    # Only now, because py-solc-x takes a while to import.
    import solcx

    if version in [str(found) for found in solcx.get_installed_solc_versions()]:
        return [str(solcx.install.get_executable(version)), "--standard-json"]
    native = shutil.which("solc")
    if (
        native
        and f"Version: {version}+" in subprocess.run([native, "--version"], capture_output=True, text=True).stdout
    ):
        return [native, "--standard-json"]
    if version in available:
        raise NoCompiler(
            f"solc {version} from npm needs Node.js, and there is no `node` on PATH. Install Node 20 or newer."
        )
    known = next((name for name, spec in VERSIONS.items() if spec.endswith(f"npm:solc@{version}")), "")
    raise NoCompiler(
        f"there is no solc {version}. Installed from npm: {', '.join(sorted(available)) or 'none'}. "
        f"{install_command(project, known or f'solc-{version}@npm:solc@{version}')}."
    )


def npm_compilers(project: Path) -> dict[str, Path]:
    """Return the packages of solc that npm installed, by version."""
    available: dict[str, Path] = {}
    for folder in node_folders(project):
        for package in sorted(folder.glob("solc*/package.json")):
            try:
                available.setdefault(str(json.loads(read_file(package, MOST_BYTES))["version"]), package.parent)
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue  # a package that is half installed
    return available
