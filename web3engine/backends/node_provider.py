"""What web3.py reaches a node through: our own client, whose errors hold no key and whose answers are bounded."""

import json
from collections.abc import Callable
from typing import Any, final

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from tokenspice.web3engine.backends.base import OUT_OF_GAS, halt_in_words
from tokenspice.web3engine.backends.json_rpc import JsonRpc, RpcError
from tokenspice.web3engine.backends.node_kinds import NodeKind, note_on_reads
from tokenspice.web3engine.errors import BackendUnavailable

__all__ = ["NodeProvider"]

READING = ("eth_call", "eth_estimateGas")
SENDING = ("eth_sendRawTransaction", "eth_sendTransaction")


@final
class NodeProvider(JSONBaseProvider):
    """A web3.py provider over a `JsonRpc`. A node that does not answer is a BackendUnavailable, never a guess.

    Args:
        rpc: the node.
        kind: what it is.
        sent: called with the hash of each transaction that the node took.
        refused: called with each unsigned transaction that it did not take, and why.
    """

    def __init__(
        self,
        rpc: JsonRpc,
        kind: NodeKind,
        sent: Callable[[str], None] = lambda _: None,
        refused: Callable[[dict[str, Any], str], None] = lambda request, why: None,
    ) -> None:
        super().__init__()
        self._rpc = rpc
        self._kind = kind
        self._sent = sent
        self._refused = refused

    def __str__(self) -> str:
        return f"RPC connection {self._rpc.name}"

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Make one JSON-RPC request; an error of the node's is an answer too."""
        request = json.loads(self.encode_rpc_request(method, params))
        answer: Any = {"jsonrpc": "2.0", "id": request["id"]}
        try:
            answer["result"] = self._rpc(request["method"], *self._bounded(request["method"], request["params"]))
            if request["method"] in SENDING:
                self._sent(answer["result"])
        except RpcError as error:
            self._tell_of_refusal(request["method"], request["params"], str(error))
            answer["error"] = self._explained(request["method"], error.fault)
        response: RPCResponse = answer
        return response

    def _tell_of_refusal(self, method: str, params: list[Any], reason: str) -> None:
        if method not in SENDING:
            return
        sent = params[0]
        if method == "eth_sendRawTransaction":
            from tokenspice.web3engine.backends.signed_raw import read_signed

            sent = read_signed(sent)
        if isinstance(sent, dict) and sent.get("from"):
            self._refused(sent, reason)

    def _bounded(self, method: str, params: list[Any]) -> list[Any]:
        """Give a call that names no gas as much as a read has; what a creation needs, its size says."""
        call = params[0] if params and method in READING else None
        if not note_on_reads(self._kind) or not isinstance(call, dict) or "gas" in call or not call.get("to"):
            return params
        return [call | {"gas": hex(self._kind.read_gas)}, *params[1:]]

    def _explained(self, method: str, fault: dict[str, Any]) -> dict[str, Any]:
        message = str(fault.get("message", ""))
        if method not in READING or halt_in_words(message) != OUT_OF_GAS or not note_on_reads(self._kind):
            return fault
        return fault | {"message": f"{message}. {note_on_reads(self._kind)} Or name the gas."}

    def make_batch_request(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse]:
        return [self.make_request(method, params) for method, params in requests]

    def is_connected(self, show_traceback: bool = False) -> bool:
        try:
            return super().is_connected(show_traceback)
        except BackendUnavailable:
            if show_traceback:
                raise
            return False
