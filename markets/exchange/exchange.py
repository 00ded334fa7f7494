"""The exchange: assets, parties, markets, blocks and time."""

from inspect import signature
from typing import Any, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.amm.pool import PoolTerms
from tokenspice.markets.exchange.auctions import long_block_seconds
from tokenspice.markets.exchange.block_queue import BlockQueue
from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.instructions import instruction, instructions_of
from tokenspice.markets.exchange.ledger import Account, AccountType, TransferKind
from tokenspice.markets.exchange.margin_mode import to_cross_margin, to_isolated_margin
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.market_state import OPEN_STATES, MarketState, TradingMode
from tokenspice.markets.exchange.network_effects import applied
from tokenspice.markets.exchange.ordering import Haste, ProtocolOrdering, Transaction, haste_of
from tokenspice.markets.exchange.orders import Reason
from tokenspice.markets.exchange.programmes.programme import Programme
from tokenspice.markets.exchange.programmes.referral_sets import ReferralSet, Team
from tokenspice.markets.exchange.trading import Trading

__all__ = ["GENESIS", "Exchange"]

GENESIS = 1_683_626_400  # 9 May 2023, 10:00 UTC


@final
class Exchange(Trading):
    """Everything inside is an integer; `service` offers the same with floats. What changes it is an @instruction.

    Args:
        now: Unix seconds.

    Attributes:
        queue: what waits for the end of the block, and the rule by which it is executed.
    """

    def __init__(self, now: int = GENESIS) -> None:
        super().__init__(now)
        self.queue = BlockQueue(ProtocolOrdering())

    def __repr__(self) -> str:
        return f"Exchange({len(self.markets)} markets, {self.ledger!r}, at {self.now})"

    @instruction
    def add_asset(self, asset: Asset) -> Asset:
        if asset.symbol in self.assets:
            raise ExchangeError(f"there is an asset {asset.symbol} already. Give this one another symbol.")
        self.assets[asset.symbol] = asset
        return asset

    @instruction
    def add_market(self, config: MarketConfig, opening_seconds: int = 0) -> Market:
        """Open a market, without asking anybody.

        Its opening auction ends at the first block, `opening_seconds` later or after that, in which orders meet.
        """
        market = self._new_market(config)
        if config.opens_at_once:
            market.state, market.mode = MarketState.ACTIVE, TradingMode.CONTINUOUS
            market.has_opened = True
            market.instrument.at_opening(self.now)
        else:
            market.begin_auction(TradingMode.OPENING_AUCTION, opening_seconds)
        return market

    def _new_market(self, config: MarketConfig) -> Market:
        """Make a market that takes no orders yet.

        Raises:
            ExchangeError: there is no such asset.
        """
        if config.asset not in self.assets:
            raise ExchangeError(
                f"market {config.name} settles in {config.asset}. There are: {', '.join(self.assets) or 'none'}. Add the asset first."
            )
        if complaint := config.product.complaint(self.assets, config.position_decimals):
            raise ExchangeError(f"market {config.name}: {complaint}")
        config = applied(config, self.network.parameters)
        market = Market(f"M{len(self.markets) + 1}", config, self.assets[config.asset], self.venue)
        market.state, market.mode = MarketState.PROPOSED, TradingMode.NO_TRADING
        self.markets[market.id] = market
        self.network.metrics.add(market.id, market.activity, self.now)
        for role, binding in config.bindings().items():
            self.network.oracles.listen(market.id, role, binding)
        return market

    def general(self, party: str, symbol: str) -> Account:
        return self.ledger.account(party, symbol, AccountType.GENERAL)

    @instruction
    def deposit(self, party: str, symbol: str, amount: int) -> None:
        """Bring base units of an asset onto the exchange."""
        self.ledger.deposit(self.general(party, symbol), amount)

    @instruction
    def withdraw(self, party: str, symbol: str, amount: int) -> None:
        """Take base units of an asset off the exchange.

        Raises:
            ExchangeError: the party has less in general.
        """
        self.ledger.withdraw(self.general(party, symbol), amount)

    @instruction
    def give(self, party: str, to: str, symbol: str, amount: int) -> None:
        """Move base units from one party's general account to another's, at once and without a fee.

        Raises:
            ExchangeError: the party has less in general.
        """
        self.ledger.transfer(self.general(party, symbol), self.general(to, symbol), amount, TransferKind.TRANSFER)

    # margin and programmes

    @instruction
    def set_margin_mode(self, party: str, market_id: str, factor: int = 0) -> Reason:
        """Put a party's position under isolated margin, or under cross margin again; return why that is refused, if so.

        Args:
            party: whose.
            market_id: where.
            factor: of isolated margin, of 10⁻¹⁸; 0 for cross margin.
        """
        market = self.markets.get(market_id)
        if market is None:
            return Reason.NO_SUCH_MARKET
        if market.state not in OPEN_STATES:
            return Reason.MARKET_CLOSED
        position = market.position(party)
        return (
            to_isolated_margin(market.clearing, position, factor)
            if factor
            else to_cross_margin(market.clearing, position)
        )

    @instruction
    def create_referral_set(self, party: str, team: Team | None = None) -> ReferralSet | Reason:
        """Make a referral set; return why that is refused, if so."""
        return self.venue.programmes.sets.create(party, self.venue.programmes.epoch, team)

    @instruction
    def update_referral_set(self, party: str, set_id: str, team: Team | None) -> Reason:
        """Change what a set shows of itself; return why that is refused, if so."""
        return self.venue.programmes.sets.update(party, set_id, team)

    @instruction
    def join_referral_set(self, party: str, set_id: str) -> Reason:
        """Become a referee; return why that is refused, if so."""
        return self.venue.programmes.sets.join(party, set_id, self.venue.programmes.epoch)

    @instruction
    def enact_programme(self, programme: Programme) -> None:
        """Let a programme of fees hold from the end of this epoch on, without asking anybody."""
        self.venue.programmes.enact(programme)

    # liquidity

    @instruction
    def commit_liquidity(self, party: str, market_id: str, amount: int | None, fee: int | None) -> Reason:
        """Make a commitment, or change one; return why that is refused, if so.

        Args:
            party: who provides.
            market_id: where.
            amount: in asset units; 0 ends the commitment, None leaves it as it is.
            fee: that the provider asks for, a factor of 10⁻¹⁸; None leaves it as it is.
        """
        market = self.markets.get(market_id)
        if market is None:
            return Reason.NO_SUCH_MARKET
        liquidity = market.liquidity
        if amount is None or fee is None:
            return liquidity.amend(party, amount, fee)
        return liquidity.commit(party, amount, fee)

    @instruction
    def create_pool(self, party: str, market_id: str, terms: PoolTerms) -> Reason:
        """Open a pool on the book; return why that is refused, if so."""
        market = self.markets.get(market_id)
        if market and not market.config.product.is_margined:
            return Reason.NO_POOLS_ON_SPOT
        return market.pools.create(party, terms) if market else Reason.NO_SUCH_MARKET

    @instruction
    def amend_pool(self, party: str, market_id: str, terms: PoolTerms) -> Reason:
        """Change a pool; return why that is refused, if so."""
        market = self.markets.get(market_id)
        return market.pools.amend(party, terms) if market else Reason.NO_SUCH_MARKET

    @instruction
    def cancel_pool(self, party: str, market_id: str, at_once: bool) -> Reason:
        """End a pool at once, or when its position is closed; return why that is refused, if so."""
        market = self.markets.get(market_id)
        return market.pools.cancel(party, at_once) if market else Reason.NO_SUCH_MARKET

    # blocks and time

    @instruction
    def send(self, name: str, /, **arguments: Any) -> Transaction:
        """Let an instruction wait for the end of the block, in which the exchange's ordering rule gives it its place.

        Args:
            name: of the instruction, such as "submit".
            arguments: what it takes.

        Returns:
            What waits; once it was executed, its `block`, `position` and `result` say so.

        Raises:
            ExchangeError: there is no such instruction, or it cannot wait.
        """
        if name in ("advance", "send") or name not in instructions_of(Exchange):
            raise ExchangeError(f'"{name}" is no instruction that waits for a block. Write "submit", or another one.')
        try:
            signature(getattr(self, name)).bind(**arguments)
        except TypeError as error:
            raise ExchangeError(f'send("{name}"): {error}.') from None
        market = self.markets.get(arguments.get("market_id", ""))
        reorders = market is None or market.config.reorders_transactions
        sent = Transaction(name, arguments, haste_of(name, arguments) if reorders else Haste.PLAIN)
        self.queue.waiting.append(sent)
        return sent

    def _run(self, name: str, arguments: dict[str, Any]) -> Any:
        return getattr(self, name)(**arguments)

    @instruction
    def begin_batch(self) -> None:
        """Take what comes up to `end_batch` as one transaction: who provides liquidity is looked at after it alone."""
        self.venue.in_batch = True

    @instruction
    def end_batch(self) -> None:
        """End a batch."""
        self.venue.in_batch = False
        for market in self.markets.values():
            market.liquidity.observe()

    @instruction
    def advance(self, seconds: int, usual: int = 0) -> None:
        """End the block, and begin the next one later. After a long silence, all markets hold an auction.

        Args:
            seconds: how much later.
            usual: seconds that blocks take here; none that takes no longer is a silence.
        """
        self.queue.end_block(self._run, self.venue.parameters["market.aggressiveOrderBlockDelay"])
        self.venue.now += seconds
        self._begin_institutions()
        silence = long_block_seconds(seconds, self.venue.long_blocks) if seconds > usual else 0
        for market in self.markets.values():
            if silence and market.state in OPEN_STATES:
                market.begin_auction(TradingMode.LONG_BLOCK_AUCTION, silence)
            market.begin_block()
            self._follow(market)
        if self.purchases.due:
            self.purchases.begin_block(self.now)
        if self.network.begin_block(self.now):
            for market in self.markets.values():
                market.begin_epoch()
            self._end_epoch()
