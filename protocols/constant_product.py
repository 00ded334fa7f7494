"""A constant-product pool of two tokens: contracts/cpmm/ConstantProductPool.sol, and its arithmetic to the wei.

The arithmetic is that of Uniswap V2 (x·y = k, the fee taken from what goes in), written anew. Amounts are base units;
a price is quote tokens per base token, both with 18 decimals.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import NamedTuple, final

from tokenspice.engine.units import Amount
from tokenspice.protocols.pool import MILLION, TokenPool
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call, Reader
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["ConstantProductPool", "Reserves", "create_pool"]


@final
class Reserves(NamedTuple):
    """What a pool holds, seen by someone who gives one token for the other."""

    token_in: Amount
    token_out: Amount
    fee_millionths: int  # of what goes in

    @property
    def turned(self) -> "Reserves":
        """The same for someone who trades the other way."""
        return Reserves(self.token_out, self.token_in, self.fee_millionths)

    def amount_out(self, amount_in: Amount) -> Amount:
        """Return what the contract gives for `amount_in`."""
        after_fee = amount_in * (MILLION - self.fee_millionths)
        return self.token_out * after_fee // (self.token_in * MILLION + after_fee)

    def after(self, amount_in: Amount) -> "Reserves":
        """Return the reserves once `amount_in` was swapped."""
        out = self.amount_out(amount_in)
        return Reserves(self.token_in + amount_in, self.token_out - out, self.fee_millionths)

    def amount_in_until(self, ratio: Fraction) -> Amount:
        """Return what has to go in until token_in / token_out is `ratio`; 0 or less where it is that already.

        It solves (in + d)(in + g d) = ratio · in · out for d, where g is the share that the fee leaves.
        """
        left = MILLION - self.fee_millionths
        target = ratio.numerator * self.token_in * self.token_out // ratio.denominator
        b = (MILLION + left) * self.token_in
        c = 4 * left * MILLION * (target - self.token_in**2)
        return (isqrt(max(b * b + c, 0)) - b) // (2 * left)


@final
@dataclass(frozen=True)
class ConstantProductPool(TokenPool):
    """A pool of contracts/cpmm/ConstantProductPool.sol."""

    def price(self, reader: Reader) -> float:
        """Return the price at the margin, before fees."""
        base, quote = self.reserves(reader)
        return quote / base

    def reserves(self, reader: Reader) -> tuple[Amount, Amount]:
        """Return what the pool holds of base and quote."""
        return int(reader.read(self.contract.reserveBase())), int(reader.read(self.contract.reserveQuote()))

    def facing(self, reader: Reader, token_in: Token) -> Reserves:
        """Return the reserves, seen by someone who gives `token_in`."""
        base, quote = self.reserves(reader)
        reserves = Reserves(base, quote, self.fee_millionths)
        return reserves if token_in == self.base else reserves.turned

    def swap(self, token_in: Token, amount: Amount, least: Amount) -> Call:
        """Give `amount` of one token for at least `least` of the other. Approve it first."""
        return self.contract.swap(token_in.contract.address, amount, least)

    def is_swap(self, call: Call) -> bool:
        """Tell whether a call swaps in this pool."""
        return call.to == self.contract.address and call.function.name == "swap"

    def swap_of(self, call: Call) -> tuple[Token, Amount, Amount]:
        """Read what a swap gives: the token, how much of it, and the least that it takes for it."""
        address, amount, least = call.args
        return (self.base if address == self.base.contract.address else self.quote), amount, least

    def add_liquidity(self, base: Amount, quote: Amount) -> Call:
        """Add at most these amounts, in the pool's proportion. Approve them first."""
        return self.contract.addLiquidity(base, quote)

    def trade_to(self, price: float, wallet: EvmWallet) -> Call | None:
        """Return the swap after which the pool's price is `price`, or as near as what `wallet` holds will bring it.

        The swap demands what it gives to be worth its price and the fee, so that it fails if others came first.
        None where there is nothing to do, or nothing to do it with.
        """
        for token_in, ratio in ((self.quote, Fraction(price)), (self.base, 1 / Fraction(price))):
            amount = self.facing(wallet, token_in).amount_in_until(ratio)
            amount = min(amount, wallet.balance(token_in.symbol))
            if amount > 0:
                worth = amount * (MILLION - self.fee_millionths) / ratio / MILLION
                return self.swap(token_in, amount, int(worth))
        return None


def create_pool(chain: Chain, base: Token, quote: Token, fee_millionths: int) -> ConstantProductPool:
    """Deploy an empty pool."""
    contract = chain.deploy("cpmm/ConstantProductPool", base.contract.address, quote.contract.address, fee_millionths)
    return ConstantProductPool(contract, base, quote, fee_millionths)
