"""A chain that begins where a live one is: the same receipts, offline too, whatever the node does."""

import hashlib
import random
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.suites.backend import BackendSuite
from tests.web3engine.fork.helpers import IMPATIENT, Clock, Live, forked, reader_of
from tests.web3engine.fork.server import FAULTS, SECRET, Proxy
from tokenspice.engine.units import HOUR, tokens
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import copyable
from tokenspice.web3engine.backends.patience import FAR
from tokenspice.web3engine.backends.revm import RevmBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.chain_file import load_chain, save_chain
from tokenspice.web3engine.errors import ChainError, ForkError, ForkMiss
from tokenspice.web3engine.fork.cache import ForkCache, read_cache
from tokenspice.web3engine.fork.fork import Fork
from tokenspice.web3engine.fork.reader import ForkReader

# All that one test finds on the fork of an empty chain must be as on an empty chain.


class TestForkOfAnEmptyChain(BackendSuite):
    @pytest.fixture
    def chain(self, empty_chain: Chain) -> Chain:
        return empty_chain


def trade_on_live(live: Live) -> list[tuple[Any, ...]]:
    before = live.backend.snapshot()
    try:
        return live.trade(live.backend)
    finally:
        live.backend.restore(before)


def test_a_fork_does_what_the_live_chain_does(live: Live) -> None:
    fork = forked(Fork(live.url).open(), signs=True)
    assert (fork.now, fork.network) == (live.backend.now, "revm")

    assert live.trade(fork) == trade_on_live(live)


def test_a_fork_that_is_replayed_does_the_same_without_a_node(live: Live, tmp_path: Path) -> None:
    recording = RevmBackend(fork=Fork(live.url, file=tmp_path / "fork").open())
    expected = live.trade(recording)
    recording.close()

    replayed = RevmBackend(fork=Fork(file=tmp_path / "fork").open())

    assert live.trade(replayed) == expected
    assert recording.fork == replayed.fork


def test_run_json_is_told_the_block_its_hash_and_the_records(anvil: Live, tmp_path: Path) -> None:
    backend = RevmBackend(fork=Fork(anvil.url, file=tmp_path / "fork").open())
    anvil.trade(backend)
    backend.close()
    cache = read_cache(tmp_path / "fork")

    assert backend.fork == {
        "chain_id": 1337,
        "block": cache.origin.number,
        "hash": "0x" + cache.origin.hash.hex(),
        "hardfork": "shanghai",
        "accounts_read": len(cache.accounts),
        "slots_read": len(cache.slots),
        "sha256": hashlib.sha256((tmp_path / "fork").read_bytes()).hexdigest(),
    }
    assert RevmBackend().fork is None


def test_the_same_trades_record_the_same_bytes(anvil: Live, tmp_path: Path) -> None:
    for name in ("a", "b"):
        backend = RevmBackend(fork=Fork(anvil.url, file=tmp_path / name).open())
        anvil.trade(backend)
        backend.close()

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_of_an_account_that_does_not_exist_just_that_is_recorded(anvil: Live) -> None:
    backend = forked(Fork(anvil.url).open())
    wallet = anvil.chain(backend).wallet("somebody new")

    assert backend._fork and backend._fork.cache.accounts[wallet.account.address_bytes] == (0, 0, b"")


NO_QUEUE = b"0\n[]\n"  # how a chain's bytes begin, where no signed transaction waits


@pytest.mark.parametrize("kind", ["accounts", "slots"])
def test_a_record_that_lacks_one_answer_is_a_miss_and_never_a_zero(anvil: Live, kind: str) -> None:
    recording = forked(Fork(anvil.url).open())
    expected = anvil.trade(recording)
    assert recording._fork
    whole: dict[Any, Any] = getattr(recording._fork.cache, kind)

    for key in list(whole):
        answer = whole.pop(key)
        cache = ForkCache.from_bytes(recording._fork.cache.to_bytes())
        replay = forked(ForkReader(cache))
        with pytest.raises(ForkMiss) as caught:
            anvil.trade(replay)
        address, slot = key if kind == "slots" else (key, None)
        assert (caught.value.address.lower(), caught.value.slot) == ("0x" + address.hex(), slot)
        whole[key] = answer

    assert anvil.trade(forked(ForkReader(recording._fork.cache))) == expected


