"""A method of JSON-RPC, which reads its parameters before it runs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, final

from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, JsonRpcError
from tokenspice.web3engine.provider.values import Parser

__all__ = ["RpcMethod", "under"]


@final
class RpcMethod:
    """One method of JSON-RPC.

    Args:
        run: takes the parameters, and returns the result.
        parsers: read each of them, by the names that refusals call them by.
    """

    def __init__(self, run: Callable[..., Any], **parsers: Parser) -> None:
        self._run = run
        self._parsers = parsers

    @property
    def parameters(self) -> list[str]:
        """What it takes, in order."""
        return list(self._parsers)

    def __call__(self, given: Sequence[object]) -> Any:
        names = ", ".join(self._parsers) or "none"
        if len(given) > len(self._parsers):
            raise JsonRpcError(BAD_PARAMETERS, f"there are {len(given)} parameters; this method takes: {names}")
        pairs = zip_longest(given, self._parsers.items())
        return self._run(*[parse(value, name) for value, (name, parse) in pairs])


def under(makers: Iterable[str], methods: Mapping[str, RpcMethod]) -> dict[str, RpcMethod]:
    """Name methods as each maker of development chains does: "anvil_mine"."""
    return {f"{maker}_{name}": method for maker in makers for name, method in methods.items()}
