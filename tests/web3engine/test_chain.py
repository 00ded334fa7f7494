"""What a chain refuses, and what it says."""

import pytest

from tokenspice.engine.errors import InsufficientFunds, WalletError
from tokenspice.engine.streams import derive
from tokenspice.engine.units import tokens
from tokenspice.engine.wallet import Wallet
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.errors import ChainError


def test_an_overdraft_moves_nothing_and_says_what_is_held(chain: Chain) -> None:
    chain.deploy_token("OCEAN")
    giver, taker = chain.wallet("giver", OCEAN=tokens(12)), chain.wallet("taker")

    with pytest.raises(InsufficientFunds, match="giver holds 12 OCEAN and tried to give 15. Nothing was moved."):
        giver.transfer(taker, "OCEAN", tokens(15))

    assert giver.balance("OCEAN") == tokens(12)


def test_a_token_that_the_chain_does_not_know_is_answered_with_those_it_does(chain: Chain) -> None:
    chain.deploy_token("OCEAN")

    with pytest.raises(WalletError, match='knows no token "OCEAM". Did you mean OCEAN'):
        chain.wallet("a").balance("OCEAM")


def test_tokens_do_not_leave_the_chain_nor_come_onto_it(chain: Chain) -> None:
    chain.deploy_token("OCEAN")
    on, off = chain.wallet("on", OCEAN=5), Wallet("off", OCEAN=5)

    with pytest.raises(WalletError, match="both"):
        on.transfer(off, "OCEAN", 1)
    with pytest.raises(WalletError, match="both"):
        off.transfer(on, "OCEAN", 1)

    assert (on.balance("OCEAN"), off.balance("OCEAN")) == (5, 5)


def test_a_symbol_is_deployed_once(chain: Chain) -> None:
    chain.deploy_token("OCEAN")

    with pytest.raises(ChainError, match="there is a token OCEAN already"):
        chain.deploy_token("OCEAN")


def test_a_restored_chain_forgets_wallets_and_tokens_made_since(chain: Chain) -> None:
    snapshot = chain.snapshot()
    chain.deploy_token("OCEAN")
    first = chain.wallet("a", OCEAN=3)

    chain.restore(snapshot)

    assert chain.tokens == {}
    chain.deploy_token("OCEAN")
    assert chain.wallet("a").address == first.address
    assert chain.wallet("a").balance("OCEAN") == 0


def test_code_written_for_web3_py_finds_the_same_chain(chain: Chain) -> None:
    token = chain.deploy_token("OCEAN", supply=tokens(5))
    entries = chain.artifacts.find("token/Token").entries

    w3 = chain.w3
    contract = w3.eth.contract(address=w3.to_checksum_address(token.contract.address), abi=entries)

    assert contract.functions.balanceOf(chain.faucet.address).call() == tokens(5)


def test_a_wallet_shows_its_name_and_address_and_never_its_key(chain: Chain) -> None:
    wallet = chain.wallet("a")

    assert repr(wallet) == f"EvmWallet(a at {wallet.address})"
    assert derive(chain.seed, "wallet/a").hex() not in str(vars(wallet))
