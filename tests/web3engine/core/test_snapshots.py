"""State as a value: in memory, as bytes, and as anvil's dumps."""

import gzip
import json
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.web3engine.core.helpers import GENESIS_TIME, OWNER, Anvil, Deployed, abi_of, address, anvil_program, new_evm
from tokenspice.web3engine import _core

TOKEN = abi_of("Token")


def filled() -> tuple[Any, Deployed]:
    evm = new_evm(seed=9)
    token = Deployed(evm, "Token", (10**30,))
    for number in range(20):
        token.send("transfer", address(number), number + 1)
    evm.mine(GENESIS_TIME + 5, blocks=3)
    evm.submit_function(OWNER, token.address, token.function("transfer", (0, 0)), (address(1), 5), priority_fee=0)
    evm.submit(
        OWNER, address(2), b"", value=4, gas=30_000, nonce=evm.nonce(OWNER) + 1, access_list=[(address(3), [1, 2])]
    )
    return evm, token


def state_of(evm: Any) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(evm.dump_state(plain=True))
    return state


def test_a_snapshot_can_be_restored_any_number_of_times_and_nested() -> None:
    evm, token = filled()
    outer, at_outer = evm.snapshot(), state_of(evm)
    token.send("transfer", address(50), 1)
    inner, at_inner = evm.snapshot(), state_of(evm)
    for _ in range(3):
        token.send("transfer", address(51), 1)
        evm.mine_queue(GENESIS_TIME + 9)
        evm.restore(inner)
        assert state_of(evm) == at_inner and evm.queued == 2
    for _ in range(2):
        evm.restore(outer)
        assert state_of(evm) == at_outer
    evm.restore(inner)
    assert state_of(evm) == at_inner


def test_a_chain_made_from_a_snapshot_is_independent_and_goes_on_the_same() -> None:
    evm, token = filled()
    other = _core.Evm.from_snapshot(evm.snapshot())
    blocks = [chain.mine_queue(GENESIS_TIME + 7, "shuffle") for chain in (evm, other)]
    assert blocks[0].hash == blocks[1].hash and [r.status for r in blocks[1].receipts] == [1, 1]
    other.transact(OWNER, address(1), b"", value=1)
    assert state_of(evm) != state_of(other) and evm.block_number + 1 == other.block_number


