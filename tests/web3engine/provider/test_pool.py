"""Transactions wait for their turn, are replaced by fee, and are never taken twice."""

from typing import Any

import pytest
from web3.exceptions import Web3RPCError

from tests.web3engine.provider.helpers import ALICE, BOB, SIGNER, Client, ask
from tokenspice.web3engine import _core

GWEI = 10**9


def signed(nonce: int, value: int = 1, price: int = GWEI) -> bytes:
    fields: dict[str, Any] = {"chainId": 1337, "nonce": nonce, "to": BOB, "value": value, "gas": 21000}
    return bytes(SIGNER.sign_transaction(fields | {"gasPrice": price}).raw_transaction)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_nonce_that_is_ahead_waits_for_those_before_it(w3: Client, at_once: bool) -> None:
    ask(w3, "evm_setAutomine", at_once)
    w3.eth.send_raw_transaction(signed(1, value=2))
    assert ask(w3, "txpool_status") == {"pending": "0x0", "queued": "0x1"}

    w3.eth.send_raw_transaction(signed(0, value=1))
    if not at_once:
        assert w3.eth.get_transaction_count(SIGNER.address, "pending") == 2
        ask(w3, "evm_mine")

    assert w3.eth.get_balance(BOB) == 3
    assert ask(w3, "txpool_status") == {"pending": "0x0", "queued": "0x0"}


def test_a_higher_fee_replaces_what_waits(w3: Client) -> None:
    ask(w3, "evm_setAutomine", False)
    w3.eth.send_raw_transaction(signed(0, value=5))
    w3.eth.send_raw_transaction(signed(1, value=7))

    w3.eth.send_raw_transaction(signed(0, value=11, price=3 * GWEI))
    ask(w3, "evm_mine")

    assert w3.eth.get_balance(BOB) == 11 + 7


@pytest.mark.parametrize(
    ("value", "says"), [(5, "transaction already imported"), (6, "replacement transaction underpriced")]
)
def test_a_duplicate_and_an_underpriced_replacement_are_refused(w3: Client, value: int, says: str) -> None:
    ask(w3, "evm_setAutomine", False)
    w3.eth.send_raw_transaction(signed(0, value=5))

    with pytest.raises(Web3RPCError, match=says):
        w3.eth.send_raw_transaction(signed(0, value=value))


def test_what_comes_after_a_dropped_transaction_waits_for_another(w3: Client) -> None:
    ask(w3, "evm_setAutomine", False)
    dropped = w3.eth.send_raw_transaction(signed(0, value=5))
    w3.eth.send_raw_transaction(signed(1, value=7))

    ask(w3, "anvil_dropTransaction", "0x" + dropped.hex())
    ask(w3, "evm_mine")
    assert w3.eth.get_balance(BOB) == 0
    w3.eth.send_raw_transaction(signed(0, value=1))
    ask(w3, "evm_mine")

    assert w3.eth.get_balance(BOB) == 8


def test_a_transaction_goes_before_what_wallets_submitted(evm: _core.Evm, w3: Client) -> None:
    evm.submit(bytes.fromhex(ALICE[2:]), bytes.fromhex(BOB[2:]), b"", value=5)

    w3.eth.send_transaction({"from": ALICE, "to": BOB, "value": 1})

    assert (w3.eth.get_balance(BOB), evm.queued) == (1, 1)


def test_a_base_fee_for_the_next_block_holds_for_one_block(w3: Client) -> None:
    ask(w3, "anvil_setNextBlockBaseFeePerGas", 7)
    ask(w3, "anvil_mine", 3)

    assert [w3.eth.get_block(number)["baseFeePerGas"] for number in (1, 2, 3)] == [7, 0, 0]
