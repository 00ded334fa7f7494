"""Why a call failed, where another contract than the one that was called says so."""

from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.contract import Call

__all__ = ["naming_errors"]


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
