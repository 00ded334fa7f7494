"""Solidity into artifacts."""

import random
import shutil
from pathlib import Path

import pytest

from tests.conftest import DATA, PROJECT
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.compile import compile_protocol, read_kept
from tokenspice.web3engine.errors import CompileError
from tokenspice.web3engine.protocol import Protocol, read_protocol


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


def test_interfaces_are_artifacts_without_code(tmp_path: Path) -> None:
    text = (
        "interface I { function f() external; }\nabstract contract H { function g() external virtual; }\ncontract A {}"
    )
    made = compile_protocol(protocol(tmp_path / "mine", A=text), PROJECT, tmp_path / "build")

    assert [(one.name, bool(one.bytecode)) for one in made] == [("A", True), ("H", False), ("I", False)]


def test_a_flipped_bit_in_what_was_kept_is_found_and_compiled_anew(tmp_path: Path) -> None:
    mine, dice = protocol(tmp_path / "mine", A="contract A { uint256 public x = 1; }"), random.Random(3)
    made = compile_protocol(mine, PROJECT, tmp_path / "build")
    (kept,) = (tmp_path / "build" / "contracts").iterdir()
    whole = kept.read_bytes()

    for _ in range(100):
        flipped = bytearray(whole)
        flipped[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        kept.write_bytes(flipped)
        assert read_kept(kept) is None
    assert compile_protocol(mine, PROJECT, tmp_path / "build") == made and kept.read_bytes() == whole


def test_where_nothing_can_be_kept_contracts_compile_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("no folder")

    assert compile_protocol(protocol(tmp_path / "mine", A="contract A {}"), PROJECT, tmp_path / "build")


def test_comments_and_strings_are_no_imports(tmp_path: Path) -> None:
    text = """import "./B.sol"; // import "./Gone.sol";
/* import "./Gone.sol"; */ import {
    C // the other one; isn't it nice
} from './C.sol';import"./D.sol";
contract A is B, C, D { string public s = "; import './Gone.sol';"; }"""
    others = {name: f"contract {name} {{}}" for name in "BCD"}

    assert len(compile_protocol(protocol(tmp_path / "mine", A=text, **others), PROJECT, tmp_path / "build")) == 4


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("// é".encode("latin-1"), "A.sol:1 is no UTF-8 text .byte 0xe9.. Save the file as UTF-8"),
        (b"\xff\xfe", "no UTF-8"),
    ],
)
def test_a_source_in_another_encoding_is_named(tmp_path: Path, content: bytes, hint: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "A.sol").write_bytes(content)

    with pytest.raises(CompileError, match=hint):
        compile_protocol(read_protocol(tmp_path / "mine"), PROJECT, tmp_path / "build")


def test_line_ends_and_byte_order_marks_make_no_difference(tmp_path: Path) -> None:
    mine = protocol(tmp_path / "mine", A="contract A {}")
    (plain,) = compile_protocol(mine, PROJECT, tmp_path / "build")
    path = mine.folder / "A.sol"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert compile_protocol(mine, PROJECT, tmp_path / "build") == [plain]


def test_a_foundry_project_finds_its_lib_and_its_remappings(tmp_path: Path) -> None:
    files = {
        "foundry.toml": '[profile.default]\nremappings = ["@two/=lib/two/"]\noptimizer_runs = 7\n',
        "remappings.txt": "@one/=lib/one/contracts/\n",
        "src/A.sol": 'import "@one/One.sol"; import "@two/Two.sol"; import "three/Three.sol"; import "src/B.sol";\n'
        "contract A is One, Two, Three, B {}",
        "src/B.sol": "contract B {}",
        "lib/one/contracts/One.sol": "contract One {}",
        "lib/two/Two.sol": 'import "./deep/Deep.sol"; contract Two is Deep {}',
        "lib/two/deep/Deep.sol": "contract Deep {}",
        "lib/three/src/Three.sol": "contract Three {}",
        "lib/three/test/Broken.t.sol": "contract {",
        "test/A.t.sol": "contract {",
    }
    made = compile_protocol(project_of(tmp_path / "mine", files), PROJECT, tmp_path / "build")

    assert [one.name for one in made if one.place[2] == "src"] == ["A", "B"]


def test_packages_are_found_in_node_modules_above_the_importing_file(tmp_path: Path) -> None:
    files = {
        "contracts/deep/A.sol": 'import "@acme/base/Base.sol"; contract A is Base {}',
        "node_modules/@acme/base/Base.sol": "contract Base {}",
        "node_modules/@acme/base/old/Legacy.sol": "contract {",
    }
    mine = project_of(tmp_path / "mine", files)

    assert [one.name for one in compile_protocol(mine, PROJECT, tmp_path / "build")] == ["A"]
    shutil.move(tmp_path / "mine" / "node_modules", tmp_path / "node_modules")
    assert [one.name for one in compile_protocol(mine, PROJECT, tmp_path / "build")] == ["A"]


def test_one_file_by_two_ways_is_one_file(tmp_path: Path) -> None:
    files = {
        "remappings.txt": "@b/=src/b/\n",
        "src/A.sol": 'import "@b/B.sol"; import "./b/B.sol"; import "src/b/B.sol"; contract A is B {}',
        "src/b/B.sol": "contract B {}",
    }

    made = compile_protocol(project_of(tmp_path / "mine", files), PROJECT, tmp_path / "build")

    assert sorted(one.name for one in made) == ["A", "B"]


def test_what_does_not_compile_leaves_the_others(tmp_path: Path) -> None:
    mine = protocol(tmp_path / "mine", A="contract A {}", B="contract B { uint x = y; }")
    broken: dict[Path, CompileError] = {}

    assert [one.name for one in compile_protocol(mine, PROJECT, tmp_path / "build", broken)] == ["A"]
    assert [path.name for path in broken] == ["B.sol"]


def project_of(folder: Path, files: dict[str, str]) -> Protocol:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        pragma = "pragma solidity ^0.8.0;\n" if name.endswith(".sol") else ""
        (folder / name).write_text(pragma + text)
    return read_protocol(folder)


def test_solidity_beside_a_netlist_can_be_deployed_by_name(tmp_path: Path) -> None:
    shutil.copy(DATA / "probe" / "Probe.sol", tmp_path / "Probe.sol")
    artifacts = Artifacts(PROJECT, PROJECT / "build", netlist=tmp_path)

    assert artifacts.find("Probe").protocol == tmp_path.name
