"""JSON-RPC against a server that misbehaves on purpose."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tokenspice.web3engine.backends.json_rpc import JsonRpc, RpcError
from tokenspice.web3engine.backends.rpc import RpcBackend
from tokenspice.web3engine.errors import BackendUnavailable
from tokenspice.web3engine.url import masked


class Server:
    """Answers every request with `answer`, in which ID stands for the request's id."""

    answer = '{"jsonrpc": "2.0", "id": ID, "result": "0x1"}'

    def __init__(self) -> None:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = owner.answer.replace("ID", str(request["id"])).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v3/secretkey"


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
def rpc(server: Server) -> Iterator[JsonRpc]:
    rpc = JsonRpc(server.url)
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


def test_no_message_holds_the_path_of_a_url(server: Server) -> None:
    server.http.shutdown()
    server.http.server_close()
    rpc = JsonRpc(server.url)

    with pytest.raises(BackendUnavailable) as caught:
        rpc("eth_chainId")

    assert "secretkey" not in repr(caught.value) + repr(caught.value.__cause__)
    rpc.close()


def test_a_node_that_is_no_development_chain_is_refused(server: Server) -> None:
    server.answer = '{"jsonrpc": "2.0", "id": ID, "result": "Geth/v1.14"}'

    with pytest.raises(BackendUnavailable, match="development chains alone allow") as caught:
        RpcBackend(server.url)

    assert "Geth/v1.14" in str(caught.value) and "secretkey" not in str(caught.value)


def test_a_url_is_masked_to_scheme_host_and_port() -> None:
    assert masked("https://user:pass@node.example:8545/v3/key?a=b") == "https://node.example:8545"
    assert masked("http://node.example/key") == "http://node.example"
