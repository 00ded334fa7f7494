"""Events: told apart by topic and by what is indexed; anonymous ones; arguments without names; text that is no UTF-8."""

from typing import Any

import pytest
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from tokenspice.web3engine.abi import Abi
from tokenspice.web3engine.contract import Contract
from tokenspice.web3engine.errors import AbiError
from tokenspice.web3engine.events import Event, Log
from tokenspice.web3engine.receipt import PlainReceipt

WHO = to_checksum_address("0x" + "ab" * 20)
HERE = to_checksum_address("0x" + "cd" * 20)
TRANSFER = keccak(text="Transfer(address,address,uint256)")


def event(name: str, *inputs: tuple[str, str, bool], anonymous: bool = False) -> dict[str, Any]:
    arguments = [{"name": name, "type": type_, "indexed": indexed} for name, type_, indexed in inputs]
    return {"type": "event", "name": name, "inputs": arguments, "anonymous": anonymous}


def transfer(*indexed: bool) -> dict[str, Any]:
    names = (("from", "address"), ("to", "address"), ("id", "uint256"))
    return event("Transfer", *((name, kind, flag) for (name, kind), flag in zip(names, indexed, strict=True)))


def word(value: int | str) -> bytes:
    return value.to_bytes(32, "big") if isinstance(value, int) else bytes(12) + bytes.fromhex(value[2:])


def emitted(*topics: bytes, data: bytes = b"") -> PlainReceipt:
    return PlainReceipt(True, 0, None, (Log(HERE, topics, data),), b"", "", 1, bytes(32))


NFT_TRANSFER = emitted(TRANSFER, word(WHO), word(HERE), word(5))
TOKEN_TRANSFER = emitted(TRANSFER, word(WHO), word(HERE), data=word(5))
READ = Event("Transfer", {"from": WHO, "to": HERE, "id": 5})


def test_events_of_one_topic_are_told_apart_by_how_much_is_indexed() -> None:
    both = Contract("both", HERE, Abi([transfer(True, True, True), transfer(True, True, False)]))

    assert both.events(NFT_TRANSFER) == both.events(TOKEN_TRANSFER) == [READ]


def test_a_log_that_indexes_other_arguments_than_the_abi_is_an_error_that_names_both() -> None:
    token = Contract("token", HERE, Abi([transfer(True, True, False)]))

    with pytest.raises(AbiError, match=r"^token: event Transfer\(.*has 3 topics, and the log has 4"):
        token.events(NFT_TRANSFER)


def test_an_anonymous_event_is_read_by_what_it_holds_and_by_its_name() -> None:
    note = event("Note", ("who", "address", True), ("amount", "uint256", False), anonymous=True)
    contract = Contract("c", HERE, Abi([note, event("Other", ("n", "uint256", False))]))
    receipt = emitted(word(WHO), data=word(11))

    assert contract.events(receipt) == contract.events(receipt, "Note") == [Event("Note", {"who": WHO, "amount": 11})]
    assert contract.events(receipt, "Other") == []
    assert contract.events(emitted(word(WHO), word(WHO), data=word(11))) == []
    assert contract.events(emitted(data=b"")) == []


def test_of_several_anonymous_events_one_has_to_be_named() -> None:
    one, other = (event(name, ("n", "uint256", False), anonymous=True) for name in ("One", "Other"))
    contract = Contract("c", HERE, Abi([one, other]))

    with pytest.raises(AbiError, match="c: a log may be any of the anonymous events One, Other. Name"):
        contract.events(emitted(data=word(3)))
    assert contract.events(emitted(data=word(3)), "Other") == [Event("Other", {"n": 3})]


def test_arguments_without_names_are_called_after_their_place() -> None:
    mixed = event("Mixed", ("", "address", True), ("", "uint256", False), ("arg1", "uint256", False))
    contract = Contract("c", HERE, Abi([mixed]))
    receipt = emitted(keccak(text="Mixed(address,uint256,uint256)"), word(WHO), data=word(8) + word(9))

    (read,) = contract.events(receipt)

    assert read.args == {"arg0": WHO, "arg1_": 8, "arg1": 9}


def test_text_that_is_no_utf_8_is_read_with_its_odd_bytes_replaced() -> None:
    contract = Contract("c", HERE, Abi([event("Said", ("text", "string", False))]))
    data = word(32) + word(3) + b"F\xfcr" + bytes(29)

    assert contract.events(emitted(keccak(text="Said(string)"), data=data)) == [Event("Said", {"text": "F\ufffdr"})]


def test_a_log_without_its_arguments_is_an_error_that_names_contract_and_event() -> None:
    contract = Contract("pool", HERE, Abi([event("Paid", ("n", "uint256", False))]))

    with pytest.raises(AbiError, match=r"pool: event Paid holds 0x… \(0 bytes\), which is no \(uint256\)"):
        contract.events(emitted(keccak(text="Paid(uint256)")))
