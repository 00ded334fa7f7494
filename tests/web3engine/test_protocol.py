"""protocol.toml says what it means, or is refused."""

from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.compile import compile_protocol
from tokenspice.web3engine.errors import ArtifactError, CompileError
from tokenspice.web3engine.protocol import read_protocol, read_protocols


def write(folder: Path, settings: str, source: str = "contract A {}", pragma: str = "^0.8.0") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "A.sol").write_text(f"pragma solidity {pragma};\n{source}")
    (folder / "protocol.toml").write_text(settings)
    return folder


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ("[solc]\nvia-ir = true", 'an unknown key "via-ir" in .solc.. There are: version, optimizer'),
        ("[sloc]\nversion = '0.8.26'", "has no use for sloc. Write a table .solc. or .npm."),
        ("version = '0.8.26'", "has no use for version"),
        ("[solc]\nversion = 8", "version in .solc. is 8. Write a text"),
        ("[solc]\noptimizer_runs = true", "optimizer_runs in .solc. is True. Write a whole number"),
        ("[solc]\nremappings = [1]", "Write a list of texts"),
        ("solc = 1", "solc is no table"),
        ("[npm]\npackage = 'x'", "lacks artifacts in .npm."),
        ("[npm]\npackage = '../x'\nartifacts = 'a'\ncontracts = []", "leads out of the package"),
        ("[npm]\npackage = 'x'\nartifacts = 'a'\ncontracts = ['/etc/passwd']", "leads out of the package"),
        ("a" + "." + ".".join("a" * 5000) + " = 1", "no use for a|cannot be read"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(tmp_path: Path, settings: str, hint: str) -> None:
    with pytest.raises(ArtifactError, match=hint):
        read_protocol(write(tmp_path / "p", settings))


def test_the_rest_of_solcs_settings_can_be_set(tmp_path: Path) -> None:
    plain = write(tmp_path / "a" / "p", "")
    settings = '[solc]\noptimizer = false\n[solc.settings.metadata]\nbytecodeHash = "none"\n'
    other = write(tmp_path / "b" / "p", settings)

    (first,), (second,) = (compile_protocol(read_protocol(one), PROJECT, tmp_path / "build") for one in (plain, other))

    assert b"ipfs" in first.bytecode and b"ipfs" not in second.bytecode


@pytest.mark.parametrize("key", ["outputSelection = 1", "remappings = []"])
def test_what_we_need_of_solc_cannot_be_set_otherwise(tmp_path: Path, key: str) -> None:
    with pytest.raises(CompileError, match="is not yours to set"):
        compile_protocol(read_protocol(write(tmp_path / "p", f"[solc.settings]\n{key}")), PROJECT, tmp_path / "build")


def test_a_folder_below_a_netlists_may_have_a_compiler_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "net", "", "contract New {}")
    write(tmp_path / "net" / "old", '[solc]\nversion = "0.5.17"', "contract Old {}", "0.5.17")
    artifacts = Artifacts(PROJECT, tmp_path / "build", netlist=tmp_path / "net")

    assert artifacts.find("New").source == "solc 0.8.26, net/A.sol"
    assert artifacts.find("Old").source == "solc 0.5.17, old/A.sol"
    assert artifacts.find("net/old/Old") == artifacts.find("Old")


def test_a_source_belongs_to_the_nearest_protocol(tmp_path: Path) -> None:
    for folder in ("net", "net/a", "net/a/b"):
        write(tmp_path / folder, "[solc]")

    assert [len(one.sources) for one in read_protocols(tmp_path / "net")] == [1, 1, 1]


def test_links_that_lead_out_of_the_folder_are_no_sources(tmp_path: Path) -> None:
    write(tmp_path / "outside", "")
    folder = write(tmp_path / "p", "")
    (folder / "B.sol").symlink_to(tmp_path / "outside" / "A.sol")

    assert [path.name for path in read_protocol(folder).sources] == ["A.sol"]
