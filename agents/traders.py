"""Who trades with pools."""

from collections.abc import Callable
from typing import Protocol, final

from tokenspice.agents.prices import PriceAgent
from tokenspice.engine import Amount, KPIsBase, SimStateBase, in_tokens
from tokenspice.web3engine import Call, EvmAgentBase, EvmWallet, Reverted, Token
from tokenspice.web3engine.contract import Reader

__all__ = ["ArbitrageurAgent", "Gain", "Market", "TakenGain", "TakenGainKPIs"]


class Market(Protocol):
    """A pool with a price, as an arbitrageur sees it. Prices are quote tokens per base token."""

    @property
    def fee(self) -> float:
        """Share of what goes in."""

    def price(self, reader: Reader) -> float:
        """The price at the margin, before the fee."""

    def trade_to(self, price: float, wallet: EvmWallet) -> Call | None:
        """The trade after which that is the pool's price; None if there is none to make."""


@final
class ArbitrageurAgent(EvmAgentBase):
    """Trades until a pool's price is the outside price.

    Args:
        name: of the agent.
        wallet: holds both tokens, approved to the pool.
        pool: what it trades with.
        outside_price: returns the price elsewhere.
        act: sends or submits a call; `wallet.send` unless given.
        heeds_fee: whether it trades only while the gain exceeds the pool's fee. One that does not brings the pool all
            the way to the outside price, as VERBS' does, and pays for the last part.

    Attributes:
        n_trades: made so far.
        n_refused: trades that the pool refused, of those sent.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        pool: Market,
        outside_price: Callable[[], float],
        act: Callable[[Call], object] | None = None,
        heeds_fee: bool = False,
    ) -> None:
        super().__init__(name, wallet)
        self._pool = pool
        self._outside_price = outside_price
        self._act = act or wallet.send
        self._heeds_fee = heeds_fee
        self.n_trades = 0
        self.n_refused = 0

    def takeStep(self, state: SimStateBase) -> None:
        target = self._target(self._pool.price(self.wallet), self._outside_price())
        trade = None if target is None else self._pool.trade_to(target, self.wallet)
        if trade is None:
            return
        try:
            self._act(trade)
            self.n_trades += 1
        except Reverted:
            self.n_refused += 1

    def _target(self, pool: float, outside: float) -> float | None:
        if not self._heeds_fee:
            return outside
        low, high = outside * (1 - self._pool.fee), outside / (1 - self._pool.fee)
        if low <= pool <= high:
            return None
        return low if pool < low else high


@final
class TakenGain:
    """What someone has gained by trading, each tick's trades valued at that tick's price.

    So much has who trades back outside at once; the other side has lost it against rebalancing ("loss versus
    rebalancing", Milionis and others, 2022). What is held on is worth nothing more here when the price goes on.

    Args:
        reader: asks the tokens.
        holder: address of who holds them.
        base: the token that is priced.
        quote: the token that gains are counted in.

    Attributes:
        total: the gain so far, in quote tokens.
    """

    def __init__(self, reader: Reader, holder: str, base: Token, quote: Token) -> None:
        self._gain = Gain(reader, holder, base, quote)
        self.total = 0.0

    def settle(self, price: float) -> None:
        """Value what was traded since the last time, with base tokens worth `price` each. Call it after every tick."""
        self.total += self._gain.at(price)
        self._gain.begin_anew()


@final
class TakenGainKPIs(KPIsBase):
    """Values what was traded in each tick at that tick's outside price.

    Args:
        time_step: seconds per tick.
        taken: adds it up.
        outside: knows the price.
    """

    def __init__(self, time_step: int, taken: TakenGain, outside: PriceAgent) -> None:
        super().__init__(time_step)
        self.taken = taken
        self._outside = outside

    def takeStep(self, state: SimStateBase) -> None:
        super().takeStep(state)
        self.taken.settle(self._outside.price)


@final
class Gain:
    """What someone has gained by trading, against having kept what it held when this was made.

    Args:
        reader: asks the tokens.
        holder: address of who holds them.
        base: the token that is priced.
        quote: the token that gains are counted in.
    """

    def __init__(self, reader: Reader, holder: str, base: Token, quote: Token) -> None:
        self._reader = reader
        self._calls = [token.contract.balanceOf(holder) for token in (base, quote)]
        self._first = self._held()

    def at(self, price: float) -> float:
        """Return the gain, in quote tokens, with base tokens worth `price` each."""
        base, quote = (in_tokens(held - first) for held, first in zip(self._held(), self._first, strict=True))
        return base * price + quote

    def begin_anew(self) -> None:
        """Compare with what is held now."""
        self._first = self._held()

    def _held(self) -> list[Amount]:
        return [int(self._reader.read(call)) for call in self._calls]
