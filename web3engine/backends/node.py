"""A node's process: started on a loopback port, watched, and never left behind."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from typing import final

import psutil

from tokenspice.web3engine.backends.json_rpc import JsonRpc
from tokenspice.web3engine.backends.node_folder import new_node_folder
from tokenspice.web3engine.backends.patience import ONCE
from tokenspice.web3engine.errors import BackendUnavailable, ChainError

__all__ = ["HOST", "NodeProcess"]

HOST = "127.0.0.1"
PATIENCE_S = 3.0  # for a node to end by itself, before it is killed
PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>


@final
class NodeProcess:
    """A node that is ready to answer at `url`.

    Args:
        name: what to call it in messages.
        command: returns the command line for a port.
        port: 0 picks a free one.
        timeout: seconds to wait until it answers.

    Raises:
        BackendUnavailable: it cannot be started, or does not answer in time.
    """

    def __init__(self, name: str, command: Callable[[int], list[str]], port: int, timeout: float) -> None:
        self.name = name
        self.port = port or free_port()
        self.url = f"http://{HOST}:{self.port}"
        if port and is_taken(port):
            raise BackendUnavailable(
                f"{name} cannot listen on port {port}: another program does. Choose another port, or 0 for a free one."
            )
        line = command(self.port)
        self._stderr = tempfile.TemporaryFile()
        self._folder = new_node_folder()
        self._process = self._start(line)
        try:
            self._wait(timeout)
        except BaseException:
            self.close()
            raise

    def death(self, patience: float = 0.0) -> str | None:
        """Say how the process ended, or None if it lives and goes on living for `patience` seconds."""
        try:
            code = self._process.wait(patience)
        except subprocess.TimeoutExpired:
            return None
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return f"{self.name} {how}" + (f': "{line}"' if (line := self._last_line()) else "")

    def wait(self) -> int:
        """Wait until the process ends by itself, and return its exit code."""
        return self._process.wait()

    def close(self) -> None:
        """End the process; a second call does nothing."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._stderr.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        try:
            # What a node prints on start may hold private keys, so its standard output goes nowhere. In a
            # session of its own it does not hear the terminal's Ctrl-C: we end it when we are done with it.
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                env=os.environ | dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(self._folder)),
                start_new_session=True,
                preexec_fn=die_with_parent if sys.platform == "linux" else None,
            )
        except OSError as error:
            self._stderr.close()
            shutil.rmtree(self._folder, ignore_errors=True)
            raise BackendUnavailable(f"{self.name} cannot be started: {command[0]}: {error.strerror}.") from error

    def _wait(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        with closing(JsonRpc(self.url, ONCE)) as rpc:
            while time.monotonic() < deadline:
                if death := self.death():
                    raise BackendUnavailable(f"{death}, before it answered.")
                try:
                    rpc("web3_clientVersion")
                    if self._listens():
                        return
                except ChainError:
                    pass
                time.sleep(0.02)
        raise BackendUnavailable(f"{self.name} did not answer on port {self.port} within {timeout:g} s.")

    def _listens(self) -> bool:
        """Tell whether it is our process that listens on the port: another may have taken it a moment ago."""
        try:
            sockets = psutil.Process(self._process.pid).net_connections("tcp")
        except psutil.AccessDenied:  # some systems tell nobody; then its death alone can tell
            return self.death(patience=0.5) is None
        except psutil.Error:
            return False
        return any(one.status == psutil.CONN_LISTEN and one.laddr.port == self.port for one in sockets)

    def _last_line(self) -> str:
        if self._stderr.closed:
            return ""
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if len(line.strip()) > 1), "")


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def is_taken(port: int) -> bool:
    """Tell whether somebody listens on a loopback port."""
    with socket.socket() as caller:
        return caller.connect_ex((HOST, port)) == 0


def die_with_parent() -> None:
    """Ask Linux to kill this process when the one that started it dies, even of kill -9."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
