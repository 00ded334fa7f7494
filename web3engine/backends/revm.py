"""The in-process chain: revm, through web3engine/core, with no node and no socket."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, final

from tokenspice.engine.errors import ConfigError
from tokenspice.engine.units import Seconds
from tokenspice.web3engine import _core
from tokenspice.web3engine.abi import Function
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.backends.base import ChainBackend, Copyable, Queueing, halt_in_words
from tokenspice.web3engine.clients import Clients
from tokenspice.web3engine.contract import Call
from tokenspice.web3engine.errors import AbiError, ChainError, Rejected
from tokenspice.web3engine.events import Log
from tokenspice.web3engine.fork.cache import ForkCache
from tokenspice.web3engine.fork.fork import Fork
from tokenspice.web3engine.fork.reader import ForkReader
from tokenspice.web3engine.receipt import REFUSED, Mined, Receipt, Sent
from tokenspice.web3engine.rules import (
    BLOCK_GAS_LIMIT,
    CHAIN_ID,
    GAS_LIMIT,
    GENESIS_TIME,
    HARDFORK,
    MAX_FEE,
    Ordering,
)
from tokenspice.web3engine.shown import receipt_text

if TYPE_CHECKING:
    from web3.providers.base import BaseProvider

__all__ = ["RevmBackend", "core_versions"]

SPARE_GAS = 21_000  # what any transaction costs
UNTRIED_GAS = 1_000_000  # for one that fails by itself, and may succeed after others of its block

# How a forked chain's bytes begin: then the size of what was read of it, that, and the state.
FORKED = b"tokenspice forked chain 1\n"


Keep: TypeAlias = Literal["none", "last", "blocks", "all"]

# A queued transaction that is signed when its block is mined: ticket, sender, call, tip.
ToSign: TypeAlias = tuple[int, Account, Call, int]


@dataclass(frozen=True)
class RevmSnapshot:
    """The core's snapshot, and the queue of a chain whose wallets sign."""

    evm: _core.Snapshot
    to_sign: tuple[ToSign, ...]
    signed: dict[int, tuple[int, str]]


@final
class RevmReceipt:
    """A receipt, as `tokenspice.web3engine.contract.Receipt` describes it, read out of the core when it is asked."""

    __slots__ = ("_call", "_receipt")

    def __init__(self, receipt: _core.Receipt, call: Call | None = None) -> None:
        self._receipt = receipt
        self._call = call

    def __repr__(self) -> str:
        return receipt_text(self, self._call)

    @property
    def succeeded(self) -> bool:
        return self._receipt.status == 1

    @property
    def gas_used(self) -> int:
        return self._receipt.gas_used

    @property
    def contract_address(self) -> str | None:
        address = self._receipt.contract_address
        return _core.checksum_address(address) if address and self.succeeded else None

    @property
    def logs(self) -> tuple[Log, ...]:
        return tuple(Log(_core.checksum_address(log.address), log.topics, log.data) for log in self._receipt.logs)

    @property
    def output(self) -> bytes:
        return self._receipt.output

    @property
    def halt(self) -> str:
        halt = self._receipt.halt or ""
        return halt if halt.startswith(REFUSED) else halt_in_words(halt)

    @property
    def block_number(self) -> int:
        return self._receipt.block_number

    @property
    def transaction_hash(self) -> bytes:
        return self._receipt.transaction_hash

    @property
    def index(self) -> int | None:
        return self._receipt.transaction_index

    @property
    def gas_price(self) -> int:
        return self._receipt.effective_gas_price


