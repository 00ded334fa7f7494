"""Code written for web3.py does the same on the in-process chain as on anvil.

A script is a function of a `Web3` that returns what it saw. `same` runs it on both chains, compares, and returns it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any, TypeAlias

import pytest

pytest.importorskip("tokenspice.web3engine._core", reason="the in-process chain was not built")

from eth_account import Account
from eth_account.signers.local import LocalAccount
from hypothesis import given, settings
from hypothesis import strategies as st
from web3 import Web3
from web3.exceptions import (
    BlockNotFound,
    ContractCustomError,
    ContractLogicError,
    ContractPanicError,
    MethodUnavailable,
    TransactionNotFound,
    Web3RPCError,
)
from web3.logs import DISCARD
from web3.middleware import SignAndSendRawMiddlewareBuilder
from web3.types import RPCEndpoint

from tests.conftest import DATA, PROJECT
from tokenspice.web3engine import _core
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import open_backend
from tokenspice.web3engine.provider import EvmProvider
from tokenspice.web3engine.rules import BLOCK_GAS_LIMIT, CHAIN_ID, GENESIS_TIME, HARDFORK

Client: TypeAlias = Any  # a Web3, whose own types want every number wrapped: Wei(1), Nonce(0)
Script: TypeAlias = Callable[[Client], Any]
Same: TypeAlias = Callable[[Script], Any]

ALICE, BOB = Web3.to_checksum_address("0x" + "a1" * 20), Web3.to_checksum_address("0x" + "b0" * 20)
SIGNER: LocalAccount = Account.from_key(b"\x07" * 32)
ETHER = 10**18

# What each chain makes in its own way. An unsigned transaction's hash is one of them, a signed one's is not.
OWN = {"blockHash", "mixHash", "parentHash", "receiptsRoot", "size", "stateRoot", "transactionsRoot"}
# anvil's own, in blocks and receipts, where other nodes have nothing.
EXTRA = {"blobGasPrice", "blobGasUsed", "blockTimestamp", "excessBlobGas"}


def new_evm() -> _core.Evm:
    return _core.Evm(
        hardfork=HARDFORK,
        genesis_time=GENESIS_TIME,
        chain_id=CHAIN_ID,
        block_gas_limit=BLOCK_GAS_LIMIT,
        keep="all",
    )


@pytest.fixture
def evm() -> _core.Evm:
    return new_evm()


@pytest.fixture
def w3(evm: _core.Evm) -> Client:
    """web3.py on the in-process chain."""
    return funded(Web3(EvmProvider(evm)))


@pytest.fixture
def anvil(config: Config) -> Iterator[Client]:
    """web3.py on an anvil of the test's own: its snapshots bring back neither coinbase nor impersonation."""
    with closing(open_backend(replace(config, network="anvil"))) as backend:
        yield funded(Web3(backend.provider()))


@pytest.fixture
def same(w3: Client, anvil: Client) -> Same:
    def run(script: Script) -> Any:
        ours, theirs = plain(script(w3)), plain(script(anvil))
        assert ours == theirs
        return ours

    return run


def funded(w3: Client) -> Client:
    """Give accounts ether, and let ALICE send without a key."""
    for address in (ALICE, SIGNER.address):
        ask(w3, "anvil_setBalance", address, hex(1000 * ETHER))
    ask(w3, "anvil_impersonateAccount", ALICE)
    return w3


def ask(w3: Client, method: str, *params: Any) -> Any:
    """Make a request that web3.py has no method for."""
    answer = w3.provider.make_request(RPCEndpoint(method), list(params))
    assert "error" not in answer, answer["error"]
    return answer["result"]


def refusal(w3: Client, method: str, *params: Any) -> Any:
    return w3.provider.make_request(RPCEndpoint(method), list(params))["error"]


def plain(value: Any) -> Any:
    """Make dicts, lists, ints and hex text of web3.py's answers, without what each chain makes in its own way."""
    if isinstance(value, Mapping):
        signed = bool(value.get("r")) and any(value["r"])
        own = OWN | EXTRA | ({"transactionHash"} if not signed else set()) | (set() if signed else {"hash"})
        return {key: plain(entry) for key, entry in value.items() if key not in own}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return "0x" + value.hex() if isinstance(value, bytes) else value


def factory(w3: Client, name: str) -> Any:
    artifact = ARTIFACTS.find(name)
    return w3.eth.contract(abi=artifact.entries, bytecode=artifact.bytecode)


