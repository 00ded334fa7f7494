"""The folders in which npm's packages lie, and the command that fetches one where it is missing."""

from collections.abc import Iterator
from pathlib import Path

from tokenspice.files import HOME
from tokenspice.user_data import INSTALLED, data_folder

__all__ = ["SETS", "find_in_packages", "install_command", "node_folders"]

# What `tsp setup` knows by name: the packages of each protocol, the compilers, the nodes.
SETS = {
    "aavev3": ("@aave/core-v3",),
    "anvil": ("@foundry-rs/anvil",),
    "dynamicpool": ("@prb/math",),
    "ganache": ("ganache",),
    "oceanv3": ("@oceanprotocol/contracts",),
    "oceanv4": ("ocean-v4-alpha",),
    "oceanv4-1.1": ("ocean-v4",),
    "solc": ("solc-0.5", "solc-0.8"),
    "uniswapv2": ("@uniswap/v2-core",),
    "uniswapv3": ("@uniswap/v3-core", "@uniswap/v3-periphery"),
}

# What `npm ci` installs in a checkout, for a project of one's own. tests/web3engine/test_npm.py compares them.
VERSIONS = {
    "@aave/core-v3": "@aave/core-v3@1.19.3",
    "@foundry-rs/anvil": "@foundry-rs/anvil@1.7.1",
    "@oceanprotocol/contracts": "@oceanprotocol/contracts@0.6.9",
    "@prb/math": "@prb/math@4.2.0",
    "@uniswap/v2-core": "@uniswap/v2-core@1.0.1",
    "@uniswap/v3-core": "@uniswap/v3-core@1.0.1",
    "@uniswap/v3-periphery": "@uniswap/v3-periphery@1.4.4",
    "ganache": "ganache@7.9.2",
    "ocean-v4": "ocean-v4@npm:@oceanprotocol/contracts@1.1.15",
    "ocean-v4-alpha": "ocean-v4-alpha@npm:@oceanprotocol/contracts@1.0.0-alpha.20",
    "solc-0.5": "solc-0.5@npm:solc@0.5.17",
    "solc-0.8": "solc-0.8@npm:solc@0.8.26",
}


def node_folders(project: Path) -> Iterator[Path]:
    """Return the folders in which npm's packages are looked for: the project's, those above it, our own, `tsp setup`'s."""
    seen = set()
    for folder in (project.resolve(), *project.resolve().parents, HOME):
        if folder not in seen:
            seen.add(folder)
            yield folder / "node_modules"
    yield data_folder() / "node_modules"


def find_in_packages(project: Path, path: str) -> Path | None:
    """Return the first file or folder of this path below a node_modules; None where there is none."""
    return next((folder / path for folder in node_folders(project) if (folder / path).exists()), None)


def install_command(project: Path, *packages: str) -> str:
    """Return the sentence that says how packages get where they are found."""
    if (project / "package-lock.json").exists() and project.resolve() == HOME and not INSTALLED:
        return f"Run `npm ci` in {project}"
    sets = [name for name, inside in SETS.items() if set(inside) & set(packages)]
    if {package for name in sets for package in SETS[name]} >= set(packages):
        return f"Type `tsp setup {' '.join(sets)}`"
    names = " ".join(VERSIONS.get(package, package) for package in packages)
    # Their own dependencies are for building them, and some do not install any more.
    return f"Run `npm install --prefix {project} --ignore-scripts --legacy-peer-deps {names}`"
