"""A small world for the agents of science funding: fixed proposals, fixed payers, a state without a netlist."""

from collections.abc import Callable
from fractions import Fraction
from typing import final

from tokenspice.agents.science.dice import StreamDice
from tokenspice.agents.science.markets import MarketAgent, MarketRules
from tokenspice.agents.science.payments import keep_all
from tokenspice.agents.science.projects import Projects
from tokenspice.agents.science.proposals import Draft, ProjectSetup, ProposalContents
from tokenspice.agents.science.researchers import Author, Outlet, ResearcherBase
from tokenspice.engine.agent import AgentBase
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import in_tokens, tokens
from tokenspice.engine.wallet import Wallet


def wallet(name: str, ocean: int = 0) -> Wallet:
    return Wallet(name, OCEAN=tokens(ocean))


def dice(name: str = "dice", seed: int = 0) -> StreamDice:
    return StreamDice(RandomStreams(seed)(name))


def author(name: str, grant: int, time: int = 0, projects: Projects | None = None) -> Author:
    """One who always asks for `grant` OCEAN, for one asset and one researcher."""
    setup = ProjectSetup(tokens(grant), 1, 1, 0.5, 0.5, time)
    contents = ProposalContents(time=time > 0, quality=time > 0)
    return Author(Draft(contents, setup, dice(name)), projects or Projects())


def stub_market(name: str = "market") -> MarketAgent:
    """A market that keeps everything."""
    return MarketAgent(name, wallet(name), MarketRules(keep_all))


def cheap_outlet(market: MarketAgent, kept: str = "0") -> Outlet:
    """A way into a market in which an asset costs 1 OCEAN."""
    return Outlet(market, Fraction(kept), tokens(1))


def state_of(*agents: AgentBase) -> SimStateBase:
    state = SimStateBase(SimStrategyBase())
    for agent in agents:
        state.addAgent(agent)
    return state


def step(state: SimStateBase, n: int = 1) -> None:
    for _ in range(n):
        state.takeStep()
        state.tick += 1


def held(*agents: AgentBase) -> list[float]:
    """What agents hold, in OCEAN."""
    return [in_tokens(agent.wallet.balance("OCEAN")) for agent in agents]


@final
class Payer(ResearcherBase):
    """Does in each step what a function says."""

    def __init__(self, name: str, ocean: int, act: Callable[["Payer", int], None]) -> None:
        super().__init__(name, wallet(name, ocean), author(name, 1), Outlet(stub_market()))
        self.proposal = self._draft()
        self._act = act

    def takeStep(self, state: SimStateBase) -> None:
        self._act(self, state.tick)
