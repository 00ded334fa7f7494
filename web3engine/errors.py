"""What can go wrong on a chain, drawn.

ChainError (a WorldError)
 ├─ AbiError               arguments that do not fit a contract's interface
 ├─ ArtifactError          a contract's ABI and bytecode cannot be found or read
 ├─ CompileError           Solidity that does not compile, or no compiler
 ├─ Reverted               a transaction or a call that the contract refused
 └─ BackendUnavailable     a node that cannot start, stopped answering, or is of the wrong kind
"""

from engine.errors import WorldError

__all__ = ["AbiError", "ArtifactError", "BackendUnavailable", "ChainError", "CompileError", "Reverted"]


class ChainError(WorldError):
    """The chain, or what stands between us and it, refused or stopped."""


class AbiError(ChainError):
    """A function, event or argument does not fit a contract's interface."""


class ArtifactError(ChainError):
    """A contract's ABI and bytecode cannot be found or read."""


class CompileError(ChainError):
    """Solidity source does not compile, or there is no compiler for it."""


class BackendUnavailable(ChainError):
    """A node cannot be started or reached, or is no development chain."""


class Reverted(ChainError):
    """A transaction or a call failed inside the EVM, and changed nothing but the sender's nonce.

    Attributes:
        reason: what the contract said: a revert string, a panic, a custom error with its arguments, or how
            the EVM stopped ("out of gas").
        output: the revert data.
    """

    def __init__(self, message: str, reason: str, output: bytes = b"") -> None:
        super().__init__(message)
        self.reason = reason
        self.output = output