@final
class RevmBackend(ChainBackend, Queueing, Copyable):
    """A chain in this process.

    Args:
        seed: of the order of queued transactions, and of what contracts read as randomness.
        signs: whether wallets sign their transactions and the chain checks them; results are the same.
        hardfork: the rules of the EVM, by name: istanbul, …, shanghai, cancun, prague, ….
        keep: which receipts the chain itself remembers, for web3.py: "none", the "last" block's, those of all "blocks",
            or "all", which keeps the states after the last 256 blocks too.
        start: a snapshot to go on from, instead of an empty chain; seed, hardfork and keep are then its own.
        fork: reads the remote state that the chain begins with, or that `start` began with. Chain id, clock, fees
            and gas limit go on from the remote block, whose hardfork is used if `hardfork` is older.

    Raises:
        ConfigError: there is no such hardfork.
    """

    network = "revm"

    def __init__(
        self,
        seed: int = 0,
        signs: bool = False,
        hardfork: str = HARDFORK,
        keep: Keep = "blocks",
        start: _core.Snapshot | None = None,
        fork: ForkReader | None = None,
    ) -> None:
        self.version = f"revm {_core.REVM_VERSION}"
        self._signs = signs
        self._fork = fork
        if start:
            self._evm = _core.Evm.from_snapshot(start)
        else:
            self._evm = forked_evm(fork, seed, hardfork, keep) if fork else new_evm(seed, hardfork, keep)
        self._chain_id = self._evm.chain_id
        self._gas = min(GAS_LIMIT, self._evm.block_gas_limit)
        self._n_kept = 0
        self._to_sign: list[ToSign] = []
        self._signed: dict[int, tuple[int, str]] = {}  # our ticket and the sender, by the core's ticket
        self._functions = Functions()
        self._addresses = Addresses()

    @classmethod
    def from_bytes(cls, data: bytes, signs: bool = False, fork: Fork | None = None) -> "RevmBackend":
        """Return a chain in the state that `to_bytes` wrote.

        Args:
            data: what it wrote.
            signs: as of the constructor.
            fork: where a forked chain reads what it has not read yet; without it, that is a ForkMiss.

        Raises:
            ChainError: the bytes were changed since, or are of another version, or another fork's.
        """
        n_kept, _, rest = data.partition(b"\n")
        signed, _, state = rest.partition(b"\n")
        reader = None
        if state.startswith(FORKED):
            size, rest = int.from_bytes(state[len(FORKED) : len(FORKED) + 8], "big"), state[len(FORKED) + 8 :]
            reader, state = (fork or Fork()).open(ForkCache.from_bytes(rest[:size])), rest[size:]
        elif fork:
            raise ChainError("the chain cannot go on from these bytes on a fork: it began with none. Leave --fork out.")
        try:
            start = _core.Snapshot.from_bytes(state, reader)
            queue = [(core, (ticket, sender)) for core, ticket, sender in json.loads(signed)]
        except (_core.EvmError, ValueError) as error:
            raise ChainError(f"the chain cannot go on from these bytes: {error}.") from None
        if start.fork != (reader and (reader.origin.number, reader.origin.hash)):
            raise ChainError("the chain cannot go on from these bytes: its state and what it read are of two blocks.")
        backend = cls(signs=signs, start=start, fork=reader)
        backend._n_kept, backend._signed = int(n_kept), dict(queue)
        return backend

    @property
    def fork(self) -> dict[str, Any] | None:
        return self._fork.facts | {"hardfork": self._evm.hardfork} if self._fork else None

    @property
    def now(self) -> Seconds:
        return self._evm.timestamp

    def time_of(self, block: int) -> Seconds:
        found = self._evm.block(block)
        return found.timestamp if found else self._evm.timestamp  # a fork's first blocks are the remote chain's

    def provider(self, clients: Clients) -> "BaseProvider":
        """Return what web3.py reaches this chain through; from now on the chain remembers past states too."""
        from tokenspice.web3engine.provider import EvmProvider, Host
        from tokenspice.web3engine.provider.host import KeyOf

        def keys() -> dict[str, KeyOf]:
            return {account.address: account.key for account in clients.accounts()}

        def report(receipt: _core.Receipt) -> None:
            if clients.listens():
                clients.report(self._sent(receipt, 0))

        def refuse(sent: Sent) -> None:
            if clients.listens():
                clients.report(sent)

        self._evm.set_keep("all")
        return EvmProvider(self._evm, Host(keys, clients.advance, report, refuse))

    def _sent(self, receipt: _core.Receipt, ticket: int) -> Sent:
        block = self._evm.block(receipt.block_number) if receipt.included else None
        return Sent(
            _core.checksum_address(receipt.sender),
            _core.checksum_address(receipt.to) if receipt.to else None,
            receipt.data,
            receipt.value,
            receipt.priority_fee or 0,
            block.base_fee if block else None,
            ticket,
            RevmReceipt(receipt),
        )

    def send(self, account: Account, call: Call) -> Receipt:
        # Most of a simulation's time goes through here: one frame, and terms by position.
        to, function = call.to, call.function
        try:
            if self._signs or to is None or not function.selector:
                return RevmReceipt(self._transact(account, call), call)
            address, parsed = self._addresses[to], self._functions[function]
            return RevmReceipt(
                self._evm.transact_function(
                    account.address_bytes, address, parsed, call.args, call.value, self._gas, 0
                ),
                call,
            )
        except _core.EvmError as error:
            if error.kind == "abi":  # the core reads plain values alone
                sent = self.send(account, call.encoded)
                return RevmReceipt(sent._receipt, call) if isinstance(sent, RevmReceipt) else sent
            if error.kind == "transaction":
                raise rejected(error, call, self._evm.block_number) from None
            raise translated(error, call) from None

    def submit(self, account: Account, call: Call, tip: int) -> int:
        # Without a gas limit of its own, a transaction takes no more of the block than it uses.
        if self._signs:
            return self._keep_to_sign(account, call, tip)
        try:
            if call.to is None or not call.function.selector:
                to = self._addresses[call.to] if call.to else None
                return self._evm.submit(account.address_bytes, to, call.data, value=call.value, priority_fee=tip)
            to, function = self._addresses[call.to], self._functions[call.function]
            return self._evm.submit_function(account.address_bytes, to, function, call.args, call.value, None, tip)
        except _core.EvmError as error:
            if error.kind == "abi":
                return self.submit(account, call.encoded, tip)
            raise translated(error, call) from None

    def submit_many(self, first: Call, rows: Sequence[tuple[Account, tuple[Any, ...]]]) -> range:
        if self._signs:
            calls = [
                (account, first._replace(args=args).encoded) for account, args in rows
            ]  # all, before the first is queued
            tickets = [self.submit(account, call, 0) for account, call in calls]
            return range(tickets[0], tickets[-1] + 1)
        to = self._addresses[first.to or ""]
        try:
            return self._evm.submit_functions(
                self._functions[first.function], [(account.address_bytes, to, args) for account, args in rows]
            )
        except _core.EvmError as error:
            if error.kind != "abi":
                raise translated(error, first) from None
        data = [(account.address_bytes, to, first._replace(args=args).data) for account, args in rows]
        return self._evm.submit_many(data)

    def read(self, sender: str, call: Call) -> Any:
        if call.to is None:
            raise ChainError(f"{call.label} changes the state. Send it.")
        function = call.function
        if not function.selector:
            return self._read_bytes(sender, call)
        try:
            value = self._evm.call_function(
                self._addresses[sender],
                self._addresses[call.to],
                self._functions[function],
                call.args,
                value=call.value,
                gas=self._gas,
            )
        except _core.EvmError as error:
            if error.kind in ("revert", "abi"):  # the core reads plain values alone, and says less of a failure
                return self._read_bytes(sender, call)
            raise translated(error, call) from None
        return value if len(function.outputs) == 1 else tuple(value) or None

    def _read_bytes(self, sender: str, call: Call) -> Any:
        done = self._evm.call(
            self._addresses[sender], self._addresses[call.to or ""], call.data, value=call.value, gas=self._gas
        )
        if not done.success:
            raise call.failure(done.output, halt_in_words(done.halt or ""))
        return call.decode(done.output)

    def balance(self, address: str) -> int:
        return self._evm.balance(self._addresses[address])

    def set_balance(self, address: str, wei: int) -> None:
        self._evm.set_balance(self._addresses[address], wei)
        self._evm.mine(self._evm.timestamp)

    def nonce(self, address: str) -> int:
        return self._evm.nonce(self._addresses[address])

    def mine(self, seconds: Seconds, ordering: Ordering = "arrival") -> Mined:
        try:
            self._sign_what_waits()
            time = self._evm.timestamp + seconds
            if not self._evm.queued:
                self._evm.mine(time)
                return Mined(list)
            block = self._evm.mine_queue(time, ordering)
        except _core.EvmError as error:
            raise ChainError(f"no block can be mined: {error}.") from None
        if not self._signs:
            return Mined(
                lambda: [(done.ticket, RevmReceipt(done)) for done in block.receipts],
                block.carried_over,
                lambda: {done.ticket: self._sent(done, done.ticket) for done in block.receipts},
            )
        # What a client has queued has no ticket of ours.
        settled = [(self._signed.pop(done.ticket, (-done.ticket, ""))[0], done) for done in block.receipts]
        return Mined(
            lambda: [(ticket, RevmReceipt(done)) for ticket, done in settled],
            block.carried_over,
            lambda: {ticket: self._sent(done, ticket) for ticket, done in settled},
        )

    def set_base_fee(self, wei: int) -> None:
        if self._signs and wei > MAX_FEE:
            raise ChainError(f"a base fee of {wei} wei per gas: signed transactions pay at most {MAX_FEE} of it.")
        try:
            self._evm.set_base_fee(wei)
        except _core.EvmError as error:
            raise ChainError(f"{error}.") from None

    def snapshot(self) -> RevmSnapshot:
        return RevmSnapshot(self._evm.snapshot(), tuple(self._to_sign), dict(self._signed))

    def restore(self, snapshot: object) -> None:
        if not isinstance(snapshot, RevmSnapshot):
            raise ChainError(f"{snapshot!r} is no snapshot of this chain. Give what snapshot() returned.")
        self._evm.restore(snapshot.evm)
        self._to_sign, self._signed = list(snapshot.to_sign), dict(snapshot.signed)

    def copy(self) -> "RevmBackend":
        return RevmBackend(signs=self._signs, start=self._evm.snapshot(), fork=self._fork)

    def to_bytes(self) -> bytes:
        if self._to_sign:
            raise ChainError(
                f"{len(self._to_sign)} transactions wait to be signed, and keys are not written. Mine a block first."
            )
        signed = [[core, ticket, sender] for core, (ticket, sender) in self._signed.items()]
        queue = b"%d\n%s\n" % (self._n_kept, json.dumps(signed).encode())
        state = self._evm.snapshot().to_bytes()
        if self._fork is None:
            return queue + state
        read = self._fork.to_bytes()
        return queue + FORKED + len(read).to_bytes(8, "big") + read + state

    def draw_from(self, seed: int) -> None:
        """Draw the order of later queued transactions, and what contracts read as randomness, from another seed."""
        self._evm.set_seed(seed)

    def close(self) -> None:
        if self._fork:
            self._fork.close()

    def dump_state(self) -> str:
        """Return all accounts as anvil dumps them (anvil_dumpState)."""
        return self._evm.dump_state()

    def load_state(self, dump: str) -> None:
        """Take over the accounts that anvil, or `dump_state`, dumped; others stay.

        Raises:
            ChainError: it is no such dump. Nothing changed.
        """
        try:
            self._evm.load_state(dump)
        except _core.EvmError as error:
            raise ChainError(f"this state cannot be loaded: {error}.") from None

    def plain_loop(self, account: Account, call: Call, count: int) -> float:
        """Return the seconds that `count` transactions take in Rust alone: the yardstick of benchmarks/evm.py."""
        function, to = self._functions[call.function], self._addresses[call.to or ""]
        return self._evm._plain_loop(account.address_bytes, to, function, [call.args], count)

    def _transact(self, account: Account, call: Call) -> _core.Receipt:
        if self._signs:
            return self._evm.transact_raw(self._sign(account, call, self.nonce(account.address), self._gas, 0))
        to = self._addresses[call.to] if call.to else None
        return self._evm.transact(account.address_bytes, to, call.data, value=call.value, gas=self._gas, priority_fee=0)

    def _keep_to_sign(self, account: Account, call: Call, tip: int) -> int:
        call.data  # noqa: B018  (an argument that does not fit is an error now, not when the block is mined)
        self._n_kept += 1
        self._to_sign.append((self._n_kept, account, call, tip))
        return self._n_kept

    def _sign_what_waits(self) -> None:
        # Only now, because a nonce is signed too, and the wallet may have sent something since.
        waiting = Counter(sender for _, sender in self._signed.values())
        for ticket, account, call, tip in self._to_sign:
            nonce = self.nonce(account.address) + waiting[account.address]
            waiting[account.address] += 1
            # A signed transaction books its gas limit in the block, so it asks for what it needs and some more.
            to = self._addresses[call.to] if call.to else None
            needs = self._evm.call(account.address_bytes, to, call.data, value=call.value, gas=self._gas, pending=True)
            gas = max(2 * needs.gas_used + SPARE_GAS, 0 if needs.success else UNTRIED_GAS)
            raw = self._sign(account, call, nonce, min(gas, self._gas), tip)
            self._signed[self._evm.submit_raw(raw)] = (ticket, account.address)
        self._to_sign.clear()

    def _sign(self, account: Account, call: Call, nonce: int, gas: int, tip: int) -> bytes:
        return account.sign(call, self._chain_id, nonce, gas, tip, max(MAX_FEE, self._evm.base_fee + tip))


