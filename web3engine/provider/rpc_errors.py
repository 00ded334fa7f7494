"""What a request is answered instead of a result: JSON-RPC's errors, in the codes and the words of nodes."""

import re

from tokenspice.web3engine import _core

__all__ = [
    "BAD_PARAMETERS",
    "BROKEN",
    "REFUSED",
    "REJECTED",
    "REVERTED",
    "UNKNOWN_METHOD",
    "JsonRpcError",
    "bad",
    "error_of",
]

# JSON-RPC 2.0 and EIP-1474; 3 is what geth and anvil answer to a revert.
REVERTED = 3
REFUSED = -32000
REJECTED = -32003
UNKNOWN_METHOD = -32601
BAD_PARAMETERS = -32602
BROKEN = -32603

CODES = {"transaction": REJECTED, "revert": REVERTED, "internal": BROKEN}

# What nodes say of a transaction that cannot run, by what the core says; scripts look for the nodes' words.
REJECTIONS = {
    "must hold": "insufficient funds for gas * price + value",
    "before it starts": "intrinsic gas too low",
    "more than a block has": "exceeds block gas limit",
    "less for gas than the block's base fee": "max fee per gas less than block base fee",
}
NONCES = re.compile(r"with nonce (\d+), but its next nonce is (\d+)")


class JsonRpcError(Exception):
    """What a request is answered instead of a result.

    Attributes:
        code: JSON-RPC's.
        data: what a call reverted with.
    """

    def __init__(self, code: int, message: str, data: bytes | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.data = data


def bad(name: str, wanted: str, found: object) -> JsonRpcError:
    """Make the refusal of a parameter called `name`."""
    shown = repr(found)
    return JsonRpcError(BAD_PARAMETERS, f"{name} must be {wanted}; found {shown[:80]}{'…' * (len(shown) > 80)}")


def error_of(error: _core.EvmError) -> JsonRpcError:
    """Say the core's error in JSON-RPC's codes, and first in the words that nodes use."""
    message = str(error)
    if error.kind != "transaction":
        return JsonRpcError(CODES.get(error.kind, BAD_PARAMETERS), message, error.data)
    if found := NONCES.search(message):
        words = "nonce too low" if int(found[1]) < int(found[2]) else "nonce too high"
    else:
        words = next((words for sign, words in REJECTIONS.items() if sign in message), "transaction rejected")
    return JsonRpcError(REJECTED, f"{words}: {message}")
