"""A burner buys tokens with all its USD, a tenth at a time, and burns them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import new_state
from tokenspice.agents.burners import BurnerAgent
from tokenspice.agents.supply import TokenSupply
from tokenspice.engine.units import Amount, in_tokens, tokens
from tokenspice.engine.wallet import Wallet


def test_at_a_fixed_price_it_burns_what_its_usd_buy() -> None:
    supply, wallet = TokenSupply("OCEAN", tokens(1000)), Wallet("burner", USD=tokens(10))
    burner = BurnerAgent("burner", wallet, supply, price=lambda: 2.0)

    burner.takeStep(new_state())
    assert (supply.burned, supply.burned_USD) == (tokens(5), tokens(10))

    wallet.deposit("USD", tokens(20))
    burner.takeStep(new_state())

    assert (supply.burned, supply.burned_USD, wallet.balance("USD")) == (tokens(15), tokens(30), 0)


def test_the_price_rises_as_the_supply_shrinks_so_it_burns_less() -> None:
    supply = TokenSupply("OCEAN", tokens(100))
    burner = BurnerAgent("burner", Wallet("burner", USD=tokens(10)), supply, lambda: 200 / in_tokens(supply.total))

    burner.takeStep(new_state())

    assert tokens(4) < supply.burned < tokens(5)
    # Ten purchases, each of 1/200 of what there is.
    assert in_tokens(supply.total) == pytest.approx(100 * (1 - 1 / 200) ** 10, rel=1e-12)


def test_without_usd_it_does_nothing_and_asks_for_no_price() -> None:
    supply = TokenSupply("OCEAN", tokens(100))

    BurnerAgent("burner", Wallet("burner"), supply, price=lambda: 1 / 0).takeStep(new_state())

    assert supply.burned == 0


@given(st.integers(0, 10**25))
def test_every_base_unit_of_usd_is_spent_and_counted(usd: Amount) -> None:
    supply, wallet = TokenSupply("OCEAN", 10**30), Wallet("burner", USD=usd)

    BurnerAgent("burner", wallet, supply, price=lambda: 0.25).takeStep(new_state())

    assert (wallet.balance("USD"), supply.burned_USD, supply.burned) == (0, usd, 4 * usd)
