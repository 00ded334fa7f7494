"""An exchange's money on a chain: the published cases with the same balances in the vault, to the unit."""

from collections.abc import Iterator

import pytest

from tests.markets.exchange.cases import cases
from tests.markets.exchange.liquidity.venue import FEE, opened, send
from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange import Side
from tokenspice.protocols.exchange_settlement import GATE, SettlementContracts, VaultMirror, deploy_settlement
from tokenspice.protocols.exchange_settlement.mirror import netted
from tokenspice.web3engine import Chain, ChainError, Reverted

IDS = sorted(id for id, case in cases().items() if id.startswith(("SOC-", "CLOSE-1")) and case["recomputed"])
SUPPLY = 10**30


@pytest.fixture
def chain(in_process_chain: Chain) -> Iterator[Chain]:
    with in_process_chain.anchor():
        yield in_process_chain


@pytest.fixture
def contracts(chain: Chain) -> SettlementContracts:
    return deploy_settlement(chain, "USD", SUPPLY)


@pytest.mark.parametrize("id", IDS)
def test_cases_leave_the_same_balances_on_the_chain(id: str, contracts: SettlementContracts) -> None:
    case = cases()[id]
    stage = Stage(case["given"], case["events"])
    mirror = VaultMirror(contracts, stage.exchange.ledger)
    for event in case["events"]:
        stage.play(event)
        mirror.settle()
        mirror.check()
        stage.exchange.advance(stage.pace)
    mirror.settle()
    mirror.check()
    chain = contracts.chain
    held = chain.read(contracts.token.contract.balanceOf(contracts.vault.address))
    assert held == stage.exchange.ledger.totals()["USD"]
    assert mirror.balances()[GATE] == 0


def test_a_settlement_that_breaks_conservation_is_refused(contracts: SettlementContracts) -> None:
    exchange, _ = opened()
    mirror = VaultMirror(contracts, exchange.ledger)
    mirror.settle()
    before = mirror.balances()
    rich = [number for number, held in enumerate(before) if held > 100][:2]
    for deltas in ([1, 0], [-5, 4], [2, -1]):
        with pytest.raises(Reverted, match="NotConserved"):
            contracts.sequencer.send(contracts.vault.applySettlement(rich, deltas, bytes(32)))
    with pytest.raises(Reverted, match="Negative"):
        contracts.sequencer.send(contracts.vault.applySettlement(rich, [-(10**9), 10**9], bytes(32)))
    with pytest.raises(Reverted, match="NotSequencer"):
        contracts.chain.faucet.send(contracts.vault.applySettlement([1], [0], bytes(32)))
    assert mirror.balances() == before


def test_a_difference_between_chain_and_ledger_is_told(contracts: SettlementContracts) -> None:
    exchange, _ = opened()
    mirror = VaultMirror(contracts, exchange.ledger)
    mirror.settle()
    mirror.check()
    send(exchange, "ann", Side.BUY, 10, 90)
    with pytest.raises(ChainError, match="Settle before you check"):
        mirror.check()


def test_wallets_bring_tokens_and_take_them_home(contracts: SettlementContracts) -> None:
    exchange, _ = opened()
    mirror = VaultMirror(contracts, exchange.ledger)
    wallet = contracts.chain.wallet("eve", USD=500)
    mirror.deposit(wallet, "eve", 300)
    mirror.settle()
    mirror.check()
    assert (wallet.balance("USD"), exchange.general("eve", "USD").balance) == (200, 300)
    mirror.withdraw(wallet, "eve", 250)
    mirror.check()
    assert (wallet.balance("USD"), exchange.general("eve", "USD").balance) == (450, 50)


def test_what_leaves_the_exchange_otherwise_leaves_the_vault(contracts: SettlementContracts) -> None:
    exchange, _ = opened()
    mirror = VaultMirror(contracts, exchange.ledger)
    mirror.settle()
    exchange.withdraw("ann", "USD", 1000)
    mirror.settle()
    mirror.check()


def test_a_bond_is_locked_slashed_and_released_by_its_contract(contracts: SettlementContracts) -> None:
    exchange, market = opened()
    mirror = VaultMirror(contracts, exchange.ledger)
    market.liquidity.commit("lp", 1001, FEE)
    mirror.settle()
    mirror.check()
    for _ in range(2):
        exchange.advance(10)
    lost = market.insurance.balance
    assert lost == 500
    mirror.settle({"lp": lost})
    mirror.check()
    market.liquidity.cancel("lp")
    exchange.advance(10)
    mirror.settle()
    mirror.check()
    with pytest.raises(Reverted, match="NotBonded"):
        contracts.sequencer.send(contracts.bonds.slash(1, 2, 1))


def test_losses_are_shared_by_a_rule_that_the_chain_can_check(contracts: SettlementContracts) -> None:
    chain, vault = contracts.chain, contracts.vault
    chain.read(vault.checkShared([100, 200, 33], [30, 60, 10], 100))
    with pytest.raises(Reverted, match="NotShared"):
        chain.read(vault.checkShared([100, 200, 33], [29, 61, 10], 100))
    with pytest.raises(Reverted, match="NotPaidOut"):
        chain.read(vault.checkShared([100, 200, 33], [30, 60, 9], 100))


def test_large_settlements_are_split_and_each_part_conserves_money() -> None:
    deltas = {n: (5 if n % 2 else -5) for n in range(1, 4001)}
    parts = list(netted(deltas))
    assert len(parts) == 4
    gate = 0
    for numbers, amounts in parts:
        assert sum(amounts) == 0
        gate += sum(amount for number, amount in zip(numbers, amounts, strict=True) if number == GATE)
        assert gate >= 0
    assert gate == 0
