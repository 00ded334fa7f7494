"""The chain, as netlists and agents meet it: wallets, deployments, tokens, time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, final

from tokenspice.engine.errors import WalletError
from tokenspice.engine.text import not_among
from tokenspice.engine.units import Amount, Seconds, tokens
from tokenspice.engine.world import World
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.arguments import read_wei
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend, copyable
from tokenspice.web3engine.clients import Clients
from tokenspice.web3engine.contract import Call, Contract, R, as_address
from tokenspice.web3engine.errors import AbiError, ArtifactError, ChainError, Rejected, Reverted
from tokenspice.web3engine.failures import Remarks, left_undone, naming_errors, newer_code
from tokenspice.web3engine.linking import link
from tokenspice.web3engine.mempool import Batch, Mempool, Pending
from tokenspice.web3engine.receipt import Receipt, Sent, refused
from tokenspice.web3engine.rules import ZERO_ADDRESS, Ordering
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.transaction import Transaction, raw_call
from tokenspice.web3engine.wallet import EvmWallet

if TYPE_CHECKING:
    from web3 import Web3

__all__ = ["Chain"]

# Transactions cost ether on some chains; a wallet should never run out, and ether is not what we study.
ETHER_PER_WALLET = 10_000 * 10**18


@dataclass(frozen=True)
class ChainSnapshot:
    """What `Chain.restore` needs: the backend's own snapshot, and the names known when it was taken."""

    backend: object
    wallets: dict[str, EvmWallet]
    tokens: dict[str, Token]
    contracts: dict[str, Contract]
    mempool: tuple[dict[int, Pending], list[Batch]]


