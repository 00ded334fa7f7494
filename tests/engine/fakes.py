"""The smallest agents, states and worlds, for tests of the engine."""

from collections.abc import Callable

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import Seconds
from tokenspice.engine.wallet import Wallet
from tokenspice.engine.world import World


class ActingAgent(AgentBase):
    """Does at each step what its test says."""

    def __init__(self, name: str, act: Callable[[SimStateBase], object]) -> None:
        super().__init__(name, Wallet(name))
        self._act = act

    def takeStep(self, state: SimStateBase) -> None:
        self._act(state)


class IdleAgent(AgentBase):
    """Only exists."""

    def __init__(self, name: str) -> None:
        super().__init__(name, Wallet(name))

    def takeStep(self, state: SimStateBase) -> None:
        pass


class FakeWorld(World):
    """A clock, and a list of every advance."""

    def __init__(self, on_advance: Callable[[], object] = lambda: None) -> None:
        self.clock = 0
        self.advances: list[Seconds] = []
        self._on_advance = on_advance

    @property
    def now(self) -> Seconds:
        return self.clock

    def advance(self, seconds: Seconds) -> None:
        self._on_advance()
        self.advances.append(seconds)
        self.clock += seconds

    def snapshot(self) -> object:
        return self.clock

    def restore(self, snapshot: object) -> None:
        assert isinstance(snapshot, int)
        self.clock = snapshot

    def close(self) -> None:
        pass


def new_state(*worlds: World, time_step: Seconds = 10, max_ticks: int = 3, log_interval: Seconds = 10) -> SimStateBase:
    """A state with nobody in it."""
    return SimStateBase(SimStrategyBase(time_step=time_step, max_ticks=max_ticks, log_interval=log_interval), *worlds)
