"""The provider that web3.py talks to."""

from collections.abc import Callable, Iterable, Mapping
from threading import RLock
from typing import Any, final

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.dev_methods import Control
from tokenspice.web3engine.provider.eth_accounts import Accounts
from tokenspice.web3engine.provider.eth_blocks import Records
from tokenspice.web3engine.provider.eth_send import Sending
from tokenspice.web3engine.provider.eth_state import State
from tokenspice.web3engine.provider.fees import Fees
from tokenspice.web3engine.provider.filters import Filters
from tokenspice.web3engine.provider.history import History
from tokenspice.web3engine.provider.queue import Queue
from tokenspice.web3engine.provider.rpc_errors import UNKNOWN_METHOD, Refusal, refusal_of
from tokenspice.web3engine.provider.rpc_method import Method
from tokenspice.web3engine.provider.values import as_list, data

__all__ = ["EvmProvider"]


@final
class EvmProvider(JSONBaseProvider):
    """Answers web3.py's requests from an `_core.Evm`, which others may use at the same time.

    Anybody may send: eth_sendTransaction needs no key, and impersonation only adds to eth_accounts. State is
    answered of the head and of the pending block; blocks and logs of all that the `Evm` keeps (keep="all").

    Args:
        evm: the chain.
        accounts: returns the addresses that eth_accounts lists.
    """

    def __init__(self, evm: _core.Evm, accounts: Callable[[], Iterable[str]] = tuple) -> None:
        super().__init__()
        history, queue = History(evm), Queue(evm)
        filters = Filters(evm, history, queue)
        self.methods: Mapping[str, Method] = {
            **Accounts(evm, accounts).methods(),
            **State(evm, history).methods(),
            **Fees(evm, history).methods(),
            **Records(evm, history, queue).methods(),
            **Sending(evm, history, queue).methods(),
            **filters.methods(),
            **Control(evm, queue, filters).methods(),
        }
        self._lock = RLock()

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Answer one JSON-RPC request; whatever goes wrong is an answer too."""
        answer: Any = {"jsonrpc": "2.0", "id": next(self.request_counter)}
        try:
            with self._lock:
                answer["result"] = self._answer(str(method), params)
        except Refusal as refusal:
            answer["error"] = {"code": refusal.code, "message": f"{method}: {refusal}"}
            if refusal.data is not None:
                answer["error"] = {"code": refusal.code, "message": str(refusal), "data": data(refusal.data)}
        response: RPCResponse = answer
        return response

    def make_batch_request(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse]:
        return [self.make_request(method, params) for method, params in requests]

    def _answer(self, method: str, params: object) -> Any:
        if method not in self.methods:
            raise Refusal(UNKNOWN_METHOD, "the in-process chain has no such method")
        try:
            return self.methods[method](as_list(params or [], "the list of parameters"))
        except _core.EvmError as error:
            raise refusal_of(error) from error
