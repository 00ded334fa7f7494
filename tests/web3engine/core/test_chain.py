"""Blocks, queue, fees, calls and errors of one chain."""

import hashlib
import json
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.web3engine.core.helpers import GENESIS_TIME, OWNER, Deployed, address, creation_code, new_evm
from tokenspice.web3engine import _core

ENDLESS = bytes.fromhex("5b600056")  # JUMPDEST, PUSH1 0, JUMP


def order_of(block: Any) -> list[int]:
    return [receipt.ticket for receipt in block.receipts]


def test_each_transaction_mined_at_once_has_its_own_block_in_the_same_second(evm: Any) -> None:
    receipts = [evm.transact(OWNER, address(1), b"", value=1) for _ in range(3)]
    assert [receipt.block_number for receipt in receipts] == [1, 2, 3]
    assert [receipt.nonce for receipt in receipts] == [0, 1, 2]
    assert evm.timestamp == GENESIS_TIME and evm.nonce(OWNER) == 3 and evm.balance(address(1)) == 3
    evm.mine(GENESIS_TIME + 15)
    evm.transact(OWNER, address(1), b"")
    assert (evm.block_number, evm.timestamp) == (5, GENESIS_TIME + 15)
    evm.set_next_timestamp(GENESIS_TIME + 60)
    evm.transact(OWNER, address(1), b"")
    assert evm.timestamp == GENESIS_TIME + 60


def test_blocks_are_chained_by_hash_and_the_last_256_are_seen_by_contracts(evm: Any, zoo: Deployed) -> None:
    evm.mine(GENESIS_TIME + 1, blocks=300)
    head = evm.block()
    assert head.parent_hash == evm.block_hash(head.number - 1)
    for back in (1, 255, 256):
        assert zoo.ask("hashes", head.number - back) == evm.block_hash(head.number - back)
    assert zoo.ask("hashes", head.number - 257) == bytes(32)
    assert zoo.ask("hashes", head.number) == bytes(32)
    assert evm.block_hash(0) is None and evm.block(10**6) is None
    assert zoo.ask("hashes", head.number, pending=True) == head.hash


def test_the_same_seed_makes_the_same_chain_and_another_seed_another(evm: Any) -> None:
    def hash_after(seed: int) -> Any:
        evm = new_evm(seed=seed)
        evm.mine(GENESIS_TIME, blocks=3)
        return evm.block_hash(3)

    assert hash_after(1) == hash_after(1) != hash_after(2)


def test_a_call_changes_nothing_and_needs_no_funds(evm: Any, token: Deployed) -> None:
    before = evm.block_number, evm.nonce(OWNER)
    assert token.ask("transfer", address(1), 5) is True
    assert evm.call(address(99), token.address, b"\x01\x02\x03\x04").success is False
    assert (evm.block_number, evm.nonce(OWNER)) == before and token.ask("balanceOf", address(1)) == 0
    assert evm.call(token.address, token.address, token.abi.encode("totalSupply", ())).success  # a contract may call


def test_a_pending_call_sees_the_next_block(evm: Any, zoo: Deployed) -> None:
    evm.set_next_timestamp(GENESIS_TIME + 100)
    assert zoo.ask("environment")[:2] == [evm.block_number, GENESIS_TIME]
    assert zoo.ask("environment", pending=True)[:2] == [evm.block_number + 1, GENESIS_TIME + 100]


def test_queued_transactions_run_in_one_block_in_order_of_arrival(evm: Any, token: Deployed) -> None:
    tickets = [
        evm.submit_function(OWNER, token.address, token.function("transfer", (0, 0)), (address(n), n)) for n in range(3)
    ]
    block = evm.mine_queue(GENESIS_TIME + 1)
    assert order_of(block) == tickets and len(block) == 3 and evm.queued == 0
    assert [receipt.transaction_index for receipt in block.receipts] == [0, 1, 2]
    assert block.receipts[-1].cumulative_gas_used == block.gas_used
    assert token.ask("balanceOf", address(2)) == 2 and evm.timestamp == GENESIS_TIME + 1


