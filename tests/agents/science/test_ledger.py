"""A ledger behaves alike wherever it is kept."""

from collections.abc import Iterator

import pytest

from tokenspice.agents.science.ledger import OCEAN, ChainWallet, open_ledger
from tokenspice.engine.errors import InsufficientFunds, TokenSpiceError, WalletError
from tokenspice.engine.units import tokens
from tokenspice.engine.wallet import Wallet
from tokenspice.web3engine.chain import Chain


@pytest.fixture(params=["off_chain", "on_chain"])
def chain_or_none(request: pytest.FixtureRequest) -> Iterator[Chain | None]:
    if request.param == "off_chain":
        yield None
        return
    chain: Chain = request.getfixturevalue("in_process_chain")
    with chain.anchor():
        yield chain


def test_what_was_made_is_what_is_held(chain_or_none: Chain | None) -> None:
    ledger = open_ledger(chain_or_none)
    a, b = ledger.wallet("a", tokens(10)), ledger.wallet("b")

    a.transfer(b, OCEAN, tokens(4))
    ledger.mint("b", tokens(1))
    ledger.burn("a", tokens(2))

    assert (a.balance(OCEAN), b.balance(OCEAN)) == (tokens(4), tokens(5))
    assert ledger.supply == tokens(9)
    assert a.balances() == {OCEAN: tokens(4)}


def test_nobody_gives_or_burns_more_than_it_holds(chain_or_none: Chain | None) -> None:
    ledger = open_ledger(chain_or_none)
    a, b = ledger.wallet("a", 5), ledger.wallet("b")

    with pytest.raises(InsufficientFunds):
        a.transfer(b, OCEAN, 6)
    with pytest.raises(TokenSpiceError):
        ledger.burn("a", 6)

    assert (a.balance(OCEAN), b.balance(OCEAN), ledger.supply) == (5, 0, 5)


def test_a_wallet_on_the_chain_pays_no_wallet_off_it(chain: Chain) -> None:
    ledger = open_ledger(chain)

    with pytest.raises(WalletError, match="keeps it elsewhere"):
        ledger.wallet("a", 5).transfer(Wallet("b"), OCEAN, 1)


def test_each_transfer_is_a_transaction_and_a_look_at_what_is_known_is_no_call(chain: Chain) -> None:
    ledger = open_ledger(chain)
    a, b = ledger.wallet("a", 5), ledger.wallet("b")
    assert isinstance(a, ChainWallet) and isinstance(b, ChainWallet)
    a.balance(OCEAN)

    a.transfer(b, OCEAN, 2)
    b.account.transfer(a.account, OCEAN, 1)  # behind the ledger's back

    assert (a.balance(OCEAN), b.balance(OCEAN)) == (4, 1)
    a.account.transfer(b.account, OCEAN, 1)
    assert a.balance(OCEAN) == 4
    a.forget(OCEAN)
    assert a.balance(OCEAN) == 3
