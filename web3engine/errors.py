"""What can go wrong on a chain, drawn.

ChainError (a WorldError)
 ├─ AbiError               arguments that do not fit a contract's interface
 │   └─ MissingFunction    a name that no function of the contract has
 ├─ ArtifactError          a contract's ABI and bytecode cannot be found or read
 │   └─ NotInstalled       the package that publishes a contract is not there
 ├─ CompileError           Solidity that does not compile
 │   └─ NoCompiler         no compiler of that version is there
 ├─ Rejected               a transaction that the chain did not take: no ether to pay for it, …
 ├─ Reverted               a transaction or a call that the contract refused
 ├─ ForkError              a live chain that cannot be read, or a recorded one that is damaged or another
 │   └─ ForkMiss           a recorded fork does not hold what was asked of it
 └─ BackendUnavailable     a node that cannot start, stopped answering, or is of the wrong kind
"""

from tokenspice.engine.errors import WorldError

__all__ = [
    "AbiError",
    "ArtifactError",
    "BackendUnavailable",
    "ChainError",
    "CompileError",
    "ForkError",
    "ForkMiss",
    "MissingFunction",
    "NoCompiler",
    "NotInstalled",
    "Rejected",
    "Reverted",
    "TokenWarning",
]


class ChainError(WorldError):
    """The chain, or what stands between us and it, refused or stopped."""

    word = "chain"


class AbiError(ChainError):
    """A function, event or argument does not fit a contract's interface."""

    word = "abi"


class MissingFunction(AbiError, AttributeError):
    """A contract has no function of this name."""

    word = "missing-function"


class ArtifactError(ChainError):
    """A contract's ABI and bytecode cannot be found or read."""

    word = "artifact"


class NotInstalled(ArtifactError):
    """A contract comes in a package of its authors', which is not installed."""

    word = "not-installed"


class CompileError(ChainError):
    """Solidity source does not compile, or there is no compiler for it."""

    word = "compile"


class NoCompiler(CompileError):
    """There is no solc of the version that sources ask for, or nothing to run it with."""

    word = "no-compiler"


class BackendUnavailable(ChainError):
    """A node cannot be started or reached, or is no development chain."""

    word = "network-unavailable"


class ForkError(ChainError):
    """The live chain behind a fork cannot be read, or its record is damaged or of another block."""

    word = "fork"


class ForkMiss(ForkError):
    """A recorded fork was asked for something that was never read; that it is zero or empty would be a guess.

    Attributes:
        address: checksummed, of the account that was asked for, or that has the slot; "" for a block hash.
        slot: its number; None where the account itself was asked for.
        block: the number of the block whose hash was asked for.
    """

    word = "fork-miss"

    def __init__(self, message: str, address: str = "", slot: int | None = None, block: int | None = None) -> None:
        super().__init__(message)
        self.address = address
        self.slot = slot
        self.block = block


class Rejected(ChainError):
    """The chain did not take a transaction, and nothing changed, the sender's nonce neither.

    Attributes:
        reason: what the chain said.
        block_number: the last block's at that time.
    """

    word = "rejected"

    def __init__(self, message: str, reason: str, block_number: int) -> None:
        super().__init__(message)
        self.reason = reason
        self.block_number = block_number


class TokenWarning(UserWarning):
    """A token did other than it was asked: it took a fee, or answered false where others revert."""


class Reverted(ChainError):
    """A transaction or a call failed inside the EVM, and changed nothing but the sender's nonce.

    Attributes:
        reason: what the contract said: a revert string, a panic, a custom error with its arguments, or how
            the EVM stopped ("out of gas").
        output: the revert data.
    """

    word = "reverted"

    def __init__(self, message: str, reason: str, output: bytes = b"") -> None:
        super().__init__(message)
        self.reason = reason
        self.output = output
