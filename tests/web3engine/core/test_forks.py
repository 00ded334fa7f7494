"""A chain that goes on from another's state: the same as if it were that chain, whatever is read when."""

import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web3engine.core.helpers import GENESIS_TIME, OWNER, Deployed, address, creation_code, new_evm
from tokenspice.web3engine import _core

SEED = 5


class Broken(Exception):
    """What a reader raises in these tests."""


class Reader:
    """Reads another chain in this process; `fails` says at which of its answers, counted from 0, it raises."""

    def __init__(self, evm: Any, fails: Callable[[int], bool] = lambda n: False) -> None:
        self.evm = evm
        self.fails = fails
        self.asked: list[tuple[Any, ...]] = []

    def account(self, who: bytes) -> tuple[int, int, bytes]:
        self.count("account", who)
        return self.evm.balance(who), self.evm.nonce(who), self.evm.code(who)

    def storage(self, who: bytes, slot: int) -> int:
        self.count("storage", who, slot)
        return int(self.evm.storage(who, slot))

    def block_hash(self, number: int) -> bytes:
        self.count("block_hash", number)
        return bytes(self.evm.block_hash(number))

    def count(self, *question: Any) -> None:
        self.asked.append(question)
        if self.fails(len(self.asked) - 1):
            raise Broken(question)


def fork(reader: Any, evm: Any, **changes: Any) -> Any:
    head = evm.block()
    terms = {
        "hardfork": evm.hardfork,
        "chain_id": evm.chain_id,
        "number": head.number,
        "hash": head.hash,
        "parent_hash": head.parent_hash,
        "timestamp": head.timestamp,
        "coinbase": head.coinbase,
        "gas_limit": head.gas_limit,
        "base_fee": head.base_fee,
        "prevrandao": head.prevrandao,
        "seed": SEED,
    }
    return _core.Evm.fork(reader, **(terms | changes))


@pytest.fixture
def live() -> Any:
    """A chain with a past: a zoo with some storage, a child of it, ether on a bare account."""
    evm = new_evm(seed=SEED)
    zoo = Deployed(evm, "Zoo")
    zoo.send("setMany", 1, 5, 9)
    zoo.send("create", 3)
    evm.set_balance(address(7), 70)
    evm.mine(GENESIS_TIME + 50, blocks=20)
    return evm


@pytest.fixture
def zoo(live: Any) -> Deployed:
    return Deployed(live, "Zoo", at=_core.create_address(OWNER, 0))


def on(evm: Any, zoo: Deployed) -> Deployed:
    return Deployed(evm, "Zoo", at=zoo.address)


def test_a_fork_begins_where_the_live_chain_is(live: Any, zoo: Deployed) -> None:
    forked = fork(Reader(live), live)

    assert (forked.block_number, forked.timestamp, forked.chain_id) == (live.block_number, live.timestamp, 1337)
    assert forked.block().hash == live.block().hash == forked.block_hash(live.block_number)
    assert forked.snapshot().fork == (live.block_number, live.block().hash) and live.snapshot().fork is None
    assert on(forked, zoo).ask("environment") == zoo.ask("environment")


def test_nothing_is_read_before_it_is_needed_and_nothing_twice(live: Any, zoo: Deployed) -> None:
    reader = Reader(live)
    forked = fork(reader, live)
    assert reader.asked == []

    for _ in range(3):
        assert forked.balance(address(7)) == 70
        assert on(forked, zoo).ask("slots", 1) == 9

    assert len(reader.asked) == len(set(reader.asked)) == 5  # two accounts, the caller, the coinbase, a slot


def test_an_account_that_does_not_exist_is_read_once_too(live: Any) -> None:
    reader = Reader(live)
    forked = fork(reader, live)

    for _ in range(2):
        assert (forked.balance(address(99)), forked.nonce(address(99)), forked.code(address(99))) == (0, 0, b"")

    assert reader.asked == [("account", address(99))]


