"""What can go wrong, drawn. Each class has a word, which docs/errors.md and `tsp explain` go by, and which stays.

TokenSpiceError
 ├─ ConfigError            tokenspice.ini or a command-line value
 ├─ StrategyError          a parameter of a run
 ├─ NetlistError           a netlist module, or what it returned
 │   └─ NetlistNotFound
 ├─ StudyError             what is asked of a netlist, and cannot be
 ├─ UnitsError             an amount that is no exact number of base units
 ├─ WalletError
 │   └─ InsufficientFunds
 ├─ AgentError             an agent's own code raised
 ├─ InvariantError         what a netlist says is always true is not
 ├─ RunError               a run's folder and files
 │   └─ FolderExists
 ├─ SetupError             what others publish cannot be fetched
 └─ WorldError             something agents act on
     └─ ChainError …       (drawn on in web3engine/errors.py)
"""

from typing import ClassVar

__all__ = [
    "AgentError",
    "ConfigError",
    "FolderExists",
    "InsufficientFunds",
    "InvariantError",
    "NetlistError",
    "NetlistNotFound",
    "RunError",
    "SetupError",
    "StrategyError",
    "StudyError",
    "TokenSpiceError",
    "UnitsError",
    "WalletError",
    "WorldError",
]


class TokenSpiceError(Exception):
    """The base of every error that this project raises on purpose.

    The message says who did what, what was found, and what to write instead.

    Attributes:
        word: names the kind of error, for programs and for `tsp explain`; it stays the same while messages change.
    """

    word: ClassVar[str] = "error"

    def at(self, place: str) -> "TokenSpiceError":
        """Put `place` (such as "tick 41, agent buyer1") in front of the message; return self."""
        message, *rest = self.args or (type(self).__name__,)
        self.args = (f"{place}: {message}", *rest)
        return self


class ConfigError(TokenSpiceError):
    """tokenspice.ini, or a value given on the command line, cannot be used."""

    word = "config"


class StrategyError(TokenSpiceError):
    """A parameter of a run is unknown, has the wrong type, or is out of range."""

    word = "parameter"


class NetlistError(TokenSpiceError):
    """A netlist cannot be found or loaded, or returned something of the wrong shape."""

    word = "netlist"


class NetlistNotFound(NetlistError):
    """There is no netlist of this name or path."""

    word = "netlist-not-found"


class StudyError(TokenSpiceError):
    """A study names what there is not, or asks for what cannot be answered."""

    word = "study"


class UnitsError(TokenSpiceError):
    """A number does not name an exact amount of base units."""

    word = "units"


class WalletError(TokenSpiceError):
    """A wallet was asked for something that it cannot do."""

    word = "wallet"


class InsufficientFunds(WalletError):
    """A wallet holds less than it was asked to give. Nothing has moved."""

    word = "insufficient-funds"


class AgentError(TokenSpiceError):
    """The code of an agent, a KPI or a netlist raised an exception of its own."""

    word = "agent"


class InvariantError(TokenSpiceError):
    """What a netlist declares to be true after each tick is not."""

    word = "invariant"


class RunError(TokenSpiceError):
    """The folder or the files of a run cannot be made, written or read."""

    word = "run"


class FolderExists(RunError):
    """What is to be written anew is there already; it is never overwritten."""

    word = "folder-exists"


class SetupError(TokenSpiceError):
    """What others publish cannot be fetched or unpacked, or nobody knows it by that name."""

    word = "setup"


class WorldError(TokenSpiceError):
    """Something that agents act on, such as a chain, refused or stopped."""

    word = "world"
