"""The coin's pool: Uniswap V2's own pair of coin and ether, traded with through contracts/rai/Exchange.sol.

A price is ether per coin. Amounts are base units.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from tokenspice.engine.units import Amount
from tokenspice.protocols.constant_product import Reserves
from tokenspice.protocols.pool import MILLION, TokenPool
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call, Contract, Reader
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["CoinPool", "create_coin_pool"]

FEE_MILLIONTHS = 3_000  # UniswapV2Pair.sol


@final
@dataclass(frozen=True)
class CoinPool(TokenPool):
    """A pair of UniswapV2Pair.sol; `base` is the coin, `quote` is ether.

    Attributes:
        exchange: takes swaps.
    """

    exchange: Contract

    @property
    def spender(self) -> Contract:
        return self.exchange

    def price(self, reader: Reader) -> float:
        base, quote = self.reserves(reader)
        return quote / base

    def reserves(self, reader: Reader) -> tuple[Amount, Amount]:
        coins, ether = reader.read(self.exchange.reserves())
        return coins, ether

    def facing(self, reader: Reader, token_in: Token) -> Reserves:
        """Return the reserves, seen by someone who gives `token_in`."""
        base, quote = self.reserves(reader)
        reserves = Reserves(base, quote, self.fee_millionths)
        return reserves if token_in is self.base else reserves.turned

    def swap(self, token_in: Token, amount: Amount, least: Amount = 0) -> Call:
        """Give `amount` of one token for at least `least` of the other. Approve it first."""
        return self.exchange.swap(token_in is self.base, amount, least)

    def trade_to(self, price: float, wallet: EvmWallet) -> Call | None:
        """Return the swap after which the pool's price is `price`, or as near as what `wallet` holds will bring it.

        None where there is nothing to do, or nothing to do it with.
        """
        base, quote = self.reserves(wallet)
        ratio = Fraction(price)
        token_in, reserves = self.quote, Reserves(quote, base, self.fee_millionths)
        if quote * ratio.denominator > base * ratio.numerator:
            token_in, reserves, ratio = self.base, reserves.turned, 1 / ratio
        needed = reserves.amount_in_until(ratio)
        amount = min(needed, wallet.balance(token_in.symbol)) if needed > 0 else 0
        return self.swap(token_in, amount) if amount > 0 and reserves.amount_out(amount) > 0 else None

    def cost(self, coins: Amount, reader: Reader) -> Amount:
        """Return the ether that buying so many coins takes.

        Raises:
            ValueError: the pool does not hold more than that.
        """
        base, quote = self.reserves(reader)
        if coins >= base:
            raise ValueError(f"{coins} coins of a pool of {base}")
        return quote * coins * MILLION // ((base - coins) * (MILLION - self.fee_millionths)) + 1


def create_coin_pool(chain: Chain, coin: Token, weth: Token) -> CoinPool:
    """Deploy Uniswap V2's factory, an empty pair, and its exchange."""
    factory = chain.deploy("UniswapV2Factory", chain.faucet.address)
    chain.faucet.send(factory.createPair(coin.contract.address, weth.contract.address))
    pair = chain.contract(
        "UniswapV2Pair", chain.read(factory.getPair(coin.contract.address, weth.contract.address)), "pair"
    )
    exchange = chain.deploy("rai/Exchange", pair.address, coin.contract.address, weth.contract.address)
    return CoinPool(pair, coin, weth, FEE_MILLIONTHS, exchange)