def test_a_shuffle_is_repeatable_and_keeps_each_senders_own_order() -> None:
    people = [address(n) for n in range(8)]

    def shuffled(seed: int) -> list[tuple[bytes, int]]:
        evm = new_evm(seed=seed)
        for who in people * 3:
            evm.submit(who, address(99), b"")
        receipts = evm.mine_queue(GENESIS_TIME, "shuffle").receipts
        assert all(receipt.status == 1 for receipt in receipts)
        return [(receipt.sender, receipt.ticket) for receipt in receipts]

    first = shuffled(1)
    assert first == shuffled(1) != shuffled(2)
    assert first != sorted(first, key=lambda entry: entry[1])
    for who in people:
        mine = [ticket for sender, ticket in first if sender == who]
        assert mine == sorted(mine) and len(mine) == 3


def test_priority_takes_the_best_paying_head_of_all_senders_again_and_again() -> None:
    evm = new_evm()
    first, second = address(1), address(2)
    for who in (first, second):
        evm.set_balance(who, 10**20)
    a_low = evm.submit(first, address(9), b"", priority_fee=1)
    a_high = evm.submit(first, address(9), b"", priority_fee=100)
    b_mid = evm.submit(second, address(9), b"", priority_fee=50)
    b_low = evm.submit(second, address(9), b"", priority_fee=2)
    assert order_of(evm.mine_queue(GENESIS_TIME, "priority")) == [b_mid, b_low, a_low, a_high]


def test_priority_ties_are_drawn_anew_in_each_block_and_alike_with_the_same_seed() -> None:
    people = [address(n) for n in range(8)]

    def draws(seed: int) -> list[list[bytes]]:
        evm = new_evm(seed=seed)
        orders = []
        for _ in range(3):
            evm.submit_many([(who, address(99), b"") for who in people])
            orders.append([receipt.sender for receipt in evm.mine_queue(GENESIS_TIME, "priority").receipts])
        return orders

    assert draws(5) == draws(5) != draws(6)
    assert draws(5)[0] != draws(5)[1]


@pytest.mark.parametrize("ordering", ["arrival", "shuffle", "priority"])
def test_what_names_no_nonce_goes_after_what_names_one(evm: Any, ordering: Any) -> None:
    free = [evm.submit(OWNER, address(1), b"") for _ in range(2)]
    named = [evm.submit(OWNER, address(1), b"", nonce=nonce) for nonce in (1, 0)]

    block = evm.mine_queue(GENESIS_TIME, ordering)

    assert [receipt.ticket for receipt in block.receipts] == [named[1], named[0], *free]
    assert all(receipt.included for receipt in block.receipts)


@pytest.mark.parametrize("ordering", ["arrival", "shuffle", "priority"])
def test_what_names_no_nonce_fills_the_gap_before_what_names_one(evm: Any, ordering: Any) -> None:
    named = evm.submit(OWNER, address(1), b"", nonce=1)
    free = [evm.submit(OWNER, address(1), b"") for _ in range(2)]

    block = evm.mine_queue(GENESIS_TIME, ordering)

    assert [receipt.ticket for receipt in block.receipts] == [free[0], named, free[1]]
    assert all(receipt.included for receipt in block.receipts)


def test_given_nonces_run_ascending_whatever_the_order_of_arrival(evm: Any) -> None:
    later = evm.submit(OWNER, address(1), b"", nonce=1)
    earlier = evm.submit(OWNER, address(1), b"", nonce=0)
    assert order_of(evm.mine_queue(GENESIS_TIME)) == [earlier, later]


def test_what_does_not_fit_a_block_is_carried_over_in_order(evm: Any, token: Deployed) -> None:
    small = new_evm(block_gas_limit=200_000)
    tickets = list(small.submit_many([(OWNER, address(1), b"", 1, 21_000)] * 12))
    first, second = small.mine_queue(GENESIS_TIME), small.mine_queue(GENESIS_TIME)
    assert (len(first), first.carried_over, len(second), second.carried_over) == (9, 3, 3, 0)
    assert order_of(first) + order_of(second) == tickets


def test_without_a_gas_limit_what_a_transaction_uses_is_what_must_fit() -> None:
    evm = new_evm(block_gas_limit=3_000_000)
    token = Deployed(evm, "Token", (10**30,))
    evm.submit_functions(
        token.function("transfer", (0, 0)), [(OWNER, token.address, (address(n), 1)) for n in range(100)]
    )
    blocks = []
    while evm.queued:
        blocks.append(evm.mine_queue(GENESIS_TIME))
    assert sum(len(block) for block in blocks) == 100 and len(blocks) == 2
    assert all(block.gas_used <= 3_000_000 and block.reverted == 0 for block in blocks)
    assert all(token.ask("balanceOf", address(n)) == 1 for n in range(100))


