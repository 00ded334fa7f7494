"""What can go wrong, drawn.

TokenSpiceError
 ├─ ConfigError            tokenspice.ini or a command-line value
 ├─ StrategyError          a parameter of a run
 ├─ NetlistError           a netlist module, or what it returned
 ├─ UnitsError             an amount that is no exact number of base units
 ├─ WalletError
 │   └─ InsufficientFunds
 ├─ AgentError             an agent's own code raised
 ├─ RunError               a run's folder and files
 └─ WorldError             something agents act on
     └─ ChainError …       (drawn on in web3engine/errors.py)
"""

__all__ = [
    "AgentError",
    "ConfigError",
    "InsufficientFunds",
    "NetlistError",
    "RunError",
    "StrategyError",
    "TokenSpiceError",
    "UnitsError",
    "WalletError",
    "WorldError",
]


class TokenSpiceError(Exception):
    """The base of every error that this project raises on purpose.

    The message says who did what, what was found, and what to write instead.
    """

    def at(self, place: str) -> "TokenSpiceError":
        """Put `place` (such as "tick 41, agent buyer1") in front of the message; return self."""
        message, *rest = self.args or (type(self).__name__,)
        self.args = (f"{place}: {message}", *rest)
        return self


class ConfigError(TokenSpiceError):
    """tokenspice.ini, or a value given on the command line, cannot be used."""


class StrategyError(TokenSpiceError):
    """A parameter of a run is unknown, has the wrong type, or is out of range."""


class NetlistError(TokenSpiceError):
    """A netlist cannot be found or loaded, or returned something of the wrong shape."""


class UnitsError(TokenSpiceError):
    """A number does not name an exact amount of base units."""


class WalletError(TokenSpiceError):
    """A wallet was asked for something that it cannot do."""


class InsufficientFunds(WalletError):
    """A wallet holds less than it was asked to give. Nothing has moved."""


class AgentError(TokenSpiceError):
    """The code of an agent, a KPI or a netlist raised an exception of its own."""


class RunError(TokenSpiceError):
    """The folder or the files of a run cannot be made, written or read."""


class WorldError(TokenSpiceError):
    """Something that agents act on, such as a chain, refused or stopped."""
