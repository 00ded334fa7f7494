"""A development node behind JSON-RPC, started by us or already running."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from tokenspice.engine.units import Seconds
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.backends.base import OUT_OF_GAS, ChainBackend, halt_in_words
from tokenspice.web3engine.backends.json_rpc import JsonRpc, RpcError
from tokenspice.web3engine.backends.node import NodeProcess
from tokenspice.web3engine.backends.node_kinds import NODE_KINDS, note_on_reads
from tokenspice.web3engine.clients import Clients
from tokenspice.web3engine.contract import Call
from tokenspice.web3engine.errors import BackendUnavailable, ChainError, Rejected
from tokenspice.web3engine.events import Log
from tokenspice.web3engine.hexes import hexed, unhexed
from tokenspice.web3engine.receipt import Mined, PlainReceipt, Sent, refused
from tokenspice.web3engine.rules import GAS_LIMIT, Ordering
from tokenspice.web3engine.transaction import raw_call
from tokenspice.web3engine.url import masked

if TYPE_CHECKING:
    from web3.providers.base import BaseProvider

__all__ = ["RpcBackend"]

RECEIPT_TIMEOUT_S = 60.0


@dataclass
class RpcSnapshot:
    """A snapshot's clock, and its number, which changes, because a node voids it when it is restored."""

    number: str
    now: Seconds


@final
class RpcBackend(ChainBackend):
    """A development node at `url`.

    Args:
        url: where it answers.
        process: the node, if we started it; it is then stopped with us.

    Raises:
        BackendUnavailable: nothing answers there, or it is no node whose clock and balances we may set.
    """

    def __init__(self, url: str, process: NodeProcess | None = None) -> None:
        self.url = url
        self._process = process
        self._rpc = JsonRpc(url, is_over=lambda: process is not None and process.death() is not None)
        self._nonces: dict[str, int] = {}
        self._snapshots: list[RpcSnapshot] = []
        self.version = str(self._ask("web3_clientVersion"))
        kinds = [kind for kind in NODE_KINDS.values() if self.version.lower().startswith(kind.client)]
        if not kinds:
            raise BackendUnavailable(
                f'{masked(url)} is "{self.version}". A simulation sets clocks and balances, which development chains '
                f"alone allow: give the URL of {' or '.join(NODE_KINDS)}."
            )
        self._kind = kinds[0]
        self.network = self._kind.name
        for method, *params in self._kind.setup:
            self._ask(method, *params)
        self._chain_id = int(self._ask("eth_chainId"), 16)
        head = self._ask("eth_getBlockByNumber", "latest", False)
        self._head = {"block": int(head["number"], 16), "hash": head["hash"]}
        self._now = int(head["timestamp"], 16)

    @property
    def origin(self) -> dict[str, Any] | None:
        return None if self._process else self._head

    @property
    def now(self) -> Seconds:
        return self._now

    def time_of(self, block: int) -> Seconds:
        return int(self._ask("eth_getBlockByNumber", hex(block), False)["timestamp"], 16)

    def provider(self, clients: Clients) -> "BaseProvider":
        from tokenspice.web3engine.backends.node_provider import NodeProvider

        def sent(transaction_hash: str) -> None:
            self._nonces.clear()
            # A node whose automatic mining a client stopped has no receipt yet.
            if clients.listens() and (receipt := self._ask("eth_getTransactionReceipt", transaction_hash)):
                clients.report(self._sent_by_client(receipt))

        def refuse(request: dict[str, Any], reason: str) -> None:
            if clients.listens():
                clients.report(as_sent(request, refused(reason, int(self._ask("eth_blockNumber"), 16)), None))

        return NodeProvider(self._rpc, self._kind, sent, refuse)

    def _sent_by_client(self, receipt: dict[str, Any]) -> Sent:
        transaction = self._ask("eth_getTransactionByHash", receipt["transactionHash"])
        block = self._ask("eth_getBlockByNumber", receipt["blockNumber"], False)
        base_fee = int(block.get("baseFeePerGas") or "0x0", 16)
        sent = as_sent(transaction, as_receipt(receipt), base_fee)
        if sent.receipt.succeeded:
            return sent
        output, halt = self._failure(sent.sender, raw_call(sent), sent.receipt.gas_used)
        return sent._replace(receipt=as_receipt(receipt, output, halt))

    def send(self, account: Account, call: Call) -> PlainReceipt:
        # A node does not tell what a transaction returned, so a token is asked before.
        answer = self._answer(account.address, call) if call.function.moves_tokens else b""
        raw = account.sign(call, self._chain_id, self.nonce(account.address))
        try:
            receipt = self._receipt(self._sent(raw, account.address))
            self._nonces[account.address] += 1
        except RpcError as error:
            block = int(self._ask("eth_blockNumber"), 16)
            raise Rejected(f"{call.label} was not sent: {error}", str(error), block) from None
        except BaseException:  # whether the node has it, nobody knows
            self._nonces.pop(account.address, None)
            raise
        succeeded = int(receipt["status"], 16) == 1
        # A failed transaction left the state as it was, so running it again on top tells why it failed.
        used = int(receipt["gasUsed"], 16)
        output, halt = (answer, "") if succeeded else self._failure(account.address, call, used)
        return as_receipt(receipt, output, halt)

    def read(self, sender: str, call: Call) -> Any:
        try:
            output = self._run(sender, call, self._kind.read_gas)
        except RpcError as error:
            revert, halt = why(error)
            # A contract that ran out of gas further down may say nothing at all.
            note = note_on_reads(self._kind) if halt == OUT_OF_GAS or not (halt or revert) else ""
            raise call.failure(revert, halt, note) from None
        return call.decode(unhexed(output))

    def balance(self, address: str) -> int:
        return int(self._ask("eth_getBalance", address, "latest"), 16)

    def set_balance(self, address: str, wei: int) -> None:
        self._ask(self._kind.set_balance, address, hex(wei))
        if not self._kind.set_balance_mines:
            self.mine(0)

    def nonce(self, address: str) -> int:
        if address not in self._nonces:
            self._nonces[address] = int(self._ask("eth_getTransactionCount", address, "latest"), 16)
        return self._nonces[address]

    def mine(self, seconds: Seconds, ordering: Ordering = "arrival") -> Mined:
        self._ask("evm_mine", hex(self._now + seconds))
        self._now += seconds
        return Mined(list)

    def snapshot(self) -> RpcSnapshot:
        snapshot = RpcSnapshot(self._ask("evm_snapshot"), self._now)
        self._snapshots.append(snapshot)
        return snapshot

    def restore(self, snapshot: object) -> None:
        if not any(snapshot is known for known in self._snapshots):
            raise ChainError("this snapshot is void: an older one was restored since, or it is another chain's.")
        while self._snapshots[-1] is not snapshot:
            self._snapshots.pop()
        self._ask("evm_revert", self._snapshots[-1].number)
        self._snapshots[-1].number = self._ask("evm_snapshot")
        self._now = self._snapshots[-1].now
        self._nonces.clear()

    def close(self) -> None:
        self._rpc.close()
        if self._process:
            self._process.close()

    def _ask(self, method: str, *params: Any) -> Any:
        try:
            return self._rpc(method, *params)
        except BackendUnavailable as error:
            # A dying node closes its connections a little before it is gone.
            if self._process and (death := self._process.death(patience=0.5)):
                raise BackendUnavailable(f"{death}, while {method} was asked of it.") from error
            raise

    def _sent(self, raw: bytes, sender: str) -> str:
        """Hand over a signed transaction, and return its hash."""
        try:
            return str(self._ask("eth_sendRawTransaction", hexed(raw)))
        except BackendUnavailable:
            # The node may have taken it, and its answer be lost on the way.
            self._nonces.pop(sender, None)
            digest = hexed(keccak(raw))
            if not self._ask("eth_getTransactionReceipt", digest):
                raise
            self._nonces[sender] = self.nonce(sender) - 1
            return digest

    def _run(self, sender: str, call: Call, gas: int = GAS_LIMIT) -> str:
        request = {"from": sender, "gas": hex(gas), "value": hex(call.value), "data": hexed(call.data)}
        return str(self._ask("eth_call", request | ({"to": call.to} if call.to else {}), "latest"))

    def _answer(self, sender: str, call: Call) -> bytes:
        try:
            return unhexed(self._run(sender, call))
        except RpcError:
            return b""

    def _failure(self, sender: str, call: Call, used: int) -> tuple[bytes, str]:
        # What used up its gas would use up any, so it gets no more than a read.
        try:
            self._run(sender, call, GAS_LIMIT if used < GAS_LIMIT else self._kind.read_gas)
        except RpcError as error:
            return why(error)
        return b"", "failed, and did not when it was run again"

    def _receipt(self, transaction_hash: str) -> dict[str, Any]:
        deadline = time.monotonic() + RECEIPT_TIMEOUT_S
        while time.monotonic() < deadline:
            receipt: dict[str, Any] | None = self._ask("eth_getTransactionReceipt", transaction_hash)
            if receipt:
                return receipt
            time.sleep(0.001)
        raise BackendUnavailable(
            f"{masked(self.url)} took a transaction and has not mined it within {RECEIPT_TIMEOUT_S:g} s. "
            "Run the node with automatic mining."
        )