def test_a_zero_that_is_written_hides_what_the_live_chain_has(live: Any, zoo: Deployed) -> None:
    forked = on(fork(Reader(live), live), zoo)

    forked.send("set", 1, 0)

    assert (forked.ask("slots", 1), forked.ask("slots", 2), zoo.ask("slots", 1)) == (0, 9, 9)


@pytest.mark.parametrize("how", ["selfdestruct", "delete"])
def test_what_is_destroyed_stays_destroyed(live: Any, zoo: Deployed, how: str) -> None:
    child = zoo.ask("last")
    forked = on(fork(Reader(live), live), zoo)
    who = bytes.fromhex(child[2:])
    assert forked.evm.code(who) and forked.evm.storage(who, 0) == 3

    assert forked.send("killLast").status == 1 if how == "selfdestruct" else forked.evm.delete_account(who)

    assert (forked.evm.code(who), forked.evm.storage(who, 0), forked.evm.nonce(who)) == (b"", 0, 0)
    assert forked.ask("lastCode") == 0 and zoo.ask("lastCode") > 0
    assert forked.evm.delete_account(who) is False


def test_a_setter_changes_one_part_of_an_account_and_keeps_the_others(live: Any, zoo: Deployed) -> None:
    forked = on(fork(Reader(live), live), zoo)

    forked.evm.set_balance(zoo.address, 5)
    forked.evm.set_storage(zoo.address, 0, 77)

    assert forked.evm.code(zoo.address) == live.code(zoo.address) and forked.evm.nonce(zoo.address) == 2
    assert forked.ask("slots", 2) == 9 and forked.evm.storage(zoo.address, 0) == 77


def test_hashes_of_blocks_before_the_fork_are_the_live_chains(live: Any, zoo: Deployed) -> None:
    reader = Reader(live)
    forked = on(fork(reader, live), zoo)
    head = live.block_number
    forked.evm.mine(GENESIS_TIME + 60, blocks=3)

    for back in (1, 10):
        assert forked.ask("hashes", head - back) == live.block_hash(head - back)
    assert forked.ask("hashes", head) == live.block().hash
    assert forked.ask("hashes", head + 1) == forked.evm.block_hash(head + 1)
    assert forked.ask("hashes", head + 9) == bytes(32)
    assert [question for question in reader.asked if question[0] == "block_hash"] == [
        ("block_hash", head - 1),
        ("block_hash", head - 10),
    ]


NUMBERS = st.integers(0, 6)
STEPS = st.one_of(
    st.tuples(st.just("set"), NUMBERS, st.sampled_from([0, 1, 9])),
    st.tuples(st.just("setMany"), NUMBERS, NUMBERS, st.sampled_from([0, 9])),
    st.tuples(st.just("create"), NUMBERS),
    st.tuples(st.just("create2"), NUMBERS, NUMBERS.map(lambda n: bytes([n] * 32))),
    st.tuples(st.just("createAndKill"), NUMBERS, NUMBERS.map(lambda n: bytes([n] * 32))),
    st.tuples(st.just("killLast")),
    st.tuples(st.just("tryFail")),
    st.tuples(st.just("fail"), st.just("no")),
    st.tuples(st.just("emitMany"), NUMBERS, st.just("text"), st.just(b"data"), st.just((1, 2))),
    st.tuples(st.just("pay"), NUMBERS.map(address)),
    st.tuples(st.just("precompile"), st.integers(1, 4), st.just(b"abc")),
    st.tuples(st.just("nothing")),
)


