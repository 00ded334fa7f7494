"""Who sends transactions through the queue of a block: swaps with a tolerance, and transfers."""

from dataclasses import dataclass
from typing import Annotated, NamedTuple, final

import numpy as np

from tokenspice.engine import (
    AgentBase,
    Amount,
    AtLeast,
    Between,
    Doc,
    ParametersBase,
    Probability,
    SimStateBase,
    Unit,
    in_tokens,
    tokens,
)
from tokenspice.protocols import ConstantProductPool
from tokenspice.web3engine import Chain, EvmAgentBase, EvmWallet, Pending, Token
from tokenspice.web3engine.mempool import Batch

__all__ = ["GWEI", "GweiPerGas", "PayersAgent", "SwapperAgent", "SwapperStrategy"]

GWEI = 10**9  # wei

# Of a tip or a base fee; at most an ether per gas, for a chain counts them in 64 bits of wei.
GweiPerGas = Annotated[float, Between(0, 10**9), Unit("gwei per gas")]
BPS = 10_000


@dataclass(frozen=True)
class SwapperStrategy(ParametersBase):
    """How often, how much, and how carefully someone swaps."""

    activity: Annotated[Probability, Unit("per tick"), Doc("chance to swap; hand-set")] = 0.5
    mean_base: Annotated[
        Amount,
        AtLeast(0),
        Unit("base tokens"),
        Doc("mean of the sizes, which are exponential, to either side; hand-set"),
    ] = tokens(5)
    slippage_bps: Annotated[
        int, Between(0, BPS), Unit("bps"), Doc("how much less than the pool's quote it takes; hand-set")
    ] = 50
    tip_gwei: Annotated[GweiPerGas, Doc("of its swaps; hand-set")] = 1.0


class Order(NamedTuple):
    """A swap that was submitted."""

    pending: Pending
    token_in: Token
    amount: Amount
    fair: Amount  # what the pool would have given when it was submitted


@final
class SwapperAgent(EvmAgentBase):
    """Swaps at random, one way or the other, and keeps account of what it got and what it was quoted.

    Args:
        name: of the agent.
        wallet: holds both tokens, approved to the pool.
        pool: where.
        strategy: its parameters.

    Attributes:
        n_swaps: that went through.
        n_failed: that the pool refused, because they would have given less than was asked for.
        quoted: what the pool would have given for those that went through, had they been alone, in base tokens'
            worth at the swap's own price.
        lost: of this, what it did not get; less than zero where it got more.
    """

    def __init__(
        self, name: str, wallet: EvmWallet, pool: ConstantProductPool, strategy: SwapperStrategy = SwapperStrategy()
    ) -> None:
        super().__init__(name, wallet)
        self._pool = pool
        self._strategy = strategy
        self._waiting: list[Order] = []
        self.n_swaps = 0
        self.n_failed = 0
        self.quoted = 0.0
        self.lost = 0.0

    def takeStep(self, state: SimStateBase) -> None:
        self.settle()
        rng = state.rng(self.name)
        if rng.random() < self._strategy.activity:
            self._swap(sells_base=bool(rng.random() < 0.5), base=round(rng.exponential() * self._strategy.mean_base))

    def settle(self) -> None:
        """Take account of the swaps that have been mined."""
        mined = [order for order in self._waiting if order.pending.receipt]
        for order in mined:
            self._waiting.remove(order)
            receipt = order.pending.receipt
            if receipt is None or not receipt.succeeded:
                self.n_failed += 1
                continue
            (event,) = self._pool.contract.events(receipt, "Swap")
            self.n_swaps += 1
            # A swap that gives base gets quote, whose worth in base is what the pool gave for it.
            worth = order.amount / order.fair if order.token_in == self._pool.base else 1.0
            self.quoted += in_tokens(order.fair) * worth
            self.lost += in_tokens(order.fair - event.args["amountOut"]) * worth

    def _swap(self, sells_base: bool, base: Amount) -> None:
        held_base, held_quote = self._pool.reserves(self.wallet)
        token_in = self._pool.base if sells_base else self._pool.quote
        amount = min(base if sells_base else base * held_quote // held_base, self.wallet.balance(token_in.symbol))
        fair = self._pool.facing(self.wallet, token_in).amount_out(amount)
        if fair == 0:
            return
        call = self._pool.swap(token_in, amount, fair * (BPS - self._strategy.slippage_bps) // BPS)
        pending = self.wallet.submit(call, round(self._strategy.tip_gwei * GWEI))
        self._waiting.append(Order(pending, token_in, amount, fair))


@final
class PayersAgent(AgentBase):
    """Stands for many who pass a token around: each tick, each of them is active by chance, and pays another.

    All that they pay in a tick is handed to the queue at once. Someone who is paid may pay on in the same block, if
    the payment that comes in happens to be before the one that goes out; who has too little is refused.

    Args:
        name: of the agent and of its random stream.
        chain: whose queue they use.
        token: what they pay with.
        wallets: theirs; two or more.
        activity: chance that one pays, per tick.
        most: a payment is drawn evenly from 1 base unit to this.

    Attributes:
        n_paid: payments that went through.
        n_refused: payments that the token refused.
    """

    def __init__(
        self, name: str, chain: Chain, token: Token, wallets: list[EvmWallet], activity: float, most: Amount
    ) -> None:
        super().__init__(name, wallets[0])
        self.wallets = wallets
        self._chain = chain
        self._token = token
        self._activity = activity
        self._most = most
        self._waiting: list[tuple[Batch, int]] = []  # with how many of its payments are accounted for
        self.n_paid = 0
        self.n_refused = 0

    def takeStep(self, state: SimStateBase) -> None:
        self.settle()
        rng = state.rng(self.name)
        payers = (rng.random(len(self.wallets)) < self._activity).nonzero()[0]
        # One of the others, each as likely.
        payees = (payers + rng.integers(1, len(self.wallets), len(payers))) % len(self.wallets)
        rows = [
            (self.wallets[payer], (self.wallets[payee].address, random_below(rng, self._most) + 1))
            for payer, payee in zip(payers, payees, strict=True)
        ]
        self._waiting.append((self._chain.mempool.submit_many(self._token.contract.transfer, rows), 0))

    def settle(self) -> None:
        """Take account of the payments that have been mined."""
        waiting = []
        for batch, n_seen in self._waiting:
            receipts = batch.receipts
            n_new = len(receipts) - n_seen
            n_paid = sum(receipt.succeeded for receipt in receipts[n_seen:])
            self.n_paid += n_paid
            self.n_refused += n_new - n_paid
            if len(receipts) < len(batch.tickets):  # the rest found no room yet
                waiting.append((batch, len(receipts)))
        self._waiting = waiting


def random_below(rng: np.random.Generator, bound: int) -> int:
    """Return an even draw from 0 to `bound` - 1, for bounds that 64 bits do not hold."""
    return int.from_bytes(rng.bytes(40), "big") % bound
