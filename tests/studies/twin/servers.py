"""Servers of our own on loopback: a subgraph that pages and answers by block, and a node in front of a chain of ours."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tokenspice.web3engine import Chain

__all__ = ["Answer", "Subgraph", "node_of", "serving"]

Answer = tuple[int, Any]  # HTTP status, and JSON or raw bytes


@contextmanager
def serving(answer: Callable[[Any, dict[str, str]], Answer]) -> Iterator[str]:
    """Serve POST requests with `answer(body, headers)`, and give the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, content = answer(body, dict(self.headers))
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Subgraph:
    """Answers as a subgraph does, from hours that are made up.

    Args:
        hours: how many hourly statistics there are, from `start` on.
        faults: answers that come first, before its own.
    """

    start = 1_620_000_000

    def __init__(self, hours: int, *faults: Answer) -> None:
        self.hours = hours
        self.faults = list(faults)
        self.asked: list[Any] = []
        self.headers: list[dict[str, str]] = []

    def __call__(self, body: Any, headers: dict[str, str]) -> Answer:
        self.asked.append(body)
        self.headers.append(headers)
        if self.faults:
            return self.faults.pop(0)
        return 200, {"data": self.stats(body) if "hourlyStats" in body["query"] else self.states(body["query"])}

    def stats(self, body: Any) -> dict[str, Any]:
        first = int(re.findall(r"first: (\d+)", body["query"])[0])
        wanted = body["variables"]
        # Ids are hashes: their order is not that of time.
        rows = sorted((self.row(hour) for hour in range(self.hours)), key=lambda row: row["id"])
        rows = [row for row in rows if row["id"] > wanted["last"]]
        rows = [row for row in rows if int(wanted["from"]) <= int(row["timestamp"]) < int(wanted["to"])]
        return {"hourlyStats": rows[:first]}

    def row(self, hour: int) -> dict[str, str]:
        return {
            "id": f"0x{hour * 7919 % 10007:05x}",
            "timestamp": str(self.start + 3600 * hour),
            "blockNumber": str(12_000_000 + 270 * hour),
            "marketPriceUsd": f"{3 + hour * 1e-6:.18f}",
            "marketPriceEth": "0.001",
        }

    def states(self, query: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for block in re.findall(r"state(\d+): systemState", query):
            assert f"block: {{number: {block}}}" in query
            found[f"state{block}"] = {
                "coinUniswapPair": {"reserve0": "5000000.5", "reserve1": "5000"},
                "currentCoinMedianizerUpdate": {"value": "0"},
                "currentRedemptionRate": {"hourlyRate": "1.00001"},
                "currentRedemptionPrice": {"value": "3.0140084186"},
                "erc20CoinTotalSupply": "10000000",
                "globalDebt": "10900000",
            }
            found[f"collateral{block}"] = {"totalCollateral": "14000"}
        return found


def node_of(chain: Chain, most_blocks: int = 10**9) -> Callable[[Any, dict[str, str]], Answer]:
    """A node in front of a chain in this process, which gives logs of at most so many blocks at once."""

    def answer(body: Any, headers: dict[str, str]) -> Answer:
        if body["method"] == "eth_getLogs":
            wanted = body["params"][0]
            if int(wanted["toBlock"], 16) - int(wanted["fromBlock"], 16) >= most_blocks:
                return 200, {"id": 1, "error": {"code": -32005, "message": "query returned more than 10000 results"}}
        found = chain.w3.provider.make_request(body["method"], body["params"])
        return 200, json.loads(json.dumps(found, default=plain))

    return answer


def plain(value: Any) -> Any:
    """Write what web3.py reads as bytes or mappings of its own as JSON has it."""
    return "0x" + bytes(value).hex() if isinstance(value, bytes | bytearray) else dict(value)
