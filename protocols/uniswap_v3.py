"""Uniswap V3: pools of two tokens, here with liquidity over the whole range of prices.

Source: the contracts of npm's @uniswap/v3-core 1.0 (factory, pool) and @uniswap/v3-periphery 1.4 (SwapRouter,
QuoterV2, NonfungiblePositionManager). Amounts are base units. A price is quote tokens per base token, a float, for
decisions and logs; the chain is given integers that are computed from it exactly.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import final

from tokenspice.engine.units import Amount
from tokenspice.protocols.pool import TokenPool
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call, Contract, Reader
from tokenspice.web3engine.errors import ChainError
from tokenspice.web3engine.rules import ZERO_ADDRESS
from tokenspice.web3engine.token import UNLIMITED, Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["TICK_SPACING", "UniswapV3", "UniswapV3Pool"]

TICK_SPACING = {500: 10, 3_000: 60, 10_000: 200}  # UniswapV3Factory.sol, by fee in millionths
MAX_TICK = 887_272  # TickMath.sol
MIN_SQRT_PRICE = 4_295_128_739  # TickMath.sol, MIN_SQRT_RATIO
MAX_SQRT_PRICE = 1_461_446_703_485_210_103_287_273_052_203_988_822_378_723_970_342  # TickMath.sol, MAX_SQRT_RATIO
Q96 = 2**96  # sqrtPriceX96 is the square root of token1 per token0, times this
NO_DEADLINE = 2**256 - 1


@final
@dataclass(frozen=True)
class UniswapV3Pool(TokenPool):
    """A pool, and what traders ask of it. Both tokens have 18 decimals.

    Attributes:
        router: SwapRouter, which traders approve.
        quoter: QuoterV2.
    """

    router: Contract
    quoter: Contract

    @property
    def spender(self) -> Contract:
        return self.router

    @property
    def base_is_token0(self) -> bool:
        """The contract orders its two tokens by address."""
        return is_before(self.base, self.quote)

    def price(self, reader: Reader) -> float:
        """Return the price at the margin, before fees."""
        ratio = (self.sqrt_price(reader) / Q96) ** 2
        return ratio if self.base_is_token0 else 1 / ratio

    def sqrt_price(self, reader: Reader) -> int:
        """Return the contract's own sqrtPriceX96."""
        return int(reader.read(self.contract.slot0())[0])

    def reserves(self, reader: Reader) -> tuple[Amount, Amount]:
        """Return what the contract holds of base and quote, uncollected fees included."""
        base, quote = (
            int(reader.read(token.contract.balanceOf(self.contract.address))) for token in (self.base, self.quote)
        )
        return base, quote

    def worth(self, reader: Reader, base: Amount) -> Amount:
        """Return how much quote goes with `base` at the present price, rounded down."""
        root = self.sqrt_price(reader)
        return base * root**2 // Q96**2 if self.base_is_token0 else base * Q96**2 // root**2

    def trade_to(self, price: float, wallet: EvmWallet) -> Call | None:
        """Return the swap after which the pool's price is `price`, or as near as what `wallet` holds will bring it.

        The router stops at the price that it is given, so the pool ends there to the last digit of sqrtPriceX96,
        through whatever ranges of liquidity lie on the way. None where there is nothing to do, or nothing to do it with.
        """
        now, target = self.sqrt_price(wallet), sqrt_price_of(price, self.base_is_token0)
        token0, token1 = (self.base, self.quote) if self.base_is_token0 else (self.quote, self.base)
        token_in, token_out = (token1, token0) if target > now else (token0, token1)
        held = wallet.balance(token_in.symbol)
        if target == now or not held:
            return None
        return self._exact_in(wallet, token_in, token_out, held, 0, target)

    def sell(self, wallet: EvmWallet, token: Token, amount: Amount, least: Amount = 0) -> Call:
        """Swap exactly `amount` of one of the pool's tokens for at least `least` of the other."""
        return self._exact_in(wallet, token, self.other(token), amount, least, 0)

    def buy(self, wallet: EvmWallet, token: Token, amount: Amount, most: Amount = UNLIMITED) -> Call:
        """Swap at most `most` of the other token for exactly `amount` of one of the pool's."""
        other = self.other(token)
        return self.router.exactOutputSingle(
            (
                other.contract.address,
                token.contract.address,
                self.fee_millionths,
                wallet.address,
                NO_DEADLINE,
                amount,
                most,
                0,
            )
        )

    def quote_purchase(self, reader: Reader, token: Token, amount: Amount) -> tuple[Amount, int]:
        """Return what buying `amount` of `token` would cost, and sqrtPriceX96 after it.

        Raises:
            Reverted: the pool does not hold that much.
        """
        addresses = (self.other(token).contract.address, token.contract.address)
        cost, after, *_ = reader.read(self.quoter.quoteExactOutputSingle((*addresses, amount, self.fee_millionths, 0)))
        return cost, after

    def _exact_in(
        self, wallet: EvmWallet, token_in: Token, token_out: Token, amount: Amount, least: Amount, limit: int
    ) -> Call:
        addresses = (token_in.contract.address, token_out.contract.address)
        return self.router.exactInputSingle(
            (*addresses, self.fee_millionths, wallet.address, NO_DEADLINE, amount, least, limit)
        )


