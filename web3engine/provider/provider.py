"""The provider that web3.py talks to."""

from collections.abc import Mapping
from threading import RLock
from typing import Any, final

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.dev_methods import DevMethods
from tokenspice.web3engine.provider.eth_accounts import Accounts
from tokenspice.web3engine.provider.eth_blocks import Records
from tokenspice.web3engine.provider.eth_send import Sending
from tokenspice.web3engine.provider.eth_sign import Signing
from tokenspice.web3engine.provider.eth_state import State
from tokenspice.web3engine.provider.fees import Fees
from tokenspice.web3engine.provider.filters import Filters
from tokenspice.web3engine.provider.history import History
from tokenspice.web3engine.provider.host import Host, Keys
from tokenspice.web3engine.provider.mining import Mining
from tokenspice.web3engine.provider.pool import Pool, Queued
from tokenspice.web3engine.provider.rpc_errors import UNKNOWN_METHOD, JsonRpcError, error_of
from tokenspice.web3engine.provider.rpc_method import RpcMethod
from tokenspice.web3engine.provider.simulate import Simulation
from tokenspice.web3engine.provider.states import States
from tokenspice.web3engine.provider.traces import Traces
from tokenspice.web3engine.provider.txpool import TxPool
from tokenspice.web3engine.provider.values import as_list, data
from tokenspice.web3engine.receipt import Sent, refused

__all__ = ["EvmProvider"]


def methods_of(evm: _core.Evm, host: Host) -> Mapping[str, RpcMethod]:
    """Return everything that is answered, by its name."""
    history, keys = History(evm), Keys(host)

    def mined(receipt: _core.Receipt) -> None:
        history.place(receipt)
        host.report(receipt)

    def refuse(queued: Queued, reason: str) -> None:
        sender, to = _core.checksum_address(queued.sender), _core.checksum_address(queued.to) if queued.to else None
        tip, receipt = queued.priority_fee or 0, refused(reason, evm.block_number)
        host.refuse(Sent(sender, to, queued.data, queued.value, tip, None, 0, receipt))

    pool = Pool(evm, mined, refuse)
    states, filters = States(evm, history), Filters(evm, history, pool)
    records, sending = Records(evm, history, pool), Sending(evm, history, pool, keys)
    mining = Mining(evm, host, pool, records)
    pool.before_block = mining.pace
    rooms = (
        Accounts(evm, keys),
        DevMethods(evm, pool, filters),
        Fees(evm, history),
        filters,
        mining,
        records,
        sending,
        Signing(evm, keys, sending),
        Simulation(evm, states),
        State(evm, states, pool),
        Traces(evm, history, states),
        TxPool(evm, pool),
    )
    return {name: method for room in rooms for name, method in sorted(room.methods().items())}


@final
class EvmProvider(JSONBaseProvider):
    """Answers web3.py's requests from an `_core.Evm`, which others may use at the same time.

    Anybody may send: eth_sendTransaction needs no key, and impersonation only adds to eth_accounts. State is answered
    of the head, of the pending block and of past blocks whose states the `Evm` keeps; blocks and logs of all that it
    keeps (keep="blocks" or "all").

    Args:
        evm: the chain.
        host: what is around it.

    Attributes:
        methods: what is answered, by its name.
    """

    def __init__(self, evm: _core.Evm, host: Host = Host()) -> None:  # noqa: B008  (it is frozen)
        super().__init__()
        self.methods = methods_of(evm, host)
        self._lock = RLock()

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Answer one JSON-RPC request; whatever goes wrong is an answer too."""
        answer: Any = {"jsonrpc": "2.0", "id": next(self.request_counter)}
        try:
            with self._lock:
                answer["result"] = self._answer(str(method), params)
        except JsonRpcError as error:
            answer["error"] = {"code": error.code, "message": f"{method}: {error}"}
            if error.data is not None:
                answer["error"] = {"code": error.code, "message": str(error), "data": data(error.data)}
        response: RPCResponse = answer
        return response

    def make_batch_request(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse]:
        return [self.make_request(method, params) for method, params in requests]

    def _answer(self, method: str, params: object) -> Any:
        if method not in self.methods:
            raise JsonRpcError(UNKNOWN_METHOD, "the in-process chain has no such method")
        try:
            return self.methods[method](as_list(params or [], "the list of parameters"))
        except _core.EvmError as error:
            raise error_of(error) from error