def test_a_big_transaction_makes_only_its_own_sender_wait() -> None:
    evm = new_evm(block_gas_limit=1_000_000)
    evm.set_balance(address(1), 10**18)
    first = evm.submit(OWNER, address(9), b"", gas=21_000)
    big = evm.submit(address(1), address(9), b"", gas=990_000)
    after_big = evm.submit(address(1), address(9), b"", gas=21_000)
    last = evm.submit(OWNER, address(9), b"", gas=21_000)
    assert order_of(evm.mine_queue(GENESIS_TIME)) == [first, last]
    assert order_of(evm.mine_queue(GENESIS_TIME)) == [big, after_big]


def test_failed_and_impossible_queued_transactions_become_receipts_with_reasons(
    evm: Any, zoo: Deployed, token: Deployed
) -> None:
    fail = zoo.function("fail", ("",))
    evm.submit_function(OWNER, zoo.address, fail, ("because",))
    evm.submit_function(OWNER, zoo.address, zoo.function("loop"), (), gas=100_000)
    evm.submit(address(50), address(51), b"", value=1)
    evm.submit(address(52), address(51), b"", nonce=7)
    evm.submit(token.address, address(51), b"")
    evm.submit(OWNER, address(51), b"", gas=31_000_000)
    evm.submit(OWNER, address(51), b"", value=1)
    block = evm.mine_queue(GENESIS_TIME)
    reasons = [receipt.reason for receipt in block.receipts]
    assert reasons[0] == "because" and "out of gas" in reasons[1] and reasons[-1] is None
    rejected = block.receipts[2:6]
    assert all(
        not receipt.included and receipt.status == 0 and receipt.transaction_index is None for receipt in rejected
    )
    assert all(receipt.halt.startswith("rejected: ") for receipt in rejected)
    for receipt, word in zip(rejected, ("wei", "nonce 7", "contract", "31000000 gas"), strict=True):
        assert word in receipt.reason
    assert (len(block), block.reverted, block.rejected) == (3, 2, 4)
    assert [receipt.transaction_index for receipt in block.receipts if receipt.included] == [0, 1, 2]


def test_keep_decides_which_receipts_stay_readable() -> None:
    for keep, readable in (("none", [0, 0]), ("last", [0, 1]), ("all", [1, 1])):
        evm = new_evm(keep=keep)
        for _ in range(2):
            evm.submit(OWNER, address(1), b"")
            assert len(evm.mine_queue(GENESIS_TIME)) == 1
        assert [len(evm.block(number).receipts) for number in (1, 2)] == readable
        evm.mine(GENESIS_TIME, blocks=300)
        assert (evm.block(1) is not None) == (keep == "all")


def test_fees_go_to_the_coinbase_and_the_base_fee_is_burned() -> None:
    evm = new_evm(coinbase=address(7), base_fee=100)
    before = evm.balance(OWNER)
    receipt = evm.transact(OWNER, address(1), b"", value=5, priority_fee=3)
    assert receipt.effective_gas_price == 103
    assert evm.balance(address(7)) == 3 * 21_000
    assert before - evm.balance(OWNER) == 5 + 103 * 21_000
    with pytest.raises(_core.EvmError, match="base fee") as caught:
        evm.transact(OWNER, address(1), b"", gas_price=99)
    assert caught.value.kind == "transaction"


def test_a_transaction_that_cannot_run_is_an_error_and_leaves_the_chain_as_it_was(evm: Any) -> None:
    evm.transact(OWNER, address(1), b"")
    for terms, words in (
        ({"nonce": 5}, "nonce 5.*next nonce is 1"),
        ({"nonce": 0}, "nonce 0.*next nonce is 1"),
        ({"value": 10**25}, "must hold .* wei"),
        ({"gas": 20_999}, "20999 gas.*costs 21000"),
        ({"gas": 30_000_001}, "more than a block"),
        ({"max_fee": 1, "priority_fee": 2}, "priority fee"),
    ):
        with pytest.raises(_core.EvmError, match=words) as caught:
            evm.transact(OWNER, address(1), b"", **terms)
        assert caught.value.kind == "transaction"
    assert evm.block_number == 1 and evm.transact(OWNER, address(1), b"").status == 1


