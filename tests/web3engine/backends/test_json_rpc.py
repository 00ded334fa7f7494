"""JSON-RPC against a server that misbehaves on purpose."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tokenspice.web3engine.backends.json_rpc import JsonRpc, RpcError
from tokenspice.web3engine.backends.node_kinds import ANVIL
from tokenspice.web3engine.backends.node_provider import NodeProvider
from tokenspice.web3engine.backends.patience import NODE
from tokenspice.web3engine.backends.rpc import RpcBackend
from tokenspice.web3engine.errors import BackendUnavailable

SECRET = "secretkey"


class Server:
    """Answers every request with `answer`, in which ID stands for the request's id.

    Attributes:
        statuses: of the first answers; then it is 200.
        headers: of every answer.
        pack: what is done to the content.
    """

    answer = '{"jsonrpc": "2.0", "id": ID, "result": "0x1"}'

    def __init__(self) -> None:
        owner = self
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.pack: Callable[[bytes], bytes] = bytes
        self.methods: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner.methods.append(request["method"])
                body = owner.pack(owner.answer.replace("ID", str(request["id"])).encode())
                self.send_response(owner.statuses.pop(0) if owner.statuses else 200)
                for name, value in (owner.headers | {"Content-Length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v3/{SECRET}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def rpc(server: Server, slept: list[float]) -> Iterator[JsonRpc]:
    """A client that does not really wait."""
    rpc = JsonRpc(server.url, NODE, sleep=slept.append)
    yield rpc
    rpc.close()


def test_a_result_is_returned(rpc: JsonRpc) -> None:
    assert rpc("eth_chainId") == "0x1"


def test_an_error_keeps_its_message_and_revert_data(server: Server, rpc: JsonRpc) -> None:
    server.answer = '{"jsonrpc": "2.0", "id": ID, "error": {"code": 3, "message": "reverted", "data": "0x01"}}'

    with pytest.raises(RpcError, match="eth_call: reverted") as caught:
        rpc("eth_call")

    assert caught.value.data == "0x01"


@pytest.mark.parametrize("answer", ["{", '"text"', '{"id": 99, "result": "0x1"}', "", '{"id": ID, "error": "no"}'])
def test_an_answer_that_is_no_json_rpc_is_an_error_and_never_a_value(server: Server, rpc: JsonRpc, answer: str) -> None:
    server.answer = answer

    with pytest.raises((BackendUnavailable, RpcError)):
        rpc("eth_getBalance")


def test_no_message_holds_the_path_of_a_url(server: Server, rpc: JsonRpc) -> None:
    server.http.shutdown()
    server.http.server_close()

    with pytest.raises(BackendUnavailable) as caught:
        rpc("eth_chainId")

    assert SECRET not in repr(caught.value) + repr(caught.value.__cause__)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_question_that_changes_nothing_is_asked_again(
    server: Server, rpc: JsonRpc, slept: list[float], status: int
) -> None:
    server.statuses = [status, status]

    assert rpc("eth_getBalance") == "0x1"
    assert slept == [0.1, 0.2]


def test_a_fault_that_stays_ends_after_eight_retries(server: Server, rpc: JsonRpc, slept: list[float]) -> None:
    server.statuses = [500] * 20

    with pytest.raises(BackendUnavailable, match="does not answer eth_call .HTTP status 500"):
        rpc("eth_call")

    assert len(slept) == 8 and sum(slept) <= 30


@pytest.mark.parametrize("method", ["evm_mine", "evm_snapshot", "eth_sendRawTransaction", "evm_revert"])
def test_what_changes_the_chain_is_never_sent_twice(server: Server, rpc: JsonRpc, method: str) -> None:
    server.statuses = [500]

    with pytest.raises(BackendUnavailable, match=f"does not answer {method}"):
        rpc(method)

    assert server.methods == [method]


def test_nobody_is_waited_for_who_is_gone(server: Server, slept: list[float]) -> None:
    server.statuses = [500] * 9
    rpc = JsonRpc(server.url, is_over=lambda: True, sleep=slept.append)

    with pytest.raises(BackendUnavailable):
        rpc("eth_getBalance")

    assert slept == []
    rpc.close()


def test_a_contract_that_says_too_many_is_not_asked_again(server: Server, rpc: JsonRpc, slept: list[float]) -> None:
    server.answer = '{"id": ID, "error": {"code": -32000, "message": "VM Exception: revert too many, try again"}}'

    with pytest.raises(RpcError, match="too many"):
        rpc("eth_call")

    assert slept == []


def test_a_redirect_is_not_followed(server: Server, rpc: JsonRpc) -> None:
    server.statuses, server.headers = [307], {"Location": f"http://127.0.0.1:{server.http.server_port}/elsewhere"}
    server.answer = ""

    with pytest.raises(BackendUnavailable, match="HTTP status 307, a redirect, which is not followed"):
        rpc("eth_chainId")

    assert server.methods == ["eth_chainId"]


def test_a_packed_answer_is_refused_before_it_is_unpacked(server: Server, rpc: JsonRpc) -> None:
    server.headers, server.pack = {"Content-Encoding": "gzip"}, lambda body: gzip.compress(bytes(10**6))

    with pytest.raises(BackendUnavailable, match="packed"):
        rpc("eth_chainId")


def test_an_answer_beyond_all_measure_is_given_up(server: Server, rpc: JsonRpc) -> None:
    server.answer = " " * (NODE.most_bytes + 1)

    with pytest.raises(BackendUnavailable, match="does not end within"):
        rpc("evm_mine")


def test_an_answer_that_nests_without_end_is_an_error(server: Server, rpc: JsonRpc) -> None:
    server.answer = '{"id": ID, "result": ' + "[" * 300_000

    with pytest.raises(BackendUnavailable, match="inside each other"):
        rpc("evm_mine")


def test_a_key_that_a_node_repeats_is_not_shown(server: Server, rpc: JsonRpc) -> None:
    server.answer = '{"id": ID, "error": {"code": 1, "message": "no access to /v3/' + SECRET + '"}}'

    with pytest.raises(RpcError, match="no access to /v3/…"):
        rpc("eth_chainId")

    server.answer = '{"id": ID, "result": "anvil/' + SECRET + '"}'
    assert rpc("web3_clientVersion") == "anvil/…"


def test_web3_py_shows_no_key_either(server: Server, rpc: JsonRpc) -> None:
    provider = NodeProvider(rpc, ANVIL)
    web3: Any = pytest.importorskip("web3").Web3(provider)
    assert web3.eth.chain_id == 1 and SECRET not in str(provider)
    server.http.shutdown()
    server.http.server_close()

    with pytest.raises(BackendUnavailable) as caught:
        web3.eth.get_balance("0x" + "00" * 20)

    assert SECRET not in repr(caught.value) and not web3.is_connected()


def test_a_node_that_is_no_development_chain_is_refused(server: Server) -> None:
    server.answer = '{"jsonrpc": "2.0", "id": ID, "result": "Geth/v1.14"}'

    with pytest.raises(BackendUnavailable, match="development chains alone allow") as caught:
        RpcBackend(server.url)

    assert "Geth/v1.14" in str(caught.value) and SECRET not in str(caught.value)
