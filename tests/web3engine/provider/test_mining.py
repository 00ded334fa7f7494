"""Blocks, clock and snapshots on the in-process chain are those on anvil."""

from typing import Any

import pytest
from web3.exceptions import (
    TransactionNotFound,
    Web3RPCError,
)

from tests.web3engine.provider.helpers import (
    ALICE,
    ARTIFACTS,
    BOB,
    SIGNER,
    Client,
    Same,
    ask,
    deployed,
    mined,
    raised,
    token,
)
from tokenspice.web3engine import _core
from tokenspice.web3engine.rules import GENESIS_TIME


def test_blocks_are_read_by_number_name_and_hash(same: Same) -> None:
    def script(w3: Client) -> Any:
        token(w3)
        sent = w3.eth.send_transaction({"from": ALICE, "to": BOB, "value": 5})
        mined(w3, sent)
        head = w3.eth.get_block("latest")
        assert head["parentHash"] == w3.eth.get_block(1)["hash"] and head["transactions"] == [sent]
        assert w3.eth.get_block(head["hash"], True) == w3.eth.get_block(2, True)
        index = [w3.eth.get_transaction_by_block(block, 0) for block in (2, head["hash"])]
        counts = [w3.eth.get_block_transaction_count(block) for block in (0, 2, head["hash"])]
        receipts = w3.eth.get_block_receipts(2)
        logs = w3.eth.get_block(1, True)
        rest = {key: entry for key, entry in head.items() if key != "transactions"}
        ask(w3, "anvil_setCoinbase", BOB)
        return w3.eth.get_block("earliest"), rest, logs, index, counts, receipts, w3.eth.get_block("pending")["number"]

    assert same(script)[-1] == 3


def test_an_older_snapshot_ends_the_newer_ones(same: Same) -> None:
    def script(w3: Client) -> Any:
        older, newer = ask(w3, "evm_snapshot"), ask(w3, "evm_snapshot")
        return [ask(w3, "evm_revert", taken) for taken in (older, newer, older)]

    assert same(script) == [True, False, False]


def test_time_is_set_and_blocks_are_mined(same: Same) -> None:
    def script(w3: Client) -> Any:
        probe = deployed(w3, "Probe", 7)
        seen = []
        requests: list[tuple[Any, ...]] = [
            ("evm_mine",),
            ("evm_mine", hex(GENESIS_TIME + 10)),
            ("evm_mine", GENESIS_TIME + 20),
            ("evm_mine", {"timestamp": GENESIS_TIME + 30, "blocks": 3}),
            ("anvil_mine",),
            ("anvil_mine", "0x4"),
            ("hardhat_mine", 2),
        ]
        for method, *params in requests:
            ask(w3, method, *params)
            seen.append((w3.eth.block_number, w3.eth.get_block("latest")["timestamp"]))
        ask(w3, "evm_setNextBlockTimestamp", GENESIS_TIME + 100)
        mined(w3, probe.functions.store(1).transact({"from": ALICE}))
        return seen, w3.eth.get_block("latest")["timestamp"], probe.functions.clock().call()

    _, timestamp, clock = same(script)

    assert timestamp == GENESIS_TIME + 100 == clock[0]


def test_increased_time_adds_up_and_is_spent_by_one_block(w3: Client) -> None:
    assert [ask(w3, "evm_increaseTime", seconds) for seconds in (60, "0x3c")] == [60, 120]

    w3.eth.send_transaction({"from": ALICE, "to": BOB})
    ask(w3, "evm_mine")

    assert [w3.eth.get_block(number)["timestamp"] for number in (1, 2)] == [GENESIS_TIME + 120] * 2


def test_mined_blocks_may_be_some_seconds_apart(w3: Client) -> None:
    ask(w3, "hardhat_mine", "0x3", "0xa")

    assert [w3.eth.get_block(number)["timestamp"] - GENESIS_TIME for number in (1, 2, 3)] == [0, 10, 20]


def test_queued_transactions_wait_for_the_block_that_is_asked_for(same: Same) -> None:
    def script(w3: Client) -> Any:
        ask(w3, "evm_setAutomine", False)
        sent = [w3.eth.send_transaction({"from": ALICE, "to": BOB, "value": value, "gas": 21_000}) for value in (1, 2)]
        signed = SIGNER.sign_transaction(
            {"to": BOB, "value": 4, "nonce": 0, "gas": 21_000, "gasPrice": 10**9, "chainId": w3.eth.chain_id}
        )
        sent.append(w3.eth.send_raw_transaction(signed.raw_transaction))
        waiting = [w3.eth.get_transaction(key) for key in sent]
        assert [transaction["hash"] for transaction in waiting] == sent
        assert raised(lambda: w3.eth.get_transaction_receipt(sent[0]))[0] == "TransactionNotFound"
        counts = [w3.eth.get_transaction_count(ALICE, block) for block in ("latest", "pending")]
        held = [w3.eth.get_balance(BOB, block) for block in ("latest", "pending")]
        content = {sender.lower(): sorted(queued) for sender, queued in w3.geth.txpool.content()["pending"].items()}
        ask(w3, "evm_mine")
        receipts = [mined(w3, key) for key in sent]
        assert all(receipt["blockNumber"] == 1 for receipt in receipts)
        gas = sorted(receipt["cumulativeGasUsed"] for receipt in receipts)
        ask(w3, "evm_setAutomine", True)
        return waiting, counts, held, content, gas, w3.eth.get_balance(BOB), len(w3.geth.txpool.content()["pending"])

    _, counts, held, *_ = same(script)

    assert (counts, held) == ([0, 2], [0, 7])