ARTIFACTS = Artifacts(PROJECT, PROJECT / "build", netlist=DATA / "probe")


def deployed(w3: Client, name: str, *args: Any) -> Any:
    sent = factory(w3, name).constructor(*args).transact({"from": ALICE})
    receipt = w3.eth.wait_for_transaction_receipt(sent)
    return w3.eth.contract(address=receipt["contractAddress"], abi=ARTIFACTS.find(name).entries)


def token(w3: Client, supply: int = 1000) -> Any:
    return deployed(w3, "token/Token", "Ocean", "OCEAN", supply)


def mined(w3: Client, sent: Any) -> Any:
    return w3.eth.wait_for_transaction_receipt(sent)


def raised(function: Callable[[], Any]) -> tuple[str, Any]:
    """The name of the exception that a function raises, and the revert data it carries."""
    try:
        function()
    except Exception as error:
        return type(error).__name__, getattr(error, "data", None)
    return "nothing", None


def test_a_contract_is_deployed_and_its_receipt_and_transaction_read(same: Same) -> None:
    def script(w3: Client) -> Any:
        sent = factory(w3, "Probe").constructor(7).transact({"from": ALICE, "value": 0})
        receipt = mined(w3, sent)
        code = w3.eth.get_code(receipt["contractAddress"])
        return receipt, w3.eth.get_transaction(sent), code, w3.eth.get_storage_at(receipt["contractAddress"], 0)

    receipt, transaction, code, slot = same(script)

    assert receipt["status"] == 1 and receipt["contractAddress"] and transaction["to"] is None
    assert len(code) > 100 and int(slot, 16) == 7


def test_an_erc20_is_transferred_approved_and_read(same: Same) -> None:
    def script(w3: Client) -> Any:
        ocean = token(w3)
        first = mined(w3, ocean.functions.transfer(BOB, 30).transact({"from": ALICE}))
        second = mined(w3, ocean.functions.approve(BOB, 5).transact({"from": ALICE, "gas": 100_000}))
        ask(w3, "anvil_impersonateAccount", BOB)
        ask(w3, "anvil_setBalance", BOB, hex(ETHER))
        third = mined(w3, ocean.functions.transferFrom(ALICE, BOB, 5).transact({"from": BOB, "gasPrice": 10**9}))
        held = [ocean.functions.balanceOf(who).call() for who in (ALICE, BOB)]
        return first, second, third, held, ocean.functions.name().call(), w3.eth.get_balance(ALICE)

    assert same(script)[3:5] == [[965, 35], "Ocean"]


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


def test_the_signing_middleware_signs_for_a_local_account(same: Same) -> None:
    def script(w3: Client) -> Any:
        w3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(SIGNER), layer=0)
        sent = factory(w3, "Probe").constructor(7).transact({"from": SIGNER.address})
        receipt = mined(w3, sent)
        probe = w3.eth.contract(address=receipt["contractAddress"], abi=ARTIFACTS.find("Probe").entries)
        stored = mined(w3, probe.functions.store(9).transact({"from": SIGNER.address, "value": 3}))
        nonce = w3.eth.get_transaction_count(SIGNER.address)
        return sent, receipt, stored, stored["transactionHash"], w3.eth.get_transaction(sent), nonce

    assert same(script)[-1] == 2


@pytest.mark.parametrize(
    "fees",
    [
        {"gasPrice": 10**9},
        {"gasPrice": 10**9, "type": 1, "accessList": [{"address": BOB, "storageKeys": ["0x" + "00" * 31 + "05"]}]},
        {"maxFeePerGas": 3 * 10**9, "maxPriorityFeePerGas": 10**9, "accessList": [{"address": BOB, "storageKeys": []}]},
    ],
)
def test_a_signed_transaction_of_each_type_keeps_its_hash_and_signature(same: Same, fees: dict[str, Any]) -> None:
    def script(w3: Client) -> Any:
        body = {"to": BOB, "value": 5, "nonce": 0, "gas": 60_000, "chainId": w3.eth.chain_id, **fees}
        signed = SIGNER.sign_transaction(body)
        sent = w3.eth.send_raw_transaction(signed.raw_transaction)
        assert sent == signed.hash
        return (
            sent,
            mined(w3, sent),
            w3.eth.get_raw_transaction(sent),
            w3.eth.get_transaction(sent),
            w3.eth.get_balance(SIGNER.address),
        )

    same(script)


