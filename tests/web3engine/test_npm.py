"""Packages of npm's: what a checkout installs, a project of one's own can."""

import json
from pathlib import Path

from tests.conftest import PROJECT
from tokenspice.web3engine.npm import VERSIONS, find_in_packages, install_command


def test_the_versions_are_those_of_package_json() -> None:
    written = json.loads((PROJECT / "package.json").read_text())["dependencies"]

    assert {name: f"{name}@{version}" for name, version in written.items()} == VERSIONS


def test_packages_are_found_above_a_project_and_in_the_checkout(tmp_path: Path) -> None:
    (tmp_path / "node_modules" / "mine").mkdir(parents=True)

    assert find_in_packages(tmp_path / "a" / "b", "mine") == tmp_path.resolve() / "node_modules" / "mine"
    assert find_in_packages(tmp_path, "solc-0.8/package.json") and find_in_packages(tmp_path, "gone") is None


def test_the_command_works_where_it_is_needed(tmp_path: Path) -> None:
    assert install_command(tmp_path, "ganache") == "Type `tsp setup ganache`"
    assert install_command(tmp_path, "solc-0.7@npm:solc@0.7.6").endswith(
        f"npm install --prefix {tmp_path} --ignore-scripts --legacy-peer-deps solc-0.7@npm:solc@0.7.6`"
    )
    assert install_command(PROJECT, "ganache") == f"Run `npm ci` in {PROJECT}"
