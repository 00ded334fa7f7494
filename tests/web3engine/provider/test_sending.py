"""Transactions on the in-process chain do what they do on anvil."""

from typing import Any

import pytest
from web3 import Web3
from web3.exceptions import (
    Web3RPCError,
)
from web3.middleware import SignAndSendRawMiddlewareBuilder

from tests.web3engine.provider.helpers import (
    ALICE,
    ARTIFACTS,
    BOB,
    ETHER,
    SIGNER,
    Client,
    Same,
    ask,
    deployed,
    factory,
    funded,
    mined,
    token,
)
from tokenspice.web3engine import _core
from tokenspice.web3engine.provider import EvmProvider, Host
from tokenspice.web3engine.provider.host import KeyOf


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


def test_anybody_is_impersonated(same: Same) -> None:
    def script(w3: Client) -> Any:
        ask(w3, "anvil_impersonateAccount", BOB)
        ask(w3, "anvil_setBalance", BOB, hex(ETHER))
        listed = w3.eth.accounts
        receipt = mined(w3, w3.eth.send_transaction({"from": BOB, "to": ALICE, "value": 10}))
        ask(w3, "anvil_stopImpersonatingAccount", BOB)
        return sorted(listed), receipt, w3.eth.accounts, w3.eth.get_balance(BOB)

    assert same(script)[0] == sorted([ALICE, BOB])


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


def test_accounts_are_those_that_the_chain_names(evm: _core.Evm) -> None:
    named: dict[str, KeyOf] = {SIGNER.address: lambda: SIGNER}
    w3 = Web3(EvmProvider(evm, Host(lambda: named)))

    ask(w3, "anvil_impersonateAccount", ALICE)

    assert list(w3.eth.accounts) == [SIGNER.address, ALICE]


def test_anybody_may_send_in_process(w3: Client) -> None:
    stranger = Web3.to_checksum_address("0x" + "57" * 20)

    sent = w3.eth.send_transaction({"from": stranger, "to": BOB, "gasPrice": 0})

    assert w3.eth.get_transaction_receipt(sent)["from"] == stranger


@pytest.mark.parametrize(
    ("fees", "kind"),
    [
        ({"gasPrice": 10**9}, 0),
        ({"gasPrice": 10**9, "accessList": [{"address": BOB, "storageKeys": ["0x" + "00" * 32]}]}, 1),
        ({}, 2),
    ],
)
def test_what_an_account_sends_whose_key_the_chain_has_is_signed(w3: Client, fees: dict[str, Any], kind: int) -> None:
    ask(w3, "evm_addAccount", "0x" + bytes(SIGNER.key).hex(), "")

    sent = w3.eth.send_transaction({"from": SIGNER.address, "to": BOB, "value": 5, **fees})

    raw = w3.eth.get_raw_transaction(sent)
    assert Web3.keccak(raw) == sent and w3.eth.account.recover_transaction(raw) == SIGNER.address
    assert w3.eth.get_transaction(sent)["type"] == kind and w3.eth.get_balance(BOB) == 5


def test_what_an_account_grants_its_code_by_is_signed_with_it(evm: _core.Evm) -> None:
    evm = _core.Evm(hardfork="prague", genesis_time=0, chain_id=1337, block_gas_limit=30_000_000, keep="all")
    w3 = funded(Web3(EvmProvider(evm)))
    ask(w3, "evm_addAccount", "0x" + bytes(SIGNER.key).hex(), "")
    granted = SIGNER.sign_authorization({"chainId": 1337, "address": BOB, "nonce": 1})
    asked: Any = {"from": SIGNER.address, "to": ALICE, "gas": 100_000, "authorizationList": [granted]}

    sent = w3.eth.send_transaction(asked)

    assert Web3.keccak(w3.eth.get_raw_transaction(sent)) == sent
    assert w3.eth.get_code(SIGNER.address) == bytes.fromhex("ef0100") + bytes.fromhex(BOB[2:])
