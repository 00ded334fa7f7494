"""A funder locks all its tokens up once; a beneficiary takes what is vested; the wallet between them does nothing."""

import pytest

from tests.engine.fakes import IdleAgent
from tokenspice.agents.vesting import Vesting, VestingBeneficiaryAgent, VestingFunderAgent, VestingWalletAgent
from tokenspice.engine.errors import NetlistError
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import DAY, tokens
from tokenspice.web3engine.chain import Chain


class World:
    """A funder, a beneficiary, and days."""

    def __init__(self, chain: Chain, beneficiary: str = "heir", vesting_wallet: str = "vault") -> None:
        self.state = SimStateBase(SimStrategyBase(time_step=DAY), chain)
        self.ocean = chain.deploy_token("OCEAN")
        self.funder = chain.wallet("funder", OCEAN=tokens(8))
        self.heir = chain.wallet("heir")
        vesting = Vesting(self.ocean, "vault", beneficiary, chain.now + 2 * DAY, 4 * DAY)
        self.state.addAgent(VestingFunderAgent("funder", self.funder, chain, vesting))
        self.state.addAgent(VestingBeneficiaryAgent("heir", self.heir, vesting_wallet, self.ocean))
        self.state.addAgent(IdleAgent("off_chain"))
        self._engine = SimEngine(self.state, lambda state: {})

    def day(self) -> None:
        self._engine.takeStep()

    @property
    def vault(self) -> VestingWalletAgent:
        return self.state.agents.filter_by_class(VestingWalletAgent)["vault"]


def test_all_is_locked_up_in_the_first_step_and_never_again(chain: Chain) -> None:
    world = World(chain)

    world.day()
    assert (world.funder.balance("OCEAN"), world.vault.held(world.ocean)) == (0, tokens(8))
    assert list(world.state.agents)[-1] == "vault"

    chain.faucet.transfer(world.funder, "OCEAN", tokens(1))
    world.day()

    assert world.funder.balance("OCEAN") == tokens(1)
    assert len(world.state.agents.filter_by_class(VestingWalletAgent)) == 1


def test_the_beneficiary_is_paid_what_vested_by_the_time_of_its_step(chain: Chain) -> None:
    world, seen = World(chain), []

    for _ in range(8):
        world.day()
        ocean = world.ocean
        seen.append((world.heir.balance("OCEAN"), world.vault.released(ocean), world.vault.vested(ocean)))

    # Vested is read after the clock has moved on by a day.
    paid = [tokens(n) for n in (0, 0, 0, 2, 4, 6, 8, 8)]
    assert seen == [(now, now, next_) for now, next_ in zip(paid, [*paid[1:], tokens(8)], strict=True)]


def test_a_beneficiary_that_steps_before_there_is_a_wallet_is_told_who_is_missing(chain: Chain) -> None:
    world = World(chain, vesting_wallet="elsewhere")

    with pytest.raises(NetlistError, match='agent heir: no agent is called "elsewhere"'):
        world.day()


def test_a_beneficiary_takes_from_a_vesting_wallet_only(chain: Chain) -> None:
    with pytest.raises(NetlistError, match="off_chain is no vesting wallet"):
        World(chain, vesting_wallet="off_chain").day()


def test_a_beneficiary_off_the_chain_is_refused_before_anything_moves(chain: Chain) -> None:
    world = World(chain, beneficiary="off_chain")

    with pytest.raises(NetlistError, match="off_chain has no address"):
        world.day()

    assert world.funder.balance("OCEAN") == tokens(8)
