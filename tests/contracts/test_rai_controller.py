"""contracts/rai: the calculators answer as the published ones and as the law in Python, to the unit."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.protocols.rai.vectors import play, setup_terms, terms, unit_tests, vectors
from tokenspice.protocols.rai import (
    HAI,
    RAI,
    RAY,
    WAD,
    Controller,
    ControllerTerms,
    OracleRelayer,
    Overflow,
    RateSetter,
)
from tokenspice.protocols.rai.contracts import deploy_calculator, deploy_controller, parameter
from tokenspice.web3engine import Chain, Contract, Reverted

LEAKING = "rpower(pscl,tlv)"


def move_to(chain: Chain, timestamp: int) -> None:
    """Let the next transaction be at `timestamp`."""
    chain.advance(timestamp - chain.now)


class EvmSystem:
    """The contracts, with an oracle that the test sets."""

    def __init__(self, chain: Chain, contract: str) -> None:
        self.chain, self.owner = chain, chain.faucet
        self.oracle = chain.deploy("rai/SettableOracle", WAD)
        found = deploy_controller(chain, self.owner, setup_terms(contract), self.oracle, RAY, 1)
        self.calculator, self.relayer, self.setter = found.calculator, found.relayer, found.setter
        self.owner.send(self.relayer["modifyParameters(bytes32,uint256)"](parameter("redemptionRateLowerBound"), 1))

    def warp(self, seconds: int) -> None:
        self.chain.advance(seconds)

    def update_rate(self) -> None:
        self.owner.send(self.setter.updateRate(self.owner.address))

    def modify(self, name: str, value: int) -> None:
        if name.startswith("relayer."):
            self.owner.send(self.relayer["modifyParameters(bytes32,uint256)"](parameter(name[8:]), value))
            return
        kind = "uint256" if name == "nb" else "int256"
        self.owner.send(self.calculator[f"modifyParameters(bytes32,{kind})"](parameter(name), value))

    def set_feed(self, price: int) -> None:
        self.owner.send(self.oracle.set(price))

    def next_rate(self, market: int, redemption: int, leak: int | None) -> tuple[int, int, int]:
        if leak is None:
            law = Controller(ControllerTerms(1, leak=self.read("pscl")), self.read("lut"))
            leak = law.leaked(self.chain.now)
        return tuple(self.owner.read(self.calculator.getNextRedemptionRate(market, redemption, leak))[:3])

    def adjusted(self, proportional: int, integral: int) -> tuple[int, int]:
        return tuple(self.owner.read(self.calculator.getGainAdjustedTerms(proportional, integral)))

    def read(self, name: str) -> int:
        if name == "redemptionPrice":
            self.owner.send(self.relayer.redemptionPrice())
        names = {
            "last_obs_proportional": "getLastProportionalTerm",
            "last_obs_integral": "getLastIntegralTerm",
            "redemptionPrice": "lastRedemptionPrice",
        }
        contract = self.relayer if name.startswith("redemption") else self.calculator
        return int(self.owner.read(getattr(contract, names.get(name, name))()))


@pytest.fixture
def chain(in_process_chain: Chain) -> Any:
    with in_process_chain.anchor():
        yield in_process_chain


@pytest.mark.parametrize(("contract", "script"), unit_tests())
def test_it_answers_as_the_published_unit_tests_assert(chain: Chain, contract: str, script: str) -> None:
    play(EvmSystem(chain, contract), contract, script, reverts=Reverted)


@pytest.mark.parametrize("case", vectors()["evm_open_loop"], ids=lambda case: case["label"])
def test_it_answers_as_the_original_bytecode_to_a_sequence_of_prices(chain: Chain, case: dict[str, Any]) -> None:
    move_to(chain, max(chain.now, case["deploy_timestamp"]))
    owner, offset = chain.faucet, chain.now - case["deploy_timestamp"]
    memory = [int(text) for text in case["importedState"]]
    memory = [memory[0] + offset if memory[0] else 0, *memory[1:4], memory[4] + offset if memory[4] else 0]
    calculator = deploy_calculator(chain, owner, terms(case["contract"], case["params"]), tuple(memory))
    owner.send(calculator["modifyParameters(bytes32,address)"](parameter("seedProposer"), owner.address))
    for step in case["steps"]:
        move_to(chain, step["timestamp"] + offset)
        prices = int(step["marketPrice"]), int(step["redemptionPrice"]), int(step["accumulatedLeak"])
        found = chain.read(calculator.getNextRedemptionRate(*prices), owner)
        wanted = tuple(int(step[name]) for name in ("next_rate", "next_proportional", "next_integral"))
        assert tuple(found[:3]) == wanted
        if step["reverts"]:
            with pytest.raises(Reverted, match=step["reverts"]):
                owner.send(calculator.computeRate(*prices))
        else:
            assert found[0] == int(step["computeRate"])
            owner.send(calculator.computeRate(*prices))
        assert owner.read(calculator.pdc()) == int(step["pdc_after"])
        assert owner.read(calculator.oll()) == step["oll_after"]
        assert owner.read(calculator.adat()) == step["adat"]


def random_terms(rng: np.random.Generator, law: Any) -> ControllerTerms:
    return ControllerTerms(
        kp=int(rng.integers(-(10**11), 10**11)),
        ki=int(rng.integers(-(10**5), 10**5)),
        leak=RAY - int(rng.integers(0, 10**12)) * 10**9,
        period=int(rng.integers(1, 20_000)),
        noise_barrier=WAD if rng.random() < 0.7 else int(rng.integers(9 * 10**17, WAD)),
        upper=10 ** int(rng.integers(18, 45)),
        lower=-(10 ** int(rng.integers(18, 26))),
        law=law,
    )


@pytest.mark.parametrize("law", ["raw", "scaled", "basic", "proportional"])
def test_contracts_and_python_agree_on_random_updates(chain: Chain, law: Any) -> None:
    rng, owner, n_updates = np.random.default_rng(7), chain.faucet, 0
    for _ in range(10):
        drawn, oracle = random_terms(rng, law), chain.deploy("rai/SettableOracle", WAD)
        found = deploy_controller(chain, owner, drawn, oracle, 3 * RAY, drawn.period)
        controller, relayer = Controller(drawn), OracleRelayer(chain.now, 3 * RAY)
        setter = RateSetter(relayer, controller, drawn.period)
        for _ in range(50):
            chain.advance(drawn.period + int(rng.integers(0, 50_000)))
            market = int(rng.integers(1, 6 * 10**9)) * 10**9
            owner.send(oracle.set(market))
            try:
                owner.send(found.setter.updateRate(owner.address))
            except Reverted:
                with pytest.raises(Overflow):
                    setter.update_rate(chain.now, market)
                break
            setter.update_rate(chain.now, market)
            assert chain.read(found.relayer.redemptionRate()) == relayer.rate
            assert chain.read(found.relayer.lastRedemptionPrice()) == relayer.price
            n_updates += 1
    assert n_updates > 400, "most of them must not overflow"


@pytest.mark.parametrize("terms_", [RAI, HAI], ids=["RAI", "HAI"])
def test_parameters_alone_make_it_rai_or_hai(chain: Chain, terms_: ControllerTerms) -> None:
    oracle = chain.deploy("rai/SettableOracle", 95 * 10**16)
    found = deploy_controller(chain, chain.faucet, terms_, oracle, RAY, terms_.period)
    setter = RateSetter(OracleRelayer(chain.now), Controller(terms_), terms_.period)

    chain.advance(terms_.period)
    chain.faucet.send(found.setter.updateRate(chain.faucet.address))

    assert chain.read(found.relayer.redemptionRate()) == setter.update_rate(chain.now, 95 * 10**16).rate


def test_a_relay_that_fails_does_not_undo_the_update(chain: Chain) -> None:
    oracle = chain.deploy("rai/SettableOracle", WAD)
    found = deploy_controller(chain, chain.faucet, RAI, oracle, RAY, 100)
    chain.faucet.send(found.relayer.removeAuthorization(found.setter_relayer.address))

    chain.faucet.send(found.setter.updateRate(chain.faucet.address))

    assert chain.read(found.setter.lastUpdateTime()) == chain.now


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"kp": WAD + 1}, "invalid-sg"), ({"period": 0}, "invalid-ips"), ({"upper": 0}, "invalid-foub")],
)
def test_terms_out_of_range_are_refused(chain: Chain, changes: dict[str, int], reason: str) -> None:
    wrong = replace(RAI)
    for name, value in changes.items():
        object.__setattr__(wrong, name, value)  # which Python would refuse before the contract

    with pytest.raises(Reverted, match=f"PIRawPerSecondCalculator/{reason}"):
        deploy_calculator(chain, chain.faucet, wrong)


def test_who_does_not_propose_cannot_update_and_who_cannot_read_gets_nothing(chain: Chain) -> None:
    calculator, stranger = deploy_calculator(chain, chain.faucet, RAI), chain.wallet("stranger")

    with pytest.raises(Reverted, match="invalid-msg-sender"):
        stranger.send(calculator.computeRate(WAD, RAY, RAY))
    with pytest.raises(Reverted, match="not-a-reader"):
        stranger.read(calculator.pdc())


def test_a_huge_price_overflows_in_both(chain: Chain) -> None:
    calculator: Contract = deploy_calculator(chain, chain.faucet, RAI)

    with pytest.raises(Reverted):
        chain.faucet.read(calculator.getNextRedemptionRate(WAD, 2**255, RAY))
    with pytest.raises(Overflow):
        Controller(RAI).preview(chain.now, WAD, 2**255, RAY)
