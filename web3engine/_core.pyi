"""The in-process EVM, in Rust. Addresses are 20 bytes, amounts wei, times seconds since 1970.

Numbers are ints (numpy's too, never bools); whatever does not fit is refused with an `EvmError` that says what to write
instead. Byte arguments may be any contiguous buffer.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal, Protocol, SupportsIndex, TypeAlias, final

_Data: TypeAlias = bytes | bytearray | memoryview
_Arguments: TypeAlias = tuple[Any, ...] | list[Any]
_AccessList: TypeAlias = Sequence[tuple[bytes, Sequence[SupportsIndex]]]
_Transaction: TypeAlias = tuple[Any, ...]
"""(sender, to, data or arguments[, value[, gas[, priority_fee[, nonce]]]]); None stands for the default."""

__all__ = [
    "HARDFORKS",
    "Abi",
    "Block",
    "CallResult",
    "Evm",
    "EvmError",
    "Function",
    "Log",
    "Receipt",
    "Snapshot",
    "checksum_address",
    "create2_address",
    "create_address",
    "keccak256",
]

REVM_VERSION: Final[str]

HARDFORKS: Final[list[str]]
"""The names that `Evm` knows, oldest first."""

class EvmError(Exception):
    """Every failure of this module."""

    kind: Literal["usage", "abi", "transaction", "revert", "snapshot", "internal"]
    data: bytes | None
    """What a call reverted with, where kind is "revert"."""

@final
class Log:
    """One event as the EVM emitted it."""

    @property
    def address(self) -> bytes: ...
    @property
    def topics(self) -> tuple[bytes, ...]: ...
    @property
    def data(self) -> bytes: ...

@final
class CallResult:
    """What a call returned; nothing of it was kept on the chain."""

    @property
    def success(self) -> bool: ...
    @property
    def gas_used(self) -> int: ...
    @property
    def output(self) -> bytes:
        """What was returned, or what it reverted with."""
    @property
    def logs(self) -> list[Log]: ...
    @property
    def halt(self) -> str | None:
        """Why the EVM stopped, where it neither returned nor reverted."""
    @property
    def reason(self) -> str | None:
        """Why it failed, in words; None for a success."""

@final
class Receipt:
    """What became of a transaction; final."""

    @property
    def status(self) -> int:
        """1 for success, 0 for failure."""
    @property
    def included(self) -> bool:
        """False for a queued transaction that could not run: it is in no block and cost nothing."""
    @property
    def gas_used(self) -> int: ...
    @property
    def cumulative_gas_used(self) -> int:
        """Gas used in the block up to and with this transaction."""
    @property
    def effective_gas_price(self) -> int:
        """Wei paid for a unit of gas."""
    @property
    def contract_address(self) -> bytes | None: ...
    @property
    def logs(self) -> list[Log]: ...
    @property
    def output(self) -> bytes:
        """What was returned (a created contract's code), or what it reverted with."""
    @property
    def halt(self) -> str | None:
        """Why the EVM stopped, where it neither returned nor reverted; "rejected: ..." if the transaction never ran."""
    @property
    def reason(self) -> str | None:
        """Why it failed, in words; None for a success."""
    @property
    def block_number(self) -> int: ...
    @property
    def transaction_index(self) -> int | None:
        """The place in its block, from 0; None if it is in none."""
    @property
    def transaction_hash(self) -> bytes:
        """The real hash of a signed transaction.

        An unsigned one has keccak-256 of 0x7f and the RLP list
        [sender, nonce, max fee, priority fee, gas, to, value, data, access list, chain id].
        """
    @property
    def sender(self) -> bytes: ...
    @property
    def to(self) -> bytes | None:
        """None where a contract was created."""
    @property
    def nonce(self) -> int: ...
    @property
    def data(self) -> bytes:
        """What the transaction carried: calldata, or a contract's creation code."""
    @property
    def value(self) -> int: ...
    @property
    def gas(self) -> int:
        """The transaction's gas limit."""
    @property
    def type(self) -> int:
        """The EIP-2718 type: 0 legacy, 1 access list, 2 EIP-1559, 4 EIP-7702."""
    @property
    def max_fee(self) -> int:
        """The most wei that a unit of gas might have cost."""
    @property
    def priority_fee(self) -> int | None:
        """The most wei a unit of gas might have given to the coinbase; None for a transaction with a flat price."""
    @property
    def ticket(self) -> int:
        """What `submit` and its like returned; 0 for a transaction that was never queued."""
    @property
    def raw(self) -> bytes | None:
        """The signed transaction as it was sent; None for an unsigned one."""

@final
class Block:
    """A mined block. Its length is the number of transactions in it."""

    @property
    def number(self) -> int: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def parent_hash(self) -> bytes: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def coinbase(self) -> bytes: ...
    @property
    def gas_limit(self) -> int: ...
    @property
    def gas_used(self) -> int: ...
    @property
    def base_fee(self) -> int:
        """Wei for a unit of gas, burned."""
    @property
    def prevrandao(self) -> bytes: ...
    @property
    def transaction_count(self) -> int:
        """How many transactions ran in the block, failed ones with them."""
    @property
    def reverted(self) -> int:
        """How many of them failed."""
    @property
    def rejected(self) -> int:
        """How many queued transactions could not run and are gone."""
    @property
    def carried_over(self) -> int:
        """How many queued transactions did not fit and wait for a later block."""
    @property
    def receipts(self) -> list[Receipt]:
        """In the order of execution, rejected transactions' among them; empty where they are not kept."""
    def __len__(self) -> int: ...
    def __bool__(self) -> Literal[True]: ...

@final
class Function:
    """One function of a contract's interface."""

    @property
    def name(self) -> str: ...
    @property
    def signature(self) -> str:
        """As it is hashed, such as "transfer(address,uint256)"."""
    @property
    def selector(self) -> bytes: ...
    @property
    def mutability(self) -> Literal["pure", "view", "nonpayable", "payable"]: ...
    @property
    def inputs(self) -> list[tuple[str, str]]:
        """Names and types; a name may be empty."""
    @property
    def outputs(self) -> list[tuple[str, str]]: ...
    def encode(self, args: _Arguments) -> bytes:
        """Calldata: the selector and the arguments. EvmError (abi) names the argument that does not fit."""
    def decode_input(self, data: _Data) -> list[Any]:
        """The arguments in calldata."""
    def decode_output(self, data: _Data) -> list[Any]:
        """All outputs, in order."""

@final
class Abi:
    """A contract's interface, parsed from its ABI JSON.

    Python values: int, bool, str, bytes; an address is 20 bytes or "0x" text (capitals are checked as its checksum) and
    comes back as checksummed text; bytes may be given as "0x" text; a tuple is a tuple, list or dict and comes back as
    tuple; an array is a list or tuple and comes back as list.
    """

    def __new__(cls, json: str) -> Abi:
        """`json` is an ABI list or an artifact that has it under "abi". EvmError (abi) if it is neither."""
    @property
    def functions(self) -> dict[str, Function]:
        """By signature."""
    @property
    def events(self) -> list[str]: ...
    @property
    def errors(self) -> list[str]: ...
    def function(self, name: str, arguments: int | None = None) -> Function:
        """By signature or name; an overloaded name needs `arguments`, if their number tells the overloads apart."""
    def event_topic(self, name: str) -> bytes:
        """The first topic of an event, by name or signature."""
    def encode(self, name: str, args: _Arguments) -> bytes: ...
    def encode_constructor(self, args: _Arguments) -> bytes:
        """The constructor's arguments, to be put behind the creation code."""
    def decode_output(self, name: str, data: _Data) -> list[Any]: ...
    def decode_log(self, log: Log) -> tuple[str, str, dict[str, Any]] | None:
        """(name, signature, values by name); None if the ABI does not have the event.

        Indexed values that do not fit a word (strings, bytes, arrays, tuples) are their 32-byte hash. A value without a
        name has its position.
        """
    def decode_logs(self, receipt: Receipt) -> list[tuple[Log, tuple[str, str, dict[str, Any]]]]:
        """`decode_log` of all of a receipt's logs that the ABI knows."""
    def decode_error(self, data: _Data) -> tuple[str, tuple[Any, ...]] | None:
        """(name, arguments); Error(string) and Panic(uint256) are always known. None if no known error is named."""

@final
class Snapshot:
    """A chain at one moment: state, clock, block hashes and queue. Cheap to take, and never changes."""

    @property
    def block_number(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def hardfork(self) -> str: ...
    @property
    def fork(self) -> tuple[int, bytes] | None:
        """The number and hash of the block that the chain was forked at; None if it began empty."""
    def to_bytes(self) -> bytes:
        """For a file or another process; versioned, and protected by a hash. Holds no receipts, and of a fork only what
        was changed."""
    @staticmethod
    def from_bytes(data: _Data, reader: _Reader | None = None) -> Snapshot:
        """EvmError (snapshot) for anything that `to_bytes` did not write, or that was changed since.

        A forked chain's needs the `reader` of its fork.
        """

class _Reader(Protocol):
    """Reads a remote chain's state at one block; each answer is asked for once, and remembered."""

    def account(self, address: bytes, /) -> tuple[int, int, bytes]:
        """Balance (wei), nonce and code, which is empty where there is none."""
    def storage(self, address: bytes, slot: int, /) -> int: ...
    def block_hash(self, number: int, /) -> bytes: ...

@final
class Evm:
    """An EVM and its chain, in this process.

    One thread at a time runs an `Evm`; others wait. The GIL is free while the EVM runs. After an error the chain is as
    it was before the call.
    """

    def __new__(
        cls,
        *,
        hardfork: str,
        genesis_time: SupportsIndex,
        chain_id: SupportsIndex | None = None,
        block_gas_limit: SupportsIndex | None = None,
        base_fee: SupportsIndex | None = None,
        coinbase: bytes | None = None,
        seed: SupportsIndex | None = None,
        keep: Literal["none", "last", "all"] = "last",
    ) -> Evm:
        """A new chain with a genesis block.

        hardfork: one of `HARDFORKS`. chain_id: 1337 by default. block_gas_limit: 30,000,000 gas by default. base_fee:
        wei for a unit of gas, 0 by default. coinbase: the zero address by default. seed: makes prevrandao and the order
        of transactions. keep: which receipts `block` gives: none, the head block's, or all, which keeps all blocks too.
        """
    @staticmethod
    def fork(
        reader: _Reader,
        *,
        hardfork: str,
        chain_id: int,
        number: int,
        hash: bytes,
        parent_hash: bytes,
        timestamp: int,
        coinbase: bytes,
        gas_limit: int,
        base_fee: int,
        prevrandao: bytes,
        seed: SupportsIndex | None = None,
        keep: Literal["none", "last", "all"] = "last",
    ) -> Evm:
        """A chain that goes on from a block of another one, whose state `reader` gives when it is needed.

        What the reader raises comes out of whatever needed its answer, and the chain is as it was before.
        """
    @staticmethod
    def from_snapshot(snapshot: Snapshot) -> Evm:
        """A new chain that goes on from a snapshot, independent of the one it was taken from."""
    @property
    def hardfork(self) -> str: ...
    @property
    def chain_id(self) -> int: ...
    @property
    def block_gas_limit(self) -> int: ...
    @property
    def coinbase(self) -> bytes: ...
    @property
    def seed(self) -> int: ...
    def set_keep(self, keep: Literal["none", "last", "all"]) -> None:
        """Which receipts and blocks stay readable from now on; a restored snapshot does not change it."""
    def balance(self, address: bytes) -> int: ...
    def nonce(self, address: bytes) -> int: ...
    def code(self, address: bytes) -> bytes: ...
    def storage(self, address: bytes, slot: SupportsIndex) -> int: ...
    def addresses(self) -> list[bytes]:
        """All that have a balance, a nonce, code or storage, in ascending order; on a fork, those that changed."""
    @property
    def account_count(self) -> int: ...
    def set_balance(self, address: bytes, balance: SupportsIndex) -> None: ...
    def set_nonce(self, address: bytes, nonce: SupportsIndex) -> None: ...
    def set_code(self, address: bytes, code: _Data) -> None:
        """Of any length; b"" takes it away. Storage stays."""
    def set_storage(self, address: bytes, slot: SupportsIndex, value: SupportsIndex) -> None: ...
    def delete_account(self, address: bytes) -> bool:
        """False if there was none."""
    @property
    def block_number(self) -> int:
        """The head block's."""
    @property
    def timestamp(self) -> int:
        """The head block's."""
    @property
    def next_timestamp(self) -> int:
        """The time of the block that comes next by `transact`: the head's, unless set."""
    def set_next_timestamp(self, timestamp: SupportsIndex) -> None:
        """Not before the head's time; the same second may have many blocks."""
    @property
    def base_fee(self) -> int:
        """The next blocks' base fee: wei for a unit of gas."""
    def set_base_fee(self, base_fee: SupportsIndex) -> None:
        """From the next block on, until it is set again. Only 0 before london."""
    def set_coinbase(self, coinbase: bytes) -> None:
        """Who gets the tips, from the next block on."""
    def set_block_gas_limit(self, gas: SupportsIndex) -> None:
        """From the next block on."""
    def block(self, number: SupportsIndex | None = None) -> Block | None:
        """The head by default; None if it is not known (older than 256 blocks, unless keep is "all")."""
    def block_hash(self, number: SupportsIndex) -> bytes | None: ...
    def mine(self, timestamp: SupportsIndex, blocks: SupportsIndex | None = None) -> None:
        """Mines empty blocks (1 by default), all with this time; what is queued stays queued."""
    def transact(
        self,
        sender: bytes,
        to: bytes | None,
        data: _Data,
        *,
        value: SupportsIndex | None = None,
        gas: SupportsIndex | None = None,
        gas_price: SupportsIndex | None = None,
        max_fee: SupportsIndex | None = None,
        priority_fee: SupportsIndex | None = None,
        nonce: SupportsIndex | None = None,
        access_list: _AccessList | None = None,
    ) -> Receipt:
        """Runs one transaction in a block of its own.

        to=None creates a contract from `data`. Without `gas` it may use a whole block's; without `nonce` it takes the
        sender's next. max_fee or priority_fee make it an EIP-1559 transaction; without max_fee it pays the base fee and
        the priority fee. A transaction that fails gives a receipt with status 0; one that cannot run (nonce, funds, gas)
        is an EvmError (transaction), and no block is mined.
        """
    def transact_function(
        self,
        sender: bytes,
        to: bytes,
        function: Function,
        args: _Arguments,
        *,
        value: SupportsIndex | None = None,
        gas: SupportsIndex | None = None,
        gas_price: SupportsIndex | None = None,
        max_fee: SupportsIndex | None = None,
        priority_fee: SupportsIndex | None = None,
        nonce: SupportsIndex | None = None,
        access_list: _AccessList | None = None,
    ) -> Receipt: ...
    def transact_raw(self, raw: _Data) -> Receipt:
        """A signed transaction: legacy, EIP-2930, EIP-1559 or EIP-7702. Blobs are refused."""
    def call(
        self,
        sender: bytes,
        to: bytes | None,
        data: _Data,
        *,
        value: SupportsIndex | None = None,
        gas: SupportsIndex | None = None,
        pending: bool = False,
    ) -> CallResult:
        """Runs a call and forgets what it changed. It pays no fees, and `sender` may be any address.

        It runs in the head block, or with pending=True in the block that would come next.
        """
    def call_function(
        self,
        sender: bytes,
        to: bytes,
        function: Function,
        args: _Arguments,
        *,
        value: SupportsIndex | None = None,
        gas: SupportsIndex | None = None,
        pending: bool = False,
    ) -> Any:
        """The function's value, a list where it returns several or none. EvmError (revert) if it fails."""
    def call_many(self, calls: Sequence[_Transaction], *, pending: bool = False) -> list[CallResult]:
        """In one crossing; each is (sender, to, data[, value[, gas]])."""
    def call_functions(
        self, calls: Sequence[tuple[bytes, bytes, Function, _Arguments]], *, pending: bool = False
    ) -> list[Any]:
        """In one crossing; values as `call_function` gives them. EvmError (revert) names the first call that fails."""
    def submit(
        self,
        sender: bytes,
        to: bytes | None,
        data: _Data,
        *,
        value: SupportsIndex | None = None,
        gas: SupportsIndex | None = None,
        gas_price: SupportsIndex | None = None,
        max_fee: SupportsIndex | None = None,
        priority_fee: SupportsIndex | None = None,
        nonce: SupportsIndex | None = None,
        access_list: _AccessList | None = None,
    ) -> int:
        """Queues a transaction, as `transact` takes it, for the next `mine_queue`; gives its ticket."""
    def submit_function(
        self,
        sender: bytes,
        to: bytes,
        function: Function,
        args: _Arguments,
        *,
        value: SupportsIndex | None = None,
        gas: SupportsIndex | None = None,
        gas_price: SupportsIndex | None = None,
        max_fee: SupportsIndex | None = None,
        priority_fee: SupportsIndex | None = None,
        nonce: SupportsIndex | None = None,
        access_list: _AccessList | None = None,
    ) -> int: ...
    def submit_raw(self, raw: _Data) -> int: ...
    def submit_many(self, transactions: Sequence[_Transaction]) -> range:
        """Queues many in one crossing, and gives their tickets. None of them if one is wrong."""
    def submit_functions(self, function: Function, transactions: Sequence[_Transaction]) -> range:
        """`submit_many` for calls of one function: each tuple's third is the arguments."""
    @property
    def queued(self) -> int: ...
    def clear_queue(self) -> int:
        """Forgets all queued transactions; gives their number."""
    def mine_queue(
        self, timestamp: SupportsIndex, ordering: Literal["arrival", "shuffle", "priority"] = "arrival"
    ) -> Block:
        """Mines the queue in one block.

        "shuffle" goes by the chain's seed and the block's number; "priority" takes, again and again, the best paying of
        all senders' next transactions, ties drawn from seed, block and sender. A sender's own transactions stay in the
        order they came, given nonces ascending. What does not fit waits for a later block: a given gas limit is booked
        as a whole, without one what is used counts. A transaction that cannot run at all is left out; its receipt has
        included False and a reason "rejected: ...".
        """
    def snapshot(self) -> Snapshot: ...
    def restore(self, snapshot: Snapshot) -> None:
        """Goes back (or over) to a snapshot, as often as wanted."""
    def dump_state(self, *, plain: bool = False) -> str:
        """As anvil dumps it: gzipped JSON in hex, or plain JSON. Neither queue nor receipts; not for a fork."""
    def load_state(self, data: str | _Data) -> None:
        """Takes over what anvil dumped; accounts of the dump replace those here, others stay.

        The chain goes on from the dump's head block. EvmError (snapshot), and nothing changed, if it cannot be read.
        """
    def _plain_loop(
        self, sender: bytes, to: bytes, function: Function, arguments: Sequence[_Arguments], count: int
    ) -> float:
        """Seconds that `count` transactions take in one block without a gas limit, in Rust alone."""

def keccak256(data: _Data) -> bytes: ...
def checksum_address(address: bytes) -> str:
    """Text with EIP-55 capitals."""

def create_address(sender: bytes, nonce: SupportsIndex) -> bytes:
    """Where the contract goes that `sender` creates with its transaction number `nonce`."""

def create2_address(sender: bytes, salt: _Data, init_code: _Data) -> bytes:
    """Where CREATE2 by `sender` puts a contract."""
