"""Whatever is asked has an answer."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web3.exceptions import (
    BlockNotFound,
    TransactionNotFound,
)
from web3.types import RPCEndpoint

from tests.web3engine.provider.helpers import (
    ALICE,
    BOB,
    ETHER,
    JSON,
    METHODS,
    SIGNER,
    Client,
    Same,
    ask,
    new_evm,
    refusal,
)
from tokenspice.web3engine.provider import EvmProvider
from tokenspice.web3engine.rules import CHAIN_ID


def test_what_is_not_there_is_not_found(same: Same) -> None:
    def script(w3: Client) -> Any:
        for block in (99, b"\1" * 32):
            with pytest.raises(BlockNotFound):
                w3.eth.get_block(block)
        for absent in (w3.eth.get_transaction, w3.eth.get_transaction_receipt):
            with pytest.raises(TransactionNotFound):
                absent(b"\1" * 32)
        with pytest.raises(TransactionNotFound):
            w3.eth.get_transaction_by_block(0, 0)
        return w3.eth.get_code(BOB), w3.eth.get_storage_at(BOB, 3), w3.eth.get_balance(BOB), w3.eth.get_logs({})

    same(script)


def test_the_chain_says_what_it_is(same: Same) -> None:
    def script(w3: Client) -> Any:
        assert w3.is_connected() and w3.client_version
        signed = w3.eth.chain_id, w3.net.version, w3.net.listening, w3.eth.syncing
        return *signed, w3.eth.gas_price, w3.eth.max_priority_fee, w3.eth.accounts, ask(w3, "web3_sha3", "0x68")

    assert same(script)[:2] == [CHAIN_ID, str(CHAIN_ID)]


def test_requests_are_batched(same: Same) -> None:
    def script(w3: Client) -> Any:
        with w3.batch_requests() as batch:
            batch.add(w3.eth.get_balance(ALICE))
            batch.add(w3.eth.get_block(0))
            return batch.execute()

    assert same(script)[0] == 1000 * ETHER


def test_a_method_that_is_unknown_says_so(w3: Client) -> None:
    assert refusal(w3, "eth_mate") == {"code": -32601, "message": "eth_mate: the in-process chain has no such method"}


@pytest.mark.parametrize(
    ("method", "params", "says"),
    [
        ("eth_getBalance", [], "address"),
        ("eth_getBalance", ["0x12", "latest"], "address must be an address"),
        ("eth_getBalance", [ALICE, "soon"], "block"),
        ("eth_getBalance", [ALICE, "latest", 1], "eth_getBalance"),
        ("eth_getTransactionReceipt", ["0x12"], "hash must be a hash"),
        ("eth_call", [7], "transaction must be an object"),
        ("eth_call", [{"to": BOB, "data": "0x1"}], "data must be bytes"),
        ("eth_sendTransaction", [{"to": BOB}], "no from"),
        ("eth_sendTransaction", [{"from": ALICE, "to": BOB, "value": -1}], "value must be a whole number"),
        ("eth_sendTransaction", [{"from": ALICE, "to": BOB, "value": 2**256}], "value"),
        ("eth_sendTransaction", [{"from": ALICE, "gasPrice": 1, "maxFeePerGas": 1}], "gasPrice"),
        ("eth_sendTransaction", [{"from": ALICE, "to": BOB, "chainId": 5}], "chainId is 5"),
        ("eth_sendTransaction", [{"from": ALICE, "to": BOB, "accessList": [1]}], "accessList"),
        ("eth_getLogs", [{"topics": ["0x12"]}], "topic must be a hash"),
        ("eth_getLogs", [{"blockHash": "0x" + "00" * 32, "fromBlock": 1}], "blockHash"),
        ("eth_getLogs", [{"fromBlock": 1, "toBlock": 0}], "invalid block range"),
        ("evm_mine", [1], "before its parent's"),
        ("evm_setAutomine", ["yes"], "true or false"),
        ("anvil_setBalance", [ALICE, True], "balance must be a whole number"),
        ("anvil_loadState", ["0x1234"], "state dump"),
        ("evm_revert", [None], "snapshot must be"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(w3: Client, method: str, params: list[Any], says: str) -> None:
    error = refusal(w3, method, *params)

    assert error["code"] == -32602 and says in error["message"]


@settings(deadline=None, max_examples=300)
@given(method=st.sampled_from(METHODS), params=JSON | st.lists(JSON, max_size=4))
def test_any_request_has_an_answer(method: str, params: Any) -> None:
    answer: Any = EvmProvider(new_evm()).make_request(RPCEndpoint(method), params)

    assert answer["jsonrpc"] == "2.0" and isinstance(answer["id"], int)
    assert "result" in answer or {"code", "message"} <= answer["error"].keys()


def test_the_pending_block_has_neither_hash_nor_nonce_yet(w3: Client) -> None:
    pending = w3.eth.get_block("pending")

    assert (pending["number"], pending["hash"], pending["nonce"]) == (1, None, None)


@pytest.mark.parametrize(
    ("kind", "value"), [("uint8[2]", [1]), ("uint8[2]", [1, 2, 3]), ("uint8[2][]", [[1, 2], [1]]), ("Pair", {"a": [1]})]
)
def test_typed_data_whose_array_has_another_length_is_not_signed(w3: Client, kind: str, value: Any) -> None:
    ask(w3, "evm_addAccount", "0x" + bytes(SIGNER.key).hex(), "")
    types = {"EIP712Domain": [], "Pair": [{"name": "a", "type": "uint8[2]"}], "Mail": [{"name": "to", "type": kind}]}
    message = {"types": types, "primaryType": "Mail", "domain": {}, "message": {"to": value}}

    error = refusal(w3, "eth_signTypedData_v4", SIGNER.address, message)

    assert "Expected 2 items for array type uint8[2]" in error["message"]
