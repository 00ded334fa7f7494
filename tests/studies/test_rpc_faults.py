"""A node by URL fails at some request of a run: the numbers are those of a run undisturbed, or an error says what happened."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.studies.terminal import tsp
from tokenspice.web3engine.backends.node_kinds import NODE_KINDS, start_node
from tokenspice.web3engine.config import Config

SECRET = "secretkey"
FAULTS = ("reset", "500", "429", "half", "wrong id", "hang")
HANG_S = 200.0
EVERY_HOUR = ("--set", "log_interval=3600")


class Faulty(ThreadingHTTPServer):
    """Passes requests on to a node; from one of them on, some fail.

    Attributes:
        n_heard: requests so far.
        at: the number of the first that fails.
        n_faults: how many fail.
    """

    daemon_threads = True

    def __init__(self, target: str) -> None:
        self.target = target
        self.n_heard, self.at, self.n_faults, self.fault = 0, 1 << 60, 0, ""
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/v3/{SECRET}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def fails(self) -> bool:
        self.n_heard += 1
        return self.at <= self.n_heard < self.at + self.n_faults


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Faulty

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fails = self.server.fails()
        fault = self.server.fault if fails else ""
        if fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if fault in ("500", "429"):
            self.say(int(fault), b"")
            return
        with urlopen(Request(self.server.target, body, {"Content-Type": "application/json"})) as answer:
            content: Any = answer.read()
        if fault == "hang":
            time.sleep(HANG_S)
        if fault == "half":
            content = content[: len(content) // 2]
        if fault == "wrong id":
            content = json.dumps({"jsonrpc": "2.0", "id": 10**9, "result": "0x0"}).encode()
        self.say(200, content)

    def say(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server(config: Config) -> Iterator[Faulty]:
    with closing(start_node(NODE_KINDS["anvil"], config, 0)) as node, Faulty(node.url) as server:
        yield server
        server.shutdown()


def run(server: Faulty, folder: Path) -> "tuple[int, str, str]":
    """Return a run's exit code, its last line, and its data.csv."""
    done = tsp("run", "simplepool", folder, "-q", "--network", server.url, "--set", "max_ticks=8", *EVERY_HOUR)
    everything = done.stdout + done.stderr + "".join(path.read_text() for path in folder.glob("*") if path.is_file())
    assert SECRET not in everything and "Traceback" not in done.stderr
    said = (done.stderr.splitlines() or [""])[-1]
    rows = (folder / "data.csv").read_text() if (folder / "data.csv").exists() else ""
    return done.returncode, said, rows


@pytest.fixture(scope="module")
def whole(config: Config, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    """How many requests a run makes, and its rows."""
    with closing(start_node(NODE_KINDS["anvil"], config, 0)) as node, Faulty(node.url) as server:
        code, said, rows = run(server, tmp_path_factory.mktemp("whole") / "o")
        assert code == 0, said
        n_requests = server.n_heard
        server.shutdown()
    return n_requests, rows


@pytest.mark.parametrize(("fault", "share"), [*zip(FAULTS[:5], (0.3, 0.95, 0.6, 0.8, 0.97), strict=True)])
def test_one_fault_is_survived_or_ends_in_a_named_error(
    server: Faulty, whole: tuple[int, str], tmp_path: Path, fault: str, share: float
) -> None:
    n_requests, rows = whole
    server.fault, server.at, server.n_faults = fault, int(share * n_requests), 1

    code, said, found = run(server, tmp_path / "o")

    assert server.n_heard >= server.at
    if code == 0:
        assert found == rows
    else:
        assert rows.startswith(found)
        assert code == 1 and "does not answer" in said and ("tick " in said or "SimState" in said), said


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_stays_ends_in_an_error_that_names_tick_and_method(
    server: Faulty, whole: tuple[int, str], tmp_path: Path, fault: str
) -> None:
    n_requests, rows = whole
    server.fault, server.at, server.n_faults = fault, int(0.8 * n_requests), 1 << 60

    code, said, found = run(server, tmp_path / "o")

    assert code == 1
    assert rows.startswith(found) and found.count("\n") > 1
    assert said.startswith("tsp: tick "), said
    assert any(method in said for method in ("eth_", "evm_")), said
