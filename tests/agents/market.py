"""A state with a pool of Ocean V3 or V4, for the tests of those who trade in it."""

from collections.abc import Callable

from tokenspice.agents.pools import PoolAgent
from tokenspice.engine.agent import AgentBase
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import HOUR, Amount, tokens
from tokenspice.protocols.data_market import Pool
from tokenspice.protocols.ocean_v3 import OceanV3, OceanV3Terms
from tokenspice.protocols.ocean_v4 import OceanV4
from tokenspice.protocols.ocean_v4_releases import RELEASES, OceanV4Release, OceanV4Terms
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["PROTOCOLS", "DataMarketState"]

V4: dict[str, OceanV4Release] = {str(version): release for version, release in RELEASES.items()}
PROTOCOLS = ("V3", *V4)
V3_TERMS = OceanV3Terms(DT_init=tokens(100), DT_stake=tokens(50))


class DataMarketState(SimStateBase):
    """Hourly ticks, pools called pool0, …, and agents that a test adds."""

    def __init__(self, chain: Chain, protocol: str) -> None:
        super().__init__(SimStrategyBase(time_step=HOUR), chain)
        self.chain = chain
        self.rugged: list[str] = []
        ocean = chain.deploy_token("OCEAN")
        self.owner = chain.wallet("owner", OCEAN=tokens(10_000))
        self._open: Callable[[int, Amount], Pool]
        if protocol == "V3":
            v3 = OceanV3(chain, ocean)
            self._open = lambda number, stake: v3.open_pool(self.owner, number, stake, V3_TERMS)
        else:
            v4 = OceanV4(chain, ocean, V4[protocol])
            self._open = lambda number, stake: v4.open_pool(self.owner, number, stake, OceanV4Terms())

    def open(self, ocean: Amount = tokens(2000)) -> Pool:
        """Open a pool, as if its publisher had."""
        number = len(self.agents.filter_by_class(PoolAgent))
        pool = self._open(number, ocean)
        self.addAgent(PoolAgent(f"pool{number}", pool))
        return pool

    def wallet(self, ocean: Amount) -> EvmWallet:
        """The wallet of the agent that is tested."""
        return self.chain.wallet("tested", OCEAN=ocean)

    def run(self, agent: AgentBase, ticks: int) -> None:
        for _ in range(ticks):
            agent.takeStep(self)
            self.tick += 1
