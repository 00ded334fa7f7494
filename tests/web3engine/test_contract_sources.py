"""The hash of a folder of contracts changes with all that decides what they are."""

import json
from pathlib import Path

import pytest

from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.contract_sources import protocol_hashes

SOURCE = 'pragma solidity ^0.8.0;\nimport "../outside/B.sol";\ncontract A is B {}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine" / "deep").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "B.sol").write_text("pragma solidity ^0.8.0;\ncontract B {}\n")
    (tmp_path / "mine" / "A.sol").write_text(SOURCE)
    (tmp_path / "mine" / "protocol.toml").write_text("[solc]\noptimizer_runs = 200\n")
    return tmp_path / "mine"


def hashes(folder: Path, own: Path | None = None) -> dict[str, str]:
    return protocol_hashes(Artifacts(folder.parent, folder.parent / "build", own, folder), folder.parent)


def test_it_stays_while_nothing_changes(folder: Path) -> None:
    before = hashes(folder)
    (folder / "notes.txt").write_text("of no concern")

    assert hashes(folder) == before


@pytest.mark.parametrize("name", ["A.sol", "protocol.toml", "../outside/B.sol", "foundry.toml", "deep/C.sol"])
def test_it_changes_with_each_file_that_is_compiled_or_says_how(folder: Path, name: str) -> None:
    before = hashes(folder)
    path = folder / name
    path.write_text((path.read_text() if path.exists() else "") + "\n")

    key = f"{folder.parent.name}/mine"
    assert hashes(folder)[key] != before[key]


def test_it_is_there_for_a_folder_that_does_not_compile(folder: Path) -> None:
    (folder / "A.sol").write_text('import "./gone.sol";\ncontract A {')
    before = hashes(folder)
    (folder / "A.sol").write_text('import "./gone.sol";\ncontract A {}')

    assert hashes(folder) != before


@pytest.mark.parametrize("changed", [{"bytecode": "0x6001"}, {"abi": [{"type": "function", "name": "f"}]}])
def test_it_changes_with_compiled_contracts(folder: Path, tmp_path: Path, changed: dict[str, object]) -> None:
    own = tmp_path / "own"
    own.mkdir()
    artifact = {"contractName": "C", "abi": [], "bytecode": "0x6000"}
    (own / "C.json").write_text(json.dumps(artifact))
    before = hashes(folder, own)
    (own / "C.json").write_text(json.dumps(artifact | changed))

    assert hashes(folder, own) != before
