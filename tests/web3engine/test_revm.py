"""What the in-process chain can do beyond what every backend does: queues, copies, files."""

import os
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import DATA, PROJECT
from tokenspice.engine.errors import ConfigError
from tokenspice.engine.units import HOUR, tokens
from tokenspice.web3engine.abi import Abi
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Contract, ether
from tokenspice.web3engine.errors import AbiError, ChainError, Reverted, TokenWarning
from tokenspice.web3engine.mempool import Pending
from tokenspice.web3engine.network import is_built
from tokenspice.web3engine.rules import Ordering

if not is_built():
    pytest.skip("the in-process chain was not built", allow_module_level=True)

from tokenspice.web3engine import _core
from tokenspice.web3engine.backends.revm import RevmBackend
from tokenspice.web3engine.chain_file import load_chain, save_chain

ARTIFACTS = Artifacts(PROJECT, PROJECT / "build", netlist=DATA / "probe")


def new_chain(seed: int = 0, signs: bool = False) -> Chain:
    chain = Chain(RevmBackend(seed, signs), ARTIFACTS, seed)
    chain.deploy_token("OCEAN")
    return chain


@pytest.fixture
def chain() -> Chain:
    return new_chain()


def submit_transfers(chain: Chain, n: int, tips: list[int] | None = None) -> list[Pending]:
    """Let n wallets each send one base unit to wallet0, in the order of their numbers."""
    transfer, to = chain.token("OCEAN").contract.transfer, chain.wallet("wallet0").address
    wallets = [chain.wallet(f"wallet{number}", OCEAN=1) for number in range(n)]
    return [wallet.submit(transfer(to, 1), tip=tips[number] if tips else 0) for number, wallet in enumerate(wallets)]


def order(pending: list[Pending]) -> list[int]:
    """The numbers of transactions, as they stand in their blocks."""
    places = {number: place_of(one.receipt) for number, one in enumerate(pending) if one.receipt}
    return sorted(places, key=lambda number: places[number])


def place_of(receipt: Any) -> tuple[int, int]:
    return receipt.block_number, receipt._receipt.transaction_index


def test_what_is_submitted_happens_at_the_end_of_the_tick_in_one_block(chain: Chain) -> None:
    pending = submit_transfers(chain, 3)
    wallet = chain.wallet("wallet0")
    assert [one.receipt for one in pending] == [None] * 3

    chain.advance(HOUR)

    assert {one.receipt.block_number for one in pending if one.receipt} == {pending[0].receipt.block_number}  # type: ignore[union-attr]
    assert wallet.balance("OCEAN") == 3


def test_a_failed_queued_transaction_is_a_receipt_with_its_reason(chain: Chain) -> None:
    probe = chain.deploy("Probe", 7)
    wallet = chain.wallet("a")

    failed, done = wallet.submit(probe.failWithError(5)), wallet.submit(probe.store(8))
    assert (failed.reason, failed.receipt) == ("", None)
    chain.advance(HOUR)

    assert failed.receipt and not failed.receipt.succeeded
    assert failed.reason == f"TooMuch({wallet.address}, 5)"
    assert done.receipt and done.receipt.succeeded and chain.read(probe.value()) == 8


def test_a_queued_failure_names_the_error_of_a_called_contract(chain: Chain) -> None:
    probe = chain.deploy("Probe", 7)
    function = {"type": "function", "name": "failWithError", "inputs": [{"type": "uint256"}], "outputs": []}
    wallet = chain.wallet("a")

    pending = wallet.submit(Contract("caller", probe.address, Abi([function])).failWithError(5))
    chain.advance(HOUR)

    assert pending.reason == f"TooMuch({wallet.address}, 5)"


def test_plain_ether_can_be_queued(chain: Chain) -> None:
    payer, payee = chain.wallet("a"), chain.wallet("b")
    before = chain.backend.balance(payee.address)

    pending = payer.submit(ether(payee.address, 5))
    chain.advance(HOUR)

    assert pending.receipt and pending.receipt.gas_used == 21_000
    assert chain.backend.balance(payee.address) == before + 5


