"""Who opens markets and ends them, and who proposes what."""

import pytest

from tests.agents.exchange.market import new_market, new_state
from tokenspice.agents.exchange import (
    ConfigurableManagerStrategy,
    ConfigurableMarketManager,
    KeyFunder,
    ManagerStrategy,
    MarketManager,
    NetworkParameterManager,
    OpenAuctionPass,
    OpenAuctionStrategy,
    ProgrammeStrategy,
    ProtocolAutomatedPurchaseProgramManager,
    ReferralAgentWrapper,
    ReferralProgramManager,
    RewardFunder,
    RewardStrategy,
    SimpleAgent,
    VolumeDiscountProgramManager,
    VolumeRebateProgramManager,
)
from tokenspice.engine.errors import StrategyError
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import Exchange, ExchangeService, MarketConfig, MarketState
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.spot import Spot
from tokenspice.markets.exchange.purchases import AutomatedPurchase
from tokenspice.markets.processes import PriceSeries


def opened(service: ExchangeService, market: str, price: float) -> None:
    """Let a pair open a market at a price, each with one contract."""
    for side in ("buy", "sell"):
        OpenAuctionPass(side, service, market, OpenAuctionStrategy(side, price, 1.0, mint=10_000))
    service.forward(60)


@pytest.mark.parametrize("votes", [0.0, 1e4])
def test_a_manager_opens_a_market_and_pays_everyone_out_in_the_last_tick(votes: float) -> None:
    service = ExchangeService(Exchange())
    prices = PriceSeries([100, 105, 110])
    manager = MarketManager("manager", service, prices, ManagerStrategy(commitment_amount=6000, votes=votes))
    opened(service, manager.market_id, 100)
    state, states = new_state(n_ticks=3), []
    for state.tick in range(3):
        manager.takeStep(state)
        service.forward(60)
        states.append(service.market_info(manager.market_id).state)

    assert states[:2] == [MarketState.ACTIVE] * 2
    assert states[2] in (MarketState.SETTLED, MarketState.CLOSED)
    assert (service.balance("buy", "tUSD"), service.balance("sell", "tUSD")) == (10_010, 9_990)


def test_a_manager_settles_at_the_price_that_it_is_told() -> None:
    service = ExchangeService(Exchange())
    manager = MarketManager("manager", service, None, ManagerStrategy(settlement_price=90.0))
    opened(service, manager.market_id, 100)
    manager.takeStep(new_state(n_ticks=1))
    service.forward(60)

    assert service.balance("buy", "tUSD") == 9_990


def test_a_manager_sets_parameters_opens_any_market_and_publishes_near_its_oracles_prices() -> None:
    service = ExchangeService(Exchange())
    config = MarketConfig("PERP", "USD", product=Perpetual(OracleBinding("eth.price", ("eth",))))
    manager = ConfigurableMarketManager(
        "manager",
        service,
        config,
        PriceSeries([2000]),
        ConfigurableManagerStrategy(oracle_submission=0.5, oracle_difference=0.01),
        {"transfer.fee.factor": 0.002},
        {"eth.price": PriceSeries([2000])},
    )
    drawn = [manager.decide(new_state(seed=seed)) for seed in range(400)]
    published = [prices["eth.price"] for prices in drawn if prices]

    assert service.get_network_parameter("transfer.fee.factor") == 0.002
    assert len(published) == pytest.approx(200, abs=40)
    assert 1980 <= min(published) < 1985 < 2015 < max(published) <= 2020
    manager.takeStep(new_state())


def test_a_capped_market_may_be_settled_at_the_nearest_of_three_prices() -> None:
    from tokenspice.markets.exchange.products.future import Cap, Future

    service = ExchangeService(Exchange())
    config = MarketConfig("CAP", "USD", product=Future(cap=Cap(100.0)))
    strategy = ConfigurableManagerStrategy(settles_at="nearest", votes=0)
    manager = ConfigurableMarketManager("manager", service, config, PriceSeries([20, 30, 60, 80]), strategy)
    state, found = new_state(), []
    for state.tick in range(4):
        found.append(manager.final_price(state))

    assert found == [0, 50, 50, 100]


def test_a_manager_of_parameters_changes_each_of_them() -> None:
    service, _ = new_market()
    NetworkParameterManager("np", service, {"transfer.fee.factor": 0.003, "market.liquidity.bondPenaltyParameter": 0.2})

    assert service.get_network_parameter("transfer.fee.factor") == 0.003
    assert service.get_network_parameter("market.liquidity.bondPenaltyParameter") == 0.2


def test_a_funder_gives_as_much_to_every_key() -> None:
    service, _ = new_market()
    KeyFunder("funder", service, ["bot", "human"], "USD", 25.0)

    assert (service.balance("bot", "USD"), service.balance("human", "USD")) == (25, 25)
    with pytest.raises(StrategyError, match="write an amount above 0 of an asset that there is"):
        KeyFunder("other", service, ["bot"], "EUR", 25.0)


@pytest.mark.parametrize("kind", [ReferralProgramManager, VolumeDiscountProgramManager, VolumeRebateProgramManager])
def test_a_programme_is_proposed_at_once_and_drawn_anew_where_it_is_fuzzy(kind: type[ReferralProgramManager]) -> None:
    service, _ = new_market()
    plain = kind("plain", service)
    fuzzy = kind("fuzzy", service, strategy=ProgrammeStrategy(is_fuzzy=True, step_bias=1.0))
    now = service.get_blockchain_time()
    for agent in (plain, fuzzy):
        agent.takeStep(new_state())
        agent.takeStep(new_state())

    assert service.get_blockchain_time() == now  # a run does not wait for a vote
    assert plain.n_taken == 1
    assert fuzzy.n_taken == 3


def test_wrapped_agents_make_a_set_and_join_it_and_go_on_as_they_are() -> None:
    service, market = new_market()
    first = ReferralAgentWrapper(SimpleAgent("first", service, market, mint=1e5))
    second = ReferralAgentWrapper(SimpleAgent("second", service, market, mint=1e5), referrer=first)
    second.takeStep(new_state())
    assert second.set_id == ""
    first.takeStep(new_state())
    second.takeStep(new_state())

    assert first.set_id == second.set_id != ""
    (found,) = service.list_referral_sets()
    assert (found.referrer, found.referees) == ("first", ("second",))


def test_a_funder_of_rewards_orders_a_payment_that_comes_again() -> None:
    service, _ = new_market()
    funder = RewardFunder("rewards", service, "USD", RewardStrategy(transfer_amount=50))

    assert not funder.refused
    assert [transfer.amount for transfer in service.list_transfers("rewards")] == [50]


def test_an_agent_of_a_spot_market_has_both_assets_and_purchases_may_be_proposed_there() -> None:
    service, _ = new_market()
    service.create_asset("ETH", 5)
    spot = service.create_market_from_config(MarketConfig("ETH/USD", "USD", product=Spot("ETH"), opens_at_once=True))
    SimpleAgent("trader", service, spot, mint=500.0)
    ProtocolAutomatedPurchaseProgramManager("purchases", service, AutomatedPurchase(spot))

    assert (service.balance("trader", "USD"), service.balance("trader", "ETH")) == (500, 500)
    with pytest.raises(ExchangeError):
        ProtocolAutomatedPurchaseProgramManager("others", service, AutomatedPurchase("nowhere"))
