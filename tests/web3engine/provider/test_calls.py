"""Calls and estimates on the in-process chain answer what they answer on anvil."""

from collections.abc import Callable
from typing import Any

import pytest
from web3.exceptions import (
    ContractCustomError,
    ContractLogicError,
    ContractPanicError,
    Web3RPCError,
)

from tests.web3engine.provider.helpers import ALICE, BOB, Client, Same, ask, deployed, factory, mined, raised, token


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