def test_what_a_token_left_undone_in_a_queue_is_told_once_and_stays_with_it(chain: Chain) -> None:
    polite = chain.deploy("PoliteToken", 1000)
    token = chain.add_token(chain.contract("AnyToken", polite.address), "USDC", 6)
    ada, bob, eve = chain.wallet("ada", USDC=9), chain.wallet("bob"), chain.wallet("eve")
    ada.send(polite.refuse(eve.address))

    rows = [(ada, (to.address, 1)) for to in (bob, eve, bob, eve)]
    batch = chain.mempool.submit_many(token.contract.transfer, rows)
    pending = ada.submit(token.contract.transfer(eve.address, 2))
    with pytest.warns(TokenWarning, match="AnyToken.transfer answered false") as told:
        chain.advance(0)

    assert [*batch.remarks] == [batch.tickets[1], batch.tickets[3]] and "answered false" in pending.reason
    assert len(told) == 1 and all(receipt.succeeded for receipt in batch.receipts)


def test_arrival_keeps_the_order_in_which_agents_submitted(chain: Chain) -> None:
    pending = submit_transfers(chain, 10)

    chain.advance(HOUR)

    assert order(pending) == list(range(10))


def test_priority_goes_by_tip_and_equal_tips_by_seed() -> None:
    def run(seed: int) -> list[int]:
        chain = new_chain(seed)
        chain.mempool.ordering = "priority"
        pending = submit_transfers(chain, 8, tips=[1, 5, 1, 1, 9, 1, 1, 5])
        chain.advance(HOUR)
        return order(pending)

    first, again = run(1), run(1)

    assert first == again
    assert first[0] == 4 and set(first[1:3]) == {1, 7} and set(first[3:]) == {0, 2, 3, 5, 6}
    assert len({tuple(run(seed)) for seed in range(6)}) > 1


def test_a_shuffle_is_drawn_from_seed_and_block() -> None:
    def run(seed: int) -> list[list[int]]:
        chain = new_chain(seed)
        chain.mempool.ordering = "shuffle"
        blocks = []
        for _ in range(2):
            pending = submit_transfers(chain, 8)
            chain.advance(HOUR)
            blocks.append(order(pending))
        return blocks

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert run(1)[0] != run(1)[1]


def test_one_senders_transactions_keep_their_order_in_every_ordering() -> None:
    for ordering in ("arrival", "shuffle", "priority"):
        chain = new_chain()
        probe = chain.deploy("Probe", 0)
        chain.mempool.ordering = ordering
        for value in range(1, 6):
            chain.wallet("a").submit(probe.store(value), tip=value)

        chain.advance(HOUR)

        assert chain.read(probe.value()) == 5


def test_a_full_block_carries_over_to_the_next(chain: Chain) -> None:
    probe = chain.deploy("Probe", 0)
    loops = [chain.wallet(f"looper{number}").submit(probe.loop()) for number in range(3)]

    chain.advance(HOUR)
    assert [one.receipt is not None for one in loops] == [True, False, False]
    chain.advance(HOUR)
    chain.advance(HOUR)

    numbers = [one.receipt.block_number for one in loops if one.receipt]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    assert {one.reason for one in loops} == {"out of gas"}


def test_many_transactions_of_one_function_go_in_one_crossing(chain: Chain) -> None:
    transfer = chain.token("OCEAN").contract.transfer
    givers = [chain.wallet(f"giver{number}", OCEAN=number) for number in range(5)]
    taker = chain.wallet("taker")

    batch = chain.mempool.submit_many(transfer, [(giver, (taker.address, 2)) for giver in givers])
    assert batch.receipts == []
    chain.advance(HOUR)

    # Two of them hold less than they try to give.
    assert [receipt.succeeded for receipt in batch.receipts] == [False, False, True, True, True]
    assert taker.balance("OCEAN") == 6


