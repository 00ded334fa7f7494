"""Traces, access lists, proofs, simulations and signatures, as clients ask for them."""

from typing import Any

from eth_account import Account
from eth_account.messages import encode_defunct
from web3 import AsyncWeb3, Web3

from tests.web3engine.provider.helpers import ALICE, BOB, ETHER, SIGNER, Client, ask, token
from tokenspice.web3engine.provider import AsyncEvmProvider, EvmProvider


def test_a_transaction_is_traced_call_by_call(w3: Client) -> None:
    ocean = token(w3)
    sent = ocean.functions.transfer(BOB, 3).transact({"from": ALICE})

    trace = ask(w3, "debug_traceTransaction", "0x" + sent.hex(), {"tracer": "callTracer"})

    assert (trace["type"], Web3.to_checksum_address(trace["to"])) == ("CALL", ocean.address)
    assert ask(w3, "debug_traceTransaction", "0x" + sent.hex())["failed"] is False


def test_an_access_list_is_found_and_counts_in_calls_and_estimates(w3: Client) -> None:
    listed = [{"address": BOB, "storageKeys": ["0x" + "00" * 31 + f"{key:02x}" for key in range(3)]}]
    asked = {"from": ALICE, "to": BOB, "value": "0x1", "accessList": listed}

    assert w3.eth.estimate_gas(asked) == 21_000 + 2_400 + 3 * 1_900
    ocean = token(w3)
    found = w3.eth.create_access_list(ocean.functions.transfer(BOB, 3).build_transaction({"from": ALICE}))
    assert [entry["address"] for entry in found["accessList"]] == [ocean.address]


def test_a_call_sees_its_gas_price_and_must_be_able_to_pay_it(w3: Client) -> None:
    code = "0x3a60005260206000f3"  # returns GASPRICE
    asked = {"from": ALICE, "data": code, "gasPrice": hex(5 * 10**9)}

    assert int(ask(w3, "eth_call", asked, "latest"), 16) == 5 * 10**9
    poor = {"from": BOB, "to": ALICE, "gas": hex(21_000), "gasPrice": hex(10**9)}
    assert "error" in w3.provider.make_request("eth_call", [poor, "latest"])


def test_a_simulation_leaves_no_trace(w3: Client) -> None:
    call = {"from": ALICE, "to": BOB, "value": hex(ETHER)}

    [first, second] = ask(w3, "eth_simulateV1", {"blockStateCalls": [{"calls": [call]}, {"calls": [call]}]}, "latest")

    assert [block["calls"][0]["status"] for block in (first, second)] == ["0x1", "0x1"]
    assert int(second["number"], 16) == w3.eth.block_number + 2
    assert w3.eth.get_balance(BOB) == 0


def test_messages_are_signed_with_the_keys_that_the_chain_has(w3: Client) -> None:
    ask(w3, "evm_addAccount", "0x" + bytes(SIGNER.key).hex(), "")

    signature: Any = w3.eth.sign(SIGNER.address, text="hello")

    assert Account.recover_message(encode_defunct(text="hello"), signature=signature) == SIGNER.address
    answer = w3.provider.make_request("eth_sign", [ALICE, "0x00"])
    assert "has no key of" in answer["error"]["message"]


async def both(provider: EvmProvider) -> tuple[int, int]:
    w3 = AsyncWeb3(AsyncEvmProvider(provider))
    sent = await w3.eth.send_transaction({"from": ALICE, "to": BOB, "value": 5})  # type: ignore[typeddict-item]
    receipt = await w3.eth.wait_for_transaction_receipt(sent)
    return receipt["status"], await w3.eth.get_balance(BOB)


def test_async_web3_reaches_the_same_chain(w3: Client) -> None:
    import asyncio

    assert asyncio.run(both(w3.provider)) == (1, 5)
    assert w3.eth.get_balance(BOB) == 5
