"""Events and logs on the in-process chain are those on anvil."""

from typing import Any

from web3 import Web3
from web3.logs import DISCARD

from tests.web3engine.provider.helpers import ALICE, BOB, SIGNER, Client, Same, ask, mined, raised, token


def test_events_are_found_in_receipts_and_by_get_logs(same: Same) -> None:
    def script(w3: Client) -> Any:
        ocean = token(w3)
        receipts = [mined(w3, ocean.functions.transfer(BOB, amount).transact({"from": ALICE})) for amount in (1, 2, 3)]
        read = [ocean.events.Transfer().process_receipt(receipt, errors=DISCARD) for receipt in receipts]
        found = ocean.events.Transfer().get_logs(from_block=0, argument_filters={"to": BOB})
        return read, ocean.events.Transfer.get_logs(from_block=0), found, ocean.events.Approval.get_logs(from_block=0)

    read, all_of_them, found, approvals = same(script)

    assert [entry["args"]["value"] for entry in all_of_them] == [1000, 1, 2, 3]
    assert [entry["args"]["value"] for entry in found] == [1, 2, 3]
    assert len(read) == 3 and approvals == []


def test_logs_are_filtered_by_address_block_and_topic_alternatives(same: Same) -> None:
    def script(w3: Client) -> Any:
        ocean, other = token(w3), token(w3)
        for contract, value in ((ocean, 1), (other, 2), (ocean, 3)):
            mined(w3, contract.functions.transfer(BOB, value).transact({"from": ALICE}))
        mined(w3, ocean.functions.approve(BOB, 9).transact({"from": ALICE}))
        transfer, approval = Web3.keccak(text="Transfer(address,address,uint256)"), ocean.events.Approval().topic
        alice, head = "0x" + "00" * 12 + ALICE[2:].lower(), w3.eth.block_number
        queries: list[Any] = [
            {"fromBlock": 0},
            {},
            {"fromBlock": 0, "address": ocean.address},
            {"fromBlock": "earliest", "toBlock": "latest", "address": [ocean.address, other.address]},
            {"fromBlock": head - 2, "toBlock": head - 1},
            {"fromBlock": 0, "toBlock": head + 100},
            {"blockHash": w3.eth.get_block(head)["hash"]},
            {"fromBlock": 0, "topics": [transfer]},
            {"fromBlock": 0, "topics": [None, alice]},
            {"fromBlock": 0, "topics": [[transfer, approval], None, [alice, "0x" + "00" * 12 + BOB[2:]]]},
            {"fromBlock": 0, "topics": [transfer, None, None, None]},
            {"fromBlock": 0, "topics": []},
        ]
        return [w3.eth.get_logs(query) for query in queries]

    assert [len(logs) for logs in same(script)] == [6, 1, 4, 6, 2, 6, 1, 5, 4, 6, 5, 6]


def test_a_contracts_event_filter_tells_each_event_once(same: Same) -> None:
    def script(w3: Client) -> Any:
        ocean = token(w3)
        ask(w3, "evm_mine")
        watched = ocean.events.Transfer.create_filter(from_block="latest", argument_filters={"to": BOB})
        seen = [watched.get_new_entries()]
        for value in (1, 2):
            mined(w3, ocean.functions.transfer(BOB, value).transact({"from": ALICE}))
        seen += [watched.get_new_entries(), watched.get_new_entries()]
        mined(w3, ocean.functions.transfer(ALICE, 5).transact({"from": ALICE}))
        return seen, watched.get_new_entries(), w3.eth.uninstall_filter(watched.filter_id)

    seen, after, gone = same(script)

    assert [[entry["args"]["value"] for entry in entries] for entries in seen] == [[], [1, 2], []]
    assert after == [] and gone


def test_filters_of_blocks_and_pending_transactions_tell_hashes(w3: Client) -> None:
    blocks, transactions = w3.eth.filter("latest"), w3.eth.filter("pending")

    sent = [w3.eth.send_transaction({"from": ALICE, "to": BOB, "value": value}) for value in (1, 2)]

    assert blocks.get_new_entries() == [w3.eth.get_block(number)["hash"] for number in (1, 2)]
    assert transactions.get_new_entries() == sent
    assert blocks.get_new_entries() == transactions.get_new_entries() == []


def test_a_queued_transaction_is_told_once_and_not_again_when_it_is_mined(w3: Client) -> None:
    transactions = w3.eth.filter("pending")
    ask(w3, "evm_setAutomine", False)

    sent = w3.eth.send_transaction({"from": ALICE, "to": BOB, "value": 1})

    assert transactions.get_new_entries() == [sent]
    ask(w3, "evm_mine")
    assert transactions.get_new_entries() == []


def test_snapshots_bring_back_state_blocks_and_logs(same: Same) -> None:
    def script(w3: Client) -> Any:
        ocean = token(w3)
        taken = ask(w3, "evm_snapshot")
        first = ocean.functions.transfer(BOB, 1).transact({"from": ALICE})
        assert ask(w3, "evm_revert", taken) is True
        gone = raised(lambda: w3.eth.get_transaction_receipt(first))
        held = ocean.functions.balanceOf(BOB).call()
        mined(w3, ocean.functions.transfer(SIGNER.address, 2).transact({"from": ALICE}))
        logs = ocean.events.Transfer.get_logs(from_block=2)
        return gone, held, logs, w3.eth.block_number, ask(w3, "evm_revert", taken), ask(w3, "evm_revert", "0xfff")

    assert same(script)[0][0] == "TransactionNotFound"


def test_logs_from_the_block_after_the_head_on_are_none_yet(w3: Client) -> None:
    assert w3.eth.get_logs({"fromBlock": w3.eth.block_number + 1}) == []
    assert w3.eth.get_logs({"fromBlock": w3.eth.block_number + 1, "toBlock": "latest"}) == []
