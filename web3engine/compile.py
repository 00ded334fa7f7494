"""Solidity into artifacts: standard JSON through py-solc-x, kept by the hash of all that went in."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from filelock import FileLock

from tokenspice.engine.files import replace_file
from tokenspice.web3engine.artifacts import Artifact, Protocol
from tokenspice.web3engine.errors import CompileError
from tokenspice.web3engine.linking import creation_code
from tokenspice.web3engine.rules import HARDFORK

__all__ = ["compile_protocol"]

DEFAULT_SOLC = {"version": "0.8.26", "optimizer_runs": 200}

# The first solc that knows HARDFORK; an older one knows no newer opcodes either.
KNOWS_HARDFORK = (0, 8, 20)

IMPORT = re.compile(r"""^\s*import\s+(?:[^"';]*?\bfrom\s+)?["']([^"']+)["']""", re.MULTILINE)

# npm's solc prints a remark before its JSON when it is asked as a command, so we ask its library.
SOLC_JS = """#!/usr/bin/env node
const solc = require({package});
if (process.argv.includes("--version")) {{
  console.log("solc, the solidity compiler\\nVersion: " + solc.version());
}} else {{
  const compile = solc.compileStandardWrapper || solc.compile;
  process.stdout.write(compile(require("fs").readFileSync(0, "utf8")));
}}
"""


def compile_protocol(protocol: Protocol, project: Path, build: Path) -> list[Artifact]:
    """Compile a folder of Solidity; what was compiled before, from the same sources, is read from `build`.

    Args:
        protocol: the folder. Its protocol.toml may say [solc] version, optimizer_runs and evm_version.
        project: the folder that holds node_modules/, for the compiler and for imports of packages.

    Raises:
        CompileError: the sources do not compile, or there is no compiler of that version.
    """
    settings = DEFAULT_SOLC | protocol.settings.get("solc", {})
    standard_json = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in sorted(gather(protocol, project).items())},
        "settings": {
            **evm_version(settings),
            "optimizer": {"enabled": True, "runs": settings["optimizer_runs"]},
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object", "evm.bytecode.linkReferences"]}},
        },
    }
    key = hashlib.sha256(json.dumps([settings["version"], standard_json]).encode()).hexdigest()
    kept = build / "contracts" / f"{protocol.name}-{key[:16]}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(build / "lock"):  # of many workers that need it at once, one compiles
            if not kept.exists():
                contracts = run_solc(standard_json, settings["version"], protocol, project, build)
                replace_file(kept, json.dumps(contracts).encode())
    own = {source_name(path, protocol) for path in protocol.sources}
    return [
        Artifact(protocol.name, name, contract["abi"], code, f"solc {settings['version']}, {file}", links)
        for file, contracts in json.loads(kept.read_text()).items()
        for name, contract in contracts.items()
        for code, links in [creation_code(*in_json(contract))]
        if file in own and code  # an interface has none
    ]


def evm_version(settings: dict[str, Any]) -> dict[str, str]:
    """Return the setting that keeps a compiler from using opcodes that the oldest backend does not know."""
    numbers = tuple(int(number) for number in str(settings["version"]).split("."))
    chosen = settings.get("evm_version", HARDFORK if numbers >= KNOWS_HARDFORK else None)
    return {"evmVersion": chosen} if chosen else {}


def gather(protocol: Protocol, project: Path) -> dict[str, str]:
    """Return the text of a protocol's sources and of all that they import, by the name solc is to know."""
    waiting = {source_name(path, protocol): path for path in protocol.sources}
    texts: dict[str, str] = {}
    while waiting:
        name, path = waiting.popitem()
        try:
            texts[name] = path.read_text()
        except OSError as error:
            raise CompileError(f"{path} cannot be read: {error.strerror}.") from error
        for imported in IMPORT.findall(texts[name]):
            target = imported_name(imported, name)
            if target not in texts:
                waiting[target] = find_source(target, imported, path, protocol, project)
    return texts


def source_name(path: Path, protocol: Protocol) -> str:
    return f"{protocol.name}/{path.relative_to(protocol.folder).as_posix()}"


def imported_name(imported: str, importer: str) -> str:
    if not imported.startswith("."):
        return imported
    return Path(os.path.normpath(Path(importer).parent / imported)).as_posix()


def find_source(name: str, imported: str, importer: Path, protocol: Protocol, project: Path) -> Path:
    for root in (protocol.folder.parent, project / "contracts", project / "node_modules"):
        if (root / name).is_file():
            return root / name
    raise CompileError(
        f'{importer} imports "{imported}", which is neither beside it nor in contracts/ nor in node_modules/. '
        "A package's sources come with `npm install <package>`."
    )


def run_solc(
    standard_json: dict[str, Any], version: str, protocol: Protocol, project: Path, build: Path
) -> dict[str, Any]:
    """Compile, and return the contracts by source and name."""
    import solcx
    from solcx.exceptions import SolcError

    try:
        output = solcx.compile_standard(standard_json, solc_binary=find_solc(version, project, build))
    except SolcError as error:
        raise CompileError(f"{protocol.folder}: {first_error(error)}") from error
    return dict(output["contracts"])


def first_error(error: Any) -> str:
    """Return the first error that solc reports, in one line, with file and line."""
    try:
        reports = json.loads(error.stdout_data)["errors"]
        text = next(report["formattedMessage"] for report in reports if report["severity"] == "error")
    except (ValueError, KeyError, StopIteration, TypeError):
        text = str(error.stderr_data or error.message)
    hint = ' Write the version that it asks for in protocol.toml: [solc] version = "…".'
    lines = [line.strip() for line in text.splitlines()]
    place = next((line.removeprefix("--> ").rstrip(":") for line in lines if line.startswith("--> ")), "")
    what = next((line for line in lines if line), text).rstrip(".")
    return f"{f'{place}: ' if place else ''}{what}.{hint if 'different compiler version' in text else ''}"


def find_solc(version: str, project: Path, build: Path) -> Path:
    """Return a compiler of exactly this version: npm's, one that py-solc-x knows, or one on PATH.

    Raises:
        CompileError: there is none.
    """
    import solcx

    available = {}
    for package in sorted((project / "node_modules").glob("solc*/package.json")):
        available[json.loads(package.read_text())["version"]] = package.parent
    if version in available and shutil.which("node"):
        return write_solc_js(available[version], version, build)
    if version in [str(found) for found in solcx.get_installed_solc_versions()]:
        return Path(solcx.install.get_executable(version))
    native = shutil.which("solc")
    if (
        native
        and f"Version: {version}+" in subprocess.run([native, "--version"], capture_output=True, text=True).stdout
    ):
        return Path(native)
    if version in available:
        raise CompileError(
            f"solc {version} from npm needs Node.js, and there is no `node` on PATH. Install Node 20 or newer."
        )
    raise CompileError(
        f"there is no solc {version}. Installed from npm: {', '.join(sorted(available)) or 'none'}. Run `npm ci`, or "
        f"`npm install solc-{version}@npm:solc@{version}`."
    )


def write_solc_js(package: Path, version: str, build: Path) -> Path:
    """Write the small program that makes npm's solc answer as the native one does."""
    path = build / "solc" / f"solc-{version}"
    text = SOLC_JS.format(package=json.dumps(str(package.resolve())))
    # Another process may be running it, so it is written only if it has to change.
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode())
        path.chmod(0o755)
    return path.resolve()


def in_json(contract: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return a contract's code and where libraries belong in it, out of solc's JSON."""
    bytecode = contract["evm"]["bytecode"]
    return bytecode["object"], bytecode.get("linkReferences", {})
