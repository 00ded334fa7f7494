"""Who watches the queue of a block and trades around others.

The queue is public: whoever steps sees what others have submitted before it in the same tick (`chain.mempool.queue`), and
nobody sees what comes after. Who goes first in the block is up to the chain's `ordering`, which everybody knows.
"""

from dataclasses import dataclass
from typing import Annotated, NamedTuple, final

from tokenspice.engine import Amount, AtLeast, Doc, ParametersBase, Share, SimStateBase, Unit, in_tokens
from tokenspice.protocols import ConstantProductPool, Reserves
from tokenspice.web3engine import Chain, EvmAgentBase, EvmWallet, Pending, Token

__all__ = ["Chances", "SandwichStrategy", "SandwicherAgent", "best_front", "expected_gain"]

WEI = 10**18  # in an ether
SEARCH_STEPS = 100  # of the search for the best amount; each leaves two thirds of the range


class Chances(NamedTuple):
    """How likely it is where two swaps of one sender lie in a block, with a victim's beside them."""

    around: float  # the victim's between them
    before: float  # both before the victim's; otherwise the victim's is first


# By priority, whoever bids more is first. By a shuffle that keeps a sender's order, three places are as likely. By
# arrival, whoever has seen a transaction comes after it.
CHANCES = {"priority": Chances(1, 0), "shuffle": Chances(1 / 3, 1 / 3), "arrival": Chances(0, 0)}


@dataclass(frozen=True)
class SandwichStrategy(ParametersBase):
    """What a sandwicher bids, and what it reckons with."""

    bid_share: Annotated[Share, Doc("of the gain that it expects, what it bids on top, by priority")] = 0.0
    gas_front: Annotated[
        int, AtLeast(1), Unit("gas"), Doc("that it expects its first swap to use; 100,495 measured here, on average")
    ] = 100_000
    gas_back: Annotated[
        int, AtLeast(0), Unit("gas"), Doc("that it expects its second swap to use; 74,205 measured here, on average")
    ] = 75_000


class Plan(NamedTuple):
    """What a sandwicher would do around one swap."""

    token_in: Token
    front: Amount
    gain: float  # expected, in ether's worth, gas paid
    tips: tuple[int, int]  # of its two transactions, in wei per gas


@final
class SandwicherAgent(EvmAgentBase):
    """Buys before a swap that it sees in the queue, as much as that swap's tolerance bears, and sells after it.

    It knows how blocks are ordered, and reckons with it. By priority, it bids a little more than the victim for the
    first of its swaps and a little less for the second. By a shuffle, it tries where the chance to have the victim
    between its two is worth the fees and the gas. By arrival it is always too late, and lets it be.

    Its first swap demands exactly what the pool would give if nobody came before; otherwise both fail, for a contract
    ties the second to the first (contracts/cpmm/Searcher.sol).

    Args:
        name: of the agent.
        wallet: pays for gas; the base token is taken to be worth as much as ether.
        chain: whose queue it watches.
        pool: where.
        strategy: its parameters.
        base_fee: of the chain, in wei per gas.

    Attributes:
        searcher: the contract that holds its tokens.
        n_tried: how often it has submitted its two swaps.
        n_landed: of these, how often the first went through.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        chain: Chain,
        pool: ConstantProductPool,
        strategy: SandwichStrategy = SandwichStrategy(),
        base_fee: int = 0,
    ) -> None:
        super().__init__(name, wallet)
        self._chain = chain
        self._pool = pool
        self._strategy = strategy
        self._base_fee = base_fee
        self._fronts: list[Pending] = []
        self.searcher = chain.deploy("cpmm/Searcher", pool.contract.address, sender=wallet)
        self.n_tried = 0
        self.n_landed = 0

    def takeStep(self, state: SimStateBase) -> None:
        self.settle()
        swaps = [pending for pending in self._chain.mempool.queue if self._pool.is_swap(pending.call)]
        if self._chain.mempool.ordering == "priority":
            # Only around the first swap of the block does it know what the pool will hold.
            swaps = sorted(swaps, key=lambda pending: -pending.tip)[:1]
        plans = [plan for plan in map(self._plan, swaps) if plan.gain > 0]
        if plans:
            self._submit(max(plans, key=lambda plan: plan.gain))

    def settle(self) -> None:
        """Take account of the swaps that have been mined."""
        receipts = [front.receipt for front in self._fronts]
        self.n_landed += sum(receipt is not None and receipt.succeeded for receipt in receipts)
        self._fronts = [front for front in self._fronts if front.receipt is None]

    def _plan(self, victim: Pending) -> Plan:
        token_in, amount, least = self._pool.swap_of(victim.call)
        reserves, chances = self._pool.facing(self.wallet, token_in), CHANCES[self._chain.mempool.ordering]
        held = int(self.wallet.read(token_in.contract.balanceOf(self.searcher.address)))
        front = best_front(reserves, amount, least, held, chances)
        gain = in_tokens(round(expected_gain(reserves, amount, front, chances)))
        if token_in == self._pool.quote:
            gain /= self._pool.price(self.wallet)
        is_auction = self._chain.mempool.ordering == "priority"
        tips = (victim.tip + 1, max(victim.tip - 1, 0)) if is_auction else (0, 0)
        ss = self._strategy
        gain -= in_tokens(ss.gas_front * (self._base_fee + tips[0]) + ss.gas_back * (self._base_fee + tips[1]))
        bid = round(max(gain, 0.0) * ss.bid_share * WEI) // ss.gas_front if is_auction else 0
        return Plan(token_in, front, gain - in_tokens(bid * ss.gas_front), (tips[0] + bid, tips[1]))

    def _submit(self, plan: Plan) -> None:
        fair = self._pool.facing(self.wallet, plan.token_in).amount_out(plan.front)
        front = self.searcher.front(plan.token_in.contract.address, plan.front, fair)
        self._fronts.append(self.wallet.submit(front, plan.tips[0]))
        self.wallet.submit(self.searcher.back(), plan.tips[1])
        self.n_tried += 1


def best_front(reserves: Reserves, amount: Amount, least: Amount, held: Amount, chances: Chances) -> Amount:
    """Return the first swap with the best expected gain, of those that leave the victim what it asks for.

    Args:
        reserves: facing the victim.
        amount: what the victim gives.
        least: what it takes for it.
        held: what the first swap may give at most.
    """
    low, high = 0, held
    while low < high:  # the largest that the victim's tolerance bears
        middle = (low + high + 1) // 2
        bears = reserves.after(middle).amount_out(amount) >= least
        low, high = (middle, high) if bears else (low, middle - 1)
    low, high = 0, low
    for _ in range(SEARCH_STEPS):  # the gain rises to its best and falls from there
        third = (high - low) // 3
        left, right = low + third, high - third
        rises = expected_gain(reserves, amount, left, chances) < expected_gain(reserves, amount, right, chances)
        low, high = (left, high) if rises else (low, right)
    return (low + high) // 2


def expected_gain(reserves: Reserves, amount: Amount, front: Amount, chances: Chances) -> float:
    """Return what the two swaps gain on average, in base units of the victim's token, without gas."""
    bought = reserves.amount_out(front)
    after = reserves.after(front)
    around = after.after(amount).turned.amount_out(bought) - front
    before = after.turned.amount_out(bought) - front
    return chances.around * around + chances.before * before