def test_code_that_was_not_recorded_is_a_miss_where_it_is_called(anvil: Live) -> None:
    recording = forked(Fork(anvil.url).open())
    chain = anvil.chain(recording)
    chain.wallet("a").send(chain.contract("Probe", anvil.probe).store(chain.now))
    chain.read(chain.contract("Probe", anvil.probe).value())
    assert recording._fork
    replay = anvil.chain(forked(ForkReader(recording._fork.cache)))
    ocean, wallet = replay.contract("token/Token", anvil.ocean), replay.wallet("a")

    for work in (
        lambda: replay.read(ocean.decimals()),
        lambda: wallet.send(ocean.transfer(wallet.address, 0)),
        lambda: replay.backend.balance(anvil.ocean),
        lambda: replay.backend.nonce(anvil.ocean),
        lambda: replay.backend.set_balance(anvil.ocean, 5),
    ):
        with pytest.raises(ForkMiss, match=f"account {anvil.ocean}"):
            work()


def test_a_block_hash_that_was_not_recorded_is_a_miss_where_a_contract_reads_it(anvil: Live) -> None:
    # PUSH1 1, NUMBER, SUB, BLOCKHASH ... : the hash of the head's parent goes to slot 0.
    code = bytes.fromhex("6002430340600055")
    recording = forked(Fork(anvil.url).open())
    assert recording._fork

    def store_hash(backend: RevmBackend) -> int:
        wallet = anvil.chain(backend).wallet("a")
        receipt = backend._evm.transact(wallet.account.address_bytes, None, code)
        assert receipt.status == 1 and receipt.contract_address
        return backend._evm.storage(receipt.contract_address, 0)

    number, digest = recording._fork.origin.number, store_hash(recording)
    assert recording._fork.cache.block_hashes == {}  # of the fork's own head, which is known
    deep = forked(Fork(anvil.url).open())
    code = bytes.fromhex("6004430340600055")
    parent = store_hash(deep)

    assert digest.to_bytes(32, "big") == recording._fork.origin.hash
    block = anvil.backend._ask("eth_getBlockByNumber", hex(number - 2), False)
    assert hex(parent) == block["hash"]
    with pytest.raises(ForkMiss, match=f"the hash of block {number - 2}") as caught:
        store_hash(forked(ForkReader(recording._fork.cache)))
    assert caught.value.block == number - 2


def test_a_token_answers_from_a_record_of_one_contract_and_its_slots(anvil: Live, tmp_path: Path) -> None:
    file = tmp_path / "fork"

    def ask(backend: RevmBackend) -> tuple[Any, ...]:
        chain = anvil.chain(backend)
        ocean = chain.contract("token/Token", anvil.ocean)
        return tuple(
            backend.read("0x" + "0" * 40, call) for call in (ocean.decimals(), ocean.name(), ocean.totalSupply())
        )

    recording = RevmBackend(fork=Fork(anvil.url, file=file).open())
    ask(recording)
    recording.close()

    assert ask(RevmBackend(fork=Fork(file=file).open())) == (18, "OCEAN", tokens(10**9))
    cache = read_cache(file)
    assert [who for who, account in cache.accounts.items() if account.code] == [bytes.fromhex(anvil.ocean[2:])]
    assert {who for who, _ in cache.slots} == {bytes.fromhex(anvil.ocean[2:])}


PASSING = st.tuples(st.integers(0, 40), st.sampled_from(sorted(set(FAULTS) - {"hang"})), st.integers(1, 3))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fault=PASSING)
def test_a_fault_that_passes_changes_nothing(proxy: Proxy, anvil: Live, fault: tuple[int, str, int]) -> None:
    at, kind, times = fault
    proxy.bodies.clear()
    proxy.fault = lambda n: kind if at <= n < at + times else None
    clock = Clock()

    found = anvil.trade(forked(reader_of(proxy.url, clock)))

    assert [row[:-1] for row in found] == [row[:-1] for row in expected_trade(anvil)]
    assert len(clock.slept) <= times


