"""Who lends, borrows, and liquidates."""

from dataclasses import dataclass
from typing import Annotated, final

from tokenspice.engine import (
    DECIMALS,
    Amount,
    Between,
    Doc,
    Mark,
    ParametersBase,
    Probability,
    SimStateBase,
    StrategyError,
    Unit,
)
from tokenspice.protocols import HEALTHY, AaveV3, Account, UniswapV3Pool
from tokenspice.web3engine import Call, Chain, EvmAgentBase, EvmWallet, Reverted, Token

__all__ = ["BorrowerAgent", "BorrowerStrategy", "LiquidatorAgent"]

BPS = 10_000


@dataclass(frozen=True)
class BorrowerStrategy(ParametersBase):
    """How much of what it may borrow a borrower takes, and how soon."""

    activity: Annotated[
        Probability, Unit("per tick"), Doc("chance to act: first it supplies, then it borrows; VERBS'")
    ] = 0.5
    least_bps: Annotated[
        int, Between(1, BPS), Unit("bps"), Doc("of what is available, what it borrows, at least, drawn evenly; VERBS'")
    ] = 7_000
    most_bps: Annotated[int, Between(1, BPS), Unit("bps"), Doc("the same, at most; VERBS'")] = 9_299

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.least_bps > self.most_bps:
            raise StrategyError(
                f"least_bps = {self.least_bps} is more than most_bps = {self.most_bps}: write no more than that."
            )


@final
class BorrowerAgent(EvmAgentBase):
    """Supplies what it has as collateral, later borrows against it, then waits.

    Args:
        name: of the agent.
        wallet: holds the collateral.
        market: where.
        collateral: the token that it supplies, all of it.
        debt: the token that it borrows.
        strategy: its parameters.

    Attributes:
        n_refused: transactions that the market refused; it tries again when it acts next.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        market: AaveV3,
        collateral: Token,
        debt: Token,
        strategy: BorrowerStrategy = BorrowerStrategy(),
    ) -> None:
        super().__init__(name, wallet)
        self._market = market
        self._collateral = collateral
        self._debt = debt
        self._strategy = strategy
        self._n_done = 0
        self.n_refused = 0

    @property
    def account(self) -> Account:
        """What the market says of it."""
        return self._market.account(self.wallet, self.wallet.address)

    def takeStep(self, state: SimStateBase) -> None:
        rng = state.rng(self.name)
        if self._n_done == 2 or rng.random() >= self._strategy.activity:
            return
        try:
            if self._n_done == 0:
                self._supply()
            else:
                self._borrow(int(rng.integers(self._strategy.least_bps, self._strategy.most_bps + 1)))
            self._n_done += 1
        except Reverted:
            self.n_refused += 1

    def _supply(self) -> None:
        amount = self.wallet.balance(self._collateral.symbol)
        self.wallet.send(self._collateral.contract.approve(self._market.pool.address, amount))
        self.wallet.send(self._market.supply(self.wallet, self._collateral, amount))

    def _borrow(self, bps: int) -> None:
        usd = self.account.available * bps // BPS
        amount = usd * 10**DECIMALS // self._market.price(self.wallet, self._debt)
        self.wallet.send(self._market.borrow(self.wallet, self._debt, amount))


@final
class LiquidatorAgent(EvmAgentBase):
    """Liquidates whoever may be liquidated, where that pays after buying the debt's token back from a pool.

    It tries each liquidation on the chain and takes it back, so that the contracts themselves say what would move;
    what pays, it does. In the next tick it buys back the debt token that it paid, with collateral.

    An adversarial one also looks at accounts that are healthy still: where the oracle reads the pool, buying the debt
    token there first pushes the price down and may make them liquidatable. The idea is that of "The Paradox of
    Adversarial Liquidation in Decentralised Lending" (SSRN 4540333).

    Args:
        name: of the agent.
        wallet: holds both tokens, approved to the market and to the pool.
        chain: where it tries things.
        market: whose accounts it watches.
        pool: prices the collateral in the debt's token.
        borrowers: the agents whom it watches.
        adversarial: whether it moves the price to make accounts liquidatable.

    Attributes:
        n_liquidations: done so far.
        n_pushed: of these, how many it made possible by moving the price.
        n_refused: transactions that a contract refused after they had been tried.
        marks: who was liquidated, and when.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        chain: Chain,
        market: AaveV3,
        pool: UniswapV3Pool,
        borrowers: list[BorrowerAgent],
        adversarial: bool = False,
    ) -> None:
        super().__init__(name, wallet)
        self._chain = chain
        self._market = market
        self._pool = pool
        self._borrowers = borrowers
        self._adversarial = adversarial
        self._to_buy_back: Amount = 0
        self.n_liquidations = 0
        self.n_pushed = 0
        self.n_refused = 0
        self.marks: list[Mark] = []

    def takeStep(self, state: SimStateBase) -> None:
        self._buy_back()
        for borrower in self._borrowers:
            n_before = self.n_liquidations
            self._look_at(borrower)
            if self.n_liquidations > n_before:
                self.marks.append(Mark(f"{borrower.name} liquidated", state.tick))

    def _look_at(self, borrower: BorrowerAgent) -> None:
        """Liquidate somebody, if that pays."""
        account = borrower.account
        if not account.debt:
            return
        liquidation = self._market.liquidate(borrower.wallet.address, self._pool.base, self._pool.quote)
        if account.health < HEALTHY:
            self._liquidate(liquidation)
        elif self._adversarial:
            self._push_and_liquidate(account, liquidation)

    def _buy_back(self) -> None:
        if self._to_buy_back and self._done(self._pool.buy(self.wallet, self._pool.quote, self._to_buy_back)):
            self._to_buy_back = 0

    def _liquidate(self, liquidation: Call) -> None:
        try:
            with self._chain.anchor():
                paid, won = self._market.liquidation(self.wallet.send(liquidation))
                cost = self._cost(self._to_buy_back + paid) - self._cost(self._to_buy_back)
        except Reverted:
            return
        if cost < won and self._done(liquidation):
            self._to_buy_back += paid
            self.n_liquidations += 1

    def _cost(self, amount: Amount) -> Amount:
        """What it would cost, in collateral, to buy back so much of the debt's token."""
        return self._pool.quote_purchase(self.wallet, self._pool.quote, amount)[0] if amount else 0

    def _push_and_liquidate(self, account: Account, liquidation: Call) -> None:
        # What half of the debt is worth, which is what may be paid of an account that is just below the limit.
        needed = account.debt // 2 * 10**DECIMALS // self._market.price(self.wallet, self._pool.quote)
        purchase = self._pool.buy(self.wallet, self._pool.quote, needed)
        try:
            _, root_after = self._pool.quote_purchase(self.wallet, self._pool.quote, needed)
            if account.health >= HEALTHY * self._fall(root_after):
                return
            with self._chain.anchor():
                before = self.wallet.balance(self._pool.base.symbol)
                self.wallet.send(purchase)
                self.wallet.send(liquidation)
                gain = self.wallet.balance(self._pool.base.symbol) - before
        except Reverted:
            return
        if gain > 0 and self._done(purchase) and self._done(liquidation):
            self.n_liquidations += 1
            self.n_pushed += 1

    def _fall(self, root_after: int) -> float:
        """By which factor the base token's price falls when the pool goes to a sqrtPriceX96."""
        change = (root_after / self._pool.sqrt_price(self.wallet)) ** 2
        return 1 / change if self._pool.base_is_token0 else change

    def _done(self, call: Call) -> bool:
        try:
            self.wallet.send(call)
        except Reverted:
            self.n_refused += 1
            return False
        return True
