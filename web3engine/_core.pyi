"""The in-process EVM, in Rust. Addresses are 20 bytes, amounts wei, times seconds since 1970.

Numbers are ints (numpy's too, never bools); whatever does not fit is refused with an `EvmError` that says what to write
instead. Byte arguments may be any contiguous buffer.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal, Protocol, SupportsIndex, TypeAlias, TypedDict, Unpack, final

_Data: TypeAlias = bytes | bytearray | memoryview
_Arguments: TypeAlias = tuple[Any, ...] | list[Any]
_AccessList: TypeAlias = Sequence[tuple[bytes, Sequence[SupportsIndex]]]
_Authorization: TypeAlias = tuple[SupportsIndex, bytes, SupportsIndex, int, SupportsIndex, SupportsIndex]
"""(chain id, address, nonce, y parity, r, s), of EIP-7702."""
_Transaction: TypeAlias = tuple[Any, ...]
"""(sender, to, data or arguments[, value[, gas[, priority_fee[, nonce]]]]); None stands for the default."""

__all__ = [
    "HARDFORKS",
    "REVM_VERSION",
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
    "public_key",
    "recover_key",
    "sign_hash",
]

class Terms(TypedDict, total=False):
    """The terms of a transaction or call; None stands for the default. Only in this file, for type checkers."""

    value: SupportsIndex | None
    """Wei."""
    gas: SupportsIndex | None
    """As much as a block has, unless given."""
    gas_price: SupportsIndex | None
    """Wei for a unit of gas."""
    max_fee: SupportsIndex | None
    priority_fee: SupportsIndex | None
    """They make it an EIP-1559 transaction; without max_fee it pays the base fee and the priority fee."""
    nonce: SupportsIndex | None
    """The sender's next, unless given."""
    access_list: _AccessList | None
    type: SupportsIndex | None
    """EIP-2718 type; what the other terms ask for, unless given."""
    blob_hashes: Sequence[bytes] | None
    max_blob_fee: SupportsIndex | None
    """Wei for a unit of blob gas."""
    authorizations: Sequence[_Authorization] | None

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
    def access_list(self) -> list[tuple[bytes, list[int]]]: ...
    @property
    def blob_hashes(self) -> list[bytes]: ...
    @property
    def max_blob_fee(self) -> int | None:
        """The most wei that a unit of blob gas might have cost; None where there are no blobs."""
    @property
    def authorizations(self) -> list[tuple[int, bytes, int, int, int, int]]:
        """(chain id, address, nonce, y parity, r, s), as EIP-7702 transactions carry them."""
    @property
    def chain_id(self) -> int | None:
        """What was signed, or the chain's; None for a legacy transaction that any chain takes."""
    @property
    def type(self) -> int:
        """The EIP-2718 type: 0 legacy, 1 access list, 2 EIP-1559, 3 blobs, 4 EIP-7702."""
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
    def logs_bloom(self) -> bytes | None:
        """256 bytes; None where the block's receipts are not kept."""
    @property
    def transactions_root(self) -> bytes | None:
        """Of the trie of its transactions, unsigned ones as their hash has them; None where receipts are not kept.

        The block's hash does not depend on it.
        """
    @property
    def receipts_root(self) -> bytes | None:
        """Of the trie of its receipts; None where they are not kept. The block's hash does not depend on it."""
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
    """One function of a contract, or its constructor.

    Python values: int, bool, str, bytes; an address is 20 bytes or "0x" text (capitals are checked as its checksum) and
    comes back as checksummed text; bytes may be given as "0x" text; a tuple is a tuple, list or dict and comes back as
    tuple; an array is a list or tuple and comes back as list.
    """

    def __new__(cls, json: str) -> Function:
        """`json` is one entry of an ABI, of type "function" or "constructor". EvmError (abi) if it is neither."""
    @property
    def signature(self) -> str:
        """As it is hashed; of a constructor "constructor"."""
    @property
    def selector(self) -> bytes:
        """The first 4 bytes of the signature's hash; none for a constructor."""
    def encode(self, args: _Arguments) -> bytes:
        """Calldata: the selector and the arguments. EvmError (abi) names the argument that does not fit.

        Of a constructor only the arguments, to be put behind the creation code.
        """
    def decode(self, data: _Data) -> list[Any]:
        """All outputs, in order."""

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
        """For a file or another process; versioned, and protected by a hash.

        Holds blocks and receipts where the chain keeps "blocks" or "all" of them, and of a fork only what was changed.
        """
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
        keep: Literal["none", "last", "blocks", "all"] = "last",
    ) -> Evm:
        """A new chain with a genesis block.

        hardfork: one of `HARDFORKS`. chain_id: 1337 by default. block_gas_limit: 30,000,000 gas by default. base_fee:
        wei for a unit of gas, 0 by default. coinbase: the zero address by default. seed: makes prevrandao and the order
        of transactions. keep: which receipts `block` gives: none, the head block's ("last"), or those of all blocks ("blocks");
        "all" keeps the states after the last 256 blocks too.
        """
    @staticmethod
    def fork(
        reader: _Reader,
        *,
        hardfork: str,
        chain_id: SupportsIndex,
        number: SupportsIndex,
        hash: bytes,
        parent_hash: bytes,
        timestamp: SupportsIndex,
        coinbase: bytes,
        gas_limit: SupportsIndex,
        base_fee: SupportsIndex,
        prevrandao: bytes,
        seed: SupportsIndex | None = None,
        keep: Literal["none", "last", "blocks", "all"] = "last",
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
    def set_keep(self, keep: Literal["none", "last", "blocks", "all"]) -> None:
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
    def set_next_base_fee(self, base_fee: SupportsIndex) -> None:
        """Of the next block alone. Only 0 before london."""
    def set_coinbase(self, coinbase: bytes) -> None:
        """Who gets the tips, from the next block on."""
    def set_next_prevrandao(self, prevrandao: bytes) -> None:
        """32 bytes: what the next block gives contracts as randomness, in place of what the seed would."""
    def set_seed(self, seed: SupportsIndex) -> None:
        """Makes the randomness of later blocks, and the order of shuffled ones, from another seed."""
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
        **terms: Unpack[Terms],
    ) -> Receipt:
        """Runs one transaction in a block of its own.

        to=None creates a contract from `data`. A transaction that fails gives a receipt with status 0; one that cannot
        run (nonce, funds, gas) is an EvmError (transaction), and no block is mined.
        """
    def transact_function(
        self,
        sender: bytes,
        to: bytes,
        function: Function,
        args: _Arguments,
        value: SupportsIndex | None = None,
        gas: SupportsIndex | None = None,
        priority_fee: SupportsIndex | None = None,
        nonce: SupportsIndex | None = None,
    ) -> Receipt:
        """`transact` of a contract's function; terms by position, as in the rows of `submit_functions`."""
    def transact_raw(self, raw: _Data) -> Receipt:
        """A signed transaction of any type; a blob transaction may come with its blobs or without."""
    def call(
        self,
        sender: bytes,
        to: bytes | None,
        data: _Data,
        *,
        pending: bool = False,
        **terms: Unpack[Terms],
    ) -> CallResult:
        """Runs a call and forgets what it changed. `sender` may be any address, a contract's too.

        It runs in the head block, or with pending=True in the block that would come next. A call that offers nothing for
        gas pays no fees; one that does must be able to pay, and without `gas` it may use what it can pay for, at most a
        whole block's. The nonce is not checked.
        """
    def call_function(
        self,
        sender: bytes,
        to: bytes,
        function: Function,
        args: _Arguments,
        value: SupportsIndex | None = None,
        gas: SupportsIndex | None = None,
        *,
        pending: bool = False,
    ) -> Any:
        """The function's value, a list where it returns several or none. EvmError (revert) if it fails."""
    def trace_call(
        self,
        sender: bytes,
        to: bytes | None,
        data: _Data,
        *,
        options: str = "{}",
        pending: bool = False,
        **terms: Unpack[Terms],
    ) -> str:
        """Traces a call: JSON text, as geth's debug_traceCall answers.

        options is JSON text of geth's tracing options. Without a "tracer" it gives struct logs; the tracers are
        "callTracer", "prestateTracer", "4byteTracer", "flatCallTracer", "muxTracer" and "noopTracer". EvmError (usage)
        for options that geth would not take.
        """
    def trace_transaction(self, number: SupportsIndex, index: SupportsIndex, *, options: str = "{}") -> str:
        """Traces a mined transaction by its block's number and its place there, as `trace_call` does a call.

        EvmError (usage) where the block's receipts, or the state before it, are not kept.
        """
    def trace_block(self, number: SupportsIndex, *, options: str = "{}") -> list[str]:
        """Traces all transactions of a block, in order."""
    def access_list(
        self,
        sender: bytes,
        to: bytes | None,
        data: _Data,
        *,
        pending: bool = False,
        **terms: Unpack[Terms],
    ) -> tuple[list[tuple[bytes, list[int]]], CallResult]:
        """The access list of what a call uses, and what the call gives with it."""
    def state_root(self) -> bytes:
        """Of the state as it is now. Computed from the whole state; not for a fork."""
    def proof(
        self, address: bytes, slots: Sequence[SupportsIndex]
    ) -> tuple[bytes, list[bytes], list[tuple[int, int, list[bytes]]]]:
        """(storage root, the account's proof, [(slot, value, the slot's proof), ...]) as EIP-1186 has them.

        A proof is a list of RLP-encoded trie nodes, from the root down. Computed from the whole state; not for a fork.
        """
    def submit(
        self,
        sender: bytes,
        to: bytes | None,
        data: _Data,
        **terms: Unpack[Terms],
    ) -> int:
        """Queues a transaction, as `transact` takes it, for the next `mine_queue`; gives its ticket."""
    def submit_function(
        self,
        sender: bytes,
        to: bytes,
        function: Function,
        args: _Arguments,
        value: SupportsIndex | None = None,
        gas: SupportsIndex | None = None,
        priority_fee: SupportsIndex | None = None,
        nonce: SupportsIndex | None = None,
    ) -> int:
        """Queues what `transact_function` takes."""
    def submit_raw(self, raw: _Data) -> int: ...
    def submit_many(self, transactions: Sequence[_Transaction]) -> range:
        """Queues many in one crossing, and gives their tickets. None of them if one is wrong."""
    def submit_functions(self, function: Function, transactions: Sequence[_Transaction]) -> range:
        """`submit_many` for calls of one function: each tuple's third is the arguments."""
    @property
    def queued(self) -> int: ...
    def withdraw(self, ticket: SupportsIndex) -> bool:
        """Takes a transaction out of the queue; False if it is not there."""
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
    def mine_calls(
        self,
        timestamp: SupportsIndex,
        calls: Sequence[tuple[bytes, bytes | None, _Data, Terms]],
        *,
        transfers: bool = False,
    ) -> Block:
        """Mines calls in one block as `call` runs them, keeps what they change, and gives the block with all receipts.

        Each is (sender, to, data, terms). With transfers=True, ether that moves is in the logs too, as eth_simulateV1 has
        it. A call that cannot run (funds, gas) is an EvmError (transaction), and nothing has happened.
        """
    def snapshot(self) -> Snapshot: ...
    def restore(self, snapshot: Snapshot) -> None:
        """Goes back (or over) to a snapshot, as often as wanted."""
    def at(self, number: SupportsIndex) -> Evm | None:
        """A new chain that goes on from block `number`, as the chain was when the next block began, nothing queued.

        None where that is not kept: keep="all" keeps the states of the last 256 blocks, else only the present is there.
        """
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

def sign_hash(key: bytes, hash: bytes) -> bytes:
    """The signature of a 32-byte hash: r, s, and the parity of the point, 65 bytes (RFC 6979, the lower s)."""

def public_key(key: bytes) -> bytes:
    """Both coordinates, 64 bytes."""

def recover_key(hash: bytes, signed: bytes) -> bytes:
    """The public key whose owner signed a hash; EvmError (usage) if it is a signature of nobody's."""
