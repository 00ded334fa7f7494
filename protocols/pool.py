"""A pool of two tokens, as far as all such pools are alike. Amounts are base units; prices are quote tokens per base token."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from tokenspice.engine.units import Amount
from tokenspice.web3engine.contract import Call, Contract, Reader
from tokenspice.web3engine.token import UNLIMITED, Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["MILLION", "TokenPool"]

MILLION = 1_000_000


@dataclass(frozen=True)
class TokenPool(ABC):
    """A pool, and what its users ask of it. IMPLEMENT the abstract methods.

    Attributes:
        contract: the pool.
        base: the token that is priced.
        quote: the token that it is priced in.
        fee_millionths: of what goes in.
    """

    contract: Contract
    base: Token
    quote: Token
    fee_millionths: int

    @property
    def fee(self) -> float:
        """Share of what goes in."""
        return self.fee_millionths / MILLION

    @property
    def spender(self) -> Contract:
        """The contract that takes what is swapped, and that has to be approved to."""
        return self.contract

    def other(self, token: Token) -> Token:
        """Return the token that `token` is traded for."""
        return self.quote if token == self.base else self.base

    def approve(self, wallet: EvmWallet) -> None:
        """Let the pool take what `wallet` swaps."""
        for token in (self.base, self.quote):
            wallet.send(token.contract.approve(self.spender.address, UNLIMITED))

    @abstractmethod
    def price(self, reader: Reader) -> float:
        """Return the price at the margin, before fees."""

    @abstractmethod
    def reserves(self, reader: Reader) -> tuple[Amount, Amount]:
        """Return what the pool holds of base and quote."""

    @abstractmethod
    def trade_to(self, price: float, wallet: EvmWallet) -> Call | None:
        """Return the swap after which the pool's price is `price`, or as near as what `wallet` holds will bring it.

        None where there is nothing to do, or nothing to do it with.
        """
