"""How what agents hold of a chain is written down: by names and addresses, never by keys."""

import json
from collections.abc import Mapping
from typing import Any

from tokenspice.studies.resume.codec import TypeCodec
from tokenspice.web3engine.abi import Abi, Function
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call, Contract, Method
from tokenspice.web3engine.events import Log
from tokenspice.web3engine.mempool import Mempool
from tokenspice.web3engine.receipt import Mined, PlainReceipt, Receipt
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["UNWATCHED", "chain_codecs", "receipt_of", "receipt_parts", "receipt_types"]


def receipt_parts(receipt: Receipt) -> tuple[Any, ...]:
    """Take a receipt apart; `receipt_of` puts it together."""
    logs = tuple((log.address, log.topics, log.data) for log in receipt.logs)
    return (
        *(receipt.succeeded, receipt.gas_used, receipt.contract_address, logs),
        *(receipt.output, receipt.halt, receipt.block_number, receipt.transaction_hash),
        *(receipt.index, receipt.gas_price),
    )


def receipt_of(parts: tuple[Any, ...]) -> PlainReceipt:
    succeeded, gas_used, contract_address, logs, *rest = parts
    return PlainReceipt(succeeded, gas_used, contract_address, tuple(Log(*log) for log in logs), *rest)


# Who is told of each transaction watches the run from outside.
UNWATCHED: Mapping[type, frozenset[str]] = {Mempool: frozenset({"report"}), Chain: frozenset({"_listener"})}


def chain_codecs(chain: Chain) -> tuple[TypeCodec, ...]:
    """Return how wallets, contracts, calls and receipts of `chain` are written and built again on it."""
    artifacts = chain.artifacts

    def abi_parts(abi: Abi) -> tuple[str, str]:
        names = [name for name, artifact in artifacts.used.items() if artifact.abi is abi]
        return (names[0], "") if names else ("", json.dumps(abi.entries))

    def abi_of(parts: tuple[str, str]) -> Abi:
        name, entries = parts
        return artifacts.find(name).abi if name else Abi(json.loads(entries))

    def call_parts(call: Call) -> tuple[Any, ...]:
        function = "" if call.function is call.abi.constructor else call.function.signature
        return (call.contract, call.to, call.abi, function, tuple(call.args), call.value, call.code)

    def call_of(parts: tuple[Any, ...]) -> Call:
        contract, to, abi, function, args, value, code = parts
        return Call(contract, to, abi, function_of((abi, function)), args, value, code)

    def function_of(parts: tuple[Abi, str]) -> Function:
        abi, signature = parts
        return abi.function(signature, 0, "") if signature else abi.constructor

    def account_of(name: str) -> Account:
        return Account(name, chain.seed, chain.addresses.get(name, ""))

    def mined_of(parts: tuple[Any, ...]) -> Mined:
        receipts, n_waiting = parts  # what was sent has been reported
        return Mined(lambda: list(receipts), n_waiting)

    return (
        TypeCodec(ChainBackend),
        TypeCodec(Artifacts),
        TypeCodec(EvmWallet, lambda wallet: wallet.name, lambda name: EvmWallet(account_of(name), chain)),
        TypeCodec(Account, lambda account: account.name, account_of),
        TypeCodec(Abi, abi_parts, abi_of),
        TypeCodec(
            Contract, lambda contract: (contract.label, contract.address, contract.abi), lambda parts: Contract(*parts)
        ),
        TypeCodec(Method, lambda method: (method.contract, method.name), lambda parts: Method(*parts)),
        TypeCodec(Call, call_parts, call_of),
        TypeCodec(Mined, lambda mined: (tuple(mined.receipts), mined.n_waiting), mined_of),
        TypeCodec(receipt_types(), receipt_parts, receipt_of),
    )


def receipt_types() -> tuple[type, ...]:
    # Only the in-process chain can be saved, and it may not have been built.
    from tokenspice.web3engine.network import is_built

    if not is_built():
        return (PlainReceipt,)
    from tokenspice.web3engine.backends.revm import RevmReceipt

    return (PlainReceipt, RevmReceipt)
