"""Compiled contracts, a chain to try them on, and anvil to compare with."""

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Sequence
from typing import Any

import pytest

from tests.conftest import DATA, PROJECT
from tokenspice.web3engine import _core
from tokenspice.web3engine.artifact import Artifact
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.node_kinds import ANVIL
from tokenspice.web3engine.errors import BackendUnavailable

ARTIFACTS = Artifacts(PROJECT, PROJECT / "build", netlist=DATA / "zoo")
GENESIS_TIME = 1_600_000_000
OWNER = bytes.fromhex("00000000000000000000000000000000000a11ce")


def address(number: int) -> bytes:
    """A distinct address that is no precompile."""
    return (0xACC << 64 | number).to_bytes(20, "big")


def artifact(name: str) -> Artifact:
    return ARTIFACTS.find(name if "/" in name else f"zoo/{name}")


class ContractAbi:
    """A contract's functions and constructor, as the core reads them."""

    def __init__(self, entries: list[dict[str, Any]]) -> None:
        self.functions = [_core.Function(json.dumps(entry)) for entry in entries if entry["type"] == "function"]
        constructors = [entry for entry in entries if entry["type"] == "constructor"]
        self.constructor = _core.Function(
            json.dumps(
                constructors[0]
                if constructors
                else {"type": "constructor", "inputs": [], "stateMutability": "nonpayable"}
            )
        )

    def function(self, name: str, arguments: int | None = None) -> _core.Function:
        """The only function of this name or signature that takes so many arguments."""
        found = [each for each in self.functions if name in (each.signature, each.signature.split("(")[0])]
        if arguments is not None and len(found) > 1:
            found = [each for each in found if n_arguments(each) == arguments]
        [only] = found
        return only

    def encode(self, name: str, args: Sequence[Any]) -> bytes:
        return self.function(name, len(args)).encode(tuple(args))


def n_arguments(function: _core.Function) -> int:
    """How many arguments a function without tuples takes."""
    inputs = function.signature.split("(")[1].rstrip(")")
    return len(inputs.split(",")) if inputs else 0


def abi_of(name: str) -> ContractAbi:
    return ContractAbi(artifact(name).entries)


def creation_code(name: str, args: tuple[Any, ...] = ()) -> bytes:
    return artifact(name).bytecode + abi_of(name).constructor.encode(args)


def new_evm(**options: Any) -> Any:
    settings: dict[str, Any] = {"hardfork": "shanghai", "genesis_time": GENESIS_TIME}
    evm = _core.Evm(**(settings | options))
    evm.set_balance(OWNER, 10**24)
    return evm


class Deployed:
    """A contract at its address, with calls by name."""

    def __init__(self, evm: Any, name: str, args: tuple[Any, ...] = (), at: bytes | None = None) -> None:
        self.evm = evm
        self.abi = abi_of(name)
        self.address = at or evm.transact(OWNER, None, creation_code(name, args)).contract_address

    def function(self, name: str, args: tuple[Any, ...] = ()) -> Any:
        return self.abi.function(name, len(args))

    def send(self, name: str, *args: Any, sender: bytes = OWNER, **terms: Any) -> Any:
        return self.evm.transact_function(sender, self.address, self.function(name, args), args, **terms)

    def ask(self, name: str, *args: Any, sender: bytes = OWNER, **terms: Any) -> Any:
        return self.evm.call_function(sender, self.address, self.function(name, args), args, **terms)


class Anvil:
    """A running anvil, driven by raw JSON-RPC on the loopback interface."""

    def __init__(self, program: str, hardfork: str, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [program, "--silent", "--port", str(self.port), "--hardfork", hardfork, "--base-fee", "0", "--gas-price", "0",
             "--timestamp", str(GENESIS_TIME), "--accounts", "0", "--chain-id", "1337", "--disable-min-priority-fee",
             "--auto-impersonate", *options]
        )  # fmt: skip
        deadline = time.monotonic() + 10
        while True:
            try:
                self.rpc("eth_chainId")
                break
            except OSError:
                if time.monotonic() > deadline:
                    self.stop()
                    raise
                time.sleep(0.02)

    def rpc(self, method: str, *params: Any) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}", body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as response:
            answer = json.load(response)
        if "error" in answer:
            raise RuntimeError(f"anvil refused {method}: {answer['error']}")
        return answer["result"]

    def transact(self, transaction: dict[str, Any]) -> dict[str, Any]:
        """Sends without estimating gas, and waits for the receipt."""
        hash_ = self.rpc("eth_sendTransaction", transaction)
        return self.receipt(hash_)

    def receipt(self, hash_: str) -> dict[str, Any]:
        for _ in range(500):
            receipt: dict[str, Any] | None = self.rpc("eth_getTransactionReceipt", hash_)
            if receipt:
                return receipt
            time.sleep(0.005)
        raise RuntimeError(f"anvil mined no receipt for {hash_}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def anvil_program() -> str:
    try:
        return ANVIL.command(PROJECT, 0, "shanghai")[0]
    except BackendUnavailable as error:
        pytest.skip(str(error))