def test_a_misfit_among_many_queues_none_of_them(chain: Chain) -> None:
    transfer, wallet = chain.token("OCEAN").contract.transfer, chain.wallet("a", OCEAN=9)

    with pytest.raises(AbiError, match="the argument value is -1"):
        chain.mempool.submit_many(transfer, [(wallet, (wallet.address, 1)), (wallet, (wallet.address, -1))])

    chain.advance(HOUR)
    assert chain.backend.nonce(wallet.address) == 0


@pytest.mark.parametrize("ordering", ["arrival", "priority"])
def test_signed_and_unsigned_queues_give_the_same_state(ordering: Ordering) -> None:
    def run(signs: bool) -> tuple[list[int], int]:
        chain = new_chain(3, signs)
        chain.mempool.ordering = ordering
        pending = submit_transfers(chain, 6, tips=[3, 1, 4, 1, 5, 9])
        again = submit_transfers(chain, 2)
        chain.advance(HOUR)
        assert all(one.receipt and one.receipt.succeeded for one in pending + again)
        return order(pending), chain.wallet("wallet0").balance("OCEAN")

    assert run(signs=True) == run(signs=False)


@pytest.mark.parametrize("signs", [False, True])
def test_a_wallet_may_submit_and_send_in_one_tick_and_try_something_between(signs: bool) -> None:
    chain = new_chain(0, signs)
    probe, wallet = chain.deploy("Probe", 0), chain.wallet("a")

    first = wallet.submit(probe.store(1))
    with chain.anchor():
        wallet.send(probe.store(7))
    wallet.send(probe.store(2))
    second = wallet.submit(probe.store(3))
    chain.advance(HOUR)

    assert [one.receipt is not None and one.receipt.succeeded for one in (first, second)] == [True, True]
    assert chain.read(probe.value()) == 3


def test_what_is_tried_in_an_anchor_is_not_reported() -> None:
    seen: list[str] = []
    chain = Chain(RevmBackend(), ARTIFACTS, on_transaction=lambda each: seen.append(each.call.label))
    probe = chain.deploy("Probe", 0)

    with chain.anchor():
        chain.wallet("a").send(probe.store(1))

    assert seen == ["deploying Probe"]


def test_a_wrong_ordering_is_our_error(chain: Chain) -> None:
    submit_transfers(chain, 1)
    chain.mempool.ordering = "random"  # type: ignore[assignment]

    with pytest.raises(ChainError, match="arrival"):
        chain.advance(HOUR)


def test_a_copy_goes_its_own_way(chain: Chain) -> None:
    giver = chain.wallet("giver", OCEAN=tokens(5))
    copy = chain.copy()

    copy.wallet("giver").transfer(copy.wallet("taker"), "OCEAN", tokens(2))

    assert copy.wallet("taker").address == chain.wallet("taker").address
    assert (giver.balance("OCEAN"), copy.wallet("giver").balance("OCEAN")) == (tokens(5), tokens(3))