def core_versions() -> dict[str, str]:
    """Return the version of revm, and the beginning of the built core's SHA-256."""
    content = Path(str(_core.__file__)).read_bytes()
    return {"core": hashlib.sha256(content).hexdigest()[:16], "revm": _core.REVM_VERSION}


@final
class Functions(dict[Function, _core.Function]):
    """Each function as the core knows it, parsed when it is first asked for."""

    def __missing__(self, function: Function) -> _core.Function:
        return self.setdefault(function, _core.Function(json.dumps(function.entry)))


@final
class Addresses(dict[str, bytes]):
    """Each address in bytes, by its text."""

    def __missing__(self, address: str) -> bytes:
        return self.setdefault(address, bytes.fromhex(address[2:]))


def new_evm(seed: int, hardfork: str, keep: Keep) -> _core.Evm:
    try:
        return _core.Evm(
            hardfork=hardfork,
            genesis_time=GENESIS_TIME,
            chain_id=CHAIN_ID,
            block_gas_limit=BLOCK_GAS_LIMIT,
            seed=seed,
            keep=keep,
        )
    except _core.EvmError as error:
        raise ConfigError(f"the chain cannot begin: {error}.") from None


def forked_evm(reader: ForkReader, seed: int, hardfork: str, keep: Keep) -> _core.Evm:
    origin = reader.origin
    known = _core.HARDFORKS
    if hardfork in known and origin.hardfork in known:
        hardfork = max(hardfork, origin.hardfork, key=known.index)
    try:
        return _core.Evm.fork(reader, **(asdict(origin) | {"hardfork": hardfork, "seed": seed, "keep": keep}))
    except _core.EvmError as error:
        raise ConfigError(f"the fork cannot begin: {error}.") from None


def rejected(error: _core.EvmError, call: Call, block: int) -> Rejected:
    """Make the error of a transaction that could not run."""
    return Rejected(f"{call.label} was not sent: {error}.", str(error), block)


def translated(error: _core.EvmError, call: Call) -> ChainError:
    """Make our error of the core's."""
    kind = AbiError if error.kind == "abi" else ChainError
    return kind(f"{call.label}: {error}")
