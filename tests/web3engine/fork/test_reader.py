"""Where a fork's answers come from: the record, the live chain at one block, or nowhere."""

import random
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.web3engine.fork.helpers import Clock, Live, reader_of, rpc_of
from tests.web3engine.fork.server import FAULTS, SECRET, Proxy
from tokenspice.engine.errors import ConfigError
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.errors import ForkError, ForkMiss
from tokenspice.web3engine.fork.cache import ForkCache, read_cache
from tokenspice.web3engine.fork.fork import Fork, configured_fork, parse_fork, widen
from tokenspice.web3engine.fork.keys import Account, AccountKey, HashKey, Key, SlotKey
from tokenspice.web3engine.fork.missed import missed_file, note_miss, read_missed
from tokenspice.web3engine.fork.reader import ForkReader
from tokenspice.web3engine.fork.remote import RemoteState
from tokenspice.web3engine.network import check_network, open_backend

NOBODY = bytes([5] * 20)


def raw(address: str) -> bytes:
    return bytes.fromhex(address[2:])


def test_answers_are_the_nodes(live: Live) -> None:
    reader = Fork(live.url).open()
    probe = raw(live.probe)

    account = reader.account(probe)

    assert account.code == bytes.fromhex(live.backend._ask("eth_getCode", live.probe, "latest")[2:])
    assert (account.balance, account.nonce) == (0, 1)
    assert reader.storage(probe, 0) == 7 and reader.storage(probe, 1) == 0
    assert reader.account(NOBODY) == Account(0, 0, b"")
    assert reader.block_hash(0).hex() == live.backend._ask("eth_getBlockByNumber", "0x0", False)["hash"][2:]
    reader.close()


def test_the_origin_is_the_nodes_latest_block(live: Live) -> None:
    block = live.backend._ask("eth_getBlockByNumber", "latest", False)

    origin = Fork(live.url).open().origin

    assert (origin.chain_id, hex(origin.number), "0x" + origin.hash.hex()) == (1337, block["number"], block["hash"])
    assert (hex(origin.timestamp), "0x" + origin.coinbase.hex()) == (block["timestamp"], block["miner"])
    assert (hex(origin.gas_limit), hex(origin.base_fee)) == (block["gasLimit"], block["baseFeePerGas"])
    assert ("0x" + origin.prevrandao.hex(), origin.hardfork) == (block["mixHash"], "shanghai")


def test_a_block_can_be_named_and_must_be_there(live: Live) -> None:
    latest = Fork(live.url).open().origin.number

    assert Fork(live.url, latest).open().origin.number == latest
    with pytest.raises(ForkError, match="has no block 1000000"):
        Fork(live.url, 10**6).open()


def test_an_account_is_one_request_and_is_asked_for_once(anvil: Live, proxy: Proxy, clock: Clock) -> None:
    reader = reader_of(proxy.url, clock)
    n_before = len(proxy.bodies)

    for _ in range(3):
        reader.account(NOBODY)

    assert [one["method"] for one in proxy.bodies[n_before]] == [
        "eth_getBalance",
        "eth_getTransactionCount",
        "eth_getCode",
    ]
    assert len(proxy.bodies) == n_before + 1
    assert {one["params"][-1]["blockHash"] for one in proxy.bodies[n_before]} == {"0x" + reader.origin.hash.hex()}


def test_what_is_read_is_of_the_block_however_far_the_chain_has_come(live: Live) -> None:
    if live.backend.network == "anvil":
        pytest.skip("the anvil that we start keeps no past states")
    before = live.backend.snapshot()
    reader = Fork(live.url).open()

    chain = live.chain(live.backend)
    chain.wallet("later").send(chain.contract("Probe", live.probe).store(8))

    assert reader.storage(raw(live.probe), 0) == 7
    live.backend.restore(before)


def test_a_block_that_was_replaced_is_noticed_by_a_node_that_knows_no_hashes(live: Live) -> None:
    if live.backend.network == "anvil":
        pytest.skip("anvil is asked by hash")
    before = live.backend.snapshot()
    live.backend.mine(10)
    reader = Fork(live.url).open()

    live.backend.restore(before)
    live.backend.mine(20)

    with pytest.raises(ForkError, match="slot 0x0 of .* cannot be read: .* was reorganised"):
        reader.storage(raw(live.probe), 0)
    with pytest.raises(ForkError, match="the hash of block 0 .* was reorganised"):
        reader.block_hash(0)
    assert reader.cache.size == 0
    live.backend.restore(before)


