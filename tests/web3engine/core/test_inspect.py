"""Traces, access lists, proofs, and the states of past blocks."""

import json
from typing import Any

import pytest
import rlp

from tests.web3engine.core.helpers import OWNER, Deployed, address, new_evm
from tokenspice.web3engine import _core

CALLS = '{"tracer": "callTracer", "tracerConfig": {"withLog": true}}'
RICH, POOR = address(1), address(2)


@pytest.fixture
def kept() -> Any:
    """A chain that keeps its blocks' receipts and states."""
    return new_evm(keep="all")


def test_a_call_trace_is_the_tree_of_calls_with_their_logs(kept: Any) -> None:
    zoo = Deployed(kept, "Zoo")
    receipt = zoo.send("tryFail")
    trace = json.loads(kept.trace_transaction(receipt.block_number, 0, options=CALLS))
    [inner] = trace["calls"]
    assert (trace["type"], trace["to"], int(trace["gasUsed"], 16)) == (
        "CALL",
        f"0x{zoo.address.hex()}",
        receipt.gas_used,
    )
    assert (inner["from"], inner["error"], inner["revertReason"]) == (trace["to"], "execution reverted", "inner")
    receipt = Deployed(kept, "Token", (9,)).send("transfer", RICH, 1)
    [log] = json.loads(kept.trace_transaction(receipt.block_number, 0, options=CALLS))["logs"]
    assert log["data"] == f"0x{1:064x}"


def test_a_transaction_is_traced_in_the_state_that_those_before_it_in_its_block_left(kept: Any) -> None:
    token = Deployed(kept, "Token", (100,))
    transfer = token.function("transfer", (0, 0))
    kept.submit_functions(transfer, [(OWNER, token.address, (RICH, 10)), (RICH, token.address, (POOR, 4))])
    block = kept.mine_queue(kept.timestamp)
    token.send("transfer", POOR, 90)
    diff = '{"tracer": "prestateTracer", "tracerConfig": {"diffMode": true}}'
    first, second = (json.loads(trace) for trace in kept.trace_block(block.number, options=diff))
    contract = f"0x{token.address.hex()}"
    before = sorted(int(value, 16) for value in second["pre"][contract]["storage"].values())
    after = sorted(int(value, 16) for value in second["post"][contract]["storage"].values())
    assert (before, after) == ([10], [4, 6])
    assert first == json.loads(kept.trace_transaction(block.number, 0, options=diff))


def test_struct_logs_name_every_step(kept: Any) -> None:
    kept.set_code(RICH, bytes.fromhex("600160025500"))  # slot 2 = 1
    receipt = kept.transact(OWNER, RICH, b"")
    trace = json.loads(kept.trace_transaction(receipt.block_number, 0))
    assert [step["op"] for step in trace["structLogs"]] == ["PUSH1", "PUSH1", "SSTORE", "STOP"]
    assert trace["structLogs"][2]["storage"] == {f"0x{2:064x}": f"0x{1:064x}"}
    assert (trace["gas"], trace["failed"]) == (receipt.gas_used, False)


def test_a_call_is_traced_and_changes_nothing(evm: Any, token: Deployed) -> None:
    data = token.function("transfer").encode((RICH, 5))
    trace = json.loads(evm.trace_call(OWNER, token.address, data, options=CALLS))
    assert (trace["from"], len(trace["logs"])) == (f"0x{OWNER.hex()}", 1)
    assert token.ask("balanceOf", RICH) == 0


@pytest.mark.parametrize(
    "options", ["", "[]", '{"tracer": "noSuchTracer"}', '{"tracer": "callTracer", "tracerConfig": 5}']
)
def test_tracing_options_that_geth_would_not_take_are_refused(evm: Any, options: str) -> None:
    with pytest.raises(_core.EvmError, match="the tracing options cannot be used") as caught:
        evm.trace_call(OWNER, RICH, b"", options=options)
    assert caught.value.kind == "usage"


def test_what_is_not_kept_cannot_be_traced(evm: Any, kept: Any) -> None:
    for _ in range(2):
        evm.transact(OWNER, RICH, b"")
        kept.transact(OWNER, RICH, b"")
    for chain, number in ((evm, 1), (evm, 2), (kept, 0), (kept, 9), (kept, 2**64 - 1)):
        with pytest.raises(_core.EvmError, match=f"block {number} cannot be run again"):
            chain.trace_transaction(number, 0)
    with pytest.raises(_core.EvmError, match="block 2 has no transaction 1"):
        kept.trace_transaction(2, 1)


def test_an_access_list_names_what_is_used_and_makes_it_warm(evm: Any, token: Deployed) -> None:
    data = token.function("transfer").encode((RICH, 5))
    [(where, slots)], result = evm.access_list(OWNER, token.address, data)
    assert where == token.address and len(slots) == 2 and result.success
    assert evm.call(OWNER, token.address, data, access_list=[(where, slots)]).gas_used == result.gas_used
    assert evm.transact(OWNER, token.address, data, access_list=[(where, slots)]).gas_used == result.gas_used


def test_a_call_pays_for_its_access_list(evm: Any) -> None:
    plain = evm.call(OWNER, RICH, b"").gas_used
    assert evm.call(OWNER, RICH, b"", access_list=[(POOR, [1, 2])]).gas_used == plain + 2400 + 2 * 1900


