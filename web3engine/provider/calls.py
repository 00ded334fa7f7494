"""Calls, and the state that they run on."""

from collections.abc import Mapping
from typing import Any

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.rpc_errors import REFUSED, REVERTED, Refusal
from tokenspice.web3engine.provider.transactions import Request
from tokenspice.web3engine.provider.values import as_address, as_bytes, as_int, as_object

__all__ = ["attempt", "changed", "least_gas", "pending", "succeeded"]

OUT_OF_GAS = "out of gas"  # the core's words


def pending(evm: _core.Evm) -> _core.Evm:
    """Return a fork that has mined what is queued."""
    fork = _core.Evm.from_snapshot(evm.snapshot())
    fork.mine_queue(fork.next_timestamp)
    return fork


def changed(evm: _core.Evm, overrides: Mapping[str, Any] | None) -> _core.Evm:
    """Return a fork on which accounts are as `overrides` says.

    Source: geth, "eth_call", the state override set.
    """
    if overrides is None:
        return evm
    fork = _core.Evm.from_snapshot(evm.snapshot())
    for key, change in overrides.items():
        override(fork, as_address(key, "overrides' address"), as_object(change, "override"))
    return fork


def override(evm: _core.Evm, address: bytes, change: Mapping[str, Any]) -> None:
    """Set an account's balance, nonce, code, and storage, whole ("state") or in part ("stateDiff")."""
    balance, nonce, code = evm.balance(address), evm.nonce(address), evm.code(address)
    if "state" in change:
        evm.delete_account(address)
    evm.set_balance(address, as_int(change.get("balance", balance), "balance"))
    evm.set_nonce(address, as_int(change.get("nonce", nonce), "nonce"))
    evm.set_code(address, as_bytes(change.get("code", code), "code"))
    for slot, value in as_object(change.get("state", change.get("stateDiff", {})), "state").items():
        evm.set_storage(address, as_int(slot, "slot"), as_int(value, "value"))


def attempt(request: Request, evm: _core.Evm, gas: int | None) -> _core.CallResult:
    return evm.call(request.caller, request.to, request.data, value=request.value, gas=gas)


def succeeded(result: _core.CallResult) -> _core.CallResult:
    """Return a result that is a success.

    Raises:
        Refusal: the call failed; code 3 with the revert data, if it reverted.
    """
    if result.success:
        return result
    if result.halt:
        raise Refusal(REFUSED, result.halt)
    reason = f": {result.reason}" if result.output else ""
    raise Refusal(REVERTED, f"execution reverted{reason}", result.output)


def least_gas(request: Request, evm: _core.Evm) -> int:
    """Return the smallest gas limit with which a transaction succeeds, by bisection.

    Raises:
        Refusal: it does not succeed with as much as it may have.
    """
    most = min(request.gas or evm.block_gas_limit, evm.block_gas_limit)
    if request.price:
        most = min(most, max(0, evm.balance(request.caller) - request.value) // request.price)
    result = attempt(request, evm, most)
    if result.halt == OUT_OF_GAS:
        raise Refusal(REFUSED, f"gas required exceeds allowance ({most})")
    # With less than was used it cannot succeed. It may need more: a call holds back a 64th of its gas, and what is
    # refunded has to be there first.
    too_little, enough = succeeded(result).gas_used - 1, most
    middle = too_little + 1
    while too_little + 1 < enough:
        if does(request, evm, middle):
            enough = middle
        else:
            too_little = middle
        middle = (too_little + min(enough, 2 * too_little)) // 2
    return enough


def does(request: Request, evm: _core.Evm, gas: int) -> bool:
    """Tell whether a transaction succeeds with this gas limit."""
    try:
        return attempt(request, evm, gas).success
    except _core.EvmError:  # not even what every transaction costs
        return False
