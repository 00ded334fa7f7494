"""What providers and pools earn: scores block by block, and the split of fees by them."""

from collections.abc import Sequence
from typing import final

from tokenspice.markets.exchange.ledger import Account, AccountType, TransferKind
from tokenspice.markets.exchange.liquidity.fee_split import fee_split
from tokenspice.markets.exchange.liquidity.obligation import PriceRange, quotes_of
from tokenspice.markets.exchange.liquidity.probability_of_trading import PriceView, TradingModel
from tokenspice.markets.exchange.liquidity.providers import Providers
from tokenspice.markets.exchange.liquidity.scores import LiquidityScores, Quote, instantaneous_score
from tokenspice.markets.exchange.numbers import ONE

__all__ = ["Earnings"]


@final
class Earnings:
    """Scores of one market's providers, and the accounts that fees are split into.

    Args:
        providers: of the market.

    Attributes:
        scores: running means since fees were split last.
        split_at: when that was, in Unix seconds.
        pool_accounts: where pools' fees wait for the end of the epoch, by party.
    """

    def __init__(self, providers: Providers) -> None:
        self.providers = providers
        self.host = providers.host
        self.scores = LiquidityScores()
        self.split_at = self.host.now
        self.pool_accounts: dict[str, Account] = {}
        self._seen: tuple[object, ...] = ()
        self._scores: dict[str, float] = {}
        self._pool_seconds: dict[str, int] = {}
        self._pool_volume: dict[str, int] = {}  # by party, price times size on the weaker side; for the present block

    def __repr__(self) -> str:
        return f"Earnings({self.scores!r}, split at {self.split_at})"

    def begin_block(self, passed: int, range: PriceRange | None) -> None:
        """Take in the scores of the new block, and split fees where a time step is over.

        Args:
            passed: seconds since the block before.
            range: prices that count; None where there is no middle.
        """
        for party, volume in self._pool_volume.items():
            self._pool_seconds[party] = self._pool_seconds.get(party, 0) + volume * passed
        self.score(range)
        if self.host.now - self.split_at >= self.host.parameters["market.liquidity.providersFeeCalculationTimeStep"]:
            self.split()

    def score(self, range: PriceRange | None) -> None:
        """Score every provider and pool as the book stands; auctions leave scores as they are."""
        view = self.host.view
        if range is None or view is None:
            return
        model = self.host.trading_model()
        seen = (*self.host.version, view, model, range.low, range.high)
        if seen != self._seen:
            self._seen = seen
            self._scores = self.scores_now(range, view, model)
        if self._scores:
            self.scores.observe(self._scores)

    def scores_now(self, range: PriceRange, view: PriceView, model: TradingModel) -> dict[str, float]:
        """The score of every provider and pool, each for itself."""
        rule = self.providers.terms.score
        quoted: dict[str, Sequence[Quote]] = {
            found.party: list(quotes_of(found.position.orders.values(), range))
            for found in self.providers.commitments.values()
            if found.amount
        }
        pools = {pool.party: pool.ladder(range.low, range.high) for pool in self.host.pool_members()}
        self._pool_volume = {party: weaker_side(quotes) for party, quotes in pools.items()}
        quoted |= pools
        return {party: instantaneous_score(quotes, rule, view, model) for party, quotes in quoted.items()}

    def split(self) -> None:
        """Split the fees that were collected since the last time among providers and pools."""
        self.split_at = self.host.now
        source, means = self.host.account(AccountType.FEES_LIQUIDITY), self.scores.means
        if source.balance and means:
            part = self.host.parameters["market.liquidity.equityLikeShareFeeFraction"]
            for party, amount in fee_split(source.balance, self.providers.shares.shares(), means, part).items():
                self.host.ledger.transfer(source, self.fee_account(party), amount, TransferKind.LIQUIDITY_FEE)
        self.scores.restart()

    def fee_account(self, party: str) -> Account:
        """Where a party's fees wait for the end of the epoch."""
        found = self.providers.commitments.get(party)
        if found is not None:
            return found.fees
        account = self.host.party_account(party, AccountType.LP_LIQUIDITY_FEES)
        self.pool_accounts[party] = account
        return account

    def pool_stakes(self, length: int) -> dict[str, int]:
        """What commitment the volume of each pool amounts to, on average over the epoch of `length` seconds that ends."""
        length = max(1, length)
        multiple = max(1, self.host.parameters["market.liquidity.stakeToCcyVolume"])
        seconds, self._pool_seconds = self._pool_seconds, {}
        stakes = {
            party: self.host.value(total) * ONE // (length * multiple)
            for party, total in seconds.items()
            if party in self._pool_volume
        }
        for party in self.providers.pool_stakes:
            stakes.setdefault(party, 0)
        return stakes


def weaker_side(quotes: Sequence[Quote]) -> int:
    """What volume is worth on the side where it is worth less, in price times size."""
    sides = [0, 0]
    for is_buy, price, size in quotes:
        sides[is_buy] += price * size
    return min(sides)
