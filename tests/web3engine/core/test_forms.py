"""Every type of transaction comes back whole; and what later hardforks put around transactions."""

from typing import Any

import pytest
from eth_account import Account

from tests.web3engine.core.helpers import OWNER, Deployed, address, new_evm
from tokenspice.web3engine import _core

RICH = address(1)
HISTORY = bytes.fromhex("0000F90827F1C53a10cb7A02335B175320002935")
BLOB = b"\x01" + bytes(31)


def test_what_was_sent_comes_back() -> None:
    evm = new_evm(hardfork="prague")
    listed = [(RICH, [1, 2**256 - 1])]
    sent = evm.transact(OWNER, RICH, b"\x01", type=1, gas_price=5, access_list=listed)
    assert (sent.type, sent.access_list, sent.chain_id, sent.max_fee) == (1, listed, 1337, 5)
    assert evm.transact(OWNER, RICH, b"", type=1).type == 1 and evm.transact(OWNER, RICH, b"", type=2).type == 2
    plain = evm.transact(OWNER, RICH, b"")
    assert (plain.access_list, plain.blob_hashes, plain.authorizations, plain.max_blob_fee) == ([], [], [], None)


@pytest.mark.parametrize(
    "terms",
    [
        {"type": 0, "max_fee": 5}, {"type": 1, "priority_fee": 5}, {"type": 2, "gas_price": 5},
        {"type": 0, "access_list": [(RICH, [])]}, {"type": 2, "blob_hashes": [BLOB]},
        {"type": 3, "blob_hashes": [BLOB], "authorizations": [(0, RICH, 0, 0, 1, 1)]}, {"type": 5},
    ],
)  # fmt: skip
def test_terms_that_do_not_fit_the_type_are_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(_core.EvmError, match="type") as caught:
        new_evm(hardfork="prague").transact(OWNER, RICH, b"", **terms)
    assert caught.value.kind == "usage"


def test_a_blob_transaction_runs_and_contracts_see_its_hashes() -> None:
    evm = new_evm(hardfork="cancun")
    evm.set_code(RICH, bytes.fromhex("5f495f5260205ff3"))  # returns BLOBHASH(0)
    before = evm.balance(OWNER)
    sent = evm.transact(OWNER, RICH, b"", blob_hashes=[BLOB, BLOB], max_blob_fee=3)
    assert (sent.type, sent.output, sent.blob_hashes, sent.max_blob_fee) == (3, BLOB, [BLOB, BLOB], 3)
    assert before - evm.balance(OWNER) == 2 * 131_072  # blob gas at 1 wei
    with pytest.raises(_core.EvmError, match="blob"):
        evm.transact(OWNER, RICH, b"", blob_hashes=[BLOB] * 7, max_blob_fee=1)
    with pytest.raises(_core.EvmError):
        new_evm(hardfork="shanghai").transact(OWNER, RICH, b"", blob_hashes=[BLOB], max_blob_fee=1)


def test_a_transaction_that_sets_code_comes_back_whole_and_sets_it() -> None:
    evm = new_evm(hardfork="prague")
    account = Account.create()
    signed = account.sign_authorization({"chainId": 1337, "address": RICH, "nonce": 0})
    authorization = (1337, RICH, 0, signed.y_parity, signed.r, signed.s)
    sent = evm.transact(OWNER, address(2), b"", authorizations=[authorization])
    who = bytes.fromhex(account.address[2:])
    assert (sent.type, sent.authorizations) == (4, [authorization])
    assert evm.code(who) == b"\xef\x01\x00" + RICH and evm.nonce(who) == 1


def test_what_waits_in_a_queue_is_saved_whole() -> None:
    evm = new_evm(hardfork="prague")
    evm.submit(OWNER, RICH, b"", blob_hashes=[BLOB], max_blob_fee=3, access_list=[(RICH, [1])])
    evm.submit(OWNER, RICH, b"", type=1, authorizations=None)
    again: Any = _core.Evm.from_snapshot(_core.Snapshot.from_bytes(evm.snapshot().to_bytes()))
    block = again.mine_queue(evm.timestamp)
    first, second = block.receipts
    assert (first.blob_hashes, first.max_blob_fee, first.access_list, second.type) == ([BLOB], 3, [(RICH, [1])], 1)
    assert block.hash == evm.mine_queue(evm.timestamp).hash