def outcome(receipt: Any) -> tuple[Any, ...]:
    logs = [(log.address, log.topics, log.data) for log in receipt.logs]
    return receipt.status, receipt.gas_used, receipt.output, receipt.halt, receipt.block_number, logs


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(STEPS, min_size=1, max_size=8),
    broken=st.sets(st.integers(0, 40)),
    restores=st.booleans(),
    hardfork=st.sampled_from(["shanghai", "cancun", "osaka"]),
)
def test_a_fork_does_what_the_live_chain_does_though_its_reader_fails_now_and_then(
    steps: list[tuple[Any, ...]], broken: set[int], restores: bool, hardfork: str
) -> None:
    base = new_evm(seed=SEED, coinbase=address(500), hardfork=hardfork)
    zoo = Deployed(base, "Zoo")
    zoo.send("setMany", 1, 5, 9)
    zoo.send("create", 3)
    twin, reader = _core.Evm.from_snapshot(base.snapshot()), Reader(base, lambda n: n in broken)
    forked = fork(reader, base)

    for name, *args in steps:
        work = partial(step, zoo=zoo, name=name, args=args)
        expected, before = outcome(work(twin)), forked.snapshot()
        assert outcome(patiently(forked, work)) == expected
        if restores:
            forked.restore(before)
            assert outcome(patiently(forked, work)) == expected

    reader.fails = lambda n: False
    forked = _core.Evm.from_snapshot(_core.Snapshot.from_bytes(forked.snapshot().to_bytes(), reader))
    assert forked.block_hash(forked.block_number) == twin.block_hash(twin.block_number)
    for who in {*twin.addresses(), *forked.addresses()}:
        assert [of(who) for of in (forked.balance, forked.nonce, forked.code)] == [
            of(who) for of in (twin.balance, twin.nonce, twin.code)
        ]
        assert [forked.storage(who, slot) for slot in range(4)] == [twin.storage(who, slot) for slot in range(4)]
    assert [on(forked, zoo).ask("slots", n) for n in range(13)] == [on(twin, zoo).ask("slots", n) for n in range(13)]


def step(evm: Any, zoo: Deployed, name: str, args: list[Any]) -> Any:
    value = 3 if name in ("create", "create2", "createAndKill", "pay", "nothing") else 0
    return on(evm, zoo).send(name, *args, value=value, gas=5_000_000)


def patiently(evm: Any, work: Callable[[Any], Any]) -> Any:
    """Try until the reader answers; a failure leaves the head as it is."""
    head = evm.block().hash
    while True:
        try:
            return work(evm)
        except Broken:
            assert evm.block().hash == head


def test_a_block_in_which_a_read_fails_is_not_mined_and_its_queue_waits(live: Any, zoo: Deployed) -> None:
    reader = Reader(live)
    forked = on(fork(reader, live), zoo)
    for n in (1, 2, 3):
        forked.evm.submit_function(OWNER, zoo.address, zoo.function("set", (n, 5)), (n, 5), gas=100_000)
    reader.fails = lambda n: [question[0] for question in reader.asked].count("storage") == 3

    with pytest.raises(Broken):
        forked.evm.mine_queue(GENESIS_TIME + 60)
    assert (forked.evm.queued, forked.evm.block_number, forked.evm.nonce(OWNER)) == (
        3,
        live.block_number,
        live.nonce(OWNER),
    )
    reader.fails = lambda n: False
    assert forked.ask("slots", 1) == 9

    block = forked.evm.mine_queue(GENESIS_TIME + 60)
    assert [receipt.status for receipt in block.receipts] == [1, 1, 1] and forked.ask("slots", 3) == 5


def test_ctrl_c_while_something_is_read_comes_out_as_it_is(live: Any, zoo: Deployed) -> None:
    reader = Reader(live)
    forked = on(fork(reader, live), zoo)
    plain = reader.storage

    def interrupted(who: bytes, slot: int) -> int:
        signal.raise_signal(signal.SIGINT)
        return plain(who, slot)

    reader.storage = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        forked.send("set", 1, 5)

    reader.storage = plain  # type: ignore[method-assign]
    assert forked.evm.nonce(OWNER) == live.nonce(OWNER) and forked.send("set", 1, 5).status == 1


