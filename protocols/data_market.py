"""What agents ask of a data market: datatokens, and pools of one datatoken and OCEAN. Each version of Ocean is one.

All amounts are base units; pool shares (BPT) have 18 decimals, as the tokens do. Where a protocol has limits that would
revert a transaction, `most_…` says how much it takes.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from tokenspice.engine.units import Amount, tokens
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call, Contract
from tokenspice.web3engine.errors import Reverted
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["DUST", "NO_LIMIT", "DataMarket", "Pool", "Vesting"]

MAX_IN_RATIO = 2  # BConst.sol: what goes in is at most half of what the pool holds
DUST = tokens("0.000001")  # trades of less are eaten up by rounding, and a pool may refuse them
TOO_COARSE = ("ERR_MATH_APPROX", "ERR_DIV_ZERO")  # BPool.sol, BNum.sol
NO_LIMIT = 2**255  # a price that no swap reaches

Terms = TypeVar("Terms", contravariant=True)


class Vesting(ABC):
    """Datatokens that a contract pays out to a pool's publisher, block by block. IMPLEMENT these."""

    @abstractmethod
    def is_over(self) -> bool:
        """Whether no claim brings anything any more."""

    @abstractmethod
    def blocks_passed(self) -> int:
        """Blocks since the pool opened, until the last one that counts."""

    @abstractmethod
    def claim(self) -> Call:
        """Send the publisher what is due. Anyone may, until it is over."""


@dataclass(frozen=True, eq=False)
class Pool(ABC):
    """A pool of a datatoken and OCEAN. IMPLEMENT the abstract methods.

    Attributes:
        contract: BPool; its shares are an ERC-20.
        datatoken: an ERC-20.
        controller: address of who controls the pool.
        publisher: address of who opened it, to whom consumers hand their datatokens in.
        vesting: what the protocol pays out to the publisher over time; None if nothing.
        max_out: what comes out of a swap or an exit is at most this part of what the pool holds.
    """

    chain: Chain
    contract: Contract
    datatoken: Contract
    ocean: Token
    controller: str
    publisher: str
    vesting: Vesting | None
    max_out: Fraction

    @abstractmethod
    def spot_price(self) -> Amount:
        """What a datatoken costs in OCEAN, at the margin and with the swap fee.

        Raises:
            Reverted: the pool is empty.
        """

    @abstractmethod
    def cost_of(self, amount: Amount) -> Amount:
        """What buying exactly `amount` datatokens costs in OCEAN.

        Raises:
            Reverted: `amount` is the whole pool or more.
        """

    @abstractmethod
    def _shares_for(self, ocean: Amount) -> Amount:
        """How many shares an exit gives back for so much OCEAN."""

    @abstractmethod
    def _buying(self, amount: Amount, most_ocean: Amount) -> Call: ...

    @abstractmethod
    def _selling(self, amount: Amount) -> Call: ...

    @abstractmethod
    def _joining(self, ocean: Amount) -> Call: ...

    @abstractmethod
    def _exiting(self, shares: Amount) -> Call: ...

    def buy_datatoken(self, wallet: EvmWallet, amount: Amount, most_ocean: Amount) -> bool:
        """Swap OCEAN, at most `most_ocean`, for exactly `amount` datatokens; return whether the pool did."""
        wallet.send(self.ocean.contract.approve(self.contract.address, most_ocean))
        return _swapped(wallet, self._buying(amount, most_ocean))

    def sell_datatoken(self, wallet: EvmWallet, amount: Amount) -> bool:
        """Swap exactly `amount` datatokens for OCEAN; return whether the pool did."""
        wallet.send(self.datatoken.approve(self.contract.address, amount))
        return _swapped(wallet, self._selling(amount))

    def join(self, wallet: EvmWallet, ocean: Amount) -> None:
        """Stake exactly `ocean` OCEAN, and no datatokens, for shares."""
        wallet.send(self.ocean.contract.approve(self.contract.address, ocean))
        wallet.send(self._joining(ocean))

    def exit_to_ocean(self, wallet: EvmWallet, shares: Amount) -> None:
        """Give exactly `shares` back for OCEAN alone."""
        wallet.send(self._exiting(shares))

    def shares_of(self, holder: str) -> Amount:
        return int(self.chain.read(self.contract.balanceOf(holder)))

    def total_shares(self) -> Amount:
        return int(self.chain.read(self.contract.totalSupply()))

    def datatokens_of(self, holder: str) -> Amount:
        return int(self.chain.read(self.datatoken.balanceOf(holder)))

    def ocean_reserve(self) -> Amount:
        """The OCEAN by which the pool prices."""
        return int(self.chain.read(self.contract.getBalance(self.ocean.contract.address)))

    def datatoken_reserve(self) -> Amount:
        """The datatokens by which the pool prices."""
        return int(self.chain.read(self.contract.getBalance(self.datatoken.address)))

    def is_empty(self) -> bool:
        """Whether too little is left of either token for a price that means something."""
        return min(self.ocean_reserve(), self.datatoken_reserve()) < DUST

    def most_ocean_in(self) -> Amount:
        """How much OCEAN one join may stake."""
        return self.ocean_reserve() // MAX_IN_RATIO

    def most_datatokens_in(self) -> Amount:
        """How many datatokens one swap may put in."""
        return self.datatoken_reserve() // MAX_IN_RATIO

    def most_datatokens_out(self) -> Amount:
        """How many datatokens one swap may take out."""
        return int(self.datatoken_reserve() * self.max_out)

    def most_shares_in(self) -> Amount:
        """How many shares one exit to OCEAN may give back; none for less than `DUST`."""
        # Whole percents, because the shares are computed by a power, of which 10 digits are right.
        most_ocean_out = self.ocean_reserve() * int(100 * self.max_out) // 100
        return 0 if most_ocean_out < DUST else self._shares_for(most_ocean_out)


class DataMarket(ABC, Generic[Terms]):
    """A protocol, deployed on a chain. IMPLEMENT `open_pool`.

    Attributes:
        ocean: the OCEAN token of its pools.
    """

    ocean: Token

    @abstractmethod
    def open_pool(self, publisher: EvmWallet, number: int, ocean: Amount, terms: Terms) -> Pool:
        """Create a datatoken and a pool of it, in which `publisher` stakes and which is open to everyone.

        Args:
            publisher: pays `ocean`, and receives the shares and the datatokens that the protocol gives it.
            number: of the pool, from 0; it is called pool0, its datatoken DT0.
            ocean: what to stake.
            terms: what the protocol lets a publisher decide.
        """


def _swapped(wallet: EvmWallet, call: Call) -> bool:
    """Send a swap, and return False if the pool's arithmetic is too coarse for it.

    A BPool refuses a swap after which its price would seem to have fallen, or that would bring nothing. That is rounding,
    and happens to tiny amounts and in pools that are all but empty.
    """
    try:
        wallet.send(call)
    except Reverted as error:
        if not any(name in error.reason for name in TOO_COARSE):
            raise
        return False
    return True