def test_wrong_values_are_refused_in_one_clear_sentence(evm: Any) -> None:
    refused: list[Callable[[], Any]] = [
        lambda: evm.balance(b"short"),
        lambda: evm.balance("0x" + "00" * 20),
        lambda: evm.set_balance(OWNER, -1),
        lambda: evm.set_balance(OWNER, 2**256),
        lambda: evm.set_balance(OWNER, 1.5),
        lambda: evm.set_balance(OWNER, True),
        lambda: evm.transact(OWNER, address(1), "0x00"),
        lambda: evm.transact(OWNER, address(1), b"", value=2**256),
        lambda: evm.transact(OWNER, address(1), b"", gas=2**64),
        lambda: evm.transact(OWNER, address(1), b"", gas_price=1, max_fee=1),
        lambda: evm.transact(OWNER, address(1), b"", access_list=[(b"x", [])]),
        lambda: evm.submit_many([(OWNER, address(1))]),
        lambda: evm.submit_many(["text"]),
        lambda: evm.mine_queue(GENESIS_TIME, "random"),
        lambda: evm.mine(GENESIS_TIME - 1),
        lambda: evm.set_next_timestamp(GENESIS_TIME - 1),
        lambda: new_evm(hardfork="Shanghai"),
        lambda: new_evm(hardfork="constantinople"),
        lambda: new_evm(keep="some"),
        lambda: new_evm(chain_id=-1),
        lambda: new_evm(hardfork="berlin").set_base_fee(1),
        lambda: new_evm(hardfork="istanbul", base_fee=1),
    ]
    for call in refused:
        with pytest.raises(_core.EvmError) as caught:
            call()
        assert caught.value.kind == "usage" and len(str(caught.value)) < 400
    assert evm.queued == 0 and evm.block_number == 0


def test_numpy_integers_are_numbers_too(evm: Any) -> None:
    numpy = pytest.importorskip("numpy")
    evm.set_balance(address(1), numpy.int64(7))
    assert evm.balance(address(1)) == 7


def test_raw_bytes_that_are_no_signed_transaction_are_refused(evm: Any) -> None:
    for raw in (b"", b"\x01", b"\xf8\x00", b"\x03" + bytes(50), bytes(200)):
        with pytest.raises(_core.EvmError) as caught:
            evm.transact_raw(raw)
        assert caught.value.kind == "transaction"


def test_signed_transactions_are_checked_for_chain_nonce_and_balance(evm: Any) -> None:
    account = pytest.importorskip("eth_account").Account.from_key("0x" + "11" * 32)
    who = bytes.fromhex(account.address[2:])
    fields = {"to": "0x" + "22" * 20, "value": 5, "gas": 21_000, "gasPrice": 1, "nonce": 0, "chainId": 1337}

    def send(**changes: Any) -> Any:
        return evm.transact_raw(bytes(account.sign_transaction(fields | changes).raw_transaction))

    with pytest.raises(_core.EvmError, match="must hold 21005 wei"):
        send()
    evm.set_balance(who, 10**18)
    with pytest.raises(_core.EvmError, match="chain ID"):
        send(chainId=1)
    with pytest.raises(_core.EvmError, match="nonce 3"):
        send(nonce=3)
    signed = account.sign_transaction(fields)
    receipt = evm.transact_raw(bytes(signed.raw_transaction))
    assert receipt.transaction_hash == bytes(signed.hash) and receipt.sender == who and receipt.status == 1
    plain = new_evm()
    plain.set_balance(who, 10**18)
    unsigned = plain.transact(who, bytes.fromhex("22" * 20), b"", value=5, gas=21_000, gas_price=1)
    assert (unsigned.gas_used, plain.balance(who)) == (receipt.gas_used, evm.balance(who))
    blob = b"\x03" + bytes(10)
    with pytest.raises(_core.EvmError):
        evm.submit_raw(blob)


