"""Who pays on a chain: an account, and the tokens that the chain knows."""

from collections.abc import Mapping, Sequence
from typing import Protocol, final

from tokenspice.engine.errors import InsufficientFunds, WalletError
from tokenspice.engine.units import Amount, as_text
from tokenspice.engine.wallet import WalletBase, check_amount
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.backends.base import ChainBackend
from tokenspice.web3engine.contract import Call, R
from tokenspice.web3engine.failures import Remarks
from tokenspice.web3engine.mempool import Mempool, Pending
from tokenspice.web3engine.receipt import Receipt
from tokenspice.web3engine.token import Token

__all__ = ["EvmWallet"]


class Home(Protocol):
    """The chain, as far as its wallets need it."""

    tokens: dict[str, Token]
    mempool: Mempool
    remarks: Remarks

    @property
    def backend(self) -> ChainBackend:
        """The EVM."""

    def send(self, wallet: "EvmWallet", call: Call, remarks: bool = True) -> Receipt:
        """Mine a transaction from `wallet`."""

    def read(self, call: Call[R], wallet: "EvmWallet | None" = None) -> R:
        """Return the decoded value of a call that changes nothing."""

    def token(self, symbol: str) -> Token:
        """Return the token called `symbol`."""


@final
class EvmWallet(WalletBase):
    """An account on a chain. Made by `Chain.wallet`.

    Args:
        account: whose address and key it has.
        chain: where it is.

    Attributes:
        name: of the agent that owns it.
        address: checksummed.
        address_bytes: the same, 20 bytes.
    """

    def __init__(self, account: Account, chain: Home) -> None:
        self.account = account
        self.name = account.name
        self.address = account.address
        self.address_bytes = account.address_bytes
        self._chain = chain

    def __repr__(self) -> str:
        return f"EvmWallet({self.name} at {self.address})"

    def send(self, call: Call) -> Receipt:
        """Sign and send a transaction, and return its receipt.

        Raises:
            Reverted: the contract refused. Nothing changed but this wallet's nonce.
        """
        return self._chain.send(self, call)

    def submit(self, call: Call, tip: int = 0) -> Pending:
        """Queue a transaction for the block at the end of this tick; a failed one is a receipt, not an error.

        Args:
            call: what to send.
            tip: priority fee, in wei per gas, which counts where the mempool's `ordering` is "priority".

        Raises:
            ChainError: the chain mines each transaction at once.
        """
        return self._chain.mempool.submit(self.account, call, tip)

    def read(self, call: Call[R]) -> R:
        """Run a call as this wallet, change nothing, and return its decoded value."""
        return self._chain.read(call, self)

    @property
    def wei(self) -> int:
        """The ether that it holds, which pays for its gas."""
        return self._chain.backend.balance(self.address)

    def balance(self, symbol: str) -> Amount:
        token = self._chain.token(symbol)
        return int(self.read(token.contract.balanceOf(self.address)))

    def balances(self) -> dict[str, Amount]:
        return {symbol: self.balance(symbol) for symbol in self._chain.tokens}

    def transfer(self, to: WalletBase, symbol: str, amount: Amount) -> None:
        if not isinstance(to, EvmWallet):
            raise WalletError(
                f"{self.name} keeps its {symbol} on a chain and {to.name} keeps it off. "
                "Give both agents an EvmWallet, or both a Wallet."
            )
        token = self._chain.token(symbol)
        check_amount(self.name, symbol, amount, token.decimals)
        held = self.balance(symbol)
        if amount > held:
            raise InsufficientFunds(
                f"{self.name} holds {as_text(held, token.decimals)} {symbol} and tried to give "
                f"{as_text(amount, token.decimals)}. Nothing was moved."
            )
        before = 0 if token.is_exact else to.balance(symbol)
        self._chain.send(self, token.contract.transfer(to.address, amount), remarks=False)
        if not token.is_exact:
            self._check_arrival(to, token, amount, held, to.balance(symbol) - before)

    def _check_arrival(self, to: "EvmWallet", token: Token, amount: Amount, held: Amount, arrived: Amount) -> None:
        if arrived == (0 if to.address == self.address else amount):
            return
        given, got = (f"{as_text(each, token.decimals)} {token.symbol}" for each in (amount, arrived))
        if not arrived and self.balance(token.symbol) == held:
            raise WalletError(
                f"{self.name} gave {given} to {to.name}, and nothing moved: the token refuses without reverting."
            )
        self._chain.remarks.tell(
            f"{token.symbol} takes a fee or rounds: {self.name} gave {given}, and {to.name} received {got}.",
            topic=f"fee of {token.symbol}",
        )

    def sign_message(self, message: str | bytes) -> bytes:
        """Sign a message for contracts and services that check it (EIP-191), and return the signature, 65 bytes."""
        return self.account.sign_message(message)

    def sign_typed_data(
        self, domain: Mapping[str, object], types: Mapping[str, Sequence[Mapping[str, str]]], message: object
    ) -> bytes:
        """Sign structured data, such as a permit (EIP-712), and return the signature, 65 bytes.

        Args:
            domain: name, version, chainId, verifyingContract, salt, or some of these.
            types: the fields of each struct, [{"name": …, "type": …}, …], by its name.
            message: the struct that no other struct holds; a dict or a dataclass, its values as for a call.

        Raises:
            AbiError: a value does not fit its type.
        """
        return self.account.sign_typed_data(domain, types, message)