def test_the_history_contract_answers_for_ancestors_from_prague_on() -> None:
    evm = new_evm(hardfork="prague")
    evm.mine(evm.timestamp, blocks=300)
    asked = [(300 - back).to_bytes(32, "big") for back in (1, 299)]
    answers = [evm.call(OWNER, HISTORY, number).output for number in asked]
    assert answers[0] == evm.block_hash(299) and answers[1] == new_history_hash(1)
    assert not evm.call(OWNER, HISTORY, (300).to_bytes(32, "big")).success
    assert evm.call(OWNER, HISTORY, (300).to_bytes(32, "big"), pending=True).output == evm.block_hash(300)
    assert new_evm().code(HISTORY) == b""


def new_history_hash(number: int) -> bytes:
    evm = new_evm(hardfork="prague")
    evm.mine(evm.timestamp, blocks=number)
    block_hash: bytes = evm.block_hash(number)
    return block_hash


def test_a_refused_transaction_leaves_the_history_contract_as_it_was() -> None:
    evm = new_evm(hardfork="prague")
    evm.mine(evm.timestamp)
    before = evm.state_root()
    with pytest.raises(_core.EvmError):
        evm.transact(OWNER, RICH, b"", nonce=99)
    assert evm.state_root() == before


def test_nothing_is_created_where_storage_is() -> None:
    evm = new_evm()
    where = _core.create_address(OWNER, 0)
    evm.set_storage(where, 5, 7)
    receipt = evm.transact(OWNER, None, bytes.fromhex("60015f5500"))
    assert receipt.status == 0 and "collision" in receipt.halt
    assert (evm.storage(where, 5), evm.storage(where, 0), evm.code(where)) == (7, 0, b"")
    evm.transact(OWNER, where, b"", value=3)
    assert (evm.storage(where, 5), evm.balance(where)) == (7, 3)


def test_calls_mined_as_a_block_pay_nothing_and_build_on_each_other(evm: Any, token: Deployed) -> None:
    data = token.function("transfer").encode((RICH, 5))
    back = token.function("transfer").encode((OWNER, 2))
    block = evm.mine_calls(
        evm.timestamp, [(OWNER, token.address, data, {"nonce": 77}), (RICH, token.address, back, {})]
    )
    assert [receipt.status for receipt in block.receipts] == [1, 1] and token.ask("balanceOf", RICH) == 3
    assert evm.balance(OWNER) == 10**24 and block.number == evm.block_number


def test_ether_that_moves_in_mined_calls_is_logged_if_asked(evm: Any) -> None:
    block = evm.mine_calls(evm.timestamp, [(OWNER, RICH, b"", {"value": 9})], transfers=True)
    [log] = block.receipts[0].logs
    assert (log.address, log.data) == (b"\xee" * 20, (9).to_bytes(32, "big"))


@pytest.mark.parametrize("terms", [{"value": 2**255}, {"gas": 2**64 - 1}, {"gas": 5}])
def test_a_mined_call_that_cannot_run_undoes_those_before_it(evm: Any, terms: dict[str, int]) -> None:
    with pytest.raises(_core.EvmError) as caught:
        evm.mine_calls(evm.timestamp, [(OWNER, RICH, b"", {"value": 1}), (OWNER, RICH, b"", terms)])
    assert caught.value.kind == "transaction" and (evm.block_number, evm.balance(RICH)) == (0, 0)


def test_a_block_has_the_roots_of_its_transactions_and_receipts_while_these_are_kept(evm: Any) -> None:
    empty = _core.keccak256(b"\x80")
    assert (evm.block().transactions_root, evm.block().receipts_root, evm.block().logs_bloom) == (
        empty,
        empty,
        bytes(256),
    )
    evm.transact(OWNER, RICH, b"")
    assert evm.block().transactions_root != empty and evm.block().receipts_root != empty
    evm.transact(OWNER, RICH, b"")
    assert evm.block(1).transactions_root is None and evm.block(1).logs_bloom is None
