"""What a transaction did not do: why it failed, where another contract says so, and what it left undone in silence."""

import warnings
from typing import final

from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.contract import Call
from tokenspice.web3engine.errors import TokenWarning
from tokenspice.web3engine.opcodes import newest_opcodes
from tokenspice.web3engine.receipt import Receipt
from tokenspice.web3engine.rules import HARDFORK

__all__ = ["Remarks", "left_undone", "naming_errors", "newer_code"]

UNKNOWN = "invalid opcode"
TRUE = (1).to_bytes(32, "big")


def naming_errors(call: Call, output: bytes, artifacts: Artifacts) -> Call:
    """Return the call with an ABI that names the error in its revert data, if an artifact of this run has one.

    A contract passes on the errors of those that it calls.

    Args:
        call: what failed.
        output: its revert data.
        artifacts: the run's.
    """
    if call.abi.names_error(output):
        return call
    others = (artifact.abi for artifact in artifacts.used.values())
    abi = next((abi for abi in others if abi.names_error(output)), None)
    return call._replace(abi=abi) if abi else call


def newer_code(halt: str, artifacts: Artifacts) -> str:
    """Say which contract of this run may be compiled for a newer EVM, where an instruction was unknown; else "".

    Args:
        halt: how the EVM stopped.
        artifacts: the run's.
    """
    if halt != UNKNOWN:
        return ""
    for artifact in artifacts.used.values():
        hardfork, names = newest_opcodes(artifact.bytecode)
        if hardfork and hardfork != HARDFORK:
            return (
                f"{artifact.name} uses {', '.join(names)}, which EVMs know since {hardfork.capitalize()}: write "
                f"HARDFORK = {hardfork} under [chain] in tokenspice.ini, or compile it for an older EVM."
            )
    return ""


def left_undone(call: Call, receipt: Receipt) -> str:
    """Say what is odd about a token's answer to a call that succeeded; empty where it did what it was asked.

    Args:
        call: one that `moves_tokens`.
        receipt: of the call.
    """
    if receipt.output[:32] == TRUE:
        return ""
    if not receipt.output:
        return f"{call.label} answered nothing, where its ABI promises a bool: contracts that look at it will revert."
    return f"{call.label} answered false: the token did not do it, and did not revert either. Look at balances."


@final
class Remarks:
    """Tells what tokens do other than they were asked, as a `TokenWarning`."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def tell(self, text: str, topic: str = "") -> None:
        """Say what a token did, at the line of the agent that a wallet serves.

        Args:
            text: what it did.
            topic: what is told once; the text unless given.
        """
        if (topic or text) not in self._told:
            self._told.add(topic or text)
            warnings.warn(text, TokenWarning, stacklevel=4)