_expected: list[tuple[Any, ...]] = []


def expected_trade(live: Live) -> list[tuple[Any, ...]]:
    if not _expected:
        _expected.extend(live.trade(forked(Fork(live.url).open())))
    return _expected


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_a_fault_that_stays_is_an_error_that_changes_nothing_and_can_be_retried(
    proxy: Proxy, anvil: Live, clock: Clock, kind: str
) -> None:
    patience = IMPATIENT if kind == "hang" else FAR
    chain = anvil.chain(forked(reader_of(proxy.url, clock, patience=patience)))
    alice = chain.wallet("alice")
    datatoken = chain.contract("DataTokenTemplate", anvil.datatoken)
    pool = chain.contract("oceanv3/BPool", anvil.pool)
    alice.send(datatoken.approve(anvil.pool, tokens(1)))
    swap = pool.swapExactAmountIn(anvil.datatoken, tokens(1), anvil.ocean, 0, 2**255)
    began = random.Random(kind).randrange(8)
    at = len(proxy.bodies) + began
    proxy.fault = lambda n: kind if n >= at else None
    before = (chain.backend.nonce(alice.address), chain.backend._evm.block().hash)  # type: ignore[attr-defined]

    clock.slept.clear()
    with pytest.raises(
        ForkError, match=f"(account|slot 0x[0-9a-f]+ of) 0x.* at block .* cannot be read: .*:{proxy.port}"
    ) as caught:
        alice.send(swap)

    assert 1 <= len(clock.slept) <= 8 and sum(clock.slept) <= 30 and SECRET not in str(caught.value)
    assert (chain.backend.nonce(alice.address), chain.backend._evm.block().hash) == before  # type: ignore[attr-defined]
    proxy.fault = lambda n: None
    assert alice.send(swap).gas_used == expected_trade(anvil)[1][1]


def test_a_node_that_is_gone_is_an_error_and_what_was_read_stays(proxy: Proxy, anvil: Live, clock: Clock) -> None:
    chain = anvil.chain(forked(reader_of(proxy.url, clock)))
    probe = chain.contract("Probe", anvil.probe)
    assert chain.read(probe.value()) == 7
    proxy.stop()

    assert chain.read(probe.value()) == 7
    with pytest.raises(ForkError, match="no connection"):
        chain.wallet("new")

    proxy.start()
    assert chain.wallet("new").send(probe.store(9)).succeeded


def test_snapshots_anchors_and_copies_work_on_a_fork(anvil: Live, proxy: Proxy, clock: Clock) -> None:
    chain = anvil.chain(forked(reader_of(proxy.url, clock)))
    probe, wallet = chain.contract("Probe", anvil.probe), chain.wallet("a")
    snapshot = chain.snapshot()
    wallet.send(probe.store(8))
    twin = chain.copy()
    with chain.anchor():
        chain.wallet("a").send(probe.store(9))
        chain.advance(HOUR)
    assert chain.read(probe.value()) == 8 == twin.read(probe.value())

    chain.restore(snapshot)
    twin.wallet("a").send(probe.store(10))

    assert (chain.read(probe.value()), twin.read(probe.value())) == (7, 10)
    n_asked = len(proxy.bodies)
    chain.wallet("a").send(probe.store(11))
    assert len(proxy.bodies) == n_asked  # the twin and the anchor read it all already


