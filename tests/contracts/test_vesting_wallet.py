"""VestingWallet.sol: linear in time, rounded down, in ether and in any token, on every chain."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import DATA, PROJECT
from tokenspice.engine.units import DAY, HOUR, YEAR, tokens
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.contract import Contract
from tokenspice.web3engine.errors import Reverted
from tokenspice.web3engine.network import is_built, open_backend
from tokenspice.web3engine.rules import ZERO_ADDRESS
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

ARTIFACTS = Artifacts(PROJECT, PROJECT / "build", netlist=DATA / "awkward")


@pytest.fixture
def chain(backend: ChainBackend) -> Chain:
    """A new chain that knows the contracts of tests/data/awkward too."""
    return Chain(backend, ARTIFACTS)


@pytest.fixture
def ocean(chain: Chain) -> Token:
    return chain.deploy_token("OCEAN")


@pytest.fixture
def heir(chain: Chain) -> EvmWallet:
    return chain.wallet("heir")


def new_wallet(chain: Chain, beneficiary: str, starts_in: int = DAY, duration: int = 10 * DAY) -> Contract:
    return chain.deploy("vesting/VestingWallet", beneficiary, chain.now + starts_in, duration)


def fund(chain: Chain, vesting: Contract, token: Token, amount: int) -> None:
    chain.faucet.send(token.contract.transfer(vesting.address, amount))


def vested(chain: Chain, vesting: Contract, *asset: Any) -> int:
    return int(chain.read(vesting.vestedAmount(*asset, chain.now)))


def test_it_keeps_what_it_was_made_with(chain: Chain, heir: EvmWallet) -> None:
    vesting = new_wallet(chain, heir.address, starts_in=DAY, duration=YEAR)

    assert chain.read(vesting.beneficiary()) == heir.address
    assert (chain.read(vesting.start()), chain.read(vesting.duration())) == (chain.now + DAY, YEAR)


def test_a_token_vests_linearly_and_anyone_may_release_it(chain: Chain, ocean: Token, heir: EvmWallet) -> None:
    vesting, address = new_wallet(chain, heir.address), ocean.contract.address
    fund(chain, vesting, ocean, tokens(10))
    paid = []

    for days in (0, 1, 1, 4, 5, 20):
        chain.advance(days * DAY)
        receipt = chain.wallet("passer-by").send(vesting.release(address))
        paid.append(heir.balance("OCEAN"))
        (event,) = vesting.events(receipt, "ERC20Released")
        assert event.args["amount"] == paid[-1] - sum(paid[-2:-1])
        assert chain.read(vesting.released(address)) == paid[-1]
        assert chain.read(vesting.releasable(address)) == 0

    assert paid == [0, 0, tokens(1), tokens(5), tokens(10), tokens(10)]


def test_ether_vests_the_same_way(chain: Chain, heir: EvmWallet) -> None:
    vesting, payer = new_wallet(chain, heir.address), chain.deploy("Payer")
    chain.faucet.send(payer.pay(vesting.address, value=1000))
    before = chain.backend.balance(heir.address)

    chain.advance(4 * DAY)
    assert (vested(chain, vesting), chain.read(vesting.releasable())) == (300, 300)
    receipt = chain.faucet.send(vesting.release())

    assert [event.args["amount"] for event in vesting.events(receipt, "EtherReleased")] == [300]
    assert chain.backend.balance(heir.address) - before == 300 == chain.read(vesting.released())
    assert chain.backend.balance(vesting.address) == 700
    chain.advance(30 * DAY)
    chain.faucet.send(vesting.release())
    assert chain.backend.balance(heir.address) - before == 1000


def test_what_arrives_late_vests_as_if_it_had_been_there_from_the_start(
    chain: Chain, ocean: Token, heir: EvmWallet
) -> None:
    vesting = new_wallet(chain, heir.address)
    fund(chain, vesting, ocean, 100)
    chain.advance(6 * DAY)
    chain.faucet.send(vesting.release(ocean.contract.address))
    assert heir.balance("OCEAN") == 50

    fund(chain, vesting, ocean, 300)
    chain.faucet.send(vesting.release(ocean.contract.address))

    assert heir.balance("OCEAN") == 200


@pytest.mark.parametrize("duration", [0, 1])
def test_a_short_duration_vests_all_at_its_end(chain: Chain, ocean: Token, heir: EvmWallet, duration: int) -> None:
    vesting = new_wallet(chain, heir.address, starts_in=HOUR, duration=duration)
    fund(chain, vesting, ocean, 7)

    chain.advance(HOUR - 1)
    assert vested(chain, vesting, ocean.contract.address) == 0
    chain.advance(1 + duration)
    assert vested(chain, vesting, ocean.contract.address) == 7


def test_the_whole_supply_of_a_token_with_192_bits_vests_without_overflow(chain: Chain, heir: EvmWallet) -> None:
    token = chain.deploy_token("HUGE", 2**192 - 1)
    vesting = chain.deploy("vesting/VestingWallet", heir.address, 0, 2**64 - 1)
    fund(chain, vesting, token, 2**192 - 1)

    # A second before its end, at the largest time there is.
    assert chain.read(vesting.vestedAmount(token.contract.address, 2**64 - 2)) == (2**192 - 1) * (2**64 - 2) // (
        2**64 - 1
    )


def test_nobody_is_no_beneficiary(chain: Chain) -> None:
    with pytest.raises(Reverted, match="ZeroBeneficiary"):
        new_wallet(chain, ZERO_ADDRESS)


def test_a_token_that_returns_nothing_is_paid(chain: Chain, heir: EvmWallet) -> None:
    vesting, token = new_wallet(chain, heir.address, starts_in=0, duration=0), chain.deploy("SilentToken")
    chain.faucet.send(token.give(vesting.address, 5))

    chain.faucet.send(vesting.release(token.address))

    assert chain.read(token.balanceOf(heir.address)) == 5


def test_a_payment_that_is_refused_reverts_and_stays_due(chain: Chain, heir: EvmWallet) -> None:
    token = chain.deploy("UnwillingToken")
    vesting = new_wallet(chain, heir.address, starts_in=0, duration=0)
    chain.faucet.send(token.give(vesting.address, 5))
    with pytest.raises(Reverted, match="TransferFailed"):
        chain.faucet.send(vesting.release(token.address))
    assert (chain.read(vesting.released(token.address)), chain.read(vesting.releasable(token.address))) == (0, 5)

    for_a_refuser = new_wallet(chain, chain.deploy("Refuser").address, starts_in=0, duration=0)
    chain.faucet.send(chain.deploy("Payer").pay(for_a_refuser.address, value=9))
    with pytest.raises(Reverted, match="TransferFailed"):
        chain.faucet.send(for_a_refuser.release())
    assert chain.backend.balance(for_a_refuser.address) == 9


def test_who_asks_again_while_being_paid_gets_no_more(chain: Chain) -> None:
    greedy = chain.deploy("Greedy")
    vesting = new_wallet(chain, greedy.address, starts_in=0, duration=10 * DAY)
    chain.faucet.send(chain.deploy("Payer").pay(vesting.address, value=1000))
    chain.advance(5 * DAY)

    chain.faucet.send(vesting.release())

    assert chain.backend.balance(greedy.address) == 500 == chain.read(vesting.released())


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**128),
    st.integers(0, 2**40),
    st.integers(0, 2**40),
    st.lists(st.integers(0, 2**41), min_size=1, max_size=3),
)
def test_what_is_vested_is_the_allocation_times_the_elapsed_share_rounded_down(
    amount: int, start: int, duration: int, times: list[int]
) -> None:
    chain = Chain(open_backend(Config(PROJECT)), ARTIFACTS)
    try:
        token = chain.deploy_token("T", amount)
        vesting = chain.deploy("vesting/VestingWallet", chain.faucet.address, start, duration)
        fund(chain, vesting, token, amount)

        for time in times:
            expected = (
                0 if time < start else amount if time >= start + duration else amount * (time - start) // duration
            )
            assert chain.read(vesting.vestedAmount(token.contract.address, time)) == expected
    finally:
        chain.close()