def test_snapshots_and_copies_share_what_was_read(live: Any, zoo: Deployed) -> None:
    reader = Reader(live)
    forked = on(fork(reader, live), zoo)
    snapshot, copy = forked.evm.snapshot(), on(_core.Evm.from_snapshot(forked.evm.snapshot()), zoo)

    assert copy.ask("slots", 1) == 9
    n_asked = len(reader.asked)
    copy.send("set", 1, 4, gas=100_000)
    assert forked.ask("slots", 1) == 9
    forked.evm.restore(snapshot)
    assert forked.ask("slots", 1) == 9 and copy.ask("slots", 1) == 4

    assert len(reader.asked) == n_asked


def test_bytes_of_a_fork_need_its_reader(live: Any) -> None:
    data = fork(Reader(live), live).snapshot().to_bytes()

    with pytest.raises(_core.EvmError, match=f"forked at block {live.block_number}; give the fork's reader"):
        _core.Snapshot.from_bytes(data)


def test_a_forks_state_is_not_all_here_and_so_is_not_dumped(live: Any) -> None:
    with pytest.raises(_core.EvmError, match="a forked chain's state is not all here"):
        fork(Reader(live), live).dump_state()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((1, 2), "(balance, nonce, code)"),
        (None, "(balance, nonce, code)"),
        ((-1, 0, b""), "balance"),
        ((0, 2**64, b""), "nonce"),
        ((0, 0, "0x"), "code"),
        ((2**256, 0, b""), "balance"),
    ],
)
def test_a_reader_that_answers_nonsense_is_an_error_and_never_an_account(live: Any, answer: Any, words: str) -> None:
    reader = Reader(live)
    plain = reader.account
    zoo = Deployed(fork(reader, live), "Zoo", at=_core.create_address(OWNER, 0))
    assert zoo.evm.nonce(OWNER) == 3
    reader.account = lambda who: answer  # type: ignore[method-assign]

    with pytest.raises(_core.EvmError) as caught:
        zoo.send("set", 1, 5)

    assert words in str(caught.value)
    reader.account = plain  # type: ignore[method-assign]
    assert zoo.send("set", 1, 5).status == 1 and zoo.ask("slots", 1) == 5


def test_threads_that_read_at_the_same_time_do_not_wait_for_ever(live: Any, zoo: Deployed) -> None:
    lock, reader = threading.Lock(), Reader(live)
    plain = reader.storage

    def storage(who: bytes, slot: int) -> int:
        with lock:  # as a connection is shared
            return plain(who, slot)

    reader.storage = storage  # type: ignore[method-assign]
    forked = fork(reader, live)
    chains = [on(_core.Evm.from_snapshot(forked.snapshot()), zoo) for _ in range(4)] + [on(forked, zoo)] * 2
    found: list[list[int]] = []

    def work(chain: Deployed) -> None:
        found.append([chain.ask("slots", n) for n in range(60)])

    threads = [threading.Thread(target=work, args=(chain,), daemon=True) for chain in chains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert not any(thread.is_alive() for thread in threads)
    assert found == [[9 if 1 <= n <= 5 else 0 for n in range(60)]] * len(chains)


def test_a_reader_that_uses_the_chain_it_reads_for_is_refused(live: Any) -> None:
    reader = Reader(live)
    forked = fork(reader, live)
    reader.evm = forked

    with pytest.raises(_core.EvmError, match="used the chain that it interrupted"):
        forked.transact(OWNER, None, creation_code("Zoo"))


def test_a_fork_has_the_fees_of_the_live_chain(live: Any) -> None:
    forked = fork(Reader(live), live, base_fee=7)

    receipt = forked.transact(OWNER, address(1), b"", priority_fee=0)

    assert forked.base_fee == 7 and receipt.effective_gas_price == 7
    with pytest.raises(_core.EvmError, match="base fee"):
        fork(Reader(live), live, base_fee=7, hardfork="berlin")
