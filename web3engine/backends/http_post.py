"""One HTTP request at a time to one URL, whose answer is bounded in time and size and leads nowhere else."""

from collections.abc import Callable
from typing import final

import requests
from requests.adapters import HTTPAdapter

from tokenspice.web3engine.backends.patience import Patience
from tokenspice.web3engine.url import is_local

__all__ = ["Faltered", "HttpPost"]

# An answer that came packed could not be bounded before it is unpacked.
HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "identity"}


class Faltered(Exception):
    """An attempt without an answer; the next may have one.

    Attributes:
        wait: seconds that the node wants us to wait.
        was_unheard: whether the request certainly changed nothing there.
    """

    def __init__(self, why: str, wait: float = 0.0, was_unheard: bool = False) -> None:
        super().__init__(why)
        self.wait = wait
        self.was_unheard = was_unheard


@final
class HttpPost:
    """Requests to one URL, over a connection that is kept.

    Args:
        url: where to.
        patience: how long to wait, and for how many bytes.
        clock: returns the seconds since some moment.

    Attributes:
        has_answered: whether anything ever came from there.
    """

    def __init__(self, url: str, patience: Patience, clock: Callable[[], float]) -> None:
        self._url = url
        self._patience = patience
        self._clock = clock
        self.has_answered = False
        self._session = requests.Session()
        # A proxy from the environment is for the web, not for a node on this machine.
        self._session.trust_env = not is_local(url)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0))

    def post(self, body: bytes) -> tuple[int, bytes]:
        """Return an answer's status and content.

        Raises:
            Faltered: there was none, or the server says that it cannot answer now.
        """
        try:
            return self._post(body)
        except requests.exceptions.RequestException as error:
            fault = Faltered(reason(error), was_unheard=is_unheard(error))
        # Outside of `except`, so that no exception keeps the one whose text holds the whole URL.
        raise fault

    def close(self) -> None:
        self._session.close()

    def _post(self, body: bytes) -> tuple[int, bytes]:
        times = (self._patience.connect_s, self._patience.piece_s)
        deadline = self._clock() + self._patience.answer_s
        with self._session.post(
            self._url, data=body, headers=HEADERS, timeout=times, stream=True, allow_redirects=False
        ) as answer:
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise Faltered("the answer is packed, and was to be plain")
            content = bytearray()
            for piece in answer.iter_content(1 << 16):
                content += piece
                if len(content) > self._patience.most_bytes or self._clock() > deadline:
                    raise Faltered(f"the answer does not end within {self._patience.most_bytes:,} bytes and in time")
            self.has_answered = True
            if answer.status_code in (408, 429) or answer.status_code >= 500:
                wish = seconds(answer.headers.get("Retry-After", ""))
                raise Faltered(f"HTTP status {answer.status_code}", wish, answer.status_code == 429)
            return answer.status_code, bytes(content)


def reason(error: requests.exceptions.RequestException) -> str:
    """Name a connection's failure without its message, which holds the whole URL."""
    return "time ran out" if isinstance(error, requests.exceptions.Timeout) else "no connection"


def is_unheard(error: requests.exceptions.RequestException) -> bool:
    """Tell whether a request failed before it was sent: nobody listens there."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return type(cause).__name__ == "NewConnectionError"


def seconds(text: str) -> float:
    """Read a header Retry-After; a date in it is not understood, and means no time."""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0.0
