"""How many of a token there are, for tokens that live off the chain."""

from typing import final

from tokenspice.engine import Amount, WalletError, as_text

__all__ = ["TokenSupply"]


@final
class TokenSupply:
    """The supply of one token: what there was, what was minted, what was burned. Amounts in base units.

    Attributes:
        symbol: the token's.
        initial: what there was at the beginning.
        minted: in total.
        burned: in total.
        burned_USD: what the burned tokens cost those who burned them.
    """

    def __init__(self, symbol: str, initial: Amount) -> None:
        self.symbol = symbol
        self.initial = initial
        self.minted = 0
        self.burned = 0
        self.burned_USD = 0

    @property
    def total(self) -> Amount:
        """What there is now."""
        return self.initial + self.minted - self.burned

    def mint(self, amount: Amount) -> None:
        self.minted += amount

    def burn(self, amount: Amount, cost_USD: Amount) -> None:
        """Take tokens out of the world, bought for `cost_USD`.

        Raises:
            WalletError: there are not as many.
        """
        if amount > self.total:
            raise WalletError(
                f"{as_text(amount)} {self.symbol} were to be burned, and there are {as_text(self.total)}. "
                "Burn less, or begin with more."
            )
        self.burned += amount
        self.burned_USD += cost_USD
