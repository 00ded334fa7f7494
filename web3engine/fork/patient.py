"""JSON-RPC to a node far away, in batches, which waits and asks again when the node or the way to it falters."""

import json
import re
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple, final
from urllib.parse import urlsplit

import requests

from tokenspice.web3engine.backends.json_rpc import masked, reason
from tokenspice.web3engine.errors import ForkError
from tokenspice.web3engine.safe_json import parse_json

__all__ = ["Faltered", "PatientRpc", "Refused", "Request"]


class Request(NamedTuple):
    """A method, its parameters, and what reads its result, or raises a ValueError where it is none."""

    method: str
    params: tuple[Any, ...]
    parse: Callable[[Any], Any]


WAITS_S = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)  # before each retry
FIRST_WAITS_S = WAITS_S[:4]  # while nothing has ever come from there: the URL may be wrong
MOST_WAITING_S = 30.0  # of all retries of one batch, the node's own wishes included
MOST_ASKING_S = 90.0  # after this long, a batch is not asked again
TIMEOUT_S = (5.0, 15.0)  # to connect; between two pieces of an answer
MOST_BYTES = 1 << 26  # of an answer

TRY_AGAIN_CODES = {-32005, 429}  # EIP-1474's "limit exceeded", and what providers use in its place
TRY_AGAIN_WORDS = re.compile(
    r"rate.?limit|too many|limit exceeded|time.?out|timed out|try again|overload|temporar", re.I
)


class Faltered(Exception):
    """An attempt without an answer; the next may have one.

    Attributes:
        wait: seconds that the node wants us to wait.
    """

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.wait = wait


class Refused(ForkError):
    """The node understood, and answered with an error."""


@final
class PatientRpc:
    """Requests to one URL, of which messages show no more than scheme, host and port.

    Args:
        url: of the node.
        sleep: waits some seconds.
        clock: returns the seconds since some moment.

    Attributes:
        n_requests: HTTP requests made so far, failed ones among them.
    """

    def __init__(
        self,
        url: str,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = masked(url)
        self.n_requests = 0
        self._url = url
        self._sleep = sleep
        self._clock = clock
        self._has_answered = False
        self._ids = count(1)
        self._session = requests.Session()
        # A proxy from the environment is for the web, not for a node on this machine.
        self._session.trust_env = urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1")

    def __call__(self, *batch: Request) -> list[Any]:
        """Return the results of some requests, made as one.

        Raises:
            ForkError: there was no answer to be had, after at most eight retries.
            Refused: the node answered one of them with an error that would come again.
        """
        began, waited, n_retries = self._clock(), 0.0, 0
        while True:
            try:
                return self.once(*batch)
            except Faltered as fault:
                why, wish = fault.why, fault.wait
            waits = WAITS_S if self._has_answered else FIRST_WAITS_S
            if n_retries == len(waits):
                break
            wait = max(waits[n_retries], wish)
            if waited + wait > MOST_WAITING_S or self._clock() + wait - began > MOST_ASKING_S:
                break
            self._sleep(wait)
            waited += wait
            n_retries += 1
        asks = f" and asks to be left alone for {wish:g} s" if wish > MOST_WAITING_S else ""
        raise ForkError(f"{self.name} does not answer {methods(batch)} ({why}){asks}. Nothing was changed; try again.")

    def once(self, *batch: Request) -> list[Any]:
        """Make some requests without a second attempt.

        Raises:
            Faltered: there was no answer; another attempt may have one.
            ForkError: as when called.
        """
        numbers = [next(self._ids) for _ in batch]
        calls = [
            {"jsonrpc": "2.0", "id": number, "method": one.method, "params": one.params}
            for number, one in zip(numbers, batch, strict=True)
        ]
        status, headers, body = self._post(json.dumps(calls if len(calls) > 1 else calls[0]).encode())
        if status in (408, 429) or status >= 500:
            raise Faltered(f"HTTP status {status}", seconds(headers.get("Retry-After", "")))
        if status != 200:
            raise ForkError(
                f"{self.name} refuses {methods(batch)} with HTTP status {status}. Is its URL right, and the key in it?"
            )
        try:
            answer = parse_json(body)
        except ValueError:
            raise Faltered("the answer is no JSON") from None
        answers = answer if isinstance(answer, list) else [answer]
        return [self._result(one, number, answers) for number, one in zip(numbers, batch, strict=True)]

    def close(self) -> None:
        self._session.close()

    def _post(self, body: bytes) -> tuple[int, Any, bytes]:
        self.n_requests += 1
        deadline = self._clock() + sum(TIMEOUT_S)
        try:
            with self._session.post(
                self._url,
                data=body,
                headers={"Content-Type": "application/json"},
                timeout=TIMEOUT_S,
                stream=True,
                allow_redirects=False,
            ) as response:
                content = bytearray()
                for piece in response.iter_content(1 << 16):
                    content += piece
                    if len(content) > MOST_BYTES or self._clock() > deadline:
                        break
                else:
                    self._has_answered = True
                    return response.status_code, response.headers, bytes(content)
        except requests.exceptions.RequestException as error:
            why = reason(error)
        else:
            why = "the answer does not end"
        # Outside of `except`, so that no exception keeps the one whose text holds the whole URL.
        raise Faltered(why)

    def _result(self, request: Request, number: int, answers: Sequence[Any]) -> Any:
        for answer in answers:
            if not isinstance(answer, dict):
                continue
            # Of a request that it could not read, a node does not know the id.
            if "error" in answer and answer.get("id") in (number, None):
                raise self._error(request.method, answer["error"])
            if "result" in answer and answer.get("id") == number:
                try:
                    return request.parse(answer["result"])
                except ValueError:
                    raise Faltered(f"what it answers to {request.method} cannot be read") from None
        raise Faltered("the answer is to another question")

    def _error(self, method: str, fault: Any) -> Exception:
        code, text = (fault.get("code"), fault.get("message")) if isinstance(fault, dict) else (None, fault)
        text = self._redacted(" ".join(str(text).split())[:200])
        if code in TRY_AGAIN_CODES or TRY_AGAIN_WORDS.search(text):
            return Faltered(text)
        return Refused(f"{self.name} answers {method} with an error: {text}")

    def _redacted(self, text: str) -> str:
        """Take out of a node's message what it may repeat of our URL."""
        parts = urlsplit(self._url)
        for secret in re.split(r"[/?&=;:@]", f"{parts.username}:{parts.password}:{parts.path}?{parts.query}"):
            if len(secret) > 5:
                text = text.replace(secret, "…")
        return text


def seconds(text: str) -> float:
    """Read a header Retry-After; a date in it is not understood, and means no time."""
    return float(text) if text.isascii() and text.isdigit() else 0.0


def methods(batch: Sequence[Request]) -> str:
    return ", ".join(dict.fromkeys(request.method for request in batch))
