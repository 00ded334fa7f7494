"""Official state tests: after each transaction the state's root and the logs are those that Ethereum says.

Source: ethereum/tests and ethereum/execution-specs; see tests/data/state_tests.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import rlp

from tests.conftest import DATA
from tokenspice.web3engine import _core

TESTS = json.loads((DATA / "state_tests" / "cases.json").read_text(encoding="utf-8"))
AT_LEAST = 200  # cases

# EIP-2935's contract, which a chain has from its first block, and these tests do without.
HISTORY = bytes.fromhex("0000f90827f1c53a10cb7a02335b175320002935")


def data(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def number(text: str) -> int:
    return int(text, 16)


def cases() -> Iterator[Any]:
    """Yield each case: its test, its fork, and what is to come out."""
    for test in TESTS:
        for fork, rows in test["post"].items():
            for row in rows:
                index = row["indexes"]
                place = f"d{index['data']}g{index['gas']}v{index['value']}"
                yield pytest.param(test, fork.lower(), row, id=f"{test['name']}-{fork}-{place}")


def chain(test: Mapping[str, Any], fork: str) -> _core.Evm:
    """Return a chain of the state before the transaction, whose next block is as the test says."""
    env = test["env"]
    gas = number(env["currentGasLimit"])
    evm = _core.Evm(hardfork=fork, genesis_time=0, chain_id=1, block_gas_limit=gas, keep="last")
    for name, account in test["pre"].items():
        address = data(name)
        evm.set_balance(address, number(account["balance"]))
        evm.set_nonce(address, number(account["nonce"]))
        evm.set_code(address, data(account["code"]))
        for slot, value in account["storage"].items():
            evm.set_storage(address, number(slot), number(value))
    evm.set_coinbase(data(env["currentCoinbase"]))
    evm.set_next_timestamp(number(env["currentTimestamp"]))
    evm.set_next_prevrandao(data(env["currentRandom"]))
    if _core.HARDFORKS.index(fork) >= _core.HARDFORKS.index("london"):
        evm.set_next_base_fee(number(env["currentBaseFee"]))
    return evm


def sent(evm: _core.Evm, transaction: Mapping[str, Any], index: Mapping[str, int]) -> _core.Receipt:
    numbers = {
        "nonce": transaction["nonce"],
        "value": transaction["value"][index["value"]],
        "gas": transaction["gasLimit"][index["gas"]],
        "gas_price": transaction.get("gasPrice"),
        "max_fee": transaction.get("maxFeePerGas"),
        "priority_fee": transaction.get("maxPriorityFeePerGas"),
    }
    terms: Any = {name: number(text) for name, text in numbers.items() if text is not None}
    if granted := transaction.get("authorizationList"):
        terms["authorizations"] = [authorization(entry) for entry in granted]
    sender, to = data(transaction["sender"]), data(transaction["to"])
    return evm.transact(sender, to, data(transaction["data"][index["data"]]), **terms)


def authorization(entry: Mapping[str, str]) -> tuple[int, bytes, int, int, int, int]:
    chain_id, nonce, parity, r, s = (number(entry[name]) for name in ("chainId", "nonce", "yParity", "r", "s"))
    return chain_id, data(entry["address"]), nonce, parity, r, s


@pytest.mark.parametrize(("test", "fork", "wanted"), [*cases()])
def test_the_state_and_the_logs_are_the_official_ones(
    test: Mapping[str, Any], fork: str, wanted: Mapping[str, Any]
) -> None:
    evm = chain(test, fork)

    receipt = sent(evm, test["transaction"], wanted["indexes"])

    evm.delete_account(HISTORY)
    logs = rlp.encode([[log.address, list(log.topics), log.data] for log in receipt.logs])
    assert (evm.state_root(), _core.keccak256(logs)) == (data(wanted["hash"]), data(wanted["logs"]))


def test_the_sample_is_of_every_fork_that_the_chain_knows_and_large_enough() -> None:
    found = [case.values[1] for case in cases()]

    assert len(found) >= AT_LEAST
    assert {*found} == {*_core.HARDFORKS} - {"amsterdam"}  # which is not decided yet
