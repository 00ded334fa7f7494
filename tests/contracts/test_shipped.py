"""Our own contracts come compiled. `python -m tests.contracts.test_shipped` compiles them anew for the package."""

import json
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tokenspice.files import HOME, replace_file
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.compile import compile_protocol, compiled, contracts_of, settings_of
from tokenspice.web3engine.contract_sources import hashes_of
from tokenspice.web3engine.protocol import Protocol, read_protocol
from tokenspice.web3engine.shipped import FILE_NAME, shipped_contracts, shipped_sources
from tokenspice.web3engine.sources import gather

OURS = sorted({path.parent.name for path in (HOME / "contracts").glob("*/*.sol")})


def ship(one: Protocol) -> None:
    """Compile a folder of ours for the package."""
    sources = gather(one, PROJECT, one.sources)
    made = contracts_of(sources, one, PROJECT, PROJECT / "build")
    own = {file: inside for file, inside in made.items() if (one.folder.parent / file).is_relative_to(one.folder)}
    content = {"settings": settings_of(one), "sources": hashes_of(sources.texts), "contracts": own}
    replace_file(one.folder / FILE_NAME, (json.dumps(content, sort_keys=True) + "\n").encode())


def protocol(name: str) -> Protocol:
    return read_protocol(HOME / "contracts" / name, "tokenspice")


@pytest.mark.parametrize("name", OURS)
def test_what_comes_with_a_folder_was_made_of_its_sources(name: str) -> None:
    known = shipped_sources(protocol(name), PROJECT)

    assert known == hashes_of(gather(protocol(name), PROJECT, protocol(name).sources).texts), "python -m " + __name__


@pytest.mark.parametrize("name", OURS)
def test_it_is_what_the_compiler_makes_of_them(name: str) -> None:
    one = protocol(name)

    assert compile_protocol(one, PROJECT, PROJECT) == compiled(one, PROJECT, PROJECT / "build", one.sources)


def test_no_compiler_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    found = Artifacts(tmp_path, tmp_path / "build").find("token/Token")

    assert found.bytecode and not (tmp_path / "build").exists()


def test_other_settings_are_compiled() -> None:
    settings = settings_of(protocol("token"))

    assert shipped_contracts(protocol("token"), PROJECT, settings)
    assert shipped_contracts(protocol("token"), PROJECT, settings | {"optimizer_runs": 1}) is None


def test_a_copy_of_a_folder_elsewhere_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "Token.sol").write_bytes((HOME / "contracts" / "token" / "Token.sol").read_bytes())
    (tmp_path / FILE_NAME).write_bytes((HOME / "contracts" / "token" / FILE_NAME).read_bytes())

    assert shipped_contracts(read_protocol(tmp_path), PROJECT, settings_of(protocol("token"))) is None


if __name__ == "__main__":
    for name in OURS:
        ship(protocol(name))