def test_an_unsigned_transaction_keeps_its_access_list(same: Same) -> None:
    def script(w3: Client) -> Any:
        listed: Any = [{"address": BOB, "storageKeys": ["0x" + "00" * 31 + "05"]}]
        sent = w3.eth.send_transaction({"from": ALICE, "to": BOB, "accessList": listed, "gas": 40_000})
        return mined(w3, sent), w3.eth.get_transaction(sent)

    assert same(script)[1]["accessList"]


@pytest.mark.parametrize(
    ("function", "args", "error"),
    [
        ("failWithString", (), ContractLogicError),
        ("failWithError", (5,), ContractCustomError),
        ("failWithPanic", (0,), ContractPanicError),
        ("failWithNothing", (), ContractCustomError),
        ("failWithInvalidOpcode", (), Web3RPCError),
        ("loop", (), Web3RPCError),
    ],
)
def test_a_failing_call_raises_web3_pys_own_error(
    same: Same, function: str, args: tuple[int, ...], error: type[Exception]
) -> None:
    def script(w3: Client) -> Any:
        call = deployed(w3, "Probe", 7).functions[function](*args)
        fails: list[Callable[[], Any]] = [
            lambda: call.call({"from": ALICE}),
            lambda: call.estimate_gas({"from": ALICE}),
            lambda: call.transact({"from": ALICE}),
        ]
        return [raised(fail) for fail in fails]

    name = "ContractLogicError" if function == "failWithNothing" else error.__name__
    assert [entry[0] for entry in same(script)] == [name] * 3


def test_a_revert_string_is_in_the_message(same: Same) -> None:
    def script(w3: Client) -> Any:
        probe = deployed(w3, "Probe", 7)
        with pytest.raises(ContractLogicError) as failure:
            probe.functions.failWithString().call()
        with pytest.raises(ContractLogicError) as deploying:
            factory(w3, "Probe").constructor(13).transact({"from": ALICE})
        return failure.value.message, deploying.value.message

    assert same(script) == ["execution reverted: because", "execution reverted: no luck"]


def test_a_transaction_that_fails_is_mined_and_costs_gas(same: Same) -> None:
    def script(w3: Client) -> Any:
        probe = deployed(w3, "Probe", 7)
        names = ("failWithString", "failWithInvalidOpcode")
        failed = [mined(w3, probe.functions[name]().transact({"from": ALICE, "gas": 10**6})) for name in names]
        creation = factory(w3, "Probe").constructor(13).build_transaction({"from": ALICE, "gas": 10**6})
        failed.append(mined(w3, w3.eth.send_transaction(creation)))
        return failed, w3.eth.get_balance(ALICE), w3.eth.get_transaction_count(ALICE)

    failed, _, nonce = same(script)

    assert [receipt["status"] for receipt in failed] == [0, 0, 0] and nonce == 4


def test_estimates_are_the_least_gas_that_will_do(same: Same) -> None:
    def script(w3: Client) -> Any:
        probe, ocean = deployed(w3, "Probe", 7), token(w3)
        estimates = [
            w3.eth.estimate_gas({"from": ALICE, "to": BOB, "value": 1}),
            factory(w3, "Probe").constructor(8).estimate_gas({"from": ALICE}),
            probe.functions.store(0).estimate_gas({"from": ALICE}),  # clears a slot: gas comes back at the end
            probe.functions.store(9).estimate_gas({"from": ALICE, "value": 3}),
            ocean.functions.transfer(BOB, 10).estimate_gas({"from": ALICE}),
            ocean.functions.transfer(BOB, 0).estimate_gas({"from": BOB}),
        ]
        least = probe.functions.store(0).transact({"from": ALICE, "gas": estimates[2]})
        assert mined(w3, least)["status"] == 1
        ask(w3, "anvil_setStorageAt", probe.address, "0x0", "0x" + "00" * 31 + "07")
        less = probe.functions.store(0).transact({"from": ALICE, "gas": estimates[2] - 1})
        assert mined(w3, less)["status"] == 0
        return estimates

    assert same(script)[0] == 21_000


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