def test_a_saved_fork_goes_on_offline_and_with_its_node(anvil: Live, artifacts: Artifacts, tmp_path: Path) -> None:
    chain = anvil.chain(forked(Fork(anvil.url).open()))
    probe, wallet = chain.contract("Probe", anvil.probe), chain.wallet("a")
    wallet.send(probe.store(0))
    save_chain(chain, tmp_path / "chain")

    offline = load_chain(tmp_path / "chain", artifacts)
    online = load_chain(tmp_path / "chain", artifacts, Fork(anvil.url))

    for loaded in (offline, online):
        assert loaded.read(probe.value()) == 0 and loaded.now == chain.now
        assert loaded.wallet("a").send(probe.store(5)).gas_used > 0
        assert loaded.backend.fork and loaded.backend.fork["block"] == chain.backend.fork["block"]  # type: ignore[index]
    with pytest.raises(ForkMiss):
        offline.wallet("b")
    assert online.wallet("b").send(probe.store(6)).succeeded
    assert copyable(load_chain(tmp_path / "chain", artifacts).backend).to_bytes() == copyable(chain.backend).to_bytes()


def test_a_saved_fork_goes_on_with_a_record_that_holds_more(anvil: Live, artifacts: Artifacts, tmp_path: Path) -> None:
    chain = anvil.chain(forked(Fork(anvil.url).open()))
    chain.wallet("a")
    save_chain(chain, tmp_path / "chain")
    more = anvil.chain(RevmBackend(fork=Fork(anvil.url, file=tmp_path / "fork").open()))
    more.wallet("b")
    more.close()

    loaded = load_chain(tmp_path / "chain", artifacts, Fork(file=tmp_path / "fork"))

    loaded.wallet("a"), loaded.wallet("b")
    with pytest.raises(ForkMiss):
        loaded.wallet("c")


def test_a_saved_fork_refuses_a_node_of_another_block_and_flipped_bits(
    anvil: Live, artifacts: Artifacts, tmp_path: Path
) -> None:
    chain = anvil.chain(forked(Fork(anvil.url).open()))
    save_chain(chain, tmp_path / "chain")
    content = (tmp_path / "chain").read_bytes()
    data = copyable(chain.backend).to_bytes()

    with pytest.raises(ForkError, match="was asked for"):
        load_chain(tmp_path / "chain", artifacts, Fork(anvil.url, 2))
    dice = random.Random(2)
    for _ in range(50):
        place = dice.randrange(len(content))
        (tmp_path / "bad").write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        with pytest.raises(ChainError):
            load_chain(tmp_path / "bad", artifacts)
        place = dice.randrange(len(NO_QUEUE), len(data))  # which a saved chain's own hash covers
        with pytest.raises(ChainError):
            RevmBackend.from_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])


def test_bytes_put_together_of_two_forks_are_refused(anvil: Live) -> None:
    origin = Fork(anvil.url).open().origin
    one, other = (
        RevmBackend(fork=ForkReader(ForkCache(replace(origin, hash=bytes([n] * 32))))).to_bytes() for n in (1, 2)
    )
    state = one.index(b"web3engine evm state")

    with pytest.raises(ChainError, match="of two blocks"):
        RevmBackend.from_bytes(one[:state] + other[state:])
    with pytest.raises(ChainError, match="give the fork's reader"):
        RevmBackend.from_bytes(NO_QUEUE + one[state:])
    with pytest.raises(ChainError, match="of two blocks"):
        RevmBackend.from_bytes(one[:state] + RevmBackend().to_bytes().removeprefix(NO_QUEUE))