def test_a_block_that_was_replaced_is_noticed_by_a_node_that_knows_hashes(
    anvil: Live, proxy: Proxy, clock: Clock
) -> None:
    before = anvil.backend.snapshot()
    anvil.backend.mine(10)
    reader = reader_of(proxy.url, clock)

    anvil.backend.restore(before)
    anvil.backend.mine(20)

    with pytest.raises(ForkError, match="account .* cannot be read: .*not found"):
        reader.account(NOBODY)
    with pytest.raises(ForkError, match="the hash of block 0 .* was reorganised"):
        reader.block_hash(0)
    anvil.backend.restore(before)


def test_a_node_that_ignores_hashes_is_asked_by_number(anvil: Live, proxy: Proxy, clock: Clock) -> None:
    def ignore(question: dict[str, Any], answer: dict[str, Any]) -> None:
        if question["method"] == "eth_getBalance":
            answer.pop("error", None)
            answer["result"] = "0x0"

    proxy.change = ignore
    reader = reader_of(proxy.url, clock)

    reader.storage(raw(anvil.probe), 0)

    assert [one["params"][-1] for one in proxy.bodies[-1]] == [hex(reader.origin.number), False]


def test_of_a_thousand_requests_among_faults_none_is_answered_with_a_wrong_number(
    anvil: Live, proxy: Proxy, clock: Clock
) -> None:
    def slots_are_their_numbers(question: dict[str, Any], answer: dict[str, Any]) -> None:
        if question["method"] == "eth_getStorageAt":
            answer["result"] = hex(int(question["params"][1], 16) + 1)

    reader = reader_of(proxy.url, clock)
    dice, kinds = random.Random(3), sorted(set(FAULTS) - {"hang"})
    proxy.change = slots_are_their_numbers
    proxy.fault = lambda n: dice.choice(kinds) if dice.random() < 0.05 else None

    assert [reader.storage(NOBODY, slot) for slot in range(1000)] == list(range(1, 1001))

    assert len(clock.slept) > 20


def test_what_was_read_can_be_written_while_others_read(anvil: Live) -> None:
    reader = Fork(anvil.url).open()
    reader.cache.slots |= {(NOBODY, slot): 0 for slot in range(20_000)}
    thread = threading.Thread(target=lambda: [reader.storage(raw(anvil.probe), slot) for slot in range(100)])

    thread.start()
    sizes = [len(ForkCache.from_bytes(reader.to_bytes()).slots) for _ in range(5)]
    thread.join()

    assert sizes == sorted(sizes) and reader.facts["slots_read"] == 20_100


def test_a_record_that_is_replayed_needs_no_node_and_misses_by_name(anvil: Live, tmp_path: Path) -> None:
    file = tmp_path / "fork"
    recording = Fork(anvil.url, file=file).open()
    known = recording.account(raw(anvil.probe)), recording.storage(raw(anvil.probe), 0), recording.account(NOBODY)
    recording.close()

    replay = Fork(file=file).open()

    assert known == (replay.account(raw(anvil.probe)), replay.storage(raw(anvil.probe), 0), replay.account(NOBODY))
    with pytest.raises(ForkMiss, match=f"account {anvil.pool}") as caught:
        replay.account(raw(anvil.pool))
    assert (caught.value.address, caught.value.slot, caught.value.block) == (anvil.pool, None, None)
    with pytest.raises(ForkMiss, match=f"slot 0x1 of {anvil.probe}") as caught:
        replay.storage(raw(anvil.probe), 1)
    assert (caught.value.address, caught.value.slot) == (anvil.probe, 1)
    with pytest.raises(ForkMiss, match="the hash of block 3") as caught:
        replay.block_hash(3)
    assert (caught.value.address, caught.value.block) == ("", 3)
    assert str(file) in str(caught.value) and "tsp fork widen" in str(caught.value)
    assert read_missed(file) == [AccountKey(raw(anvil.pool)), SlotKey(raw(anvil.probe), 1), HashKey(3)]


