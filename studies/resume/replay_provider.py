"""What web3.py asks while a netlist wires its state goes the same way as all other questions to the chain."""

from collections.abc import Callable
from typing import Any, final

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

__all__ = ["AskingProvider"]


@final
class AskingProvider(JSONBaseProvider):
    """Passes web3.py's requests on.

    Args:
        provider: the chain's own.
        ask: is told each method, its parameters, and who answers.
    """

    def __init__(self, provider: JSONBaseProvider, ask: Callable[[str, object, Callable[[], Any]], Any]) -> None:
        super().__init__()
        self._provider = provider
        self._ask = ask

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        answer: RPCResponse = self._ask(str(method), params, lambda: self._provider.make_request(method, params))
        return answer

    def make_batch_request(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse]:
        return [self.make_request(method, params) for method, params in requests]

    def is_connected(self, show_traceback: bool = False) -> bool:
        return self._provider.is_connected(show_traceback)