def test_setters_change_accounts(same: Same) -> None:
    def script(w3: Client) -> Any:
        probe = deployed(w3, "Probe", 7)
        ask(w3, "anvil_setCode", BOB, "0x" + w3.eth.get_code(probe.address).hex())
        ask(w3, "hardhat_setStorageAt", BOB, "0x0", "0x" + "00" * 31 + "2a")
        ask(w3, "anvil_setNonce", BOB, "0x9")
        ask(w3, "hardhat_setBalance", BOB, "0x64")
        ask(w3, "anvil_setCoinbase", BOB)
        ask(w3, "anvil_setNextBlockBaseFeePerGas", "0x7")
        ask(w3, "evm_mine")
        value = w3.eth.contract(address=BOB, abi=ARTIFACTS.find("Probe").entries).functions.value().call()
        head = w3.eth.get_block("latest")
        account = value, w3.eth.get_transaction_count(BOB), w3.eth.get_balance(BOB)
        return *account, head["miner"], head["baseFeePerGas"]

    assert same(script) == [42, 9, 100, BOB, 7]


def test_fees_are_reported_and_paid(same: Same) -> None:
    def script(w3: Client) -> Any:
        ask(w3, "anvil_setNextBlockBaseFeePerGas", hex(10**9))
        sent = w3.eth.send_transaction({"from": ALICE, "to": BOB, "maxPriorityFeePerGas": 5, "maxFeePerGas": 2 * 10**9})
        receipt, transaction = mined(w3, sent), w3.eth.get_transaction(sent)
        history = w3.eth.fee_history(1, "latest", [10, 90])
        return receipt, transaction, history["reward"], history["oldestBlock"], w3.eth.get_balance(ALICE)

    assert same(script)[0]["effectiveGasPrice"] == 10**9 + 5


def test_state_goes_to_anvil_and_back(w3: Client, anvil: Client) -> None:
    here = token(w3)
    here.functions.transfer(BOB, 5).transact({"from": ALICE})
    assert ask(anvil, "anvil_loadState", ask(w3, "anvil_dumpState")) is True

    there = anvil.eth.contract(address=here.address, abi=here.abi)
    mined(anvil, there.functions.transfer(BOB, 6).transact({"from": ALICE}))
    ask(w3, "anvil_loadState", ask(anvil, "anvil_dumpState"))

    assert there.functions.balanceOf(BOB).call() == here.functions.balanceOf(BOB).call() == 11
    assert w3.eth.block_number == anvil.eth.block_number


def test_a_chain_that_is_driven_from_elsewhere_is_seen_as_it_is(evm: _core.Evm, w3: Client) -> None:
    alice, bob = bytes.fromhex(ALICE[2:]), bytes.fromhex(BOB[2:])
    before = evm.snapshot()
    first = w3.eth.send_transaction({"from": ALICE, "to": BOB, "value": 1})

    evm.restore(before)
    receipt = evm.transact(alice, bob, b"", value=2, gas_price=10**9)

    assert w3.eth.get_transaction_receipt(receipt.transaction_hash)["gasUsed"] == 21_000
    assert w3.eth.get_transaction(receipt.transaction_hash)["value"] == 2
    with pytest.raises(TransactionNotFound):
        w3.eth.get_transaction(first)


def test_a_queue_that_is_mined_from_elsewhere_is_no_longer_pending(evm: _core.Evm, w3: Client) -> None:
    ask(w3, "evm_setAutomine", False)
    sent = w3.eth.send_transaction({"from": ALICE, "to": BOB, "value": 1})

    evm.mine_queue(evm.timestamp)

    assert w3.eth.get_transaction_receipt(sent)["status"] == 1
    assert w3.geth.txpool.content()["pending"] == {}


def test_the_states_of_the_last_256_blocks_are_there(w3: Client) -> None:
    sent = w3.eth.send_transaction({"from": ALICE, "to": BOB, "value": 5})
    ask(w3, "anvil_mine", 200)

    assert (w3.eth.get_balance(BOB, 0), w3.eth.get_balance(BOB, 1), w3.eth.get_balance(BOB)) == (0, 5, 5)
    assert w3.eth.get_transaction(sent)["blockNumber"] == 1
    ask(w3, "anvil_mine", 60)
    with pytest.raises(Web3RPCError, match="the state after block 0 is not kept, and the head is block 261"):
        w3.eth.get_balance(BOB, 0)


def test_a_snapshot_does_not_learn_of_what_is_sent_after_it(w3: Client) -> None:
    ask(w3, "evm_setAutomine", False)
    send = {"from": ALICE, "to": ALICE, "value": "0x1", "gas": "0x5208"}
    ask(w3, "eth_sendTransaction", send)
    number = ask(w3, "evm_snapshot")
    ask(w3, "eth_sendTransaction", send)

    ask(w3, "evm_revert", number)

    (queued,) = ask(w3, "txpool_content")["pending"].values()
    assert len(queued) == 1
