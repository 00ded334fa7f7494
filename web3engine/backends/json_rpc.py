"""JSON-RPC 2.0 over HTTP, one request at a time.

web3.py would do this too, but importing it takes longer than a short run, and each of its requests several
times as long as the node's answer. `Chain.w3` offers web3.py to those who want it.
"""

from itertools import count
from typing import Any, final
from urllib.parse import urlsplit

import requests

from tokenspice.web3engine.errors import BackendUnavailable, ChainError

__all__ = ["JsonRpc", "RpcError", "is_url", "masked", "reason"]

# An answer takes long only when a transaction does; a dead node refuses at once.
TIMEOUT_S = (2.0, 60.0)  # to connect, to answer


class RpcError(ChainError):
    """The node answered, with an error.

    Attributes:
        data: the hexadecimal revert data, if the node sent some.
    """

    def __init__(self, message: str, data: object) -> None:
        super().__init__(message)
        self.data = data if isinstance(data, str) and data.startswith("0x") else "0x"


@final
class JsonRpc:
    """Requests to one URL, of which messages show no more than scheme, host and port."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        # A proxy from the environment is for the web, not for a node on this machine.
        self._session.trust_env = urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1")
        self._ids = count(1)

    def __call__(self, method: str, *params: Any) -> Any:
        """Return a method's result.

        Raises:
            RpcError: the node answered with an error.
            BackendUnavailable: it did not answer, or not in JSON-RPC.
        """
        number = next(self._ids)
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        try:
            answer = self._session.post(self.url, json=request, timeout=TIMEOUT_S).json()
        except requests.exceptions.RequestException as error:
            raise BackendUnavailable(
                f"{masked(self.url)} does not answer {method} ({reason(error)}). Is a node running there?"
            ) from None
        if not isinstance(answer, dict) or answer.get("id") != number:
            raise BackendUnavailable(f"{masked(self.url)} answers {method} with something that is no JSON-RPC.")
        if "error" in answer:
            fault = answer["error"] if isinstance(answer["error"], dict) else {"message": answer["error"]}
            raise RpcError(f"{method}: {fault.get('message')}", fault.get("data"))
        return answer.get("result")

    def close(self) -> None:
        self._session.close()


def is_url(text: str) -> bool:
    """Tell whether a text is the URL of a node."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port beyond 65535, or none that is a number
        return False


def masked(url: str) -> str:
    """Return the part of a URL that holds no key: scheme, host, port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


def reason(error: requests.exceptions.RequestException) -> str:
    """Name a connection's failure without its message, which holds the whole URL."""
    if isinstance(error, requests.exceptions.Timeout):
        return "time ran out"
    if isinstance(error, requests.exceptions.JSONDecodeError):
        return "the answer is no JSON"
    return "no connection"
