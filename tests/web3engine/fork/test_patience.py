"""A node that falters: asked again, within bounds, and never believed more than it says."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.web3engine.fork.helpers import IMPATIENT, Clock, rpc_of
from tests.web3engine.fork.server import FAULTS, SECRET, Proxy
from tokenspice.web3engine.backends.json_rpc import JsonRpc, Request, RpcError
from tokenspice.web3engine.backends.patience import FAR
from tokenspice.web3engine.errors import BackendUnavailable
from tokenspice.web3engine.hexes import quantity

CHAIN_ID = Request("eth_chainId", (), quantity)
BLOCK = Request("eth_blockNumber", (), quantity)
MOST_RETRIES, MOST_WAITING_S = 8, 30.0


@pytest.fixture(params=sorted(FAULTS))
def fault(request: pytest.FixtureRequest) -> str:
    """Each fault in turn."""
    return str(request.param)


@pytest.fixture
def rpc(proxy: Proxy, clock: Clock) -> Iterator[JsonRpc]:
    """A server that hangs is not waited for as long as it would be."""
    rpc = rpc_of(proxy.url, clock, IMPATIENT)
    yield rpc
    rpc.close()


def test_several_requests_are_one(proxy: Proxy, rpc: JsonRpc) -> None:
    assert rpc.batch(CHAIN_ID, BLOCK, CHAIN_ID)[::2] == [1337, 1337]

    assert rpc.n_requests == 1 and [one["method"] for one in proxy.bodies[0]] == [
        "eth_chainId",
        "eth_blockNumber",
        "eth_chainId",
    ]


def test_answers_in_another_order_find_their_questions(proxy: Proxy, rpc: JsonRpc) -> None:
    plain = proxy.forward
    proxy.forward = lambda body: b"[" + b",".join(reversed(split(plain(body)))) + b"]"  # type: ignore[method-assign]

    assert rpc.batch(CHAIN_ID, Request("web3_clientVersion"))[0] == 1337


def split(body: bytes) -> list[bytes]:
    return [json.dumps(one).encode() for one in json.loads(body)]


@pytest.mark.parametrize("batch", [(CHAIN_ID,), (CHAIN_ID, CHAIN_ID)])
def test_every_fault_is_overcome_when_it_passes(
    proxy: Proxy, rpc: JsonRpc, clock: Clock, fault: str, batch: tuple[Request, ...]
) -> None:
    proxy.fault = lambda n: fault if n < 3 else None

    assert rpc.batch(*batch) == [1337] * len(batch)

    assert rpc.n_requests == 4 and len(clock.slept) == 3


@pytest.mark.parametrize("batch", [(CHAIN_ID,), (CHAIN_ID, CHAIN_ID)])
def test_every_fault_that_stays_is_a_typed_error_within_bounds_and_without_secrets(
    proxy: Proxy, rpc: JsonRpc, clock: Clock, fault: str, batch: tuple[Request, ...]
) -> None:
    proxy.fault = lambda n: fault

    with pytest.raises(BackendUnavailable, match="does not answer eth_chainId") as caught:
        rpc.batch(*batch)

    assert 3 <= len(clock.slept) <= MOST_RETRIES and sum(clock.slept) <= MOST_WAITING_S
    assert rpc.n_requests == len(clock.slept) + 1
    assert SECRET not in str(caught.value) and caught.value.__context__ is None
    assert f"http://127.0.0.1:{proxy.port} " in str(caught.value)


def test_a_refused_connection_is_tried_again_until_somebody_listens(
    proxy: Proxy, rpc: JsonRpc, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rpc.batch(CHAIN_ID) == [1337]
    proxy.stop()

    with pytest.raises(BackendUnavailable, match="no connection") as caught:
        rpc.batch(CHAIN_ID)
    assert len(clock.slept) == MOST_RETRIES and SECRET not in repr(caught.value)

    monkeypatch.setattr(rpc, "_sleep", lambda seconds: proxy.start() if seconds > 1 else None)
    assert rpc.batch(CHAIN_ID) == [1337]


def test_where_nobody_has_ever_answered_patience_is_short(proxy: Proxy, rpc: JsonRpc, clock: Clock) -> None:
    proxy.stop()

    with pytest.raises(BackendUnavailable, match="no connection"):
        rpc.batch(CHAIN_ID)

    assert sum(clock.slept) < 2


def test_a_node_is_left_alone_for_as_long_as_it_asks(proxy: Proxy, rpc: JsonRpc, clock: Clock) -> None:
    proxy.fault = lambda n: "too_many" if n < 2 else None

    assert rpc.batch(CHAIN_ID) == [1337]

    assert clock.slept == [2.0, 2.0]  # its Retry-After, where we would have waited 0.1 s and 0.2 s


def test_a_node_that_asks_for_too_much_time_is_given_up_at_once(proxy: Proxy, rpc: JsonRpc, clock: Clock) -> None:
    proxy.fault = lambda n: "later"
    proxy.faults = {"later": lambda p, handler, _: p.answer(handler, b"", 429, Retry_After="3600")}

    with pytest.raises(BackendUnavailable, match="asks to be left alone for 3600 s"):
        rpc.batch(CHAIN_ID)

    assert clock.slept == []


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
def test_a_refusal_is_not_repeated(proxy: Proxy, rpc: JsonRpc, clock: Clock, status: int) -> None:
    proxy.fault = lambda n: "refusal"
    elsewhere = f"http://127.0.0.1:{proxy.port}/elsewhere"
    proxy.faults = {"refusal": lambda p, handler, _: p.answer(handler, b"{}", status, Location=elsewhere)}

    with pytest.raises(BackendUnavailable, match=f"HTTP status {status}") as caught:
        rpc.batch(CHAIN_ID)

    assert clock.slept == [] and len(proxy.bodies) == 1 and SECRET not in str(caught.value)


def test_an_error_of_the_nodes_is_not_repeated_and_says_what_it_said(rpc: JsonRpc, clock: Clock) -> None:
    with pytest.raises(RpcError, match="eth_nothing: .*not found"):
        rpc.batch(Request("eth_nothing"))

    assert clock.slept == []


def test_an_error_that_repeats_our_key_is_shown_without_it(proxy: Proxy, rpc: JsonRpc) -> None:
    def refuse(question: object, answer: dict[str, object]) -> None:
        del answer["result"]
        answer["error"] = {"code": -32000, "message": f"key {SECRET} of /v3/{SECRET} has expired\nrenew it"}

    proxy.change = refuse

    with pytest.raises(RpcError, match="key … of /v3/… has expired renew it") as caught:
        rpc.batch(CHAIN_ID)

    assert SECRET not in str(caught.value)


def test_an_answer_without_end_is_given_up(proxy: Proxy, clock: Clock) -> None:
    rpc = rpc_of(proxy.url, clock, replace(FAR, most_bytes=1000))
    proxy.fault = lambda n: "flood"
    proxy.faults = {"flood": lambda p, handler, _: p.answer(handler, b" " * 10**6)}

    with pytest.raises(BackendUnavailable, match="the answer does not end"):
        rpc.batch(CHAIN_ID)


@pytest.mark.parametrize(
    "text", ['"0x"', '""', "0", "null", "[]", '"0xg"', '"12"', "true", '"0x1"x', '{"a": 1}', "[" * 10**5]
)
def test_what_is_no_number_is_never_taken_for_zero(proxy: Proxy, rpc: JsonRpc, text: str) -> None:
    proxy.fault = lambda n: "nonsense"
    proxy.faults = {
        "nonsense": lambda p, handler, body: p.answer(
            handler, b'{"jsonrpc": "2.0", "id": %d, "result": %s}' % (rpc.n_requests, text.encode())
        )
    }

    with pytest.raises(BackendUnavailable, match="does not answer eth_chainId"):
        rpc.batch(CHAIN_ID)
