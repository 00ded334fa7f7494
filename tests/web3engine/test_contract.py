"""A contract's functions by name, and what is asked of one that it does not have."""

import copy
from typing import Any

import pytest

from tokenspice.web3engine.abi import Abi
from tokenspice.web3engine.contract import Contract, as_address, ether
from tokenspice.web3engine.errors import AbiError

WHO = "0x" + "55" * 20


def function(name: str, *inputs: str) -> dict[str, Any]:
    arguments = [{"name": "", "type": kind} for kind in inputs]
    return {"type": "function", "name": name, "inputs": arguments, "outputs": []}


@pytest.fixture
def contract() -> Contract:
    names = [function("_owner"), function("set", "uint256", "int256"), function("set", "address"), function("label")]
    return Contract("box", WHO, Abi(names))


def test_a_function_whose_name_begins_with_a_bar_is_a_function(contract: Contract) -> None:
    assert contract._owner().function.signature == "_owner()"


def test_what_python_and_notebooks_ask_for_is_no_function(contract: Contract) -> None:
    assert copy.deepcopy(contract).address == WHO
    assert not hasattr(contract, "_repr_html_") and not hasattr(contract, "__len__")
    with pytest.raises(AttributeError, match='box has no function "_ipython_display_"'):
        contract._ipython_display_()


@pytest.mark.parametrize(
    "signature", ["set(uint256,int256)", "set(uint256, int256)", "set(uint,int)", " set( uint , int ) "]
)
def test_a_signature_may_have_blanks_and_short_names(contract: Contract, signature: str) -> None:
    assert contract[signature](1, 2).function.signature == "set(uint256,int256)"


def test_a_name_that_an_attribute_has_taken_is_reached_in_brackets(contract: Contract) -> None:
    assert contract["label"]().function.name == "label"


def test_a_contract_without_a_fallback_takes_no_bytes_through_its_abi(contract: Contract) -> None:
    with pytest.raises(AbiError, match='box has no function "fallback"'):
        contract["fallback"](b"\1")


def test_bytes_can_be_sent_to_any_address() -> None:
    call = ether(WHO, 5, b"\1\2")

    assert (call.to, call.value, call.data) == (as_address(WHO, "it"), 5, b"\1\2")


def test_an_address_that_is_none_is_refused_before_ether_goes_there() -> None:
    with pytest.raises(AbiError, match="ether: the recipient is '0x12', which is no address"):
        ether("0x12", 5)


@pytest.mark.parametrize("name", ["set", "label"])
def test_arguments_have_no_names(contract: Contract, name: str) -> None:
    with pytest.raises(AbiError, match=rf"box.{name} was given x=, to=. Write the arguments by position; value= alone"):
        contract[name](x=1, to=2, value=0)
