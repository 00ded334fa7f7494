"""A netlist that keeps all sorts of state: queued transactions, agents that join, shared lists, arrays, KPIs with memory."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.charts import COUNT, PlotInstructions, YParam
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.log import LogRow
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import HOUR, Amount, Floats, in_tokens, tokens
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call
from tokenspice.web3engine.mempool import Batch, Pending
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    max_ticks: int = 60
    log_interval: int = HOUR
    init_OCEAN: Amount = tokens(1000)
    join_every: int = 7  # ticks


@dataclass
class Offer:
    """A promise that changes hands; no class declares it, because it is a dataclass."""

    amount: Amount
    tags: list[str]


class PayerAgent(AgentBase):
    """Queues random payments to whoever exists, more at times than a block holds, and keeps what became of them."""

    wallet: EvmWallet

    def __init__(self, name: str, wallet: EvmWallet, ocean: Token, joined: list[str]) -> None:
        super().__init__(name, wallet)
        self.ocean = ocean
        self.names = joined  # the state's own list
        self.waiting: deque[Pending] = deque(maxlen=5)
        self.batch: Batch | None = None
        self.last_call: Call | None = None
        self.n_refused = 0
        self.seen: dict[int, None] = {}
        self.words: set[str] = set()
        self.offer = Offer(0, ["none"])
        self.label: Callable[[int], str] = lambda tick: f"{name} at {tick}"

    def takeStep(self, state: SimStateBase) -> None:
        rng = state.rng(self.name)
        self.n_refused += sum(bool(pending.reason) for pending in self.waiting)
        receivers = [agent.wallet for agent in state.agents.values() if isinstance(agent.wallet, EvmWallet)]
        amount = int(rng.integers(1, 2**62)) * int(rng.integers(1, 300))  # at times too much
        self.last_call = self.ocean.contract.transfer(receivers[rng.integers(len(receivers))].address, amount)
        self.waiting.append(self.wallet.submit(self.last_call, tip=int(rng.integers(5))))
        self.batch = state.chain.mempool.submit_many(  # type: ignore[attr-defined]
            self.ocean.contract.transfer, [(self.wallet, (wallet.address, 1)) for wallet in receivers]
        )
        self.seen[int(rng.integers(1000))] = None
        self.words.add(f"word {rng.integers(9)}")
        if state.tick % 3 == 0:
            self.offer = Offer(amount, [*self.offer.tags[-2:], self.label(state.tick)])


class JoinerAgent(AgentBase):
    """Is made during the run, so declares all that it has; walks at random, and shares a list with the state."""

    def __init__(self, name: str, wallet: EvmWallet, ocean: Token, joined: list[str], payer: PayerAgent) -> None:
        super().__init__(name, wallet)
        self.ocean = ocean
        self.joined = joined
        self.path = np.zeros(4)
        self.friends: dict[str, AgentBase] = {"payer": payer}
        self.price = payer.ocean.contract.balanceOf

    def takeStep(self, state: SimStateBase) -> None:
        step = state.rng(self.name).normal()
        self.path = np.append(self.path[1:], self.path[-1] + step)
        if self.path[-1] > 2:
            self.joined.append(f"{self.name} was lucky")
            self.path[:] = 0


class DoorAgent(AgentBase):
    """Lets someone in every few ticks."""

    wallet: EvmWallet

    def __init__(self, name: str, wallet: EvmWallet, ocean: Token, ss: SimStrategy) -> None:
        super().__init__(name, wallet)
        self.ocean = ocean
        self.ss = ss
        self.n_in = 0

    def takeStep(self, state: SimStateBase) -> None:
        assert isinstance(state, SimState)
        if state.tick % self.ss.join_every == self.ss.join_every - 1:
            wallet = state.chain.wallet(f"joiner{self.n_in}")
            payer = state.getAgent("payer")
            assert isinstance(payer, PayerAgent)
            state.addAgent(JoinerAgent(wallet.name, wallet, self.ocean, state.joined, payer))
            state.joined.append(wallet.name)
            self.n_in += 1


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain) -> None:
        super().__init__(ss, chain)
        self.chain = chain
        self.joined: list[str] = []
        chain.mempool.ordering = "shuffle"
        ocean = chain.deploy_token("OCEAN")
        self.addAgent(PayerAgent("payer", chain.wallet("payer", OCEAN=ss.init_OCEAN), ocean, self.joined))
        self.addAgent(DoorAgent("door", chain.wallet("door"), ocean, ss))
        self.kpis = KPIs(ss.time_step)


class KPIs(KPIsBase):
    """The mean of the last refusals, and a table that grows."""

    def __init__(self, time_step: int) -> None:
        super().__init__(time_step)
        self.refusals: list[int] = []
        self.table = np.zeros((3, 2))
        self.mean = np.float64(0)

    def takeStep(self, state: SimStateBase) -> None:
        super().takeStep(state)
        payer = state.getAgent("payer")
        assert isinstance(payer, PayerAgent)
        self.refusals.append(payer.n_refused)
        self.table[state.tick % 3] += [payer.n_refused, len(payer.seen)]
        self.mean = np.float64(np.mean(self.refusals[-10:]))


def netlist_createLogData(state: SimState) -> LogRow:
    payer, kpis = state.getAgent("payer"), state.kpis
    assert isinstance(payer, PayerAgent) and isinstance(kpis, KPIs)
    paths = {f"{name}_path": agent.path[-1] for name, agent in state.agents.filter_by_class(JoinerAgent).items()}
    return LogRow(
        payer_OCEAN=in_tokens(payer.wallet.balance("OCEAN")),
        n_joined=len(state.joined),
        n_names=len(payer.names),
        mean_refusals=kpis.mean,
        table=kpis.table.sum(),
        n_words=len(payer.words),
        n_mined=len(payer.batch.receipts) if payer.batch else 0,
        offered=payer.offer.amount,
        **paths,
    )


def netlist_plotInstructions(header: list[str], values: Floats) -> PlotInstructions:
    return PlotInstructions("Hour", values[:, header.index("Hour")], [YParam(["n_joined"], [], "Joined", COUNT)])
