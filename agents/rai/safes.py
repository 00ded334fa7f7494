"""Who owns SAFEs, and who liquidates them."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, final

from tokenspice.agents.rai.prices import EtherAgent, WatchAgent
from tokenspice.engine import Above, Amount, Doc, ParametersBase, Probability, SimStateBase, Unit
from tokenspice.protocols.rai import RAY, CoinSystem
from tokenspice.web3engine import Call, EvmAgentBase, EvmWallet, Reverted

__all__ = ["LiquidationAgent", "SafeAgent", "SafeTerms"]


@final
@dataclass(frozen=True)
class SafeTerms(ParametersBase):
    """How closely an owner keeps its SAFE at the ratio of collateral to debt that it wants."""

    low: Annotated[float, Above(0, 1), Unit("of its ratio"), Doc("below which it wipes debt; hand-set")]
    high: Annotated[float, Above(1), Unit("of its ratio"), Doc("above which it draws more; hand-set")]
    activity: Annotated[Probability, Unit("per hour"), Doc("chance that it looks; hand-set")]
    most: Annotated[
        float, Above(0, 0.5), Unit("of the pool"), Doc("coins that it sells or buys in an hour; hand-set")
    ] = 0.005


@final
class SafeAgent(EvmAgentBase):
    """Keeps a SAFE near a ratio of collateral to debt.

    Below it, the owner wipes debt with its coins, and buys more with its ether where they are not enough; above it, draws
    coins and sells them. A leverager keeps no ether beside its SAFE: it locks what the coins bring, and frees
    what buys them back.

    Args:
        name: of the agent and of its random stream.
        wallet: owns the SAFE; what it holds besides is its reserve.
        system: where.
        watch: what it sees.
        ether: the price of ether.
        ratio: collateral per debt, both in USD, that it wants.
        terms: how closely.
        is_leveraged: whether it is a leverager.

    Attributes:
        n_changes: of its SAFE.
        n_refused: calls that a contract refused.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        system: CoinSystem,
        watch: WatchAgent,
        ether: EtherAgent,
        ratio: float,
        terms: SafeTerms,
        is_leveraged: bool = False,
    ) -> None:
        super().__init__(name, wallet)
        self._system = system
        self._bank = system.bank
        self._watch = watch
        self._ether = ether
        self._ratio = ratio
        self._terms = terms
        self._is_leveraged = is_leveraged
        self.n_changes = 0
        self.n_refused = 0

    def takeStep(self, state: SimStateBase) -> None:
        if state.rng(self.name).random() >= self._terms.activity:
            return
        locked, principal = self._system.safe(self.wallet, self.wallet.address)
        if not principal:
            return
        debt = principal * self._watch.view.accumulated_rate // RAY
        worth = locked * self._ether.wad * 10**9 // self._watch.view.redemption_price  # in coins
        ratio = worth / debt
        if self._ratio * self._terms.low <= ratio <= self._ratio * self._terms.high:
            return
        try:
            self._draw(worth, debt) if ratio > self._ratio else self._wipe(worth, debt)
            self.n_changes += 1
        except Reverted:
            self.n_refused += 1

    def _excess(self, worth: Amount, debt: Amount) -> Amount:
        """Coins to draw until the ratio is what it wants; below 0, to wipe.

        A leverager's collateral grows by what it draws, so it goes further.
        """
        wanted = Fraction(self._ratio)
        return int((worth - wanted * debt) / (wanted - 1 if self._is_leveraged else wanted))

    def _draw(self, worth: Amount, debt: Amount) -> None:
        coins = min(self._excess(worth, debt), self._most())
        out = self._bank.pool.facing(self.wallet, self._bank.coin).amount_out(coins)
        self.wallet.send(self._bank.change(0, self._principal(coins)))
        self.wallet.send(self._bank.pool.swap(self._bank.coin, coins - 1))
        if self._is_leveraged:
            self.wallet.send(self._bank.change(out * 999 // 1000, 0))

    def _wipe(self, worth: Amount, debt: Amount) -> None:
        coins = min(-self._excess(worth, debt), debt)
        held = self.wallet.balance(self._bank.coin.symbol)
        if coins > held:
            self._buy(coins - held)
            held = self.wallet.balance(self._bank.coin.symbol)
        if principal := self._principal(min(coins, held) - 1):
            self.wallet.send(self._bank.change(0, -principal))

    def _buy(self, coins: Amount) -> None:
        pool, weth = self._bank.pool, self._bank.weth
        cost = pool.cost(min(coins, self._most()), self.wallet)
        if self._is_leveraged:
            self.wallet.send(self._bank.change(-cost, 0))
        if spent := min(cost, self.wallet.balance(weth.symbol)):
            self.wallet.send(pool.swap(weth, spent))

    def _most(self) -> Amount:
        """Coins that it sells or buys at once, so as not to push the price too far."""
        return int(self._watch.view.pool_coins * Fraction(self._terms.most))

    def _principal(self, coins: Amount) -> Amount:
        return max(coins, 0) * RAY // self._watch.view.accumulated_rate


@final
class LiquidationAgent(EvmAgentBase):
    """Confiscates SAFEs below the liquidation price and buys their collateral, as far as that pays in the pool.

    It has the coins, or buys them with ether first; never dearer than what the collateral brings.

    Args:
        name: of the agent.
        wallet: its budget.
        system: whose SAFEs.
        watch: what it sees.
        owners: addresses of the SAFEs that it watches.
        discount: at which collateral is sold.

    Attributes:
        n_liquidations: SAFEs confiscated.
        liquidated: their collateral, base units.
        n_refused: calls that a contract refused.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        system: CoinSystem,
        watch: WatchAgent,
        owners: list[str],
        discount: float,
    ) -> None:
        super().__init__(name, wallet)
        self._system = system
        self._bank = system.bank
        self._watch = watch
        self._owners = owners
        self._discount = discount
        self._open: list[int] = []  # sales whose collateral is not sold
        self._n_sales = 0
        self._seen: tuple[Amount, Amount] = (0, 0)  # principal and collateral of all SAFEs when it last looked at each
        self._worst: tuple[Amount, Amount] = (1, 0)  # collateral and principal of the one that becomes unsafe first
        self.n_liquidations = 0
        self.liquidated: Amount = 0
        self.n_refused = 0

    def takeStep(self, state: SimStateBase) -> None:
        view = self._watch.view
        price, rate = view.liquidation_price, view.accumulated_rate
        locked, principal = self._worst
        # Between two changes of SAFEs, the same one is the first to become unsafe.
        if (view.principal, view.collateral) != self._seen or locked * price < principal * rate:
            self._confiscate(price, rate)
            self._seen = view.principal, view.collateral
        for sale in list(self._open):
            self._bid(sale)

    def _confiscate(self, price: int, rate: int) -> None:
        held = self._system.safes(self.wallet, self._owners)
        self._worst = (1, 0)
        for owner, (locked, principal) in zip(self._owners, held, strict=True):
            is_unsafe = locked * price < principal * rate
            if is_unsafe and self._done(self._bank.sale.liquidateSAFE(owner)):
                self.n_liquidations += 1
                self.liquidated += locked
                self._open.append(self._n_sales)
                self._n_sales += 1
            elif principal * self._worst[0] > self._worst[1] * locked:
                self._worst = locked, principal

    def _bid(self, sale: int) -> None:
        _, left, wanted = self.wallet.read(self._bank.sale.sales(sale))
        if not left:
            self._open.remove(sale)
            return
        coins = -(-wanted // RAY)
        if missing := max(coins - self.wallet.balance(self._bank.coin.symbol), 0):
            self._buy(missing)
        if bid := min(coins, self.wallet.balance(self._bank.coin.symbol)):
            if self._done(self._bank.actions.buy(sale, bid)):
                self._done(self._bank.accounting.settle())

    def _buy(self, coins: Amount) -> None:
        """Buy coins up to the price at which collateral, with its discount, is worth no more than it costs."""
        pool, weth = self._bank.pool, self._bank.weth
        worth = self.wallet.read(self._bank.sale.worth())
        limit = Fraction(RAY, worth) / Fraction(1 - self._discount) * Fraction(1 - pool.fee)
        reserves = pool.facing(self.wallet, weth)
        cost = pool.cost(min(coins, reserves.token_out // 2), self.wallet)
        spent = min(cost, reserves.amount_in_until(limit), self.wallet.balance(weth.symbol))
        if spent > 0:
            self._done(pool.swap(weth, spent))

    def _done(self, call: Call) -> bool:
        try:
            self.wallet.send(call)
        except Reverted:
            self.n_refused += 1
            return False
        return True
