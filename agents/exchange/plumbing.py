"""Who changes parameters and funds others, once, before a run begins."""

from collections.abc import Mapping
from typing import final

from tokenspice.agents.exchange.party import PartyAgent
from tokenspice.engine import AgentBase, SimStateBase
from tokenspice.engine.errors import StrategyError
from tokenspice.markets.exchange import ExchangeService

__all__ = ["KeyFunder", "NetworkParameterManager", "give_votes", "provide"]

VOTE = "VOTE"
VOTE_DECIMALS = 5


@final
class NetworkParameterManager(PartyAgent):
    """Changes network parameters when it is made, one proposal each, and does nothing after that.

    Args:
        name: of the agent and of its key.
        service: the exchange.
        values: by name of the parameter.
        votes: governance tokens that it is given, by which its proposals pass.
    """

    def __init__(
        self, name: str, service: ExchangeService, values: Mapping[str, float | str], votes: float = 1e4
    ) -> None:
        super().__init__(name, service)
        give_votes(service, self.party, votes)
        for parameter, value in values.items():
            service.update_network_parameter(parameter, value, self.party)

    def takeStep(self, state: SimStateBase) -> None:
        pass


@final
class KeyFunder(AgentBase):
    """Gives money to others' keys when it is made: to people's, or to programs' that trade from outside.

    Args:
        name: of the agent.
        service: the exchange.
        keys: whose.
        asset_id: of what.
        amount: to each.

    Raises:
        StrategyError: there is no such asset, or the amount is not above 0.
    """

    def __init__(self, name: str, service: ExchangeService, keys: list[str], asset_id: str, amount: float) -> None:
        super().__init__(name)
        if not service.find_asset_id(asset_id) or not amount > 0:
            raise StrategyError(
                f"{name} was to give {amount:g} of {asset_id}: write an amount above 0 of an asset that there is."
            )
        for key in keys:
            service.mint(service.create_key(key), asset_id, amount)

    def takeStep(self, state: SimStateBase) -> None:
        pass


def provide(service: ExchangeService, symbol: str, decimals: int) -> None:
    """Make an asset unless it is there."""
    if not service.find_asset_id(symbol):
        service.create_asset(symbol, decimals)


def give_votes(service: ExchangeService, party: str, votes: float) -> None:
    """Give a party governance tokens, by which its proposals pass."""
    provide(service, VOTE, VOTE_DECIMALS)
    service.mint(party, VOTE, votes)
