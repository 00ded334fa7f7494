"""A node is ours or none, and leaves nothing behind."""

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tokenspice.web3engine.backends import node
from tokenspice.web3engine.backends.node import NodeProcess
from tokenspice.web3engine.backends.node_folder import PREFIX, new_node_folder
from tokenspice.web3engine.errors import BackendUnavailable

ANSWER = b'{"jsonrpc": "2.0", "id": 1, "result": "anvil/v1"}'
# A node that listens where it is told, or dies where it cannot.
NODE = """
import sys, http.server, pathlib, tempfile
pathlib.Path(tempfile.gettempdir(), "rubbish").touch()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        import json
        number = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["id"]
        body = json.dumps({"jsonrpc": "2.0", "id": number, "result": "anvil/v1"}).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def command(port: int) -> list[str]:
    return [sys.executable, "-c", NODE, str(port)]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def stranger() -> Iterator[int]:
    """The port of a node that somebody else started."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        def log_message(self, *args: object) -> None:
            pass

    http = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield http.server_port
    http.shutdown()
    thread.join()
    http.server_close()


def test_a_node_and_its_temporary_files_end_with_us(temporary: Path) -> None:
    process = NodeProcess("anvil", command, 0, 30)
    assert [path.name for path in temporary.glob(f"{PREFIX}*/*")] == ["rubbish"]

    process.close()

    assert list(temporary.iterdir()) == []


def test_a_node_that_took_the_port_a_moment_before_is_not_taken_for_ours(
    stranger: int, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "is_taken", lambda port: False)

    with pytest.raises(BackendUnavailable, match="anvil ended with exit code 1: .*in use.*before it answered"):
        NodeProcess("anvil", command, stranger, 30)

    assert list(temporary.iterdir()) == []


def test_a_program_that_cannot_be_started_leaves_nothing(temporary: Path) -> None:
    with pytest.raises(BackendUnavailable, match="cannot be started"):
        NodeProcess("anvil", lambda port: ["/nowhere/anvil"], 0, 5)

    assert list(temporary.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next(temporary: Path) -> None:
    (temporary / f"{PREFIX}999999999-a").mkdir()
    (temporary / f"{PREFIX}{os.getpid()}-a").mkdir()
    (temporary / f"{PREFIX}999999998-b").symlink_to("/")

    new = new_node_folder()

    left = {path.name for path in temporary.iterdir()}
    assert left == {new.name, f"{PREFIX}{os.getpid()}-a", f"{PREFIX}999999998-b"}