@final
class UniswapV3:
    """The protocol on one chain, deployed by the faucet. Its periphery is given no WETH, so it swaps no bare ether.

    Args:
        chain: where.
    """

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._factory = chain.deploy("uniswapv3/UniswapV3Factory")
        factory = self._factory.address
        self._router = chain.deploy("uniswapv3/SwapRouter", factory, ZERO_ADDRESS)
        self._quoter = chain.deploy("uniswapv3/QuoterV2", factory, ZERO_ADDRESS)
        self._positions = chain.deploy("uniswapv3/NonfungiblePositionManager", factory, ZERO_ADDRESS, ZERO_ADDRESS)

    def create_pool(self, base: Token, quote: Token, fee_millionths: int, price: float) -> UniswapV3Pool:
        """Create an empty pool that begins at `price`, quote per base.

        Raises:
            ChainError: the factory knows no such fee, or the price is out of its range.
        """
        if fee_millionths not in TICK_SPACING:
            fees = ", ".join(map(str, TICK_SPACING))
            raise ChainError(
                f"Uniswap V3 has no pools with a fee of {fee_millionths} millionths. Choose one of {fees}."
            )
        tokens = (base, quote) if is_before(base, quote) else (quote, base)
        addresses = [token.contract.address for token in tokens]
        faucet = self._chain.faucet
        faucet.send(self._factory.createPool(*addresses, fee_millionths))
        address = faucet.read(self._factory.getPool(*addresses, fee_millionths))
        label = f"{base.symbol}/{quote.symbol}"
        contract = self._chain.contract("uniswapv3/UniswapV3Pool", address, label)
        faucet.send(contract.initialize(sqrt_price_of(price, tokens[0] == base)))
        return UniswapV3Pool(contract, base, quote, fee_millionths, self._router, self._quoter)

    def add_liquidity(self, wallet: EvmWallet, pool: UniswapV3Pool, base: Amount, quote: Amount) -> None:
        """Put up to `base` and `quote` into the pool at its present price, over the whole range of prices."""
        amounts = (base, quote) if pool.base_is_token0 else (quote, base)
        tokens = (pool.base, pool.quote) if pool.base_is_token0 else (pool.quote, pool.base)
        for token, amount in zip(tokens, amounts, strict=True):
            wallet.send(token.contract.approve(self._positions.address, amount))
        spacing = TICK_SPACING[pool.fee_millionths]
        highest = MAX_TICK // spacing * spacing
        addresses = (token.contract.address for token in tokens)
        wallet.send(
            self._positions.mint(
                (*addresses, pool.fee_millionths, -highest, highest, *amounts, 0, 0, wallet.address, NO_DEADLINE)
            )
        )


def is_before(one: Token, other: Token) -> bool:
    """Tell whether a pool has `one` as its token0."""
    return int(one.contract.address, 16) < int(other.contract.address, 16)


def sqrt_price_of(price: float, base_is_token0: bool) -> int:
    """Return a price as the contract's sqrtPriceX96, rounded down, and kept within the contract's range.

    Raises:
        ChainError: it is no positive number.
    """
    if not 0 < price < float("inf"):
        raise ChainError(f"a pool cannot be brought to the price {price}. A price is a positive number.")
    ratio = Fraction(price) if base_is_token0 else 1 / Fraction(price)
    root = isqrt(ratio.numerator * Q96**2 // ratio.denominator)
    return min(max(root, MIN_SQRT_PRICE + 1), MAX_SQRT_PRICE - 1)