def test_a_snapshot_survives_as_bytes_in_another_process(tmp_path: Path) -> None:
    evm, _ = filled()
    file = tmp_path / "state"
    file.write_bytes(evm.snapshot().to_bytes())
    program = (
        "import sys; from tokenspice.web3engine import _core\n"
        "evm = _core.Evm.from_snapshot(_core.Snapshot.from_bytes(open(sys.argv[1], 'rb').read()))\n"
        "print(evm.mine_queue(int(sys.argv[2])).hash.hex(), evm.dump_state(plain=True))\n"
    )
    home = str(Path(_core.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {home!r})\n{program}", str(file), str(GENESIS_TIME + 8)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    hash_, dump = done.stdout.strip().split(" ", 1)
    assert evm.mine_queue(GENESIS_TIME + 8).hash.hex() == hash_ and state_of(evm) == json.loads(dump)


def test_writing_and_reading_a_snapshot_gives_the_same_bytes() -> None:
    evm, _ = filled()
    data = evm.snapshot().to_bytes()
    again = _core.Snapshot.from_bytes(data)
    assert again.to_bytes() == data and again.block_number == evm.block_number
    assert _core.Snapshot.from_bytes(bytearray(data)).to_bytes() == data


def test_any_change_to_a_snapshots_bytes_is_noticed() -> None:
    data = filled()[0].snapshot().to_bytes()
    draw = random.Random(1)
    places = {0, 5, 21, 22, len(data) - 1, len(data) - 33, *(draw.randrange(len(data)) for _ in range(300))}
    for place in places:
        damaged = bytearray(data)
        damaged[place] ^= 1 << draw.randrange(8)
        with pytest.raises(_core.EvmError) as caught:
            _core.Snapshot.from_bytes(damaged)
        assert caught.value.kind == "snapshot"
    for cut in (0, 10, 22, 40, len(data) - 1):
        with pytest.raises(_core.EvmError):
            _core.Snapshot.from_bytes(data[:cut])
    with pytest.raises(_core.EvmError):
        _core.Snapshot.from_bytes(data + b"\x00")


def test_two_chains_of_one_snapshot_run_in_two_threads() -> None:
    evm, token = filled()
    snapshot = evm.snapshot()
    hashes: dict[int, bytes] = {}

    def work(number: int) -> None:
        chain = _core.Evm.from_snapshot(snapshot)
        for _ in range(5):
            chain.submit_functions(token.function("transfer", (0, 0)), [(OWNER, token.address, (address(7), 1))] * 100)
            hashes[number] = chain.mine_queue(GENESIS_TIME + 10, "priority").hash

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hashes[0] == hashes[1]


def test_a_dump_can_be_loaded_again_in_both_forms() -> None:
    evm, token = filled()
    for dump in (evm.dump_state(), evm.dump_state(plain=True), evm.dump_state(plain=True).encode()):
        other = _core.Evm(hardfork="shanghai", genesis_time=0)
        other.load_state(dump)
        assert state_of(other)["accounts"] == state_of(evm)["accounts"]
        assert (other.block_number, other.timestamp) == (evm.block_number, evm.timestamp)
        assert other.call_function(OWNER, token.address, token.function("balanceOf", (0,)), (address(3),)) == 4


def test_a_damaged_dump_is_refused_and_changes_nothing() -> None:
    evm, _ = filled()
    before = evm.dump_state()
    for dump in ("", "0x", "0x1f8b00", "{}", '{"accounts":{"0x00":{}}}', before[:-40], "text", b"\xff\xfe"):
        with pytest.raises(_core.EvmError) as caught:
            evm.load_state(dump)
        assert caught.value.kind == "snapshot"
    assert evm.dump_state() == before


def test_dumps_go_to_and_come_from_a_real_anvil(anvil: Any, tmp_path: Path) -> None:
    evm, token = filled()
    node = anvil()
    assert node.rpc("anvil_loadState", evm.dump_state()) is True
    question = {"to": "0x" + token.address.hex(), "data": "0x" + TOKEN.encode("balanceOf", (address(4),)).hex()}
    assert int(node.rpc("eth_call", question, "latest"), 16) == 5
    assert int(node.rpc("eth_getTransactionCount", "0x" + OWNER.hex(), "latest"), 16) == evm.nonce(OWNER)
    transfer = TOKEN.encode("transfer", (address(4), 10))
    theirs = node.transact(
        {
            "from": "0x" + OWNER.hex(),
            "to": "0x" + token.address.hex(),
            "data": "0x" + transfer.hex(),
            "gas": "0x30000",
            "gasPrice": "0x0",
        }
    )
    ours = _core.Evm(hardfork="shanghai", genesis_time=0)
    ours.load_state(node.rpc("anvil_dumpState"))
    assert ours.call_function(OWNER, token.address, TOKEN.function("balanceOf"), (address(4),)) == 15
    assert ours.block_number == int(theirs["blockNumber"], 16) == int(node.rpc("eth_blockNumber"), 16)
    assert ours.transact(OWNER, token.address, transfer).status == 1


def test_the_files_of_anvils_own_options_are_written_and_read(tmp_path: Path) -> None:
    program = anvil_program()
    evm, token = filled()
    ours, theirs = tmp_path / "ours.json", tmp_path / "theirs.json"
    ours.write_text(evm.dump_state(plain=True))
    node = Anvil(program, "shanghai", "--load-state", str(ours), "--dump-state", str(theirs))
    try:
        question = {"to": "0x" + token.address.hex(), "data": "0x" + TOKEN.encode("balanceOf", (address(4),)).hex()}
        assert int(node.rpc("eth_call", question, "latest"), 16) == 5
    finally:
        node.stop()
    again = _core.Evm(hardfork="shanghai", genesis_time=0)
    again.load_state(theirs.read_bytes())
    kept = state_of(evm)["accounts"]
    loaded = state_of(again)["accounts"]
    assert {name: loaded[name] for name in kept} == kept
    assert gzip.decompress(bytes.fromhex(again.dump_state()[2:])).startswith(b"{")
