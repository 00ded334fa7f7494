"""Fees change hands: who pays them from which account, and what discounts, rewards and rebates do to them."""

from typing import final

from tokenspice.markets.exchange.fees import FeeRule, Fees, auction_half
from tokenspice.markets.exchange.ledger import Account, AccountType, TransferKind
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.programmes.fee_terms import FeeTerms, rebated
from tokenspice.markets.exchange.programmes.programmes import MICRO
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["FeeDesk"]


@final
class FeeDesk:
    """Charges the trades of one market.

    Args:
        market: the market.
        rule: what a trade costs.
        symbol: of the asset that settles the market.
        quantum: asset units in which programmes count volume.
    """

    __slots__ = ("accounts", "market", "programmes", "quantum", "rule", "symbol")

    def __init__(self, market: MarketView, rule: FeeRule, symbol: str, quantum: int) -> None:
        self.market = market
        self.rule = rule
        self.programmes = market.venue.programmes
        self.symbol = symbol
        self.quantum = quantum
        ledger = market.ledger
        self.accounts = (
            ledger.of_network(symbol, AccountType.FEES_INFRASTRUCTURE),
            ledger.of_network(symbol, AccountType.FEES_LIQUIDITY, market.id),
            ledger.of_network(symbol, AccountType.NETWORK_TREASURY),
            ledger.of_network(symbol, AccountType.BUY_BACK_FEES),
        )

    def __repr__(self) -> str:
        return f"FeeDesk({self.market.id}, {self.rule})"

    def continuous(self, taker: Position, maker: Position, size: int, price: int) -> Fees:
        """Charge the taker of a trade; return what it paid."""
        market, programmes = self.market, self.programmes
        value = size * price * market.value_up
        market.activity.value += value // market.value_down
        fees = self.rule.fees(value, market.value_down, market.liquidity_fee)
        if programmes.is_idle:
            return self.pay(taker, maker, fees)
        programmes.record(taker.party, maker.party, value * MICRO // (market.value_down * self.quantum))
        fees, rebate = rebated(fees, value, market.value_down, programmes.rebates.get(maker.party, 0))
        if rebate:
            rebate = self.take(taker, maker.general, rebate, TransferKind.MAKER_REBATE)
            programmes.note(programmes.rebates_paid, maker.party, self.symbol, rebate)
        terms = programmes.terms.get(taker.party)
        return self.pay(taker, maker, self.changed(taker, fees, terms) if terms else fees)

    def auction(self, buyer: Position, seller: Position, size: int, price: int) -> Fees:
        """Charge both sides of a trade of an uncrossed auction; return what each of them owed."""
        market = self.market
        market.activity.value += size * price * market.value_up // market.value_down
        half = auction_half(self.rule.fees(size * price * market.value_up, market.value_down, market.liquidity_fee))
        self.pay(buyer, seller, half)
        self.pay(seller, buyer, half)
        return half

    def changed(self, taker: Position, fees: Fees, terms: FeeTerms) -> Fees:
        """Apply a taker's discounts, and let it reward its referrer."""
        programmes, changed = self.programmes, terms.apply(fees)
        programmes.note(programmes.saved, taker.party, self.symbol, changed.referral_saved + changed.volume_saved)
        if changed.reward:
            referrer = self.market.ledger.account(terms.referrer, self.symbol, AccountType.GENERAL)
            reward = self.take(taker, referrer, changed.reward, TransferKind.REFERRAL_REWARD)
            programmes.note(programmes.rewards, terms.referrer, self.symbol, reward)
        return changed.fees

    def pay(self, payer: Position, maker: Position, fees: Fees) -> Fees:
        """Move fees to where they belong; return what was paid, which is less where the payer has no more."""
        market, general = self.market, payer.general
        for_maker, for_infrastructure, for_liquidity, for_treasury, for_buy_back = fees
        total = for_maker + for_infrastructure + for_liquidity + for_treasury + for_buy_back
        if market.ledger.on_entry is None and general.balance >= total:  # nobody listens: in one go
            infrastructure, liquidity, treasury, buy_back = self.accounts
            general.balance -= total
            maker.general.balance += for_maker
            infrastructure.balance += for_infrastructure
            liquidity.balance += for_liquidity
            treasury.balance += for_treasury
            buy_back.balance += for_buy_back
            market.activity.note_fees(payer.party, maker.party, for_maker, total)
            return fees
        paid = Fees(
            self.take(payer, maker.general, for_maker, TransferKind.MAKER_FEE),
            *(
                self.take(payer, account, fee, TransferKind.FEE)
                for account, fee in zip(self.accounts, fees[1:], strict=True)
            ),
        )
        market.activity.note_fees(payer.party, maker.party, paid[0], sum(paid))
        return paid

    def take(self, payer: Position, target: Account, amount: int, kind: TransferKind) -> int:
        """Let a party pay from general, then from margin; return what it could."""
        transfer, paid = self.market.ledger.transfer, 0
        for account in (payer.general, payer.margin):
            part = min(amount - paid, account.balance)
            transfer(account, target, part, kind)
            paid += part
        return paid
