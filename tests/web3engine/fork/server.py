"""A loopback server between us and a node, which misbehaves on purpose."""

import json
import socket
import struct
import threading
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

__all__ = ["FAULTS", "SECRET", "Proxy"]

SECRET = "secretkey1234"


class Proxy:
    """Passes requests on to a node, or does not.

    Args:
        upstream: the node's URL.
        port: 0 takes a free one.

    Attributes:
        fault: says of the number of a request, from 0, which of `faults` it meets; None passes it on.
        change: changes an answer, of which it gets the question too.
        url: with a secret in its user's name, path and query.
        bodies: the requests that came in.
    """

    def __init__(self, upstream: str, port: int = 0) -> None:
        self.upstream = upstream
        self.fault: Callable[[int], str | None] = lambda n: None
        self.faults: dict[str, Fault] = dict(FAULTS)
        self.change: Callable[[dict[str, Any], dict[str, Any]], None] = lambda question, answer: None
        self.bodies: list[Any] = []
        self._released = threading.Event()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                proxy.bodies.append(json.loads(body))
                fault = proxy.fault(len(proxy.bodies) - 1)
                proxy.faults[fault](proxy, self, body) if fault else proxy.answer(self, proxy.forward(body))

            def log_message(self, *args: object) -> None:
                pass

        self._handler = Handler
        self.port = port
        self.start()

    @property
    def url(self) -> str:
        return f"http://user:{SECRET}@127.0.0.1:{self.port}/v3/{SECRET}?key={SECRET}"

    def start(self) -> None:
        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler)
        self._http.daemon_threads = True
        self.port = self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
            self._http.server_close()

    def close(self) -> None:
        self._released.set()
        self.stop()

    def forward(self, body: bytes) -> bytes:
        request = urllib.request.Request(self.upstream, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as response:
            answers = json.load(response)
        questions = json.loads(body)
        pairs = zip(questions, answers, strict=True) if isinstance(questions, list) else [(questions, answers)]
        for question, answer in pairs:
            self.change(question, answer)
        return json.dumps(answers).encode()

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    # The faults.

    def reset(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        handler.wfile = handler.rfile = open("/dev/null", "r+b")

    def hang(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self._released.wait(20)
        handler.close_connection = True

    def server_error(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self.answer(handler, b"oops " + SECRET.encode(), 500)

    def too_many(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self.answer(handler, b"slow down", 429, Retry_After="2")

    def rate_limit(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        fault = {"code": -32005, "message": f"project {SECRET}: request rate limited"}
        self.answer(handler, json.dumps(answers_to(body, {"error": fault})).encode())

    def half_json(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        whole = self.forward(body)
        self.answer(handler, whole[: len(whole) // 2])

    def cut_off(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        whole = self.forward(body)
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(whole)))
        handler.end_headers()
        handler.wfile.write(whole[: len(whole) // 2])
        handler.close_connection = True

    def wrong_id(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        answers = json.loads(self.forward(body))
        for answer in answers if isinstance(answers, list) else [answers]:
            answer["id"] += 1000
        self.answer(handler, json.dumps(answers).encode())

    def null(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self.answer(handler, json.dumps(answers_to(body, {"result": None})).encode())

    def empty(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self.answer(handler, b"")

    def html(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self.answer(handler, b"<html>Bad gateway</html>", 502)


Fault: TypeAlias = Callable[[Proxy, BaseHTTPRequestHandler, bytes], object]
FAULTS: dict[str, Fault] = {
    name: getattr(Proxy, name)
    for name in (
        *("reset", "hang", "server_error", "too_many", "rate_limit", "half_json", "cut_off", "wrong_id", "null"),
        *("empty", "html"),
    )
}


def answers_to(body: bytes, content: dict[str, Any]) -> Any:
    questions = json.loads(body)
    if isinstance(questions, dict):
        return {"jsonrpc": "2.0", "id": questions["id"]} | content
    return [{"jsonrpc": "2.0", "id": question["id"]} | content for question in questions]
