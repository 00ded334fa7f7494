"""The clearing house of a spot market: what orders may come to pay waits in holding accounts, and trades deliver at once."""

from dataclasses import dataclass
from typing import final

from tokenspice.markets.exchange.clearing import Clearing
from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.ledger import Account, AccountType, TransferKind
from tokenspice.markets.exchange.margin import MarginRule
from tokenspice.markets.exchange.numbers import ceil_div
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["NoMargin", "SpotClearing"]


@final
@dataclass(frozen=True)
class NoMargin(MarginRule):
    """Nobody owes anything after a trade."""

    covers_all = True

    def maintenance(self, position: Position, market: MarketView) -> int:
        return 0


@final
class SpotClearing(Clearing):
    """Keeps what open orders may come to pay: of sellers the base asset, of buyers the quote asset with fees.

    Positions have no volume here. What a party has is in its accounts.

    Attributes:
        base: the asset that is bought and sold.
        base_up, base_down: size becomes base units by this fraction.
        holders: who has something in a holding account.
        fee_parts: what of each party's holding is there for fees, in quote units.
    """

    follows_orders = True

    def __init__(self, market: MarketView, config: MarketConfig, asset: Asset, base: Asset) -> None:
        super().__init__(market, config, asset)
        shift = base.decimals - config.position_decimals
        self.base = base
        self.quote = asset.symbol
        self.base_up, self.base_down = 10 ** max(shift, 0), 10 ** max(-shift, 0)
        self.holders: dict[str, Position] = {}
        self.fee_parts: dict[str, int] = {}

    def adopt(self, config: MarketConfig) -> None:
        super().adopt(config)
        self.margin = NoMargin()

    # holding accounts

    def cover(self, position: Position, is_buy: bool, size: int, worth: int) -> bool:
        """Put aside what an order may come to pay, beside what open orders may; whether that can be done."""
        if is_buy and size > 0 and not worth:
            worth = self.expected_worth(size)
        buy_value = position.buy_value + (worth if is_buy else 0)
        sells = position.sells + (0 if is_buy else size)
        return self.hold(position, buy_value, sells)

    def free(self, position: Position) -> None:
        """Give back what open orders cannot come to pay."""
        self.hold(position, position.buy_value, position.sells)

    def hold(self, position: Position, buy_value: int, sells: int) -> bool:
        """Bring a party's holdings to what these orders need; whether it has as much. If not, nothing moves."""
        market, party = self.market, position.party
        fees = self.fees_of(buy_value)
        quote = ceil_div(buy_value * market.value_up, market.value_down) + fees - self.held(party, self.quote).balance
        base = sells * self.base_up // self.base_down - self.held(party, self.base.symbol).balance
        if quote > position.general.balance or base > self.free_base(party).balance:
            return False
        self.move(position.general, self.held(party, self.quote), quote)
        self.move(self.free_base(party), self.held(party, self.base.symbol), base)
        self.fee_parts[party] = fees
        self.holders[party] = position
        if not buy_value and not sells:
            del self.fee_parts[party], self.holders[party]
        return True

    def level_all(self) -> None:
        """Give back what trades at better prices have left over, as those of an auction do."""
        for position in list(self.holders.values()):
            self.free(position)

    def move(self, free: Account, held: Account, amount: int) -> None:
        if amount >= 0:
            self.market.ledger.transfer(free, held, amount, TransferKind.HOLDING)
        else:
            self.market.ledger.transfer(held, free, -amount, TransferKind.HOLDING)

    def cost_of(self, worth: int) -> int:
        """What price times size may come to with fees, in quote units."""
        return ceil_div(worth * self.market.value_up, self.market.value_down) + self.fees_of(worth)

    def fees_of(self, worth: int) -> int:
        """What the fees of price times size may come to, in quote units."""
        market = self.market
        return (
            sum(self.desk.rule.fees(worth * market.value_up, market.value_down, market.liquidity_fee)) if worth else 0
        )

    def expected_worth(self, size: int) -> int:
        """Price times size of what a market order would buy; at the last price seen where the book is empty."""
        worth, left, price = 0, size, self.market.mark
        for level in self.market.book.asks:
            part, price = min(left, level.volume), level.price
            worth += part * price
            left -= part
            if not left:
                break
        return worth + left * price

    def held(self, party: str, symbol: str) -> Account:
        return self.market.ledger.account(party, symbol, AccountType.HOLDING, self.market.id)

    def free_base(self, party: str) -> Account:
        return self.market.ledger.account(party, self.base.symbol, AccountType.GENERAL)

    # a trade

    def exchange(self, one: Position, other: Position, signed: int, price: int) -> None:
        """Deliver: the base asset to the buyer, the quote asset to the seller; the buyer's fees become free to be paid."""
        buyer, seller, size = (one, other, signed) if signed > 0 else (other, one, -signed)
        market, ledger, worth = self.market, self.market.ledger, size * price
        quote, base = worth * market.value_up // market.value_down, size * self.base_up // self.base_down
        held = self.held(buyer.party, self.quote)
        self.deliver(held, buyer.general, seller.general, quote)
        source = self.held(seller.party, self.base.symbol)
        self.deliver(source, self.free_base(seller.party), self.free_base(buyer.party), base)
        part = min(self.fee_parts.get(buyer.party, 0), self.fees_of(worth), held.balance)
        ledger.transfer(held, buyer.general, part, TransferKind.HOLDING)
        if part:
            self.fee_parts[buyer.party] -= part
        self.is_settled = False

    def deliver(self, held: Account, free: Account, target: Account, amount: int) -> None:
        """Pay from what is held, and then from what is free."""
        from_held = min(amount, held.balance)
        self.market.ledger.transfer(held, target, from_held, TransferKind.SPOT)
        self.market.ledger.transfer(free, target, amount - from_held, TransferKind.SPOT)