def test_threads_share_what_was_read(anvil: Live, proxy: Proxy, clock: Clock) -> None:
    chain = anvil.chain(forked(reader_of(proxy.url, clock)))
    ocean, alice = chain.contract("token/Token", anvil.ocean), chain.wallet("alice")
    twins = [chain.copy() for _ in range(4)]
    held: list[int] = []

    def work(twin: Chain) -> None:
        for _ in range(5):
            twin.wallet("alice").send(ocean.transfer(alice.address, 1))
            held.append(twin.read(ocean.balanceOf(alice.address)))

    threads = [threading.Thread(target=work, args=(twin,), daemon=True) for twin in twins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert not any(thread.is_alive() for thread in threads)
    assert len(set(held)) == 1 and len(held) == 20
    questions = [str([one["params"] for one in body]) for body in proxy.bodies if isinstance(body, list)]
    assert len(questions) == len(set(questions))


def test_queued_blocks_work_on_a_fork(anvil: Live) -> None:
    chain = anvil.chain(forked(Fork(anvil.url).open()))
    ocean, alice, bob = chain.contract("token/Token", anvil.ocean), chain.wallet("alice"), chain.wallet("bob")

    pending = alice.submit(ocean.transfer(bob.address, 5))
    batch = chain.mempool.submit_many(ocean.transfer, [(alice, (bob.address, 6)), (bob, (alice.address, 1))])
    chain.advance(HOUR)

    assert pending.receipt and pending.receipt.succeeded and [one.succeeded for one in batch.receipts] == [True, True]
    assert chain.read(ocean.balanceOf(bob.address)) == 10


def test_a_miss_in_a_queued_block_leaves_the_queue_and_the_clock(anvil: Live) -> None:
    recording = forked(Fork(anvil.url).open())
    anvil.chain(recording).wallet("alice")
    assert recording._fork
    chain = anvil.chain(forked(ForkReader(recording._fork.cache)))
    began = chain.now
    chain.wallet("alice").submit(chain.contract("token/Token", anvil.ocean).transfer(anvil.pool, 1))

    for _ in range(2):
        with pytest.raises(ForkMiss, match=f"account {anvil.ocean}"):
            chain.advance(HOUR)
        assert chain.now == began and chain.backend._evm.queued == 1  # type: ignore[attr-defined]


def test_web3_sees_the_fork(anvil: Live) -> None:
    chain = anvil.chain(forked(Fork(anvil.url).open()))
    w3 = chain.w3

    contract = w3.eth.contract(
        w3.to_checksum_address(anvil.ocean), abi=list(chain.artifacts.find("token/Token").entries)
    )
    assert contract.functions.symbol().call() == "OCEAN"
    assert w3.eth.get_code(anvil.ocean) and w3.eth.chain_id == 1337  # type: ignore[arg-type]
    assert w3.eth.get_block("latest")["timestamp"] == anvil.backend.now
    chain.wallet("alice").send(chain.contract("token/Token", anvil.ocean).transfer(anvil.pool, 1))
    assert len(contract.events.Transfer.get_logs(from_block=0)) == 1


def test_logs_of_a_fork_of_a_long_chain_are_found_at_once(anvil: Live) -> None:
    origin = replace(Fork(anvil.url).open().origin, number=10**12)
    chain = anvil.chain(RevmBackend(fork=ForkReader(ForkCache(origin), Fork(anvil.url).open()._live)))
    w3 = chain.w3

    chain.wallet("alice").send(chain.contract("Probe", anvil.probe).store(1))

    assert len(w3.eth.get_logs({"fromBlock": "earliest"})) == 1


def test_newer_rules_of_the_live_chain_hold_on_its_fork(anvil: Live) -> None:
    origin = Fork(anvil.url).open().origin

    def hardfork(shown: str, wanted: str) -> object:
        backend = RevmBackend(hardfork=wanted, fork=ForkReader(ForkCache(replace(origin, hardfork=shown))))
        assert backend.fork
        return backend.fork["hardfork"]

    assert hardfork("cancun", "shanghai") == "cancun"
    assert hardfork("shanghai", "prague") == "prague"
    assert hardfork("istanbul", "shanghai") == "shanghai"


def test_fees_of_a_live_chain_can_be_paid_by_wallets_that_sign(anvil: Live) -> None:
    origin = replace(Fork(anvil.url).open().origin, base_fee=500 * 10**9, coinbase=bytes([9] * 20), gas_limit=8_000_000)
    live = Fork(anvil.url).open()._live
    for signs in (False, True):
        backend = RevmBackend(signs=signs, fork=ForkReader(ForkCache(origin), live))
        chain = anvil.chain(backend)
        wallet = chain.wallet("alice")
        receipt = wallet.send(chain.contract("Probe", anvil.probe).store(3))
        assert receipt.succeeded and backend.balance(wallet.address) == 10**22 - receipt.gas_used * 500 * 10**9