def test_widening_reads_exactly_what_was_missed(anvil: Live, tmp_path: Path) -> None:
    file = tmp_path / "fork"
    Fork(anvil.url, file=file).open().close()
    before = read_cache(file)
    keys: list[Key] = [AccountKey(NOBODY), SlotKey(raw(anvil.probe), 0), HashKey(3)]
    for key in (*keys, keys[0]):
        note_miss(file, key)

    assert widen(Fork(anvil.url, file=file)) == keys

    after = read_cache(file)
    assert (before.size, after.size, after.origin) == (0, 3, before.origin)
    assert after.accounts == {NOBODY: Account(0, 0, b"")} and after.slots == {(raw(anvil.probe), 0): 7}
    assert not missed_file(file).exists()
    assert widen(Fork("http://127.0.0.1:1", file=file)) == []  # nobody need answer


def test_a_second_recording_reads_only_what_is_new(anvil: Live, proxy: Proxy, tmp_path: Path) -> None:
    file = tmp_path / "fork"
    for who in (NOBODY, raw(anvil.probe)):
        reader = Fork(proxy.url, file=file).open()
        reader.account(NOBODY)
        reader.account(who)
        reader.close()

    asked = [one[0]["params"][0] for one in proxy.bodies if isinstance(one, list) and len(one) == 3]
    assert asked == ["0x" + NOBODY.hex(), anvil.probe.lower()]
    assert len(read_cache(file).accounts) == 2


def test_two_recordings_into_one_file_lose_nothing(anvil: Live, tmp_path: Path) -> None:
    file = tmp_path / "fork"
    first, second = (Fork(anvil.url, file=file).open() for _ in range(2))
    first.account(NOBODY)
    second.account(raw(anvil.probe))

    first.close()
    second.close()

    assert set(read_cache(file).accounts) == {NOBODY, raw(anvil.probe)}


def test_many_recordings_into_one_file_at_once_leave_a_whole_one(anvil: Live, tmp_path: Path) -> None:
    file = tmp_path / "fork"
    origin = Fork(anvil.url).open().origin

    def work(number: int) -> None:
        for step in range(20):
            cache = ForkCache(origin, {bytes([number] * 20): Account(step, number, b"")})
            cache.write(file)
            assert len(read_cache(file).accounts) == 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [path.name for path in tmp_path.iterdir()] == ["fork"] and read_cache(file).size == 1


