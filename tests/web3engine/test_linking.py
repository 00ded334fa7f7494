"""External libraries get their addresses into a contract's code, whoever compiled it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import PROJECT
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.errors import ArtifactError
from tokenspice.web3engine.linking import creation_code, link

ONE, OTHER = f"0x{'11' * 20}", f"0x{'22' * 20}"
LINKS = {"a.sol:Lib": [1, 30], "b.sol:Other": [60]}
CODE = bytes(100)

SOLIDITY = """
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;
library Doubling { function twice(uint256 x) external pure returns (uint256) { return 2 * x; } }
contract Doubler { function double(uint256 x) external pure returns (uint256) { return Doubling.twice(x); } }
"""


def test_addresses_get_to_their_places_and_nowhere_else() -> None:
    linked = link("p/C", CODE, LINKS, {"Lib": ONE, "b.sol:Other": OTHER})

    expected = bytearray(CODE)
    expected[1:21] = expected[30:50] = b"\x11" * 20
    expected[60:80] = b"\x22" * 20
    assert linked == expected


@pytest.mark.parametrize(
    ("libraries", "hint"),
    [
        (
            {},
            r'compiled for external libraries: a.sol:Lib, b.sol:Other.*libraries=\{"Lib": address, "Other": address\}',
        ),
        ({"Lib": ONE}, r'external libraries: b.sol:Other.*libraries=\{"Other": address\}'),
        ({"Lib": ONE, "Other": OTHER, "Third": ONE}, "p/C uses no library Third. It uses: Lib, Other"),
        ({"Lib": "0x12", "Other": OTHER}, "was given '0x12' for its library Lib"),
        ({"Lib": b"\x11" * 20, "Other": OTHER}, "Write an address"),
    ],
)
def test_what_cannot_be_linked_is_told_what_to_write(libraries: dict[str, Any], hint: str) -> None:
    with pytest.raises(ArtifactError, match=hint):
        link("p/C", CODE, LINKS, libraries)


def test_a_contract_without_libraries_takes_none() -> None:
    assert link("p/C", CODE, {}, {}) == CODE
    with pytest.raises(ArtifactError, match="uses no library Lib. It uses: none"):
        link("p/C", CODE, {}, {"Lib": ONE})


def test_two_libraries_of_one_name_are_told_apart_by_their_file() -> None:
    links = {"a.sol:Lib": [0], "b.sol:Lib": [20]}

    with pytest.raises(ArtifactError, match='"a.sol:Lib": address, "b.sol:Lib": address'):
        link("p/C", CODE, links, {"Lib": ONE})
    linked = link("p/C", CODE, links, {"a.sol:Lib": ONE, "b.sol:Lib": OTHER})

    assert linked[:40] == b"\x11" * 20 + b"\x22" * 20


@given(before=st.binary(max_size=40), after=st.binary(max_size=40), is_old=st.booleans())
def test_a_placeholder_is_found_wherever_it_lies(before: bytes, after: bytes, is_old: bool) -> None:
    placeholder = "__Lib".ljust(40, "_") if is_old else f"__${'ab' * 17}$__"
    references = {} if is_old else {"a.sol": {"Lib": [{"start": len(before), "length": 20}]}}

    code, links = creation_code(before.hex() + placeholder + after.hex(), references)

    assert (code, links) == (before + bytes(20) + after, {("Lib" if is_old else "a.sol:Lib"): [len(before)]})


def test_solidity_with_an_external_library_compiles_and_is_linked(config: Config, chain: Chain, tmp_path: Path) -> None:
    (tmp_path / "Doubler.sol").write_text(SOLIDITY)
    chain = Chain(chain.backend, Artifacts(PROJECT, config.build_folder, netlist=tmp_path))

    with pytest.raises(ArtifactError, match=r'libraries=\{"Doubling": address\}'):
        chain.deploy("Doubler")
    doubler = chain.deploy("Doubler", libraries={"Doubling": chain.deploy("Doubling").address})

    assert chain.read(doubler.double(21)) == 42
