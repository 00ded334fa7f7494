"""An agent is a name, a wallet, and a step that it has to write itself."""

import pytest

from tests.engine.fakes import IdleAgent
from tokenspice.engine.agent import AgentBase
from tokenspice.engine.wallet import Wallet


def test_an_agent_has_the_name_and_the_wallet_that_it_was_given() -> None:
    wallet = Wallet("a")

    class Agent(IdleAgent):
        def __init__(self) -> None:
            AgentBase.__init__(self, "a", wallet)

    assert Agent().name == "a"
    assert Agent().wallet is wallet


def test_an_agent_without_a_step_cannot_be_made() -> None:
    class Stepless(AgentBase):
        pass

    with pytest.raises(TypeError, match="takeStep"):
        Stepless("a", Wallet("a"))  # type: ignore[abstract]


def test_an_agent_without_a_wallet_has_an_empty_one_of_its_name() -> None:
    agent = IdleAgent("clerk")

    assert agent.wallet.name == "clerk" and agent.wallet.balances() == {}