def test_coinbase_and_block_gas_limit_can_change_between_blocks(evm: Any) -> None:
    evm.set_coinbase(address(7))
    evm.set_block_gas_limit(50_000)
    snapshot = evm.snapshot()
    assert evm.transact(OWNER, address(1), b"", gas_price=1).gas == 50_000
    assert evm.balance(address(7)) == 21_000 and evm.block().coinbase == address(7) and evm.block().gas_limit == 50_000
    evm.set_coinbase(address(8))
    evm.restore(snapshot)
    assert (evm.coinbase, evm.block_gas_limit, evm.balance(address(7))) == (address(7), 50_000, 0)


def test_after_the_last_block_that_has_a_number_comes_none_and_the_chain_stays_usable(evm: Any) -> None:
    snapshot = evm.snapshot()
    evm.load_state(json.dumps({"accounts": {}, "block": {"number": hex(2**64 - 1), "timestamp": "0x0"}}))
    with pytest.raises(_core.EvmError, match="block 18446744073709551615 is the last") as caught:
        evm.mine(0)
    assert caught.value.kind == "usage" and evm.block_number == 2**64 - 1
    assert evm.call(OWNER, address(1), b"").success and evm.balance(OWNER) == 10**24
    evm.restore(snapshot)
    assert evm.transact(OWNER, address(1), b"").status == 1


def test_memory_is_bounded_however_much_gas_there_is() -> None:
    evm = new_evm(block_gas_limit=2**62)
    evm.set_code(address(1), bytes.fromhex("6001650fffffffffff5200"))  # writes at 16 TiB
    evm.set_code(address(2), bytes.fromhex("600164017fffffff5200"))  # writes at 6 GiB
    for where in (1, 2):
        receipt = evm.transact(OWNER, address(where), b"")
        assert receipt.status == 0 and "memory" in receipt.halt


def test_transaction_hashes_differ_and_repeat_with_the_chain() -> None:
    def hashes() -> list[bytes]:
        evm = new_evm()
        return [evm.transact(OWNER, address(n % 2), b"").transaction_hash for n in range(4)]

    assert hashes() == hashes() and len(set(hashes())) == 4


def test_an_endless_loop_ends_at_the_gas_limit(evm: Any) -> None:
    evm.set_code(address(1), ENDLESS)
    receipt = evm.transact(OWNER, address(1), b"")
    assert receipt.status == 0 and receipt.gas_used == 30_000_000 and "out of gas" in receipt.halt


def test_osaka_caps_the_gas_of_one_transaction() -> None:
    evm = new_evm(hardfork="osaka")
    evm.set_code(address(1), ENDLESS)
    assert evm.transact(OWNER, address(1), b"").gas_used == 2**24
    with pytest.raises(_core.EvmError, match="cap"):
        evm.transact(OWNER, address(1), b"", gas=2**24 + 1)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs POSIX timers")
@pytest.mark.parametrize("work", ["queue", "mining"])
def test_an_interrupt_stops_long_work_and_undoes_it(evm: Any, work: str) -> None:
    big = new_evm(block_gas_limit=10**12)
    big.set_code(address(1), ENDLESS)
    big.submit_many([(OWNER, address(1), b"", 0, 30_000_000)] * 2000)
    jobs = {
        "queue": lambda: big.mine_queue(GENESIS_TIME),
        "mining": lambda: evm.mine(GENESIS_TIME, blocks=10**12),
    }

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(KeyboardInterrupt):
            jobs[work]()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert (evm.block_number, big.block_number, big.queued, big.nonce(OWNER)) == (0, 0, 2000, 0)
    assert evm.transact(OWNER, address(2), b"").block_number == 1


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs POSIX timers")
def test_a_signal_handler_that_uses_the_interrupted_chain_is_refused_instead_of_waiting_for_ever(evm: Any) -> None:

    def look(*_: Any) -> None:
        evm.block_number  # noqa: B018

    old = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(_core.EvmError, match="signal handler"):
            evm.mine(GENESIS_TIME, blocks=10**12)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert evm.block_number == 0


def test_one_chain_serves_several_threads_one_at_a_time(evm: Any, token: Deployed) -> None:
    transfer = token.function("transfer", (0, 0))

    def work(number: int) -> None:
        for _ in range(200):
            evm.transact_function(OWNER, token.address, transfer, (address(number), 1))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [token.ask("balanceOf", address(number)) for number in range(4)] == [200] * 4


