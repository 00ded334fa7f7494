"""Code for a newer EVM is named as such."""

from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.errors import Reverted
from tokenspice.web3engine.network import is_built, open_backend
from tokenspice.web3engine.opcodes import newest_opcodes

METADATA = b"\xa2\x64ipfs\x58\x22\x12\x20" + b"\x5e" * 32 + b"\x64solc\x43\x00\x08\x1a\x00\x33"
NOTES = """pragma solidity ^0.8.24;
contract Notes {
    function plain() external pure returns (uint256) { return 1; }
    function copied() external pure { assembly { mcopy(0, 32, 32) } }
}"""


@pytest.mark.parametrize(
    ("code", "hardfork", "names"),
    [
        (b"\x5e", "cancun", ["MCOPY"]),
        (b"\x5f\x5c", "cancun", ["TLOAD"]),
        (b"\x5f", "shanghai", ["PUSH0"]),
        (b"\x60\x5e\x7f" + b"\x5e" * 32 + b"\x00", "", []),
        (b"\x00" + METADATA, "", []),
        (b"\x7f\x5e", "", []),
    ],
)
def test_instructions_are_told_from_data(code: bytes, hardfork: str, names: list[str]) -> None:
    assert newest_opcodes(code) == (hardfork, names)


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
def test_a_function_that_an_older_evm_does_not_know_says_which_rules_it_needs(tmp_path: Path) -> None:
    (tmp_path / "Notes.sol").write_text(NOTES)
    (tmp_path / "protocol.toml").write_text('[solc]\nevm_version = "cancun"')
    for hardfork in ("shanghai", "cancun"):
        artifacts = Artifacts(PROJECT, tmp_path / "build", netlist=tmp_path)
        chain = Chain(open_backend(Config(PROJECT, network="revm", hardfork=hardfork)), artifacts)
        notes = chain.deploy("Notes")
        assert chain.read(notes.plain()) == 1
        if hardfork == "cancun":
            assert chain.read(notes.copied()) is None
            continue
        for ask in (chain.read, chain.faucet.send):
            with pytest.raises(Reverted, match="invalid opcode.*Notes uses MCOPY.* Cancun: write HARDFORK = cancun"):
                ask(notes.copied())