def test_what_is_not_there_is_not_found(same: Same) -> None:
    def script(w3: Client) -> Any:
        for block in (99, b"\1" * 32):
            with pytest.raises(BlockNotFound):
                w3.eth.get_block(block)
        for absent in (w3.eth.get_transaction, w3.eth.get_transaction_receipt):
            with pytest.raises(TransactionNotFound):
                absent(b"\1" * 32)
        with pytest.raises(TransactionNotFound):
            w3.eth.get_transaction_by_block(0, 0)
        return w3.eth.get_code(BOB), w3.eth.get_storage_at(BOB, 3), w3.eth.get_balance(BOB), w3.eth.get_logs({})

    same(script)


def test_the_chain_says_what_it_is(same: Same) -> None:
    def script(w3: Client) -> Any:
        assert w3.is_connected() and w3.client_version
        signed = w3.eth.chain_id, w3.net.version, w3.net.listening, w3.eth.syncing
        return *signed, w3.eth.gas_price, w3.eth.max_priority_fee, w3.eth.accounts, ask(w3, "web3_sha3", "0x68")

    assert same(script)[:2] == [CHAIN_ID, str(CHAIN_ID)]


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


def test_anybody_is_impersonated(same: Same) -> None:
    def script(w3: Client) -> Any:
        ask(w3, "anvil_impersonateAccount", BOB)
        ask(w3, "anvil_setBalance", BOB, hex(ETHER))
        listed = w3.eth.accounts
        receipt = mined(w3, w3.eth.send_transaction({"from": BOB, "to": ALICE, "value": 10}))
        ask(w3, "anvil_stopImpersonatingAccount", BOB)
        return sorted(listed), receipt, w3.eth.accounts, w3.eth.get_balance(BOB)

    assert same(script)[0] == sorted([ALICE, BOB])


def test_a_call_may_change_accounts_for_itself(same: Same) -> None:
    def script(w3: Client) -> Any:
        probe, ocean = deployed(w3, "Probe", 7), token(w3)
        slot = "0x" + "00" * 32
        word = "0x" + "00" * 31 + "2a"
        changes: list[Any] = [
            {probe.address: {"stateDiff": {slot: word}}},
            {probe.address: {"state": {slot: word}}},
            {probe.address: {"state": {}}},
        ]
        values = [probe.functions.value().call(state_override=change) for change in changes]
        moved: Any = {BOB: {"code": w3.eth.get_code(ocean.address), "balance": hex(5), "nonce": hex(1)}}
        name = w3.eth.contract(address=BOB, abi=ocean.abi).functions.decimals().call(state_override=moved)
        return values, name, probe.functions.value().call(), w3.eth.get_code(BOB)

    assert same(script) == [[42, 42, 0], 18, 7, "0x"]


def test_fees_are_reported_and_paid(same: Same) -> None:
    def script(w3: Client) -> Any:
        ask(w3, "anvil_setNextBlockBaseFeePerGas", hex(10**9))
        sent = w3.eth.send_transaction({"from": ALICE, "to": BOB, "maxPriorityFeePerGas": 5, "maxFeePerGas": 2 * 10**9})
        receipt, transaction = mined(w3, sent), w3.eth.get_transaction(sent)
        history = w3.eth.fee_history(1, "latest", [10, 90])
        return receipt, transaction, history["reward"], history["oldestBlock"], w3.eth.get_balance(ALICE)

    assert same(script)[0]["effectiveGasPrice"] == 10**9 + 5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nonce": 0}, "nonce too low"),
        ({"value": 10**30}, "insufficient funds for gas * price + value"),
        ({"gas": 20_000}, "intrinsic gas too low"),
    ],
)
def test_a_transaction_that_cannot_run_is_refused_in_the_words_of_nodes(
    same: Same, change: dict[str, int], words: str
) -> None:
    def script(w3: Client) -> Any:
        mined(w3, w3.eth.send_transaction({"from": ALICE, "to": BOB}))
        request: Any = {"from": ALICE, "to": BOB, "gas": 21_000, **change}
        with pytest.raises(Web3RPCError) as failure:
            w3.eth.send_transaction(request)
        return words in str(failure.value).lower(), w3.eth.block_number

    assert same(script) == [True, 1]


def test_requests_are_batched(same: Same) -> None:
    def script(w3: Client) -> Any:
        with w3.batch_requests() as batch:
            batch.add(w3.eth.get_balance(ALICE))
            batch.add(w3.eth.get_block(0))
            return batch.execute()

    assert same(script)[0] == 1000 * ETHER


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


def test_accounts_are_those_that_the_chain_names(evm: _core.Evm) -> None:
    named = [BOB.lower()]
    w3 = Web3(EvmProvider(evm, lambda: named))

    named.append(ALICE)

    assert list(w3.eth.accounts) == [BOB, ALICE]