def test_istanbul_charges_what_its_eips_say() -> None:
    evm = new_evm(hardfork="istanbul")
    for code, gas in (
        ("600160005500", 20_006),
        ("60005400", 803),
        ("61dead3100", 703),
        ("6001600055600260005500", 20_812),
    ):
        evm.set_code(address(1), bytes.fromhex(code))
        evm.set_storage(address(1), 0, 0)
        assert evm.transact(OWNER, address(1), b"").gas_used == 21_000 + gas


@pytest.mark.parametrize("hardfork", _core.HARDFORKS)
def test_every_known_hardfork_deploys_and_transacts(hardfork: str) -> None:
    evm = new_evm(hardfork=hardfork)
    store = bytes.fromhex("600160005500")
    init = bytes([0x65, *store, 0x60, 0, 0x52, 0x60, 6, 0x60, 26, 0xF3])
    receipt = evm.transact(OWNER, None, init)
    assert receipt.status == 1 and evm.code(receipt.contract_address) == store
    assert receipt.contract_address == _core.create_address(OWNER, 0)
    assert evm.transact(OWNER, receipt.contract_address, b"").status == 1
    assert evm.storage(receipt.contract_address, 0) == 1


def test_the_kzg_and_bls_precompiles_accept_known_good_input() -> None:
    evm = new_evm(hardfork="prague")
    commitment = bytes.fromhex(
        "8f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca25f26936857bc3a7c2539ea8ec3a952b7"
    )
    z = bytes.fromhex("73eda753299d7d483339d80809a1d805 53bda402fffe5bfeffffffff00000000")
    y = bytes.fromhex("1522a4a7f34e1ea350ae07c29c96c7e7 9655aa926122e95fe69fcbd932ca49e9")
    proof = bytes.fromhex(
        "a62ad71d14c5719385c0686f1871430475bf3a00f0aa3f7b8dd99a9abc2160744faf0070725e00b60ad9a026a15b1a8c"
    )
    versioned = b"\x01" + hashlib.sha256(commitment).digest()[1:]
    kzg, add, multiply = (number.to_bytes(20, "big") for number in (10, 11, 12))
    good = evm.call(OWNER, kzg, versioned + z + y + commitment + proof)
    assert good.success and good.output[:32] == (4096).to_bytes(32, "big")
    assert not evm.call(OWNER, kzg, versioned + z + z + commitment + proof).success
    g1 = (
        bytes(16)
        + bytes.fromhex(
            "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
        )
        + bytes(16)
        + bytes.fromhex(
            "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"
        )
    )
    doubled = evm.call(OWNER, add, g1 + g1)
    assert doubled.success and doubled.output == evm.call(OWNER, multiply, g1 + (2).to_bytes(32, "big")).output


def test_accounts_can_be_written_and_deleted_from_outside(evm: Any) -> None:
    where = address(1)
    evm.set_nonce(where, 5)
    evm.set_storage(where, 2**256 - 1, 7)
    evm.set_code(where, b"\x00")
    assert (evm.nonce(where), evm.storage(where, 2**256 - 1), evm.code(where)) == (5, 7, b"\x00")
    assert where in evm.addresses() and evm.account_count == len(evm.addresses())
    assert evm.delete_account(where) and not evm.delete_account(where)
    assert (evm.nonce(where), evm.storage(where, 2**256 - 1), evm.code(where)) == (0, 0, b"")
    evm.set_balance(where, 1)
    evm.set_balance(where, 0)
    assert where not in evm.addresses()


def test_malformed_code_ends_in_failed_receipts(evm: Any) -> None:
    for code in (b"\xfe", b"\x50", b"\x56", b"\x60\x01\x56", b"\xef", b"\x0c" * 50, bytes(range(256))):
        evm.set_code(address(1), code)
        receipt = evm.transact(OWNER, address(1), b"", gas=100_000)
        assert receipt.status in (0, 1) and receipt.gas_used <= 100_000
        evm.transact(OWNER, None, code, gas=100_000)
    with pytest.raises(_core.EvmError, match="set_code"):
        evm.set_code(address(1), b"\xef\x01\x00\x01")
    assert evm.transact(OWNER, None, creation_code("Big")).halt == "create contract size limit"
