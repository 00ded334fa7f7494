"""What the states of the exchange netlists have in common: an exchange, a market, an outside price, groups of agents."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

from tokenspice.agents.exchange import ExchangeAgent, UncrossAuctionAgent, UncrossStrategy
from tokenspice.engine import MINUTE, Between, Doc, Seconds, SimStateBase, SimStrategyBase, StrategyError, Unit, World
from tokenspice.markets.exchange import ExchangeWorld, Market, MarketConfig
from tokenspice.markets.processes import PriceSeries, Process
from tokenspice.netlists.exchange.kpis import ExchangeKPIs

__all__ = ["ExchangeStateBase", "ExchangeStrategyBase"]

RICH = 1e9  # what openers are given, so that no auction waits for money
AHEAD = 64  # prices beyond the last tick, for agents that know the future


@dataclass(frozen=True)
class ExchangeStrategyBase(SimStrategyBase):
    """EXTEND with a market, a price and the agents of a netlist."""

    time_step: Seconds = MINUTE
    log_interval: Seconds = MINUTE
    block_seconds: Annotated[
        Seconds, Between(1, 10), Doc("between two blocks; after a longer silence the exchange holds an auction")
    ] = 10
    asset_decimals: Annotated[int, Between(0, 18), Unit("digits"), Doc("of the asset that settles the market")] = 5
    shuffled: Annotated[bool, Doc("whether agents step in an order that is drawn every tick")] = True
    records: Annotated[
        str,
        Doc("tables of the exchange that a run writes beside data.csv, such as trades,accounts; all of them by all"),
    ] = ""


class ExchangeStateBase(SimStateBase):
    """EXTEND `__init__`: call super, then `open_market`, then add the agents in groups.

    Args:
        ss: the run's parameters.
        worlds: others, such as a chain.

    Attributes:
        world: the exchange.
        service: the same, as agents use it.
        prices: outside; one for each tick, and some beyond.
        groups: agents whose profit is measured together, by the group's name.
        others: further keys whose money is a group's, by the key.
    """

    ss: ExchangeStrategyBase
    prices: PriceSeries

    def __init__(self, ss: ExchangeStrategyBase, *worlds: World) -> None:
        names = [name for name in ss.records.split(",") if name]
        self.world = ExchangeWorld(seconds_per_block=ss.block_seconds, records="all" if names == ["all"] else names)
        super().__init__(ss, self.world, *worlds)
        self.service = self.world.service
        self.shuffled = ss.shuffled
        self.groups: dict[str, list[ExchangeAgent]] = {}
        self.others: dict[str, str] = {}

    @property
    def market(self) -> Market:
        """The market that the netlist asks about."""
        return self.service.market(self.market_id)

    def open_market(self, config: MarketConfig, process: Process) -> None:
        """Create the asset and the market, and draw the outside price."""
        self.service.create_asset(config.asset, self.ss.asset_decimals)
        self.market_id = self.service.create_market_from_config(config)
        self.prices = PriceSeries(process.path(self.rng("outside_price"), self.ss.max_ticks + AHEAD, self.ss.time_step))
        self.kpis: ExchangeKPIs = ExchangeKPIs(self.ss.time_step, self.world, self.market_id)

    def set_parameter(self, name: str, value: object) -> None:
        """Set a parameter of the network, before anything happens.

        Raises:
            StrategyError: it may not be that.
        """
        parameters = self.world.exchange.network.parameters
        if not parameters.set(name, str(value)):
            raise StrategyError(f"{name} = {value}: {parameters.complaint(name)}")

    def add_group(self, name: str, agents: Iterable[ExchangeAgent]) -> None:
        """Add agents whose profit is measured together."""
        group = self.groups.setdefault(name, [])
        for agent in agents:
            self.addAgent(agent)
            group.append(agent)

    def add_openers(self, size: float = 1.0) -> None:
        """Add a buyer and a seller, who bring the market out of auctions by a trade of so many contracts."""
        strategy = UncrossStrategy(uncrossing_size=size, mint=RICH)
        buyer, seller = (
            UncrossAuctionAgent(
                f"opener_{side}", self.service, self.market_id, self.prices, replace(strategy, side=side)
            )
            for side in ("buy", "sell")
        )
        self.add_group("openers", [buyer, seller])
