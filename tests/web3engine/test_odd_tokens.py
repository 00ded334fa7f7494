"""Tokens that answer false, answer nothing or keep a part: whoever pays with them is told, in the token's own decimals."""

import warnings

import pytest

from tokenspice.engine.errors import InsufficientFunds, WalletError
from tokenspice.engine.units import tokens
from tokenspice.web3engine.artifact import Artifact
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.errors import ArtifactError, ChainError, Rejected, TokenWarning
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.transaction import Transaction

MILLION = 10**6  # a token of 6 decimals


def odd(chain: Chain, contract: str) -> Token:
    deployed = chain.deploy(contract, 1000 * MILLION)
    return chain.add_token(chain.contract("AnyToken", deployed.address), "USDC")


def test_a_token_tells_its_own_decimals(chain: Chain) -> None:
    assert odd(chain, "SilentToken").decimals == 6
    with pytest.raises(ChainError, match="there is a token USDC already"):
        odd(chain, "SilentToken")
    with pytest.raises(ChainError, match="Probe does not tell its decimals"):
        chain.add_token(chain.deploy("Probe", 1))


def test_amounts_in_messages_have_the_tokens_decimals(chain: Chain) -> None:
    odd(chain, "SilentToken")
    ada, bob = chain.wallet("ada", USDC=99 * MILLION), chain.wallet("bob")

    with pytest.raises(InsufficientFunds, match="ada holds 99 USDC and tried to give 500. Nothing was moved."):
        ada.transfer(bob, "USDC", tokens(500, 6))
    with pytest.raises(WalletError, match="ada was asked to move -1 USDC"):
        ada.transfer(bob, "USDC", -MILLION)


def test_a_transfer_that_answers_nothing_and_moves_all_is_a_transfer(chain: Chain) -> None:
    odd(chain, "SilentToken")
    ada, bob = chain.wallet("ada", USDC=3 * MILLION), chain.wallet("bob")

    ada.transfer(bob, "USDC", MILLION)
    ada.transfer(ada, "USDC", MILLION)

    assert (ada.balance("USDC"), bob.balance("USDC")) == (2 * MILLION, MILLION)


def test_a_transfer_that_a_token_refuses_without_reverting_is_an_error(chain: Chain) -> None:
    token = odd(chain, "PoliteToken")
    ada, bob = chain.wallet("ada", USDC=3 * MILLION), chain.wallet("bob")
    polite = chain.contract("PoliteToken", token.contract.address)
    ada.send(polite.refuse(bob.address))

    with pytest.raises(WalletError, match="ada gave 1 USDC to bob, and nothing moved"):
        ada.transfer(bob, "USDC", MILLION)
    with pytest.raises(WalletError, match="faucet gave 2 USDC to bob, and nothing moved"):
        chain.wallet("bob", USDC=2 * MILLION)


def test_a_fee_is_told_once_with_what_was_given_and_what_arrived(chain: Chain) -> None:
    odd(chain, "FeeToken")

    with pytest.warns(TokenWarning, match="USDC takes a fee or rounds: faucet gave 100 USDC, and ada received 99 USDC"):
        ada = chain.wallet("ada", USDC=100 * MILLION)
    ada.transfer(chain.wallet("bob"), "USDC", 50 * MILLION)

    assert chain.wallet("bob").balance("USDC") == 49_500_000


@pytest.mark.parametrize("function", ["transfer", "approve"])
@pytest.mark.parametrize(
    ("contract", "answer"), [("PoliteToken", "answered false"), ("SilentToken", "answered nothing")]
)
def test_a_call_that_is_sent_to_a_token_tells_when_it_does_not_answer_true(
    chain: Chain, contract: str, answer: str, function: str
) -> None:
    token = odd(chain, contract)
    ada, bob = chain.wallet("ada", USDC=MILLION), chain.wallet("bob")
    if contract == "PoliteToken":
        ada.send(token.contract.approve(bob.address, 1))  # which is answered true
        ada.send(chain.contract(contract, token.contract.address).refuse(bob.address))

    with pytest.warns(TokenWarning, match=f"AnyToken.{function} {answer}") as told:
        assert ada.send(token.contract[function](bob.address, 1)).succeeded

    assert told[0].filename == __file__


def test_an_exact_token_is_not_asked_twice(chain: Chain) -> None:
    chain.deploy_token("OCEAN")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chain.wallet("ada", OCEAN=5).transfer(chain.wallet("bob"), "OCEAN", 5)

    assert chain.tokens["OCEAN"].is_exact


def test_an_interface_cannot_be_deployed(chain: Chain) -> None:
    artifacts = chain.artifacts.unused()
    artifacts.used["Face"] = Artifact("probe", "Face", [], b"", "by hand")

    with pytest.raises(ArtifactError, match="Face has no code to deploy"):
        Chain(chain.backend, artifacts).deploy("Face")


def test_a_transaction_that_nobody_can_pay_is_an_error_and_a_row(chain: Chain) -> None:
    rows: list[Transaction] = []
    chain.on_transaction = rows.append
    probe, poor = chain.deploy("Probe", 7), chain.wallet("poor")
    chain.backend.set_balance(poor.address, 0)
    rows.clear()

    with pytest.raises(Rejected, match="poor: Probe.store was not sent"):
        poor.send(probe.store(1, value=5))

    (row,) = rows
    assert (row.call.label, row.status, row.sender) == ("Probe.store", "refused", "poor")
    assert row.block >= 1 and chain.backend.nonce(poor.address) == 0
