"""Contracts by name, from every kind of tool."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT
from tokenspice.protocols.ocean_v4_releases import RELEASES
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.errors import ArtifactError

ABI = [{"type": "function", "name": "f", "inputs": [], "outputs": []}]
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "truffle": ("Mine.json", {"contractName": "Mine", "abi": ABI, "bytecode": "0x60016002"}),
    "hardhat": (
        "a/Mine.sol/Mine.json",
        {"_format": "hh-sol-artifact-1", "contractName": "Mine", "abi": ABI, "bytecode": "0x60016002"},
    ),
    "foundry": ("out/Mine.sol/Mine.json", {"abi": ABI, "bytecode": {"object": "0x60016002", "linkReferences": {}}}),
}


def write(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize("shape", SHAPES)
def test_own_artifacts_of_every_shape_are_found(tmp_path: Path, shape: str) -> None:
    name, content = SHAPES[shape]
    write(tmp_path / "own" / name, content)
    write(tmp_path / "own" / "build-info" / "notes.json", {"id": 1})

    artifact = Artifacts(tmp_path, tmp_path / "build", own=tmp_path / "own").find("Mine")

    assert artifact.bytecode == bytes.fromhex("60016002")
    assert artifact.abi.function("f", 0, "Mine").signature == "f()"


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ('{"abi": [', "no artifact of truffle, hardhat or foundry"),
        ({"abi": ABI}, "no artifact of truffle, hardhat or foundry"),
        ({"abi": [1], "bytecode": "0x"}, "no artifact of truffle, hardhat or foundry"),
        ({"abi": ABI, "bytecode": "0x60__$aa$__"}, "no hexadecimal"),
        ({"abi": ABI, "bytecode": "0xzz"}, "no hexadecimal"),
    ],
)
def test_an_artifact_that_cannot_be_used_is_named(tmp_path: Path, content: object, hint: str) -> None:
    path = write(tmp_path / "own" / "Bad.json", content)

    with pytest.raises(ArtifactError, match=hint) as caught:
        Artifacts(tmp_path, tmp_path / "build", own=tmp_path / "own").find("Bad")

    assert str(path) in str(caught.value)


def test_a_contract_that_is_not_there_is_answered_with_those_that_are(artifacts: Artifacts) -> None:
    with pytest.raises(ArtifactError, match="token/Token") as caught:
        artifacts.find("Tokem")

    assert 'no contract "Tokem"' in str(caught.value)


def test_two_contracts_of_one_name_are_told_apart_by_their_folder(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write(tmp_path / "own" / folder / "Mine.json", SHAPES["truffle"][1])
    artifacts = Artifacts(tmp_path, tmp_path / "build", own=tmp_path / "own")

    with pytest.raises(ArtifactError, match="several contracts"):
        artifacts.find("Mine")


def test_published_contracts_come_from_their_npm_package(artifacts: Artifacts) -> None:
    pool = artifacts.find("oceanv3/BPool")

    assert pool.source == "@oceanprotocol/contracts@0.6.9"
    assert len(pool.bytecode) > 24_000


def test_a_package_under_an_alias_goes_by_its_own_name_and_version(artifacts: Artifacts) -> None:
    for release in RELEASES.values():
        assert artifacts.find(f"{release.contracts}/BPool").source == f"@oceanprotocol/contracts@{release.version}"


def test_a_protocol_may_come_from_several_packages_and_hardhats_folders(artifacts: Artifacts) -> None:
    pool, router = artifacts.find("uniswapv3/UniswapV3Pool"), artifacts.find("uniswapv3/SwapRouter")

    assert (pool.source, router.source) == ("@uniswap/v3-core@1.0.1", "@uniswap/v3-periphery@1.4.4")


def test_the_libraries_that_a_contract_needs_are_known(artifacts: Artifacts) -> None:
    libraries = artifacts.find("aavev3/FlashLoanLogic").links

    assert list(libraries) == ["contracts/protocol/libraries/logic/BorrowLogic.sol:BorrowLogic"]


def test_a_package_that_is_not_installed_is_said_to_be_so(tmp_path: Path) -> None:
    write(tmp_path / "contracts" / "p" / "protocol.toml", '[npm]\npackage = "gone"\nartifacts = "a"\ncontracts = []\n')

    with pytest.raises(ArtifactError, match="gone is not installed. Run `npm ci`"):
        Artifacts(tmp_path, tmp_path / "build").find("p/Any")


def test_a_protocol_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path / "contracts" / "p" / "protocol.toml", "[npm")

    with pytest.raises(ArtifactError, match="protocol.toml cannot be read"):
        Artifacts(tmp_path, tmp_path / "build").find("Any")


def test_what_was_used_is_remembered_for_the_record(config_free: Artifacts) -> None:
    assert config_free.used == {}

    token = config_free.find("token/Token")

    assert config_free.used == {"token/Token": token}
    assert len(token.sha256) == 64


@pytest.fixture
def config_free() -> Artifacts:
    return Artifacts(PROJECT, PROJECT / "build")