def test_copies_run_in_threads(chain: Chain) -> None:
    chain.wallet("giver", OCEAN=1000)
    copies = [chain.copy() for _ in range(2)]

    def spend(copy: Chain) -> None:
        for _ in range(300):
            copy.wallet("giver").transfer(copy.wallet("taker"), "OCEAN", 1)

    threads = [threading.Thread(target=spend, args=(copy,)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [copy.wallet("taker").balance("OCEAN") for copy in copies] == [300, 300]
    assert chain.wallet("taker").balance("OCEAN") == 0


def test_a_saved_chain_goes_on_in_another_process(chain: Chain, tmp_path: Path) -> None:
    chain.wallet("giver", OCEAN=tokens(5))
    chain.advance(HOUR)
    save_chain(chain, tmp_path / "chain")
    program = (
        "import sys; from pathlib import Path; from tokenspice.web3engine.chain_file import load_chain\n"
        "from tokenspice.web3engine.artifacts import Artifacts\n"
        "chain = load_chain(Path(sys.argv[1]), Artifacts(Path(sys.argv[2]), Path(sys.argv[2]) / 'build'))\n"
        "chain.wallet('giver').transfer(chain.wallet('taker'), 'OCEAN', 7)\n"
        "print(chain.now, chain.wallet('taker').balance('OCEAN'), chain.seed)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "chain"), str(PROJECT)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )

    assert done.stdout.split() == [str(chain.now), "7", "0"], done.stderr


def test_samples_of_a_saved_chain_draw_from_their_own_seeds(chain: Chain, tmp_path: Path) -> None:
    save_chain(chain, tmp_path / "chain")

    def randomness(seed: int | None) -> bytes:
        sample = load_chain(tmp_path / "chain", chain.artifacts, seed=seed)
        sample.advance(15)
        return bytes(sample.w3.eth.get_block("latest")["mixHash"])

    seen = [randomness(seed) for seed in (None, 1, 2, 1)]
    assert seen[1] == seen[3] and len(set(seen)) == 3


def test_a_saved_chain_keeps_tokens_of_other_contracts_with_their_decimals(tmp_path: Path) -> None:
    chain = Chain(RevmBackend(), Artifacts(PROJECT, PROJECT / "build", netlist=DATA / "probe"))
    chain.add_token(chain.deploy("FeeToken", 100 * 10**6), "USDC")

    save_chain(chain, str(tmp_path / "chain"))
    again = load_chain(str(tmp_path / "chain"), chain.artifacts)

    usdc = again.token("USDC")
    assert (usdc.decimals, usdc.is_exact, usdc.contract.label) == (6, False, "FeeToken")
    assert again.faucet.balance("USDC") == 100 * 10**6


def test_a_saved_chain_keeps_its_ordering_and_its_signed_queue(tmp_path: Path) -> None:
    chain = new_chain(signs=True)
    chain.mempool.ordering = "priority"
    transfer = chain.token("OCEAN").contract.transfer
    giver = chain.wallet("giver", OCEAN=tokens(5))
    for _ in range(900):  # more than a block holds
        giver.submit(transfer(chain.faucet.address, 1))
    with pytest.raises(ChainError, match="900 transactions wait to be signed"):
        save_chain(chain, tmp_path / "chain")
    chain.advance(HOUR)

    save_chain(chain, tmp_path / "chain")
    again = load_chain(tmp_path / "chain", ARTIFACTS)
    again.advance(HOUR)

    assert again.mempool.ordering == "priority"
    assert chain.wallet("giver").balance("OCEAN") > again.wallet("giver").balance("OCEAN")


@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_a_saved_chain_that_was_changed_is_refused(saved: bytes, data: st.DataObject, tmp_path_factory: Any) -> None:
    place = data.draw(st.integers(0, len(saved) - 1))
    flipped = bytearray(saved)
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path_factory.mktemp("flipped") / "chain"
    path.write_bytes(flipped)

    with pytest.raises(ChainError, match="damaged|no file of the kind"):
        load_chain(path, ARTIFACTS)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    path = tmp_path_factory.mktemp("saved") / "chain"
    save_chain(new_chain(), path)
    yield path.read_bytes()


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ChainError, match="cannot be read: No such file"):
        load_chain(tmp_path / "none", ARTIFACTS)


def test_a_base_fee_is_paid_per_gas_and_off_by_default(chain: Chain) -> None:
    wallet, backend = chain.wallet("payer"), chain.backend
    assert isinstance(backend, RevmBackend)
    approve = chain.token("OCEAN").contract.approve(chain.faucet.address, 1)

    before = backend.balance(wallet.address)
    wallet.send(approve)
    assert backend.balance(wallet.address) == before
    backend.set_base_fee(7)
    receipt = wallet.send(approve)

    assert backend.balance(wallet.address) == before - 7 * receipt.gas_used


def test_state_goes_to_another_chain_in_anvils_format(chain: Chain) -> None:
    ocean = chain.token("OCEAN").contract
    chain.wallet("holder", OCEAN=5)
    other = Chain(RevmBackend(), ARTIFACTS)
    assert isinstance(chain.backend, RevmBackend) and isinstance(other.backend, RevmBackend)

    other.backend.load_state(chain.backend.dump_state())

    assert other.read(ocean.balanceOf(chain.wallet("holder").address)) == 5
    with pytest.raises(ChainError, match="cannot be loaded"):
        other.backend.load_state("0x1234")


def test_an_unknown_hardfork_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="istanbul, .*shanghai, cancun"):
        RevmBackend(hardfork="Shanghai")


def test_opcodes_are_known_from_their_hardfork_on() -> None:
    push0 = bytes.fromhex("5f5f5260205ff3")  # PUSH0 PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
    outcomes = {}
    for hardfork in ("london", "shanghai"):
        evm = _core.Evm(hardfork=hardfork, genesis_time=0)
        evm.set_code(b"\1" * 20, push0)
        outcomes[hardfork] = evm.call(bytes(20), b"\1" * 20, b"").success

    assert outcomes == {"london": False, "shanghai": True}


def test_the_version_in_run_json_is_the_one_in_cargos_lock_file() -> None:
    lock = tomllib.loads((PROJECT / "web3engine" / "core" / "Cargo.lock").read_text())

    (revm,) = [package["version"] for package in lock["package"] if package["name"] == "revm"]

    assert _core.REVM_VERSION == revm


@pytest.mark.parametrize(
    ("args", "words"),
    [((-1,), "-1"), ((2**256,), "2**256-1"), ((1.5,), "1.5"), (("5",), "'5'"), ((), "argument"), ((1, 2), "argument")],
)
def test_arguments_that_do_not_fit_are_one_clear_error(chain: Chain, args: tuple[Any, ...], words: str) -> None:
    probe = chain.deploy("Probe", 7)

    with pytest.raises(AbiError, match="Probe.store") as caught:
        chain.wallet("a").send(probe.store(*args))

    assert words in str(caught.value)


@pytest.mark.parametrize("address", ["0x12", "nobody", 5, None, b"short", "0x" + "aB" * 20])
def test_addresses_that_are_none_are_one_clear_error(chain: Chain, address: Any) -> None:
    with pytest.raises(AbiError, match="OCEAN.balanceOf"):
        chain.read(chain.token("OCEAN").contract.balanceOf(address))


@pytest.mark.parametrize("code", ["", "fe", "60", "5b600056", "ef00", "00" * 10_000])
def test_malformed_bytecode_is_a_revert_and_never_a_crash(chain: Chain, code: str) -> None:
    evm = chain.backend._evm  # type: ignore[attr-defined]
    receipt = evm.transact(chain.faucet.account.address_bytes, None, bytes.fromhex(code), gas=100_000)

    assert receipt.status in (0, 1)
    assert chain.wallet("a", OCEAN=1).balance("OCEAN") == 1


def test_a_contract_without_code_and_a_text_for_an_address_are_told_apart(chain: Chain) -> None:
    ocean = chain.token("OCEAN").contract
    nowhere = Contract("nowhere", "0x" + "7" * 40, ocean.abi)

    with pytest.raises(ChainError, match="there is no contract at 0x7777"):
        chain.read(nowhere.balanceOf(ocean.address))


def test_reverts_of_reads_keep_the_chain_usable(chain: Chain) -> None:
    probe = chain.deploy("Probe", 7)
    for _ in range(3):
        with pytest.raises(Reverted):
            chain.read(probe.failWithString())

    assert chain.read(probe.value()) == 7


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_stays_flat_over_many_transactions(chain: Chain) -> None:
    transfer, wallet = chain.token("OCEAN").contract.transfer, chain.wallet("a", OCEAN=tokens(1))
    rows = [(wallet, (wallet.address, 1))] * 500

    def work(blocks: int) -> None:
        for _ in range(blocks):
            chain.mempool.submit_many(transfer, rows)
            chain.advance(HOUR)

    work(400)  # until as much of the past is kept as may be
    before = resident_bytes()
    work(200)

    assert (resident_bytes() - before) / 100_000 < 50  # bytes per transaction


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
