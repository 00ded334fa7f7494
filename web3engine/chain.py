"""The chain, as netlists and agents meet it: wallets, deployments, tokens, time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, final

from eth_utils.address import is_address

from tokenspice.engine.errors import WalletError
from tokenspice.engine.units import Amount, Seconds, tokens
from tokenspice.engine.world import World
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend, Ordering
from tokenspice.web3engine.contract import Batch, Call, Contract, Method, Pending, Receipt
from tokenspice.web3engine.errors import AbiError, ChainError, Reverted
from tokenspice.web3engine.linking import link
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

if TYPE_CHECKING:
    from web3 import Web3

__all__ = ["ZERO_ADDRESS", "Chain"]

# Transactions cost ether on some chains; a wallet should never run out, and ether is not what we study.
ETHER_PER_WALLET = 10_000 * 10**18

ZERO_ADDRESS = "0x" + "0" * 40


@dataclass(frozen=True)
class ChainSnapshot:
    """What `Chain.restore` needs: the backend's own snapshot, and the names known when it was taken."""

    backend: object
    wallets: dict[str, EvmWallet]
    tokens: dict[str, Token]
    pending: dict[int, Pending]
    batches: list[Batch]


@final
class Chain(World):
    """One chain of one run.

    Args:
        backend: the EVM behind it.
        artifacts: the contracts that `deploy` knows by name.
        seed: of the wallets' keys.
        on_receipt: called with the call's label and its receipt after each transaction.

    Attributes:
        addresses: of wallets that are known before they are made, by name.
        tokens: the ERC-20s deployed by `deploy_token`, by symbol.
        ordering: which of the transactions that wallets submit go first in their block.
    """

    def __init__(
        self,
        backend: ChainBackend,
        artifacts: Artifacts,
        seed: int = 0,
        on_receipt: Callable[[str, Receipt], None] | None = None,
    ) -> None:
        self.backend = backend
        self.artifacts = artifacts
        self.seed = seed
        self.addresses: Mapping[str, str] = {}
        self.tokens: dict[str, Token] = {}
        self.ordering: Ordering = "arrival"
        self._pending: dict[int, Pending] = {}
        self._batches: list[Batch] = []
        self._on_receipt = on_receipt
        self._wallets: dict[str, EvmWallet] = {}

    @property
    def now(self) -> Seconds:
        return self.backend.now

    @property
    def faucet(self) -> EvmWallet:
        """The wallet that deploys what no agent deploys, and holds a new token's whole supply."""
        return self.wallet("faucet")

    @cached_property
    def w3(self) -> "Web3":
        """A web3.py client of this chain, for code that is written for web3.py."""
        from web3 import Web3

        return Web3(self.backend.provider())

    def wallet(self, name: str, **funds: Amount) -> EvmWallet:
        """Return the wallet called `name`; the first call makes it, with ether for its transactions.

        Args:
            name: of the agent that owns it; with the seed, it determines the key.
            funds: base units by token symbol, paid by the faucet.
        """
        if name not in self._wallets:
            wallet = EvmWallet(name, self, self.addresses.get(name, ""))
            self.backend.set_balance(wallet.address, ETHER_PER_WALLET)
            self._wallets[name] = wallet
        for symbol, amount in funds.items():
            if amount:
                self.faucet.transfer(self._wallets[name], symbol, amount)
        return self._wallets[name]

    def deploy(
        self,
        contract: str,
        *args: Any,
        sender: EvmWallet | None = None,
        label: str = "",
        libraries: Mapping[str, str] = MappingProxyType({}),
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

        Raises:
            ArtifactError: no such contract, or not the libraries that it needs.
            Reverted: its constructor refused.
        """
        artifact = self.artifacts.find(contract)
        label = label or artifact.name
        code = link(f"{artifact.protocol}/{artifact.name}", artifact.bytecode, artifact.links, libraries)
        call = Call(label, None, artifact.abi, artifact.abi.constructor, args, code=code)
        receipt = self.send(sender or self.faucet, call)
        assert receipt.contract_address, "a deployment that succeeded has an address"
        return Contract(label, receipt.contract_address, artifact.abi)

    def contract(self, contract: str, address: str, label: str = "") -> Contract:
        """Return a contract that is already at `address`, with the ABI of the artifact called `contract`.

        Raises:
            AbiError: `address` is none.
        """
        if not is_address(address):
            raise AbiError(f"{contract} was said to be at {address!r}. Write a 0x… address of 40 digits.")
        return Contract(label or contract, address, self.artifacts.find(contract).abi)

    def deploy_token(self, symbol: str, supply: Amount = tokens(10**9)) -> Token:
        """Deploy an ERC-20 with 18 decimals, whose supply the faucet holds, and know it by its symbol."""
        if symbol in self.tokens:
            raise ChainError(f"there is a token {symbol} already. Give each token a symbol of its own.")
        contract = self.deploy("token/Token", symbol, symbol, supply, label=symbol)
        self.tokens[symbol] = Token(symbol, contract)
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

    def send(self, wallet: EvmWallet, call: Call) -> Receipt:
        """Mine a transaction from `wallet`. Agents write `wallet.send(call)`.

        Raises:
            Reverted: it failed inside the EVM.
        """
        receipt = self.backend.send(wallet, call)
        if self._on_receipt:
            self._on_receipt(call.label, receipt)
        if not receipt.succeeded:
            call = self._naming_errors(call, receipt.output)
            raise call.failure(receipt.output, receipt.halt, f"Sent by {wallet.name}.")
        return receipt

    def _naming_errors(self, call: Call, output: bytes) -> Call:
        # A contract passes on the errors of those that it calls, so any artifact of this run may name one.
        if call.abi.names_error(output):
            return call
        others = (artifact.abi for artifact in self.artifacts.used.values())
        abi = next((abi for abi in others if abi.names_error(output)), None)
        return call._replace(abi=abi) if abi else call

    def read(self, call: Call, wallet: EvmWallet | None = None) -> Any:
        """Return the decoded value of a call that changes nothing, as seen by `wallet`, or by nobody."""
        try:
            return self.backend.read(wallet.address if wallet else ZERO_ADDRESS, call)
        except Reverted as error:
            named = self._naming_errors(call, error.output)
            if named is call:
                raise
            raise named.failure(error.output, "") from None

    def submit(self, wallet: EvmWallet, call: Call, tip: int) -> Pending:
        """Queue a transaction from `wallet`. Agents write `wallet.submit(call)`."""
        pending = Pending(call, wallet.address, tip)
        self._pending[self.backend.submit(wallet, call, tip)] = pending
        return pending

    @property
    def queue(self) -> list[Pending]:
        """What wallets submitted one by one and no block holds yet, in order of arrival: the public mempool.

        What `submit_many` handed over is not shown.
        """
        return list(self._pending.values())

    def set_base_fee(self, wei: int) -> None:
        """Charge this much ether per gas from the next block on; 0 is how a chain begins.

        Raises:
            ChainError: the chain mines each transaction at once.
        """
        self.backend.set_base_fee(wei)

    def submit_many(self, method: Method, rows: Sequence[tuple[EvmWallet, tuple[Any, ...]]]) -> Batch:
        """Queue many transactions of one function at once, which costs much less than one by one.

        Args:
            method: such as `token.contract.transfer`.
            rows: who sends, and the arguments: (wallet, (to, amount)).

        Raises:
            AbiError: some arguments do not fit; then nothing was queued.
            ChainError: the chain mines each transaction at once.
        """
        if not rows:
            return Batch("nothing", range(0))
        first = method(*rows[0][1])
        batch = Batch(first.label, self.backend.submit_many(first, rows))
        self._batches.append(batch)
        return batch

    def advance(self, seconds: Seconds) -> None:
        """Mine a block, `seconds` later, of what wallets have submitted."""
        block = self.backend.mine(seconds, self.ordering)
        for batch in self._batches:
            batch.take(block)
        if self._pending or self._on_receipt:
            for ticket, receipt in block.receipts:
                self._settle(ticket, receipt)
        if not block.n_waiting:
            self._batches.clear()

    def _settle(self, ticket: int, receipt: Receipt) -> None:
        if pending := self._pending.pop(ticket, None):
            pending.receipt = receipt
            if not receipt.succeeded:
                pending.call = self._naming_errors(pending.call, receipt.output)
        if self._on_receipt:
            labels = [batch.label for batch in self._batches if ticket in batch.tickets]
            self._on_receipt(pending.call.label if pending else "".join(labels), receipt)

    def snapshot(self) -> ChainSnapshot:
        return ChainSnapshot(
            self.backend.snapshot(), dict(self._wallets), dict(self.tokens), dict(self._pending), list(self._batches)
        )

    def restore(self, snapshot: object) -> None:
        if not isinstance(snapshot, ChainSnapshot):
            raise ChainError(f"{snapshot!r} is no snapshot of a chain. Give what chain.snapshot() returned.")
        self.backend.restore(snapshot.backend)
        self._wallets, self.tokens = dict(snapshot.wallets), dict(snapshot.tokens)
        self._pending, self._batches = dict(snapshot.pending), list(snapshot.batches)
        for pending in self._pending.values():
            pending.receipt = None

    def copy(self) -> "Chain":
        """Return a chain of its own in the present state, for instance to try something in another thread.

        Contracts and tokens are the same on both; wallets are found by name on each.

        Raises:
            ChainError: only the in-process chain can.
        """
        return Chain(self.backend.copy(), self.artifacts, self.seed).knowing(self._wallets, self.tokens)

    def knowing(self, wallets: Iterable[str], tokens: dict[str, Token]) -> "Chain":
        """Tell a chain that goes on from another's state which wallets have ether and which tokens there are."""
        self._wallets = {name: EvmWallet(name, self) for name in wallets}
        self.tokens = dict(tokens)
        return self

    @property
    def wallet_names(self) -> list[str]:
        """Of the wallets made so far."""
        return list(self._wallets)

    @contextmanager
    def anchor(self) -> Iterator[None]:
        """Try something and leave no trace: the state returns at the end of the `with` block.

        What is tried is not reported to `on_receipt` either.
        """
        snapshot, on_receipt = self.snapshot(), self._on_receipt
        self._on_receipt = None
        try:
            yield
        finally:
            self._on_receipt = on_receipt
            self.restore(snapshot)

    def close(self) -> None:
        self.backend.close()
