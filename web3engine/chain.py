"""The chain, as netlists and agents meet it: wallets, deployments, tokens, time."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, final

from tokenspice.engine.errors import WalletError
from tokenspice.engine.units import Amount, Seconds, tokens
from tokenspice.engine.world import World
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.arguments import read_wei
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend, copyable
from tokenspice.web3engine.clients import CLIENT_LABEL, Clients
from tokenspice.web3engine.contract import Call, Contract, as_address
from tokenspice.web3engine.errors import AbiError, ArtifactError, ChainError, Rejected, Reverted
from tokenspice.web3engine.failures import Remarks, left_undone, naming_errors, newer_code
from tokenspice.web3engine.linking import link
from tokenspice.web3engine.mempool import Batch, Mempool, Pending, Report
from tokenspice.web3engine.receipt import Receipt, refused
from tokenspice.web3engine.rules import ZERO_ADDRESS, Ordering
from tokenspice.web3engine.token import Token
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
    mempool: tuple[dict[int, Pending], list[Batch]]


@final
class Chain(World):
    """One chain of one run.

    Args:
        backend: the EVM behind it.
        artifacts: the contracts that `deploy` knows by name.
        seed: of the wallets' keys.
        on_receipt: called with the call's label and its receipt after each transaction.
        wallets: names of those that have their ether already.
        tokens: those that are there already, by symbol.

    Attributes:
        addresses: of wallets that are known before they are made, by name.
        mempool: what waits for the block at the end of the tick, and the rules by which it is mined.
        remarks: tells what tokens do other than they were asked.
        tokens: the ERC-20s that wallets know, by symbol.
        wallets: those made so far, by name.
    """

    def __init__(
        self,
        backend: ChainBackend,
        artifacts: Artifacts,
        seed: int = 0,
        on_receipt: Report | None = None,
        wallets: Iterable[str] = (),
        tokens: Mapping[str, Token] = MappingProxyType({}),
    ) -> None:
        self._backend = backend
        self.artifacts = artifacts
        self.seed = seed
        self.addresses: Mapping[str, str] = {}
        self.remarks = Remarks()
        self.mempool = Mempool(backend, artifacts, on_receipt, self.remarks.tell, self._is_exact)
        self.wallets = {name: self._wallet(name) for name in wallets}
        self.tokens = dict(tokens)

    @property
    def backend(self) -> ChainBackend:
        """The EVM behind it."""
        return self._backend

    @backend.setter
    def backend(self, backend: ChainBackend) -> None:
        self._backend = self.mempool.backend = backend

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
        return Web3(self.backend.provider(Clients(self._accounts, self.advance, self._report)))

    def _is_exact(self, address: str | None) -> bool:
        return any(token.is_exact and token.contract.address == address for token in self.tokens.values())

    def _accounts(self) -> list[Account]:
        return [wallet.account for wallet in self.wallets.values()]

    def _report(self, receipt: Receipt) -> None:
        if self.mempool.report:
            self.mempool.report(CLIENT_LABEL, receipt)

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
        return EvmWallet(Account(name, self.seed, self.addresses.get(name, "")), self)

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
        return Contract(label, receipt.contract_address, artifact.abi)

    def contract(self, contract: str, address: str, label: str = "") -> Contract:
        """Return a contract that is already at `address`, with the ABI of the artifact called `contract`.

        Raises:
            AbiError: `address` is not an address.
        """
        return Contract(
            label or contract, as_address(address, f"{contract}: where it is"), self.artifacts.find(contract).abi
        )

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
            known = ", ".join(self.tokens) or "none yet; chain.deploy_token(symbol) makes one"
            raise WalletError(f'the chain knows no token "{symbol}". It knows: {known}.')
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
                self.mempool.report(call.label, refused(error.reason, error.block_number))
            raise error.at(f"{wallet.name}") from None
        if self.mempool.report:
            self.mempool.report(call.label, receipt)
        if not receipt.succeeded:
            call = naming_errors(call, receipt.output, self.artifacts)
            note = f"Sent by {wallet.name}. {newer_code(receipt.halt, self.artifacts)}"
            raise call.failure(receipt.output, receipt.halt, note)
        if remarks and call.function.moves_tokens and (odd := left_undone(call, receipt)):
            self.remarks.tell(odd)
        return receipt

    def read(self, call: Call, wallet: EvmWallet | None = None) -> Any:
        """Return the decoded value of a call that changes nothing, as seen by `wallet`, or by nobody."""
        try:
            return self._backend.read(wallet.address if wallet else ZERO_ADDRESS, call)
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
        return ChainSnapshot(self._backend.snapshot(), dict(self.wallets), dict(self.tokens), self.mempool.snapshot())

    def restore(self, snapshot: object) -> None:
        if not isinstance(snapshot, ChainSnapshot):
            raise ChainError(f"{snapshot!r} is no snapshot of a chain. Give what chain.snapshot() returned.")
        self._backend.restore(snapshot.backend)
        self.wallets, self.tokens = dict(snapshot.wallets), dict(snapshot.tokens)
        self.mempool.restore(snapshot.mempool)

    def copy(self) -> "Chain":
        """Return a chain of its own in the present state, for instance to try something in another thread.

        Contracts and tokens are the same on both; wallets are found by name on each.

        Raises:
            ChainError: the backend is not Copyable.
        """
        backend = copyable(self._backend).copy()
        return Chain(backend, self.artifacts, self.seed, wallets=self.wallets, tokens=self.tokens)

    @contextmanager
    def anchor(self) -> Iterator[None]:
        """Try something and leave no trace: the state returns at the end of the `with` block.

        What is tried is not reported to `on_receipt` either.
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
