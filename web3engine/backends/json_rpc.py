"""JSON-RPC 2.0 over HTTP: one request or several as one, asked again where that can do no harm.

web3.py would do this too, but importing it takes longer than a short run, and each of its requests several
times as long as the node's answer. `Chain.w3` offers web3.py to those who want it.
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple, final

from tokenspice.web3engine.backends.http_post import Faltered, HttpPost
from tokenspice.web3engine.backends.patience import NODE, Patience
from tokenspice.web3engine.errors import BackendUnavailable, ChainError
from tokenspice.web3engine.safe_json import parse_json
from tokenspice.web3engine.url import masked, without_secrets

__all__ = ["JsonRpc", "Request", "RpcError"]

TRY_AGAIN_CODES = {-32005, 429}  # EIP-1474's "limit exceeded", and what providers use in its place
TRY_AGAIN_WORDS = re.compile(
    r"rate.?limit|too many|limit exceeded|time.?out|timed out|try again|overload|temporar", re.I
)

# What changes nothing, or the same when it is asked twice.
REPEATABLE = re.compile(
    r"eth_(get|call|chainId|blockNumber|gasPrice|maxPriority|feeHistory|blobBaseFee|estimateGas|accounts|createAccess"
    r"|simulate)|net_|web3_|debug_trace|debug_storage|anvil_set|hardhat_set|anvil_nodeInfo|rpc_modules"
)
VERSION = "web3_clientVersion"  # which goes into records


class Request(NamedTuple):
    """A method, its parameters, and what reads its result, or raises a ValueError where it is none."""

    method: str
    params: tuple[Any, ...] = ()
    parse: Callable[[Any], Any] = lambda result: result


class RpcError(ChainError):
    """The node answered, with an error.

    Attributes:
        fault: the error as JSON-RPC writes it: code, message, data.
        data: the hexadecimal revert data, if the node sent some.
    """

    def __init__(self, message: str, fault: dict[str, Any]) -> None:
        super().__init__(message)
        self.fault = fault
        data = fault.get("data")
        self.data = data if isinstance(data, str) and re.fullmatch("0x([0-9a-fA-F]{2})*", data) else "0x"


@final
class JsonRpc:
    """Requests to one URL, of which messages show no more than scheme, host and port.

    Args:
        url: of the node.
        patience: how long to wait for an answer, and how often to ask again.
        is_over: tells that there is nobody left who might answer.
        sleep: waits some seconds.
        clock: returns the seconds since some moment.

    Attributes:
        name: scheme, host and port.
        n_requests: HTTP requests made so far, failed ones among them.
    """

    def __init__(
        self,
        url: str,
        patience: Patience = NODE,
        is_over: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = url
        self.name = masked(url)
        self.n_requests = 0
        self._patience = patience
        self._is_over = is_over
        self._sleep = sleep
        self._clock = clock
        self._ids = count(1)
        self._http = HttpPost(url, patience, clock)

    def __call__(self, method: str, *params: Any) -> Any:
        """Return a method's result.

        Raises:
            RpcError: the node answered with an error.
            BackendUnavailable: it did not answer, or not in JSON-RPC.
        """
        return self.batch(Request(method, params))[0]

    def batch(self, *requests: Request) -> list[Any]:
        """Return the results of some requests, made as one.

        Raises:
            RpcError: the node answered one of them with an error that would come again.
            BackendUnavailable: there was no answer to be had, after as many attempts as patience allows.
        """
        began, waited, n_retries = self._clock(), 0.0, 0
        while True:
            try:
                return self.once(*requests)
            except Faltered as fault:
                why, wish = str(fault), fault.wait
                may_repeat = fault.was_unheard or all(REPEATABLE.match(one.method) for one in requests)
            wait = self._patience.next_wait(n_retries, waited, self._clock() - began, wish, self._http.has_answered)
            if wait is None or not may_repeat or self._is_over():
                break
            self._sleep(wait)
            waited += wait
            n_retries += 1
        raise BackendUnavailable(self._silence(requests, why, wish))

    def once(self, *requests: Request) -> list[Any]:
        """Make some requests without a second attempt.

        Raises:
            Faltered: there was no answer; another attempt may have one.
            RpcError, BackendUnavailable: as of `batch`.
        """
        numbers = [next(self._ids) for _ in requests]
        calls = [
            {"jsonrpc": "2.0", "id": number, "method": one.method, "params": one.params}
            for number, one in zip(numbers, requests, strict=True)
        ]
        answers = self._answers(requests, json.dumps(calls if len(calls) > 1 else calls[0]).encode())
        return [self._result(one, number, answers) for number, one in zip(numbers, requests, strict=True)]

    def close(self) -> None:
        self._http.close()

    def _answers(self, requests: Sequence[Request], body: bytes) -> Sequence[Any]:
        self.n_requests += 1
        status, content = self._http.post(body)
        try:
            answer = parse_json(content)
        except ValueError as error:
            if status == 200:
                raise Faltered(f"the answer is no JSON that can be read: {error}"[:200]) from None
            answer = None
        answers = answer if isinstance(answer, list) else [answer]
        if status != 200 and not any(isinstance(one, dict) and "jsonrpc" in one for one in answers):
            raise BackendUnavailable(self._refusal(requests, status))
        return answers

    def _result(self, request: Request, number: int, answers: Sequence[Any]) -> Any:
        for answer in answers:
            if not isinstance(answer, dict):
                continue
            # Of a request that it could not read, a node does not know the id.
            if "error" in answer and answer.get("id") in (number, None):
                raise self._error(request.method, answer["error"])
            if "result" in answer and answer.get("id") == number:
                return self._read(request, answer["result"])
        raise Faltered("the answer is to another question")

    def _read(self, request: Request, result: Any) -> Any:
        try:
            read = request.parse(result)
        except ValueError:
            raise Faltered(f"what it answers to {request.method} cannot be read") from None
        return without_secrets(str(read), self.url) if request.method == VERSION else read

    def _error(self, method: str, fault: Any) -> Exception:
        fault = fault if isinstance(fault, dict) else {"message": fault}
        text = without_secrets(" ".join(str(fault.get("message")).split())[:500], self.url)
        ran = fault.get("data") or "revert" in text.lower()  # a contract may say "too many" too
        if not ran and (fault.get("code") in TRY_AGAIN_CODES or TRY_AGAIN_WORDS.search(text)):
            return Faltered(text)
        return RpcError(f"{method}: {text}", fault | {"message": text})

    def _silence(self, requests: Sequence[Request], why: str, wish: float) -> str:
        asks = f" and asks to be left alone for {wish:g} s" if wish > self._patience.most_waiting_s else ""
        hint = "" if self._http.has_answered else " Is a node running there?"
        return f"{self.name} does not answer {methods(requests)} ({why}){asks}.{hint}"

    def _refusal(self, requests: Sequence[Request], status: int) -> str:
        what = f"{self.name} refuses {methods(requests)} with HTTP status {status}"
        if 300 <= status < 400:
            return f"{what}, a redirect, which is not followed. Write the URL that it leads to."
        return f"{what}. Is its URL right, and the key in it?"


def methods(requests: Sequence[Request]) -> str:
    return ", ".join(dict.fromkeys(request.method for request in requests))
