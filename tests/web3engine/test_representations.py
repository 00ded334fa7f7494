"""What a notebook shows of a chain's things, and what Tab and help know of a contract."""

import inspect
import pydoc
import re
from dataclasses import dataclass

import pytest

from tokenspice.engine import Amount, SimStrategyBase, Wallet, tokens
from tokenspice.web3engine import Artifacts, Chain, Contract, MissingFunction, Reverted
from tokenspice.web3engine.backends.revm import RevmBackend
from tokenspice.web3engine.natspec import function_docs


@pytest.fixture
def chain(artifacts: Artifacts) -> Chain:
    """In this process, whose receipts know their calls."""
    return Chain(RevmBackend(), artifacts)


@pytest.fixture
def ocean(chain: Chain) -> Contract:
    return chain.deploy_token("OCEAN").contract


def test_nothing_shows_its_place_in_memory(chain: Chain, ocean: Contract) -> None:
    wallet = chain.wallet("ada", OCEAN=tokens(5))
    call = ocean.transfer(wallet, 3)
    pending = wallet.submit(call)
    things = [chain, ocean, ocean.abi, ocean.transfer, call, call.function, wallet, wallet.account, wallet.send(call)]
    things += [chain.mempool, pending, chain.artifacts, chain.backend, chain.tokens, Wallet("b", USD=1)]

    assert [repr(one) for one in things if re.search(r"object at 0x|<tokenspice", repr(one))] == []


def test_a_call_and_its_receipt_say_what_was_done(chain: Chain, ocean: Contract) -> None:
    ada, bob = chain.wallet("ada", OCEAN=tokens(5)), chain.wallet("bob")

    receipt = ada.send(ocean.transfer(bob, 3))

    assert repr(ocean.transfer(bob, 3)) == "Call(OCEAN.transfer(bob, 3))"
    assert repr(ocean.transfer(ocean, b"\x01")) == "Call(OCEAN.transfer(OCEAN, 0x01))"
    assert re.fullmatch(
        r"Receipt\(OCEAN.transfer\(bob, 3\), ok, [\d,]+ gas, block \d+, Transfer\(from='0x.*', to='0x.*', value=3\)\)",
        repr(receipt),
    )


def test_the_receipt_of_a_failure_says_why(chain: Chain, ocean: Contract) -> None:
    pending = chain.wallet("ada").submit(ocean.transfer(chain.faucet, 3))
    chain.advance(1)

    assert re.fullmatch(r"Pending\(Receipt\(OCEAN.transfer\(faucet, 3\), reverted: .+, [\d,]+ gas\)\)", repr(pending))
    with pytest.raises(Reverted):
        chain.wallet("ada").send(ocean.transfer(chain.faucet, 3))


def test_tab_completes_the_functions_of_a_contract(ocean: Contract) -> None:
    assert {"transfer", "balanceOf", "label", "events"} <= set(dir(ocean))


def test_a_function_that_does_not_exist_fails_at_the_attribute(ocean: Contract) -> None:
    with pytest.raises(MissingFunction, match='OCEAN has no function "balanceof". Did you mean balanceOf'):
        ocean.balanceof  # noqa: B018
    assert not hasattr(ocean, "trasnfer") and getattr(ocean, "nothing", None) is None


def test_a_function_has_a_signature_and_its_comment_as_help(chain: Chain) -> None:
    pool = chain.contract("cpmm/ConstantProductPool", chain.faucet.address)

    assert str(inspect.signature(pool.swap)).startswith("(")
    assert pydoc.render_doc(pool.swap).count("swap(") >= 1
    assert inspect.getdoc(type(pool.swap)).startswith("A contract's function")  # type: ignore[union-attr]


def test_comments_are_read_from_what_compilers_write() -> None:
    docs = function_docs(
        {
            "userdoc": {"methods": {"pay(uint256)": {"notice": "Pays."}}},
            "devdoc": {"methods": {"pay(uint256)": {"params": {"amount": "wei"}, "returns": {"_0": "what is left"}}}},
        }
    )

    assert docs == {"pay(uint256)": "Pays.\n\nArgs:\n    amount: wei\n\nReturns:\n    what is left"}
    assert function_docs({"userdoc": [], "devdoc": {"methods": {"x()": 3}}}) == {}


@dataclass(frozen=True)
class WithAmount(SimStrategyBase):
    purse_USD: Amount = tokens("12.5")


def test_a_strategy_shows_amounts_in_tokens() -> None:
    assert "purse_USD=12.5)" in repr(WithAmount()) and repr(WithAmount()).startswith("WithAmount(time_step=3600")
