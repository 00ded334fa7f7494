"""Calls, and the state that they run on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, REFUSED, REVERTED, JsonRpcError
from tokenspice.web3engine.provider.transactions import Request
from tokenspice.web3engine.provider.values import as_address, as_bytes, as_hash, as_int, as_object

__all__ = ["attempt", "changed", "copied", "least_gas", "override", "override_block", "pending", "succeeded"]

OUT_OF_GAS = "out of gas"  # the core's words


def copied(evm: _core.Evm) -> _core.Evm:
    """Return a fork."""
    return _core.Evm.from_snapshot(evm.snapshot())


def pending(evm: _core.Evm) -> _core.Evm:
    """Return a fork that has mined what is queued."""
    fork = copied(evm)
    fork.mine_queue(fork.next_timestamp)
    return fork


def changed(evm: _core.Evm, overrides: Mapping[str, Any] | None, block: Mapping[str, Any] | None = None) -> _core.Evm:
    """Return a fork on which accounts, and the next block, are as the overrides say.

    Source: geth, "eth_call", the state override set and the block overrides.
    """
    if not overrides and not block:
        return evm
    fork = copied(evm)
    for key, change in (overrides or {}).items():
        override(fork, as_address(key, "overrides' address"), as_object(change, "override"))
    override_block(fork, block or {})
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


def override_block(evm: _core.Evm, given: Mapping[str, Any]) -> None:
    """Set what the next block is to be."""
    setters = {
        "baseFeePerGas": lambda value: evm.set_next_base_fee(as_int(value, "baseFeePerGas")),
        "coinbase": lambda value: evm.set_coinbase(as_address(value, "coinbase")),
        "feeRecipient": lambda value: evm.set_coinbase(as_address(value, "feeRecipient")),
        "gasLimit": lambda value: evm.set_block_gas_limit(as_int(value, "gasLimit")),
        "prevRandao": lambda value: evm.set_next_prevrandao(as_hash(value, "prevRandao")),
        "random": lambda value: evm.set_next_prevrandao(as_hash(value, "random")),
        "time": lambda value: evm.set_next_timestamp(as_int(value, "time")),
    }
    for name, value in given.items():
        if name == "number" and as_int(value, "number") == evm.block_number + 1:
            continue
        if name not in setters:
            known = ", ".join(sorted(setters))
            raise JsonRpcError(BAD_PARAMETERS, f"blockOverrides has {name}, which cannot be set; known are {known}")
        setters[name](value)


def attempt(request: Request, evm: _core.Evm, gas: int | None, *, next_block: bool = False) -> _core.CallResult:
    terms = request.terms | {"gas": gas, "nonce": None}
    return evm.call(request.caller, request.to, request.data, pending=next_block, **terms)


def succeeded(result: _core.CallResult) -> _core.CallResult:
    """Return a result that is a success.

    Raises:
        JsonRpcError: the call failed; code 3 with the revert data, if it reverted.
    """
    if result.success:
        return result
    if result.halt:
        raise JsonRpcError(REFUSED, result.halt)
    reason = f": {result.reason}" if result.output else ""
    raise JsonRpcError(REVERTED, f"execution reverted{reason}", result.output)


def least_gas(request: Request, evm: _core.Evm) -> int:
    """Return the smallest gas limit with which a transaction succeeds, by bisection.

    Raises:
        JsonRpcError: it does not succeed with as much as it may have.
    """
    most = min(request.gas or evm.block_gas_limit, evm.block_gas_limit)
    held = evm.balance(request.caller)
    if request.price:
        if held < request.value:
            raise JsonRpcError(REFUSED, f"insufficient funds for transfer: the sender has {held} wei")
        most = min(most, (held - request.value) // request.price)
    request = replace(request, gas=None)
    try:
        result = attempt(request, evm, most)
    except _core.EvmError as error:
        if error.kind == "transaction" and "before it starts" in str(error):
            raise JsonRpcError(REFUSED, f"gas required exceeds allowance ({most})") from None
        raise
    if result.halt == OUT_OF_GAS:
        raise JsonRpcError(REFUSED, f"gas required exceeds allowance ({most})")
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
