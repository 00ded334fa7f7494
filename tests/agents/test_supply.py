"""A supply counts what was minted and burned, and cannot fall below nothing."""

import pytest

from tokenspice.agents.supply import TokenSupply
from tokenspice.engine.errors import WalletError
from tokenspice.engine.units import tokens


def test_it_is_what_there_was_and_was_minted_less_what_was_burned() -> None:
    supply = TokenSupply("OCEAN", tokens(100))

    supply.mint(tokens(10))
    supply.burn(tokens(30), cost_USD=tokens(6))

    assert (supply.total, supply.minted, supply.burned) == (tokens(80), tokens(10), tokens(30))
    assert supply.burned_USD == tokens(6)


def test_more_than_there_is_cannot_be_burned() -> None:
    supply = TokenSupply("OCEAN", tokens(2))

    with pytest.raises(WalletError, match="3 OCEAN were to be burned, and there are 2"):
        supply.burn(tokens(3), cost_USD=0)

    assert (supply.total, supply.burned_USD) == (tokens(2), 0)
