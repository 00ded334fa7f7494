"""The same provider, for web3.py's AsyncWeb3."""

from typing import Any, final

from web3.providers.async_base import AsyncJSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from tokenspice.web3engine.provider.provider import EvmProvider

__all__ = ["AsyncEvmProvider"]


@final
class AsyncEvmProvider(AsyncJSONBaseProvider):
    """Answers AsyncWeb3's requests at once, so that both kinds of clients may use one chain.

    Args:
        provider: who answers.
    """

    def __init__(self, provider: EvmProvider) -> None:
        super().__init__()
        self._provider = provider

    async def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Answer one JSON-RPC request; whatever goes wrong is an answer too."""
        return self._provider.make_request(method, params)

    async def make_batch_request(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse]:
        return self._provider.make_batch_request(requests)

    async def is_connected(self, show_traceback: bool = False) -> bool:
        return True
