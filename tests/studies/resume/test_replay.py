"""What a wiring asked of the chain is asked again and answered as it was: questions, answers, and what was reported."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.conftest import PROJECT
from tests.suites.backend import BackendSuite
from tokenspice.studies.resume.chain_codec import receipt_of, receipt_parts
from tokenspice.studies.resume.replay import RecordingBackend, ReplayBackend, question
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend, copyable
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built, open_backend
from tokenspice.web3engine.transaction import Transaction

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.int64(5), np.int64(6)),
        (np.arange(3), np.arange(5)),
        (np.uint8(5), np.int64(5)),
        ([1, (2, 3)], [1, (2, 4)]),
        ({"a": 1}, {"a": 2}),
        (b"a", bytearray(b"b")),
        (True, 1),
        ("1", 1),
    ],
)
def test_a_question_differs_where_its_arguments_differ(one: Any, other: Any) -> None:
    assert question("mine", one) != question("mine", other)


def test_an_argument_that_no_call_takes_is_refused() -> None:
    with pytest.raises(TypeError, match="the chain was given a object"):
        question("mine", object())


def recorded(backend: ChainBackend) -> ChainBackend:
    return RecordingBackend(backend)


def replayed(backend: ChainBackend) -> ChainBackend:
    replay = ReplayBackend(backend, [])
    replay.end()
    return replay


class TestWhatStandsBeforeAChain(BackendSuite):
    """It is a chain as any other: while a wiring is recorded, and after it was repeated."""

    @pytest.fixture(params=[recorded, replayed])
    def chain(self, request: pytest.FixtureRequest, config: Config, artifacts: Artifacts) -> Chain:
        return Chain(request.param(open_backend(config)), artifacts)


Report = Callable[[Transaction], None]


def pay_through_web3(backend: ChainBackend, report: Report) -> Any:
    """Wire: through web3.py, one payment at once, and two in a block."""
    chain = Chain(backend, Artifacts(PROJECT, PROJECT / "build"), on_transaction=report)
    payment: Any = {"from": chain.faucet.address, "to": chain.faucet.address, "value": 5}
    sent = [chain.w3.eth.send_transaction(payment)]
    chain.w3.provider.make_request("evm_setAutomine", [False])  # type: ignore[arg-type]
    sent += [chain.w3.eth.send_transaction(payment) for _ in range(2)]
    chain.w3.provider.make_request("evm_setAutomine", [True])  # type: ignore[arg-type]
    return [bytes(chain.w3.eth.get_transaction_receipt(each)["transactionHash"]) for each in sent[:1]]


def test_what_wiring_sends_through_web3_is_reported_when_it_is_repeated_too(config: Config) -> None:
    first, again = list[Transaction](), list[Transaction]()
    recorder = RecordingBackend(open_backend(config))
    sent = pay_through_web3(recorder, first.append)
    recorder.end()
    copy = copyable(recorder).copy()

    replay = ReplayBackend(copy, recorder.answers)
    assert pay_through_web3(replay, again.append) == sent
    replay.end()

    assert list(map(parts, again)) == list(map(parts, first)) and not recorder.unrepeatable
    assert first[0].receipt.transaction_hash == sent[0]


def parts(transaction: Transaction) -> object:
    """All of a transaction, whatever kind of receipt it has."""
    return replace(transaction, receipt=receipt_of(receipt_parts(transaction.receipt)))


def test_a_client_that_mines_what_wallets_submitted_cannot_be_repeated(config: Config) -> None:
    recorder = RecordingBackend(open_backend(config))
    chain = Chain(recorder, Artifacts(PROJECT, PROJECT / "build"))
    token = chain.deploy_token("OCEAN")
    pending = chain.faucet.submit(token.contract.approve(chain.faucet.address, 1))

    chain.w3.provider.make_request("evm_mine", [])  # type: ignore[arg-type]

    assert pending.receipt and pending.receipt.succeeded and "evm_mine" in recorder.unrepeatable
