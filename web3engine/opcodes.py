"""Which instructions of newer EVMs a contract's code holds."""

import re

__all__ = ["newest_opcodes"]

# By hardfork, the oldest first (ethereum.org, "Ethereum Virtual Machine Opcodes").
ADDED = {
    "shanghai": {0x5F: "PUSH0"},
    "cancun": {0x49: "BLOBHASH", 0x4A: "BLOBBASEFEE", 0x5C: "TLOAD", 0x5D: "TSTORE", 0x5E: "MCOPY"},
    "osaka": {0x1E: "CLZ"},
}
PUSH1, PUSH32 = 0x60, 0x7F

# What solc writes behind code about its source (Solidity documentation, "Contract Metadata").
METADATA = re.compile(rb"[\xa1-\xa4]\x64ipfs\x58\x22.{34}(?:\x64solc\x43.{3})?.{0,24}?\x00[\x20-\x50]", re.DOTALL)


def newest_opcodes(code: bytes) -> tuple[str, list[str]]:
    """Return the youngest hardfork that added an instruction in some code, and those that it added; ("", []) if none.

    Data in the code may look like an instruction, so this is a hint and no proof.
    """
    found = set(instructions(METADATA.sub(b"", code)))
    for hardfork, added in reversed(ADDED.items()):
        if names := [name for number, name in added.items() if number in found]:
            return hardfork, names
    return "", []


def instructions(code: bytes) -> list[int]:
    """Return the instructions of some code, without what they push."""
    found, place = [], 0
    while place < len(code):
        found.append(code[place])
        place += 1 + (code[place] - PUSH1 + 1 if PUSH1 <= code[place] <= PUSH32 else 0)
    return found
