"""What exists now: the tick, the agents, the worlds, the KPIs, the random streams."""

import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.errors import AgentError, NetlistError, TokenSpiceError
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.text import not_among, one_line
from tokenspice.engine.units import Seconds
from tokenspice.engine.variation import Branch
from tokenspice.engine.world import World
from tokenspice.places import user_place

if TYPE_CHECKING:
    from tokenspice.engine.sim_strategy import SimStrategyBase

__all__ = ["AgentDict", "SimStateBase", "describe"]

Agent = TypeVar("Agent", bound=AgentBase)

TURNS = "state/turns"  # the stream of the order in which agents step


class AgentDict(dict[str, AgentBase]):
    """Agents by name, in the order in which they were added."""

    def filter_by_class(self, kind: type[Agent]) -> dict[str, Agent]:
        """Return those that are a `kind`, subclasses included, by name and in order."""
        return {name: agent for name, agent in self.items() if isinstance(agent, kind)}


class SimStateBase:
    """EXTEND `__init__`: call super, then add the agents and set `kpis`.

    Args:
        ss: the run's parameters.
        worlds: what agents act on besides each other, such as the chain; time passes through them.

    Attributes:
        tick: index of the current pass of the loop, from 0.
        agents: all agents, in the order in which they step.
        kpis: the run's measurements.
        rng: `state.rng(name)` is the random stream called `name` (see engine/streams.py).
        silenced: names of agents that stand still.
        shuffled: whether agents step in an order that is drawn anew every tick, from a stream of its own. Set it in
            `__init__` from a parameter of the strategy; the order is that in which they were added unless it is True.
        after_step: called with the name of each agent that has stepped, and with "the KPIs"; None for nobody.
    """

    def __init__(self, ss: "SimStrategyBase", *worlds: World) -> None:
        self.ss = ss
        self.worlds = worlds
        self.tick = 0
        self.agents = AgentDict()
        self.kpis = KPIsBase(ss.time_step)
        self.silenced: frozenset[str] = frozenset()
        self.shuffled = False
        self.after_step: Callable[[str], object] | None = None
        self._streams = RandomStreams(ss.seed)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(tick {self.tick} of {self.ss.max_ticks}, {len(self.agents)} agents)"

    @property
    def elapsed(self) -> Seconds:
        """Simulated seconds since the run began."""
        return self.tick * self.ss.time_step

    @property
    def streams(self) -> RandomStreams:
        """All random streams of the run."""
        return self._streams

    @property
    def is_last_tick(self) -> bool:
        """Whether no tick follows this one: what ends with the run, such as a market's settlement, is done in it."""
        return self.tick == self.ss.max_ticks - 1

    def every(self, seconds: Seconds) -> bool:
        """True on tick 0 and on each first tick at or after a multiple of `seconds`."""
        before = self.elapsed - self.ss.time_step
        return self.elapsed // seconds != before // seconds

    def rng(self, name: str) -> np.random.Generator:
        return self._streams(name)

    def addAgent(self, agent: AgentBase) -> None:
        """Add an agent. One added during a tick takes its first step in the next.

        Raises:
            NetlistError: the name is taken.
        """
        if agent.name in self.agents:
            raise NetlistError(f'two agents are called "{agent.name}". Give each agent a name of its own.')
        self.agents[agent.name] = agent

    def removeAgent(self, name: str) -> AgentBase:
        """Remove an agent and return it. It does not step any more, not in this tick either.

        Raises:
            NetlistError: no agent is called so.
        """
        agent = self.getAgent(name)
        del self.agents[name]
        return agent

    def getAgent(self, name: str) -> AgentBase:
        """Return the agent called `name`.

        Raises:
            NetlistError: there is none.
        """
        try:
            return self.agents[name]
        except KeyError:
            raise NetlistError(f'no agent is called "{name}". {not_among(name, self.agents)}') from None

    def allAgents(self) -> list[AgentBase]:
        return list(self.agents.values())

    def numAgents(self) -> int:
        return len(self.agents)

    def takeStep(self) -> None:
        """Let each agent step once, then the KPIs. Who is silenced or removed before its turn does not step."""
        present = self.agents.get
        for name, agent in self.turns():
            if present(name) is agent and name not in self.silenced:
                self._step(agent)
        self._step(self.kpis)

    def turns(self) -> list[tuple[str, AgentBase]]:
        """Return agents by name in the order in which they step in this tick."""
        turns = list(self.agents.items())
        return [turns[i] for i in self.rng(TURNS).permutation(len(turns)).tolist()] if self.shuffled else turns

    def branch(self, branch: Branch) -> None:
        """Draw all chance anew from here on: the streams', and what worlds draw themselves."""
        self._streams.branch(branch)
        for number, world in enumerate(self.worlds):
            world.draw_from(int.from_bytes(self._streams.derive(f"world/{number}")[:8], "big"))

    def _step(self, stepper: AgentBase | KPIsBase) -> None:
        try:
            stepper.takeStep(self)
            if self.after_step:
                self.after_step(stepper.name if isinstance(stepper, AgentBase) else "the KPIs")
        except TokenSpiceError as error:
            raise error.at(self.turn_of(stepper)) from error.__cause__
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a panic in Rust, or a class of the netlist's own
            raise AgentError(f"{self.turn_of(stepper)}: {describe(error)}") from error

    def turn_of(self, stepper: AgentBase | KPIsBase) -> str:
        who = f"agent {stepper.name}" if isinstance(stepper, AgentBase) else "the KPIs"
        return f"tick {self.tick}, {who}"


def describe(error: BaseException) -> str:
    """Say in one line what a foreign exception is, and the file and line that raised it."""
    place = user_place(traceback.extract_tb(error.__traceback__))
    return f"{type(error).__name__}: {one_line(str(error))}{f' ({place})' if place else ''}"
