"""Who opens markets, funds others, speaks for the outside world, and ends what it has opened."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan
from typing import Annotated, Literal, final

from tokenspice.agents.exchange.commitment import commit
from tokenspice.agents.exchange.party import PartyAgent
from tokenspice.agents.exchange.plumbing import give_votes, provide
from tokenspice.engine import AtLeast, Between, Doc, ParametersBase, Probability, Share, SimStateBase, Unit
from tokenspice.markets.exchange import ExchangeService, MarketConfig
from tokenspice.markets.processes import PriceSource

__all__ = [
    "ConfigurableManagerStrategy",
    "ConfigurableMarketManager",
    "ManagerStrategy",
    "MarketManager",
]


class ManagerAgent(PartyAgent):
    """Opens a market when it is made, and ends it in the last tick of the run. EXTEND it, and implement `final_price`.

    Args:
        name: of the agent and of its key.
        service: the exchange.
        votes: governance tokens that it is given, by which its proposals pass.

    Attributes:
        market_id: of the market that it has opened.
    """

    def __init__(self, name: str, service: ExchangeService, votes: float) -> None:
        super().__init__(name, service)
        self.market_id = ""
        if votes > 0:
            give_votes(service, self.party, votes)

    @abstractmethod
    def final_price(self, state: SimStateBase) -> float:
        """Return the price at which the market is settled; NaN to leave it as it is."""

    def takeStep(self, state: SimStateBase) -> None:
        if state.is_last_tick:
            self.finish(state)

    def finish(self, state: SimStateBase) -> None:
        """End trading, and pay everyone out."""
        price = self.final_price(state)
        if not isnan(price):
            self.service.submit_termination_and_settlement_data(self.market_id, price)


@final
@dataclass(frozen=True)
class ManagerStrategy(ParametersBase):
    """A simple market of dated futures."""

    market_name: Annotated[str, Doc("of the market")] = "ETH:USD"
    asset_name: Annotated[str, Doc("symbol of what settles it")] = "tUSD"
    asset_decimals: Annotated[int, Between(0, 18), Unit("digits"), Doc("of that asset")] = 5
    market_decimals: Annotated[int, Between(0, 18), Unit("digits"), Doc("of prices")] = 5
    position_decimals: Annotated[int, Between(-6, 18), Unit("digits"), Doc("of sizes")] = 2
    commitment_amount: Annotated[float, AtLeast(0), Unit("asset"), Doc("that it commits to liquidity; 0 for none")] = (
        0.0
    )
    fee: Annotated[Share, Doc("that it nominates for liquidity")] = 0.002
    settlement_price: Annotated[float, AtLeast(0), Unit("price"), Doc("0 for the last outside price")] = 0.0
    initial_mint: Annotated[
        float, AtLeast(0), Unit("asset"), Doc("what it is given; 0 for twice its commitment, or 100 without one")
    ] = 0.0
    votes: Annotated[float, AtLeast(0), Unit("VOTE"), Doc("governance tokens that it is given")] = 1e4


@final
class MarketManager(ManagerAgent):
    """Makes an asset and a simple market of futures, and commits liquidity to it if it is told to.

    Args:
        name: of the agent.
        service: the exchange.
        prices: outside, of which the last one settles the market.
        strategy: its parameters.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        prices: PriceSource | None = None,
        strategy: ManagerStrategy = ManagerStrategy(),
    ) -> None:
        super().__init__(name, service, strategy.votes)
        ss = self.strategy = strategy
        self._prices = prices
        provide(service, ss.asset_name, ss.asset_decimals)
        service.mint(self.party, ss.asset_name, ss.initial_mint or 2 * ss.commitment_amount or 100.0)
        self.market_id = service.create_simple_market(
            ss.market_name,
            ss.asset_name,
            self.party if ss.votes else "",
            decimals=ss.market_decimals,
            position_decimals=ss.position_decimals,
        )
        if ss.commitment_amount:
            commit(service, self.party, self.market_id, ss.commitment_amount, ss.fee)

    def final_price(self, state: SimStateBase) -> float:
        return self.strategy.settlement_price or last_price(self._prices, state)


@final
@dataclass(frozen=True)
class ConfigurableManagerStrategy(ParametersBase):
    """What a manager of any market is given, and how it ends the market."""

    asset_decimals: Annotated[int, Between(0, 18), Unit("digits"), Doc("of the asset, where it does not exist")] = 5
    initial_mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e9
    votes: Annotated[float, AtLeast(0), Unit("VOTE"), Doc("governance tokens that it is given; 0 to ask nobody")] = 1e4
    stake_key: Annotated[bool, Doc("whether it stakes them")] = False
    settlement_price: Annotated[float, AtLeast(0), Unit("price"), Doc("0 for the last outside price")] = 0.0
    settles_at: Annotated[
        Literal["price", "nearest"], Doc("of a capped future: the price, or the nearest of 0, half the cap and the cap")
    ] = "price"
    oracle_difference: Annotated[Share, Doc("by how much what it publishes may differ from a price, up or down")] = (
        0.001
    )
    oracle_submission: Annotated[Probability, Doc("chance to publish a price in a step, for each oracle")] = 0.5


@final
class ConfigurableMarketManager(ManagerAgent):
    """Sets network parameters, opens a market of any configuration, and publishes prices to its oracles.

    Args:
        name: of the agent and of its random stream.
        service: the exchange.
        config: of the market.
        prices: outside, of which the last one settles the market.
        strategy: its parameters.
        network_parameters: values by name, set before the market is opened.
        oracle_prices: prices by the name of the oracle that publishes them.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        config: MarketConfig,
        prices: PriceSource | None = None,
        strategy: ConfigurableManagerStrategy = ConfigurableManagerStrategy(),
        network_parameters: Mapping[str, float | str] | None = None,
        oracle_prices: Mapping[str, PriceSource] | None = None,
    ) -> None:
        super().__init__(name, service, strategy.votes)
        self.strategy = strategy
        self._prices = prices
        self._oracle_prices = dict(oracle_prices or {})
        if strategy.stake_key:
            service.stake(self.party, strategy.votes)
        proposer = self.party if strategy.votes else ""
        for parameter, value in (network_parameters or {}).items():
            service.update_network_parameter(parameter, value, proposer)
        provide(service, config.asset, strategy.asset_decimals)
        if strategy.initial_mint:
            service.mint(self.party, config.asset, strategy.initial_mint)
        self.market_id = service.create_market_from_config(config, proposer)

    def takeStep(self, state: SimStateBase) -> None:
        for oracle, price in self.decide(state).items():
            self.service.submit_oracle_data(oracle, price)
        super().takeStep(state)

    def decide(self, state: SimStateBase) -> Mapping[str, float]:
        """Return the prices to publish, by the name of their oracle."""
        ss, rng, found = self.strategy, state.rng(self.name), {}
        for oracle, prices in self._oracle_prices.items():
            price = prices.at(state.tick)
            if rng.random() < ss.oracle_submission and not isnan(price):
                found[oracle] = price * (1 + ss.oracle_difference * (2 * rng.random() - 1))
        return found

    def final_price(self, state: SimStateBase) -> float:
        price = self.strategy.settlement_price or last_price(self._prices, state)
        market = self.service.market(self.market_id)
        if self.strategy.settles_at == "price" or not market.cap or isnan(price):
            return price
        highest = float(market.cap / 10**market.config.decimals)
        return min((0.0, highest / 2, highest), key=lambda value: abs(value - price))


def last_price(prices: PriceSource | None, state: SimStateBase) -> float:
    """Return the outside price of a tick; NaN without one."""
    return nan if prices is None else prices.at(state.tick)
