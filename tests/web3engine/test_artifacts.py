"""Contracts by name, from every kind of tool."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from tests.conftest import PROJECT
from tokenspice.protocols.ocean_v4_releases import RELEASES
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.errors import ArtifactError, CompileError
from tokenspice.web3engine.linking import link

BUILD = PROJECT / "build"
ABI = [{"type": "function", "name": "f", "inputs": [], "outputs": []}]
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "truffle": ("Mine.json", {"contractName": "Mine", "abi": ABI, "bytecode": "0x60016002"}),
    "hardhat": (
        "a/Mine.sol/Mine.json",
        {"_format": "hh-sol-artifact-1", "contractName": "Mine", "abi": ABI, "bytecode": "0x60016002"},
    ),
    "hardhat 3": (
        "artifacts/contracts/Mine.sol/Mine.json",
        {
            **{"_format": "hh3-artifact-1", "contractName": "Mine", "sourceName": "contracts/Mine.sol", "abi": ABI},
            **{"bytecode": "0x60016002", "linkReferences": {}, "buildInfoId": "solc-0_8_26-1"},
        },
    ),
    "brownie": ("build/contracts/Mine.json", {"contractName": "Mine", "abi": ABI, "bytecode": "60016002"}),
    "ape": (".build/Mine.json", {"contractName": "Mine", "abi": ABI, "deploymentBytecode": {"bytecode": "0x60016002"}}),
    "EthPM": (
        ".build/__local__.json",
        {
            "manifest": "ethpm/3",
            "contractTypes": {
                "Mine": {"abi": ABI, "sourceId": "Mine.vy", "deploymentBytecode": {"bytecode": "0x60016002"}}
            },
        },
    ),
    "vyper": ("all.json", {"src/Mine.vy": {"abi": ABI, "bytecode": "0x60016002"}, "version": "0.4.0"}),
    "solc combined": ("all.json", {"contracts": {"a.sol:Mine": {"abi": ABI, "bin": "60016002"}}, "version": "0.8.26"}),
    "solc standard": (
        "all.json",
        {"contracts": {"a.sol": {"Mine": {"abi": ABI, "evm": {"bytecode": {"object": "60016002"}}}}}, "sources": {}},
    ),
    "remix": ("Mine.json", {"abi": ABI, "data": {"bytecode": {"object": "60016002", "linkReferences": {}}}}),
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

    artifact = Artifacts(tmp_path, BUILD, own=tmp_path / "own").find("Mine")

    assert artifact.bytecode == bytes.fromhex("60016002")
    assert artifact.abi.function("f", 0, "Mine").signature == "f()"


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ('{"abi": [', "Expecting value"),
        ("", "Expecting value"),
        ({"abi": [], "id": 3}, "its ABI is empty and it has no code"),
        ({"abi": [1], "bytecode": "0x"}, "the ABI is no list of objects"),
        ({"abi": [{"type": "function"}], "bytecode": "0x"}, "a function without a name"),
        ({"abi": [{"type": "pancake", "name": "f"}]}, "an entry of type 'pancake'"),
        ({"name": "package", "files": ["abi"]}, "neither an ABI nor contracts"),
        ([1, 2], "a list, and no ABI"),
        ({"abi": ABI, "bytecode": "0x60__$aa$__"}, "no hexadecimal"),
        ({"abi": ABI, "bytecode": "0xzz"}, "no hexadecimal"),
    ],
)
def test_an_artifact_that_cannot_be_used_is_named(tmp_path: Path, content: object, hint: str) -> None:
    path = write(tmp_path / "own" / "Bad.json", content)

    with pytest.raises(ArtifactError, match=hint) as caught:
        Artifacts(tmp_path, BUILD, own=tmp_path / "own").find("Bad")

    assert str(path) in str(caught.value)


def test_a_contract_that_is_not_there_is_answered_with_those_that_are(artifacts: Artifacts) -> None:
    with pytest.raises(ArtifactError, match="token/Token") as caught:
        artifacts.find("Tokem")

    assert 'no contract "Tokem"' in str(caught.value)


def test_two_contracts_of_one_name_are_told_apart_by_their_folder(tmp_path: Path) -> None:
    for folder, code in (("one", "0x6001"), ("two", "0x6002")):
        write(tmp_path / "own" / folder / "Mine.json", SHAPES["truffle"][1] | {"bytecode": code})
    artifacts = Artifacts(tmp_path, BUILD, own=tmp_path / "own")

    with pytest.raises(ArtifactError, match="several contracts.*one of one:Mine, two:Mine"):
        artifacts.find("Mine")
    assert [artifacts.find(name).bytecode.hex() for name in ("one/Mine", "two:Mine", "own/two/Mine")] == [
        "6001",
        "6002",
        "6002",
    ]


def test_two_contracts_of_one_name_in_one_folder_are_told_apart_by_their_file(tmp_path: Path) -> None:
    for file, code in (("a", "0x6001"), ("b", "0x6002")):
        write(tmp_path / "own" / f"{file}.json", SHAPES["truffle"][1] | {"bytecode": code})
    artifacts = Artifacts(tmp_path, BUILD, own=tmp_path / "own")

    assert [artifacts.find(name).bytecode.hex() for name in ("a:Mine", "b.json:Mine")] == ["6001", "6002"]


def test_the_same_contract_twice_is_one_contract(tmp_path: Path) -> None:
    for folder in ("build", "deployments"):
        write(tmp_path / "own" / folder / "Mine.json", SHAPES["truffle"][1])
    write(tmp_path / "own" / "abis" / "Mine.json", ABI)

    assert Artifacts(tmp_path, BUILD, own=tmp_path / "own").find("Mine").bytecode


def test_an_abi_that_says_more_than_the_contract_of_its_name_is_another(tmp_path: Path) -> None:
    write(tmp_path / "own" / "Mine.json", SHAPES["truffle"][1])
    write(tmp_path / "own" / "abis" / "Mine.json", [*ABI, {"type": "function", "name": "g", "inputs": []}])

    with pytest.raises(ArtifactError, match="several contracts"):
        Artifacts(tmp_path, BUILD, own=tmp_path / "own").find("Mine")


@pytest.mark.parametrize(
    "content", [ABI, {"abi": ABI}, {"abi": ABI, "bytecode": None}, {"abi": ABI, "type": "interface"}]
)
def test_an_abi_alone_serves_to_read_a_contract_and_not_to_deploy_one(tmp_path: Path, content: object) -> None:
    write(tmp_path / "own" / "IMine.json", content)
    artifact = Artifacts(tmp_path, BUILD, own=tmp_path / "own").find("IMine")

    assert artifact.abi.function("f", 0, "IMine").signature == "f()"
    with pytest.raises(ArtifactError, match="IMine has no code to deploy: it is an interface"):
        link("own/IMine", artifact.bytecode, artifact.links, {})


def test_a_file_that_is_no_artifact_hides_no_other(tmp_path: Path) -> None:
    write(tmp_path / "own" / "Mine.json", SHAPES["truffle"][1])
    write(tmp_path / "own" / "half.json", '{"abi": [')
    write(tmp_path / "own" / "build-info" / "1.json", "[" * 300_000)
    write(tmp_path / "own" / "deep.json", "[" * 300_000)
    artifacts = Artifacts(tmp_path, BUILD, own=tmp_path / "own")

    assert artifacts.find("Mine").name == "Mine"
    with pytest.raises(ArtifactError, match="Not read: .*deep.json: more than 500 lists.*half.json: Expecting value"):
        artifacts.find("Other")
    assert any("build-info" in fault for fault in artifacts.faults(artifacts.protocols[-1]))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_pipes_and_links_out_of_the_folder_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "own" / "Mine.json", SHAPES["truffle"][1])
    outside = write(tmp_path / "Outside.json", SHAPES["truffle"][1] | {"contractName": "Outside"})
    (tmp_path / "own" / "Outside.json").symlink_to(outside)
    os.mkfifo(tmp_path / "own" / "Pipe.json")
    artifacts = Artifacts(tmp_path, BUILD, own=tmp_path / "own")

    assert artifacts.find("Mine")
    for name, why in (("Outside", "a link that leads out of the folder"), ("Pipe", "no ordinary file")):
        with pytest.raises(ArtifactError, match=f'no contract "{name}": .*{why}'):
            artifacts.find(name)


@pytest.mark.parametrize(
    "kind", ["uint256" + "[]" * 50_000, "uint256" + "[" * 50_000, "t" * 10**6, 5, None, ["uint256"]]
)
def test_a_type_beyond_all_measure_is_refused_at_once(tmp_path: Path, kind: object) -> None:
    entry = {"type": "function", "name": "f", "inputs": [{"type": kind}]}
    write(tmp_path / "own" / "Bad.json", {"abi": [entry], "bytecode": "0x60"})

    with pytest.raises(ArtifactError, match='no contract "Bad": .*an argument of type'):
        Artifacts(tmp_path, BUILD, own=tmp_path / "own").find("Bad")


@pytest.mark.parametrize("place", [-1, 10**9, 3])
def test_a_library_that_belongs_outside_of_the_code_is_refused(tmp_path: Path, place: int) -> None:
    references = {"a.sol": {"Lib": [{"start": place, "length": 20}]}}
    write(tmp_path / "own" / "Bad.json", {"abi": ABI, "bytecode": "0x" + "60" * 20, "linkReferences": references})

    with pytest.raises(ArtifactError, match="outside of its bytecode"):
        Artifacts(tmp_path, BUILD, own=tmp_path / "own").find("Bad")


def test_a_hashed_placeholder_is_named_where_the_library_is_in_the_same_file(tmp_path: Path) -> None:
    digest = keccak(text="a.sol:Lib").hex()[:34]
    contracts = {
        "a.sol:Lib": {"abi": [], "bin": "6001"},
        "a.sol:Mine": {"abi": json.dumps(ABI), "bin": f"73__${digest}$__"},
    }
    write(tmp_path / "own" / "combined.json", {"contracts": contracts, "version": "0.8.26"})

    artifact = Artifacts(tmp_path, BUILD, own=tmp_path / "own").find("combined.json/a.sol:Mine")

    assert artifact.links == {"a.sol:Lib": [1]} and artifact.abi.function("f", 0, "Mine")


def test_a_netlists_folder_of_the_same_name_as_one_of_ours_is_told_apart(tmp_path: Path) -> None:
    write(
        tmp_path / "mine" / "token" / "Token.sol", "pragma solidity ^0.8.20; contract Token { uint256 public x = 1; }"
    )
    artifacts = Artifacts(PROJECT, PROJECT / "build", netlist=tmp_path / "mine" / "token")

    with pytest.raises(ArtifactError, match="one of tokenspice/token/Token.sol:Token, mine/token/Token.sol:Token"):
        artifacts.find("token/Token")
    assert artifacts.find("tokenspice/token/Token").entries != artifacts.find("mine/token/Token").entries


def test_what_does_not_compile_elsewhere_does_not_stand_in_the_way(tmp_path: Path) -> None:
    write(tmp_path / "contracts" / "wip" / "Wip.sol", "pragma solidity ^0.8.20; contract Wip { uint256 x = ; }")
    write(tmp_path / "net" / "Vault.sol", "pragma solidity ^0.8.20; contract Vault { uint256 public x = 1; }")
    artifacts = Artifacts(tmp_path, BUILD, netlist=tmp_path / "net")

    assert artifacts.find("Vault").protocol == "net"
    with pytest.raises(CompileError, match="wip/Wip.sol"):
        artifacts.find("Wip")
    with pytest.raises(ArtifactError, match="Not read: .*wip/Wip.sol"):
        artifacts.find("Gone")


def test_a_contract_that_no_longer_compiles_is_not_replaced_by_another_of_its_name(tmp_path: Path) -> None:
    write(tmp_path / "net" / "Mine.sol", "pragma solidity ^0.8.20; contract Token { uint256 x = ; }")
    artifacts = Artifacts(tmp_path, BUILD, netlist=tmp_path / "net")

    with pytest.raises(CompileError, match="net/Mine.sol"):
        artifacts.find("Token")
    assert artifacts.find("tokenspice/token/Token").protocol == "token"


def test_a_project_of_ones_own_has_our_contracts(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path, BUILD)

    assert artifacts.find("token/Token").place == ("tokenspice", "token", "Token.sol")


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

    with pytest.raises(ArtifactError, match="gone is not installed. Run `npm install"):
        Artifacts(tmp_path, BUILD).find("p/Any")


def test_a_protocol_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path / "contracts" / "p" / "protocol.toml", "[npm")

    with pytest.raises(ArtifactError, match="protocol.toml cannot be read"):
        Artifacts(tmp_path, BUILD).find("Any")


def test_what_was_used_is_remembered_for_the_record(config_free: Artifacts) -> None:
    assert config_free.used == {}

    token = config_free.find("token/Token")

    assert config_free.used == {"token/Token": token}
    assert len(token.sha256) == 64


@pytest.fixture
def config_free() -> Artifacts:
    return Artifacts(PROJECT, PROJECT / "build")