def test_a_call_that_offers_a_price_needs_the_means_to_pay_it(evm: Any) -> None:
    evm.set_balance(RICH, 30_000 * 7)
    evm.set_code(POOR, bytes.fromhex("5a60005260206000f3"))  # returns the gas that is left
    left = int.from_bytes(evm.call(RICH, POOR, b"", gas_price=7).output, "big")
    assert 21_000 < 30_000 - left < 21_010  # it may use what it can pay for
    with pytest.raises(_core.EvmError, match="must hold") as caught:
        evm.call(RICH, POOR, b"", gas_price=7, gas=30_001)
    assert caught.value.kind == "transaction"
    assert evm.call(RICH, POOR, b"", gas=10_000_000).success


def test_the_state_of_a_past_block_is_a_chain_of_its_own(kept: Any) -> None:
    token = Deployed(kept, "Token", (100,))
    for _ in range(3):
        token.send("transfer", RICH, 1)
    seen = [Deployed(kept.at(number), "Token", at=token.address).ask("balanceOf", RICH) for number in range(1, 5)]
    assert seen == [0, 1, 2, 3]
    past = kept.at(2)
    assert (past.block_number, past.block(3), past.block_hash(2)) == (2, None, kept.block_hash(2))
    Deployed(past, "Token", at=token.address).send("transfer", RICH, 50)
    assert token.ask("balanceOf", RICH) == 3 and kept.at(5) is None


def test_a_past_state_is_that_in_which_the_next_block_began(kept: Any) -> None:
    kept.mine(kept.timestamp)
    kept.set_balance(RICH, 5)
    kept.mine(kept.timestamp)
    kept.set_balance(RICH, 6)
    assert [kept.at(number).balance(RICH) for number in range(3)] == [0, 5, 6]


def test_no_more_than_256_past_states_are_kept_and_none_unless_asked(evm: Any, kept: Any) -> None:
    for chain in (evm, kept):
        chain.mine(chain.timestamp, blocks=300)
    assert kept.at(300 - 256).block_number == 44 and kept.at(43) is None
    assert evm.at(299) is None and evm.at(300).block_number == 300


def node_at(key: bytes, nodes: list[bytes], root: bytes) -> bytes:
    """Walk a proof from the root to the value of `key`; b"" where the proof says that there is none."""
    path = _core.keccak256(key).hex()
    for node in nodes:
        assert _core.keccak256(node) == root
        items = rlp.decode(node)
        if len(items) == 17:
            root, path = items[int(path[0], 16)], path[1:]
        else:
            prefix = items[0].hex()[1 if items[0][0] >> 4 & 1 else 2 :]
            if not path.startswith(prefix):
                return b""
            root, path = items[1], path[len(prefix) :]
    return bytes(root)


def test_proofs_lead_from_the_state_root_to_accounts_and_slots(evm: Any, token: Deployed) -> None:
    for number in range(40):
        evm.set_storage(token.address, 2**255 + number, number + 1)
        evm.set_balance(address(100 + number), 1)
    storage_root, nodes, slots = evm.proof(token.address, [2**255 + 7, 2**254])
    account = rlp.decode(node_at(token.address, nodes, evm.state_root()))
    code_hash = _core.keccak256(evm.code(token.address))
    assert account == [b"\x01", b"", storage_root, code_hash]
    for slot, value, proof in slots:
        assert rlp.decode(node_at(slot.to_bytes(32, "big"), proof, storage_root) or b"\x80") == value.to_bytes(
            value > 0, "big"
        )
    assert [(slot, value) for slot, value, _ in slots] == [(2**255 + 7, 8), (2**254, 0)]


def test_the_state_root_of_nothing_is_that_of_the_empty_trie() -> None:
    evm = _core.Evm(hardfork="shanghai", genesis_time=0)
    assert evm.state_root() == _core.keccak256(b"\x80")
    assert evm.proof(RICH, [5]) == (_core.keccak256(b"\x80"), [], [(5, 0, [])])


def test_prevrandao_is_what_was_set_for_one_block_and_then_what_the_seed_gives(evm: Any) -> None:
    evm.set_next_prevrandao(b"\x07" * 32)
    bytes_of = evm.snapshot().to_bytes()
    again: Any = _core.Evm.from_snapshot(_core.Snapshot.from_bytes(bytes_of))
    for chain in (evm, again):
        chain.mine(chain.timestamp, blocks=2)
        assert chain.block(1).prevrandao == b"\x07" * 32 and chain.block(2).prevrandao == new_evm_block(2)


def new_evm_block(number: int) -> bytes:
    evm = new_evm()
    evm.mine(evm.timestamp, blocks=number)
    prevrandao: bytes = evm.block(number).prevrandao
    return prevrandao


def test_another_seed_gives_later_blocks_another_randomness(evm: Any) -> None:
    other: Any = _core.Evm.from_snapshot(evm.snapshot())
    other.set_seed(99)
    for chain in (evm, other):
        chain.mine(chain.timestamp)
    assert evm.block(1).prevrandao != other.block(1).prevrandao and other.seed == 99