def as_receipt(receipt: dict[str, Any], output: bytes = b"", halt: str = "") -> PlainReceipt:
    """Read a receipt as nodes write it, with what they do not write: what was returned, and how the EVM stopped."""
    return PlainReceipt(
        succeeded=int(receipt["status"], 16) == 1,
        gas_used=int(receipt["gasUsed"], 16),
        contract_address=to_checksum_address(receipt["contractAddress"]) if receipt["contractAddress"] else None,
        logs=tuple(as_log(log) for log in receipt["logs"]),
        output=output,
        halt=halt,
        block_number=int(receipt["blockNumber"], 16),
        transaction_hash=unhexed(receipt["transactionHash"]),
        index=int(receipt["transactionIndex"], 16),
        gas_price=int(receipt.get("effectiveGasPrice") or "0x0", 16),
    )


def as_sent(transaction: dict[str, Any], receipt: PlainReceipt, base_fee: int | None) -> Sent:
    """Read a transaction as nodes and their clients write it."""

    def number(name: str) -> int:
        return int(transaction[name], 16) if transaction.get(name, "0x") != "0x" else 0

    to, data = transaction.get("to"), transaction.get("input") or transaction.get("data") or "0x"
    return Sent(
        to_checksum_address(transaction["from"]),
        to_checksum_address(to) if to else None,
        unhexed(data),
        number("value"),
        number("maxPriorityFeePerGas"),
        base_fee,
        0,
        receipt,
    )


def as_log(log: dict[str, Any]) -> Log:
    """Read a log as nodes write it."""
    topics = tuple(unhexed(topic) for topic in log["topics"])
    return Log(to_checksum_address(log["address"]), topics, unhexed(log["data"]))


def why(error: RpcError) -> tuple[bytes, str]:
    """Return the revert data that a node's error holds, and how the EVM stopped if it did not revert."""
    return unhexed(error.data), halt_in_words(str(error))