def test_anybody_may_send_in_process(w3: Client) -> None:
    stranger = Web3.to_checksum_address("0x" + "57" * 20)

    sent = w3.eth.send_transaction({"from": stranger, "to": BOB, "gasPrice": 0})

    assert w3.eth.get_transaction_receipt(sent)["from"] == stranger


def test_the_state_of_an_older_block_is_refused(w3: Client) -> None:
    ask(w3, "evm_mine")

    with pytest.raises(Web3RPCError, match="the state after block 0 is not kept, and the head is block 1"):
        w3.eth.get_balance(ALICE, 0)
    assert w3.eth.get_balance(ALICE, 1) == w3.eth.get_balance(ALICE, "pending") == 1000 * ETHER


def test_a_method_that_is_unknown_says_so(w3: Client) -> None:
    with pytest.raises(MethodUnavailable):
        w3.eth.get_proof(ALICE, [0])
    assert refusal(w3, "eth_mate") == {"code": -32601, "message": "eth_mate: the in-process chain has no such method"}


@pytest.mark.parametrize(
    ("method", "params", "says"),
    [
        ("eth_getBalance", [], "address"),
        ("eth_getBalance", ["0x12", "latest"], "address must be an address"),
        ("eth_getBalance", [ALICE, "soon"], "block"),
        ("eth_getBalance", [ALICE, "latest", 1], "eth_getBalance"),
        ("eth_getTransactionReceipt", ["0x12"], "hash must be a hash"),
        ("eth_call", [7], "transaction must be an object"),
        ("eth_call", [{"to": BOB, "data": "0x1"}], "data must be bytes"),
        ("eth_sendTransaction", [{"to": BOB}], "no from"),
        ("eth_sendTransaction", [{"from": ALICE, "to": BOB, "value": -1}], "value must be a whole number"),
        ("eth_sendTransaction", [{"from": ALICE, "to": BOB, "value": 2**256}], "value"),
        ("eth_sendTransaction", [{"from": ALICE, "gasPrice": 1, "maxFeePerGas": 1}], "gasPrice"),
        ("eth_sendTransaction", [{"from": ALICE, "to": BOB, "chainId": 5}], "chainId is 5"),
        ("eth_sendTransaction", [{"from": ALICE, "to": BOB, "accessList": [1]}], "accessList"),
        ("eth_getLogs", [{"topics": ["0x12"]}], "topic must be a hash"),
        ("eth_getLogs", [{"blockHash": "0x" + "00" * 32, "fromBlock": 1}], "blockHash"),
        ("evm_mine", [1], "before its parent's"),
        ("evm_setAutomine", ["yes"], "true or false"),
        ("anvil_setBalance", [ALICE, True], "balance must be a whole number"),
        ("anvil_loadState", ["0x1234"], "state dump"),
        ("evm_revert", [None], "snapshot must be"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(w3: Client, method: str, params: list[Any], says: str) -> None:
    error = refusal(w3, method, *params)

    assert error["code"] == -32602 and says in error["message"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([ALICE, "0x", "0x1", "latest"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "to", "data", "address", "topics", "fromBlock", "timestamp"]), inner)
    ),
    max_leaves=6,
)
METHODS = [name for name in EvmProvider(new_evm()).methods if not name.endswith("_mine")]  # which may take long


@settings(deadline=None, max_examples=300)
@given(method=st.sampled_from(METHODS), params=JSON | st.lists(JSON, max_size=4))
def test_any_request_has_an_answer(method: str, params: Any) -> None:
    answer: Any = EvmProvider(new_evm()).make_request(RPCEndpoint(method), params)

    assert answer["jsonrpc"] == "2.0" and isinstance(answer["id"], int)
    assert "result" in answer or {"code", "message"} <= answer["error"].keys()


def test_a_snapshot_does_not_learn_of_what_is_sent_after_it(w3: Client) -> None:
    ask(w3, "evm_setAutomine", False)
    send = {"from": ALICE, "to": ALICE, "value": "0x1", "gas": "0x5208"}
    ask(w3, "eth_sendTransaction", send)
    number = ask(w3, "evm_snapshot")
    ask(w3, "eth_sendTransaction", send)

    ask(w3, "evm_revert", number)

    (queued,) = ask(w3, "txpool_content")["pending"].values()
    assert len(queued) == 1