@pytest.mark.parametrize("name", ["folder", "gone/fork"])
def test_a_record_that_cannot_be_written_is_an_error_at_once(anvil: Live, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(ForkError, match=f"{name} cannot be (written|read)"):
        Fork(anvil.url, file=tmp_path / name).open()


@pytest.mark.parametrize("field", ["hash", "stateRoot", "chain_id"])
def test_a_node_of_another_chain_is_refused(
    anvil: Live, proxy: Proxy, tmp_path: Path, field: str, clock: Clock
) -> None:
    file = tmp_path / "fork"
    Fork(anvil.url, file=file).open().close()

    def change(question: dict[str, Any], answer: dict[str, Any]) -> None:
        if question["method"] == "eth_chainId" and field == "chain_id":
            answer["result"] = "0x1"
        if question["method"] == "eth_getBlockByNumber" and field == "hash":
            answer["result"]["hash"] = "0x" + "12" * 32

    proxy.change = change
    note_miss(file, AccountKey(NOBODY))

    if field == "stateRoot":  # nothing is changed
        assert widen(Fork(proxy.url, file=file)) == [AccountKey(NOBODY)]
        return
    for work in (lambda: widen(Fork(proxy.url, file=file)), lambda: Fork(proxy.url, file=file).open()):
        with pytest.raises(ForkError, match=r"has block \d+ .* of chain .*, and .* is of block \d+") as caught:
            work()
        assert SECRET not in str(caught.value)
    assert read_cache(file).size == 0 and read_missed(file)


def test_a_record_of_another_block_than_asked_for_is_refused(anvil: Live, tmp_path: Path) -> None:
    file = tmp_path / "fork"
    Fork(anvil.url, file=file).open().close()

    with pytest.raises(ForkError, match="block 3 was asked for"):
        Fork(anvil.url, 3, file).open()


@pytest.mark.parametrize(
    "line", ["[]", "{}", '{"account": "0x12"}', '{"slot": 1, "of": "0x"}', "{", '{"block_hash": "x"}', "[" * 10**5]
)
def test_a_damaged_list_of_misses_is_refused(anvil: Live, tmp_path: Path, line: str) -> None:
    file = tmp_path / "fork"
    Fork(anvil.url, file=file).open().close()
    missed_file(file).write_text(line + "\n")

    with pytest.raises(ForkError, match="no list of what replays missed"):
        widen(Fork(anvil.url, file=file))


def test_where_nobody_may_write_a_miss_is_still_an_error(anvil: Live, tmp_path: Path) -> None:
    cache = ForkCache(Fork(anvil.url).open().origin)

    with pytest.raises(ForkMiss, match="Give --fork URL too"):
        ForkReader(cache, file=tmp_path / "gone" / "fork").account(NOBODY)


def test_a_block_without_the_parts_of_a_block_is_refused(proxy: Proxy, clock: Clock) -> None:
    for change in ({"hash": "0x12"}, {"number": None}, {"timestamp": "soon"}, {"gasLimit": "0x1" + "0" * 16}):
        proxy.change = lambda question, answer, change=change: (  # type: ignore[misc]
            answer["result"].update(change) if question["method"] == "eth_getBlockByNumber" else None
        )
        with pytest.raises(ForkError, match="something that is no block"):
            RemoteState(rpc_of(proxy.url, clock))


def test_a_node_that_answers_with_another_block_than_asked_for_is_refused(proxy: Proxy, clock: Clock) -> None:
    proxy.change = lambda question, answer: (
        answer["result"].update(number="0x9") if question["method"] == "eth_getBlockByNumber" else None
    )

    with pytest.raises(ForkError, match="was asked for block 2 and answers with block 9"):
        RemoteState(rpc_of(proxy.url, clock), 2)


@pytest.mark.parametrize(
    ("text", "url", "block"),
    [
        ("http://127.0.0.1:8545", "http://127.0.0.1:8545", None),
        ("http://127.0.0.1:8545@19", "http://127.0.0.1:8545", 19),
        ("https://user:pass@node.example/v3/key?a=b@19", "https://user:pass@node.example/v3/key?a=b", 19),
        ("https://user:pass@node.example", "https://user:pass@node.example", None),
        ("env:NODE_URL", "http://127.0.0.1:1/key", None),
        ("env:NODE_URL@7", "http://127.0.0.1:1/key", 7),
    ],
)
def test_a_fork_is_a_url_and_a_block(monkeypatch: pytest.MonkeyPatch, text: str, url: str, block: int | None) -> None:
    monkeypatch.setenv("NODE_URL", "http://127.0.0.1:1/key")

    assert parse_fork(text) == Fork(url, block)


@pytest.mark.parametrize(
    "text",
    ["secretkey1234", "ftp://x/secretkey1234", "http://", "@5", "env:BAD", "env:NONE", "http://x:99999/secretkey1234"],
)
def test_what_is_no_fork_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("BAD", SECRET)
    monkeypatch.delenv("NONE", raising=False)

    with pytest.raises(ConfigError, match="env:NAME|NONE is not set") as caught:
        parse_fork(text)

    assert SECRET not in str(caught.value)


def test_neither_a_fork_nor_its_settings_show_a_url(proxy: Proxy, config: Config) -> None:
    settings = Config(config.project, fork=f"{proxy.url}@1")
    fork = configured_fork(settings)

    assert fork and fork.url == proxy.url
    assert SECRET not in repr(settings) + repr(fork) + str(fork.open().origin)


def test_a_fork_of_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="a fork needs a node, or a file"):
        Fork().open()


def test_a_fork_runs_in_this_process_alone(config: Config) -> None:
    for network in ("anvil", "ganache", "http://127.0.0.1:1"):
        check_network(network)
        with pytest.raises(ConfigError, match="a fork runs in this process alone"):
            open_backend(Config(config.project, network=network), fork=Fork("http://127.0.0.1:1"))
