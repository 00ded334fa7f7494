"""Solidity into artifacts."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import DATA, PROJECT
from tokenspice.web3engine.artifacts import Artifacts, Protocol, read_protocol
from tokenspice.web3engine.compile import compile_protocol
from tokenspice.web3engine.errors import CompileError


def protocol(folder: Path, settings: str = "", **sources: str) -> Protocol:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sources.items():
        (folder / f"{name}.sol").write_text(f"// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\n{text}\n")
    if settings:
        (folder / "protocol.toml").write_text(settings)
    return read_protocol(folder)


def test_sources_of_both_compiler_generations_compile(tmp_path: Path) -> None:
    (old,) = compile_protocol(read_protocol(DATA / "old"), PROJECT, tmp_path)
    new = compile_protocol(read_protocol(PROJECT / "contracts" / "token"), PROJECT, tmp_path)

    assert (old.name, old.source) == ("Old", "solc 0.5.17, old/Old.sol")
    assert [artifact.name for artifact in new] == ["Token"]


def test_what_did_not_change_is_not_compiled_again_and_what_did_is(tmp_path: Path) -> None:
    kept = tmp_path / "build" / "contracts"
    first = protocol(tmp_path / "mine", A="contract A {}")

    compile_protocol(first, PROJECT, tmp_path / "build")
    (made,) = kept.iterdir()
    before = made.stat().st_mtime_ns
    compile_protocol(first, PROJECT, tmp_path / "build")
    assert made.stat().st_mtime_ns == before

    compile_protocol(protocol(tmp_path / "mine", A="contract A { uint public x; }"), PROJECT, tmp_path / "build")
    assert len(list(kept.iterdir())) == 2


def test_imports_are_found_beside_the_source_in_other_protocols_and_in_packages(tmp_path: Path) -> None:
    project = tmp_path
    (project / "node_modules" / "lib").mkdir(parents=True)
    (project / "node_modules" / "lib" / "Base.sol").write_text("pragma solidity ^0.8.0; contract Base {}")
    for package in (PROJECT / "node_modules").glob("solc*"):
        (project / "node_modules" / package.name).symlink_to(package)
    protocol(project / "contracts" / "other", Far="contract Far {}")
    text = 'import "./Near.sol"; import {Far} from "other/Far.sol"; import "lib/Base.sol"; contract A is Near, Far, Base {}'
    mine = protocol(project / "contracts" / "mine", Near="contract Near {}", A=text)

    # An import at the start of each line, as people write it.
    (mine.folder / "A.sol").write_text((mine.folder / "A.sol").read_text().replace("; ", ";\n"))
    names = [artifact.name for artifact in compile_protocol(mine, project, tmp_path / "build")]

    assert sorted(names) == ["A", "Near"]


def test_an_import_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(CompileError, match='A.sol imports "gone/Gone.sol", which is neither'):
        compile_protocol(protocol(tmp_path / "mine", A='import "gone/Gone.sol";'), PROJECT, tmp_path / "build")


def test_an_error_is_one_line_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(CompileError, match=r"mine/A.sol:3:\d+: .*Undeclared identifier") as caught:
        compile_protocol(protocol(tmp_path / "mine", A="contract A { uint x = y; }"), PROJECT, tmp_path / "build")

    assert "\n" not in str(caught.value)


def test_a_source_for_another_compiler_is_told_where_to_say_so(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "A.sol").write_text("pragma solidity ^0.5.0;\ncontract A {}")

    with pytest.raises(CompileError, match="protocol.toml"):
        compile_protocol(read_protocol(tmp_path / "mine"), PROJECT, tmp_path / "build")


def test_a_compiler_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    mine = protocol(tmp_path / "mine", '[solc]\nversion = "0.4.11"\n', A="contract A {}")

    with pytest.raises(CompileError, match="no solc 0.4.11. Installed from npm: 0.5.17, 0.8.26"):
        compile_protocol(mine, PROJECT, tmp_path / "build")


def test_without_node_the_npm_compiler_says_that_it_needs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(CompileError, match="needs Node.js"):
        compile_protocol(protocol(tmp_path / "mine", A="contract A {}"), PROJECT, tmp_path / "build")


def test_interfaces_are_no_artifacts(tmp_path: Path) -> None:
    mine = protocol(tmp_path / "mine", A="interface I { function f() external; }\ncontract A {}")

    assert [artifact.name for artifact in compile_protocol(mine, PROJECT, tmp_path / "build")] == ["A"]


def test_solidity_beside_a_netlist_can_be_deployed_by_name(tmp_path: Path) -> None:
    shutil.copy(DATA / "probe" / "Probe.sol", tmp_path / "Probe.sol")
    artifacts = Artifacts(PROJECT, PROJECT / "build", netlist=tmp_path)

    assert artifacts.find("Probe").protocol == tmp_path.name