@final
class Chain(World):
    """One chain of one run.

    Args:
        backend: the EVM behind it.
        artifacts: the contracts that `deploy` knows by name.
        seed: of the wallets' keys.
        on_transaction: called after each transaction, and with each one that the chain refused. Without it, none is
            made into a value.
        wallets: names of those that have their ether already.
        tokens: those that are there already, by symbol.

    Attributes:
        addresses: of wallets that are known before they are made, by name.
        contracts: what was deployed here, or named by `contract`, by address.
        mempool: what waits for the block at the end of the tick, and the rules by which it is mined.
        remarks: tells what tokens do other than they were asked.
        tick: of the run, 0 while its state is built; the loop counts.
        tokens: the ERC-20s that wallets know, by symbol.
        wallets: those made so far, by name.
    """

    def __init__(
        self,
        backend: ChainBackend,
        artifacts: Artifacts,
        seed: int = 0,
        on_transaction: Callable[[Transaction], None] | None = None,
        wallets: Iterable[str] = (),
        tokens: Mapping[str, Token] = MappingProxyType({}),
    ) -> None:
        self._backend = backend
        self.artifacts = artifacts
        self.seed = seed
        self.addresses: Mapping[str, str] = {}
        self.remarks = Remarks()
        self._names: dict[str, str] = {}  # of wallets, by address
        self.mempool = Mempool(backend, artifacts, None, self.remarks.tell, self._is_exact)
        self.on_transaction = on_transaction
        self.contracts: dict[str, Contract] = {}
        self.wallets = {name: self._wallet(name) for name in wallets}
        self.tokens = dict(tokens)

    def __repr__(self) -> str:
        return f"Chain({self.backend.network}, {len(self.wallets)} wallets, tokens {', '.join(self.tokens) or 'none'})"

    @property
    def backend(self) -> ChainBackend:
        """The EVM behind it."""
        return self._backend

    @backend.setter
    def backend(self, backend: ChainBackend) -> None:
        self._backend = self.mempool.backend = backend

    @property
    def on_transaction(self) -> Callable[[Transaction], None] | None:
        """Who is told of each transaction."""
        return self._listener

    @on_transaction.setter
    def on_transaction(self, listener: Callable[[Transaction], None] | None) -> None:
        self._listener = listener
        self.mempool.report = self._report if listener else None

    @property
    def now(self) -> Seconds:
        return self.backend.now

    @property
    def ordering(self) -> Ordering:
        """Which transactions go first in a block: the mempool's rule."""
        return self.mempool.ordering

    @ordering.setter
    def ordering(self, ordering: Ordering) -> None:
        self.mempool.ordering = ordering

    @property
    def faucet(self) -> EvmWallet:
        """The wallet that deploys what no agent deploys, and holds a new token's whole supply."""
        return self.wallet("faucet")

    @cached_property
    def w3(self) -> "Web3":
        """A web3.py client of this chain, for code that is written for web3.py."""
        from web3 import Web3

        self.faucet  # noqa: B018  (so that there is an account with ether, whatever else there is)
        return Web3(self.backend.provider(Clients(self._accounts, self.advance, self._hear, self._listens)))

    def _is_exact(self, address: str | None) -> bool:
        return any(token.is_exact and token.contract.address == address for token in self.tokens.values())

    def _accounts(self) -> list[Account]:
        return [wallet.account for wallet in self.wallets.values()]

    def _listens(self) -> bool:
        return self.mempool.report is not None

    def _hear(self, sent: Sent) -> None:
        if self.mempool.report:
            self.mempool.report(sent, None)

    def _report(self, sent: Sent, call: Call | None) -> None:
        """Tell who listens of a transaction, as a value.

        Args:
            sent: what the chain has.
            call: what a wallet sent; None for what came through `w3`.
        """
        address, receipt = sent.sender, sent.receipt
        name = self._names.get(address, "")
        if call is None:
            known = self.contracts.get(sent.to or "")
            call = raw_call(sent, known.label if known else "")
        where = (self.tick, receipt.block_number, receipt.index, self._backend.time_of(receipt.block_number))
        if self._listener:
            self._listener(Transaction(*where, name, address, call, receipt, sent.tip, sent.base_fee, sent.ticket))

    def name_of(self, address: str) -> str:
        """Return what a checksummed address is called: a contract's label, a wallet's name, or else the address."""
        if contract := self.contracts.get(address):
            return contract.label
        return self._names.get(address, address)

    def wallet(self, name: str, **funds: Amount) -> EvmWallet:
        """Return the wallet called `name`; the first call makes it, with ether for its transactions.

        Args:
            name: of the agent that owns it; with the seed, it determines the key.
            funds: base units by token symbol, paid by the faucet.
        """
        if name not in self.wallets:
            wallet = self._wallet(name)
            self.backend.set_balance(wallet.address, ETHER_PER_WALLET)
            self.wallets[name] = wallet
        for symbol, amount in funds.items():
            if amount:
                self.faucet.transfer(self.wallets[name], symbol, amount)
        return self.wallets[name]

    def _wallet(self, name: str) -> EvmWallet:
        wallet = EvmWallet(Account(name, self.seed, self.addresses.get(name, "")), self)
        self._names[wallet.address] = name
        return wallet

    def deploy(
        self,
        contract: str,
        *args: Any,
        sender: EvmWallet | None = None,
        label: str = "",
        libraries: Mapping[str, str] = MappingProxyType({}),
        value: int = 0,
    ) -> Contract:
        """Deploy a contract.

        Args:
            contract: its name in contracts/, in an npm package's artifacts or in ARTIFACTS_PATH; write
                "folder/Name" where several folders have one.
            args: the constructor's.
            sender: who deploys it; the faucet unless given.
            label: what to call it in messages; the contract's name unless given.
            libraries: addresses of the external libraries that it was compiled for, by name; the keys may be
                "contracts/SupplyLogic.sol:SupplyLogic", or "SupplyLogic" alone.
            value: wei that a payable constructor is given.

        Raises:
            ArtifactError: no such contract, or not the libraries that it needs.
            Reverted: its constructor refused.
        """
        artifact = self.artifacts.find(contract)
        label = label or artifact.name
        code = link(f"{artifact.protocol}/{artifact.name}", artifact.bytecode, artifact.links, libraries)
        if not code:
            raise ArtifactError(
                f"{label} has no code to deploy: it is an interface, an abstract contract or an ABI alone. Deploy what "
                "implements it, and write chain.contract(name, address) to call that through it."
            )
        value = read_wei(value, f"deploying {label}")
        call = Call(label, None, artifact.abi, artifact.abi.constructor, args, value, code)
        receipt = self.send(sender or self.faucet, call)
        assert receipt.contract_address, "a deployment that succeeded has an address"
        deployed = Contract(label, receipt.contract_address, artifact.abi)
        self.contracts[deployed.address] = deployed
        return deployed

    def contract(self, contract: str, address: str, label: str = "") -> Contract:
        """Return a contract that is already at `address`, with the ABI of the artifact called `contract`.

        Raises:
            AbiError: `address` is not an address.
        """
        where = as_address(address, f"{contract}: where it is")
        found = Contract(label or contract, where, self.artifacts.find(contract).abi)
        if label or where not in self.contracts:
            self.contracts[where] = found
        return found

    def deploy_token(self, symbol: str, supply: Amount = tokens(10**9)) -> Token:
        """Deploy an ERC-20 with 18 decimals, whose supply the faucet holds, and know it by its symbol."""
        if symbol in self.tokens:
            raise ChainError(f"there is a token {symbol} already. Give each token a symbol of its own.")
        contract = self.deploy("token/Token", symbol, symbol, supply, label=symbol)
        self.tokens[symbol] = Token(symbol, contract, is_exact=True)
        return self.tokens[symbol]

    def add_token(self, contract: Contract, symbol: str = "", decimals: int | None = None) -> Token:
        """Know an ERC-20 that is on the chain already, so that wallets hold and pay it by its symbol.

        Args:
            contract: the token.
            symbol: what wallets call it; the contract's label unless given.
            decimals: digits after the point; the contract is asked unless given.

        Raises:
            ChainError: there is a token of that symbol, or the contract does not tell its decimals.
        """
        symbol = symbol or contract.label
        if symbol in self.tokens:
            raise ChainError(f"there is a token {symbol} already. Give each token a symbol of its own.")
        if decimals is None:
            try:
                decimals = int(self.read(contract.decimals()))
            except (AbiError, Reverted, ValueError, TypeError) as error:
                raise ChainError(
                    f"{symbol} does not tell its decimals ({error}). Write decimals=18, or as many."
                ) from None
        self.tokens[symbol] = Token(symbol, contract, decimals)
        return self.tokens[symbol]

    def token(self, symbol: str) -> Token:
        """Return the token called `symbol`.

        Raises:
            WalletError: the chain knows none.
        """
        if symbol not in self.tokens:
            known = self.tokens or ("none yet; chain.deploy_token(symbol) makes one",)
            raise WalletError(f'the chain knows no token "{symbol}". {not_among(symbol, known, "It knows")}')
        return self.tokens[symbol]

    def send(self, wallet: EvmWallet, call: Call, remarks: bool = True) -> Receipt:
        """Mine a transaction from `wallet`. Agents write `wallet.send(call)`.

        Args:
            wallet: who sends it.
            call: what to send.
            remarks: whether to tell when a token answers false, or nothing.

        Raises:
            Rejected: the chain did not take it.
            Reverted: it failed inside the EVM.
        """
        try:
            receipt = self._backend.send(wallet.account, call)
        except Rejected as error:
            if self.mempool.report:
                self._tell(wallet, call, refused(error.reason, error.block_number), None)
            raise error.at(f"{wallet.name}") from None
        if self.mempool.report:
            self._tell(wallet, call, receipt, receipt.gas_price)  # without a tip, that is the base fee
        if not receipt.succeeded:
            call = naming_errors(call, receipt.output, self.artifacts)
            note = f"Sent by {wallet.name}. {newer_code(receipt.halt, self.artifacts)}"
            raise call.failure(receipt.output, receipt.halt, note)
        if remarks and call.function.moves_tokens and (odd := left_undone(call, receipt)):
            self.remarks.tell(odd)
        return receipt

    def _tell(self, wallet: EvmWallet, call: Call, receipt: Receipt, base_fee: int | None) -> None:
        self._report(Sent(wallet.address, call.to, b"", call.value, 0, base_fee, 0, receipt), call)

    def read(self, call: Call[R], wallet: EvmWallet | None = None) -> R:
        """Return the decoded value of a call that changes nothing, as seen by `wallet`, or by nobody."""
        try:
            value: R = self._backend.read(wallet.address if wallet else ZERO_ADDRESS, call)
            return value
        except Reverted as error:
            if hint := newer_code(error.reason, self.artifacts):
                raise Reverted(f"{error} {hint}", error.reason, error.output) from None
            named = naming_errors(call, error.output, self.artifacts)
            if named is call:
                raise
            raise named.failure(error.output, "") from None

    def advance(self, seconds: Seconds) -> None:
        """Mine a block, `seconds` later, of what wallets have submitted."""
        self.mempool.settle(self._backend.mine(seconds, self.mempool.ordering))

    def draw_from(self, seed: int) -> None:
        """Draw the order of shuffled blocks, and what contracts read as randomness, from another seed."""
        self._backend.draw_from(seed)

    def snapshot(self) -> ChainSnapshot:
        return ChainSnapshot(
            self._backend.snapshot(),
            dict(self.wallets),
            dict(self.tokens),
            dict(self.contracts),
            self.mempool.snapshot(),
        )

    def restore(self, snapshot: object) -> None:
        if not isinstance(snapshot, ChainSnapshot):
            raise ChainError(f"{snapshot!r} is no snapshot of a chain. Give what chain.snapshot() returned.")
        self._backend.restore(snapshot.backend)
        self.wallets, self.tokens = dict(snapshot.wallets), dict(snapshot.tokens)
        self.contracts = dict(snapshot.contracts)
        self.mempool.restore(snapshot.mempool)

    def copy(self) -> "Chain":
        """Return a chain of its own in the present state, for instance to try something in another thread.

        Contracts and tokens are the same on both; wallets are found by name on each.

        Raises:
            ChainError: the backend is not Copyable.
        """
        backend = copyable(self._backend).copy()
        copied = Chain(backend, self.artifacts, self.seed, wallets=self.wallets, tokens=self.tokens)
        copied.contracts, copied.tick = dict(self.contracts), self.tick
        return copied

    @contextmanager
    def anchor(self) -> Iterator[None]:
        """Try something and leave no trace: the state returns at the end of the `with` block.

        What is tried is not reported to `on_transaction` either.
        """
        snapshot, report = self.snapshot(), self.mempool.report
        self.mempool.report = None
        try:
            yield
        finally:
            self.mempool.report = report
            self.restore(snapshot)

    def close(self) -> None:
        self.backend.close()
