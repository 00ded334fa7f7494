"""Who provides the pool of a controlled coin."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, final

from tokenspice.agents.rai.prices import Jump
from tokenspice.engine import HOUR, Doc, ParametersBase, Probability, Share, SimStateBase, Unit
from tokenspice.protocols.rai import CoinSystem
from tokenspice.web3engine import EvmAgentBase, EvmWallet, Reverted

__all__ = ["LiquidityAgent", "LiquidityTerms"]


@final
@dataclass(frozen=True)
class LiquidityTerms(ParametersBase):
    """How restless the pool's providers are."""

    activity: Annotated[Probability, Unit("per hour"), Doc("chance that they add or take out; hand-set")] = 0.05
    most: Annotated[Share, Doc("of their liquidity, how much at once, drawn evenly; hand-set")] = 0.02


@final
class LiquidityAgent(EvmAgentBase):
    """All providers of a pool. They add what they hold of both tokens, take out, and may drain the pool once.

    Args:
        name: of the agent and of its random stream.
        wallet: holds the pool's shares, and a reserve.
        system: whose pool.
        terms: how restless they are.
        drain: how much they take out at once, as a share, and when.

    Attributes:
        n_refused: calls that a contract refused.
    """

    def __init__(
        self, name: str, wallet: EvmWallet, system: CoinSystem, terms: LiquidityTerms, drain: Jump = Jump(0.0, 0)
    ) -> None:
        super().__init__(name, wallet)
        self._bank = system.bank
        self._terms = terms
        self._drain = drain
        self.n_refused = 0

    def takeStep(self, state: SimStateBase) -> None:
        acts, size = state.rng(self.name).random(2)
        try:
            if self._drain.share and state.elapsed // HOUR == self._drain.hour:
                self._take_out(self._drain.share)
            elif acts < self._terms.activity:
                change = (2 * float(size) - 1) * self._terms.most
                self._add(change) if change > 0 else self._take_out(-change)
        except Reverted:
            self.n_refused += 1

    def _take_out(self, share: float) -> None:
        pair = self._bank.pool.contract
        shares = int(self.wallet.read(pair.balanceOf(self.wallet.address)) * Fraction(share))
        self.wallet.send(self._bank.pool.exchange.removeLiquidity(shares))

    def _add(self, share: float) -> None:
        coins, ether = self._bank.pool.reserves(self.wallet)
        held = [self.wallet.balance(token.symbol) for token in (self._bank.coin, self._bank.weth)]
        amounts = [min(int(of * Fraction(share)), have) for of, have in zip((coins, ether), held, strict=True)]
        if all(amounts):
            self.wallet.send(self._bank.pool.exchange.addLiquidity(*amounts))
