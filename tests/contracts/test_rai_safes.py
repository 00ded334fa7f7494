"""contracts/rai: SAFEs, their checks in the published order, interest, confiscation and the sale of collateral."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tokenspice.engine import tokens
from tokenspice.protocols.rai import RAD, RAY, WAD
from tokenspice.protocols.rai.contracts import parameter
from tokenspice.web3engine import Chain, Contract, EvmWallet, Reverted

ETH_A = parameter("ETH-A")


@dataclass(frozen=True)
class Safes:
    """An engine with one collateral at 2,000 USD, a coin at 2 USD, and an owner with 100 ETH joined."""

    chain: Chain
    engine: Contract
    relayer: Contract
    oracle: Contract
    sale: Contract
    accounting: Contract
    owner: EvmWallet

    @property
    def governor(self) -> EvmWallet:
        return self.chain.faucet

    def modify(self, collateral: int, debt: int, by: EvmWallet | None = None, safe: EvmWallet | None = None) -> None:
        who = self.owner.address
        sender, address = by or self.owner, (safe or self.owner).address
        sender.send(self.engine.modifySAFECollateralization(ETH_A, address, who, who, collateral, debt))

    def price(self, usd: int) -> None:
        self.governor.send(self.oracle.set(usd * WAD))
        self.governor.send(self.relayer.updateCollateralPrice(ETH_A))

    def coins(self, contract: Contract | EvmWallet) -> int:
        return int(self.chain.read(self.engine.coinBalance(contract.address)))


@pytest.fixture
def safes(in_process_chain: Chain) -> Iterator[Safes]:
    with in_process_chain.anchor():
        yield open_safes(in_process_chain)


def open_safes(chain: Chain) -> Safes:
    governor, owner = chain.faucet, chain.wallet("owner")
    engine = chain.deploy("rai/SafeEngine")
    relayer = chain.deploy("rai/OracleRelayer", engine.address)
    oracle = chain.deploy("rai/SettableOracle", 2000 * WAD)
    accounting = chain.deploy("rai/Accounting", engine.address)
    sale = chain.deploy(
        "rai/LiquidationSale", engine.address, ETH_A, accounting.address, 11 * WAD // 10, 95 * WAD // 100
    )
    set_rule = "modifyParameters(bytes32,bytes32,uint256)"
    for call in (
        engine.initializeCollateralType(ETH_A),
        engine.addAuthorization(relayer.address),
        engine.addAuthorization(sale.address),
        engine["modifyParameters(bytes32,uint256)"](parameter("globalDebtCeiling"), 10**6 * RAD),
        engine[set_rule](ETH_A, parameter("debtCeiling"), 10**6 * RAD),
        engine[set_rule](ETH_A, parameter("debtFloor"), 100 * RAD),
        engine.modifyCollateralBalance(ETH_A, owner.address, tokens(100)),
        relayer["modifyParameters(bytes32,uint256)"](parameter("redemptionPrice"), 2 * RAY),
        relayer["modifyParameters(bytes32,address,uint256,uint256)"](
            ETH_A, oracle.address, 16 * RAY // 10, 15 * RAY // 10
        ),
        relayer.updateCollateralPrice(ETH_A),
        sale.modifyParameters(parameter("liquidationRatio"), 15 * RAY // 10),
    ):
        governor.send(call)
    return Safes(chain, engine, relayer, oracle, sale, accounting, owner)


def test_a_safe_may_draw_up_to_its_safety_price(safes: Safes) -> None:
    most = 625 * 10  # 10 ETH at 2,000 USD, over 1.6, at 2 USD a coin

    safes.modify(tokens(10), tokens(most))

    assert safes.coins(safes.owner) == most * RAD
    with pytest.raises(Reverted, match="SAFEEngine/not-safe"):
        safes.modify(0, 1)


@pytest.mark.parametrize(
    ("collateral", "debt", "reason"),
    [
        (10, 99, "dust"),
        (10, 6251, "not-safe"),
        (101, 0, "panic"),
        (0, 10**6 + 1, "ceiling-exceeded"),
    ],
)
def test_what_a_safe_may_not_be_is_refused(safes: Safes, collateral: int, debt: int, reason: str) -> None:
    with pytest.raises(Reverted, match=reason):
        safes.modify(tokens(collateral), tokens(debt))


def test_a_stranger_may_make_a_safe_safer_and_nothing_else(safes: Safes) -> None:
    stranger = safes.chain.wallet("stranger")
    safes.modify(tokens(10), tokens(1000))

    with pytest.raises(Reverted, match="not-allowed-to-modify-safe"):
        safes.modify(-tokens(1), 0, by=stranger)
    with pytest.raises(Reverted, match="not-allowed-debt-dst"):
        safes.modify(0, -tokens(100), by=stranger)
    safes.owner.send(safes.engine.approveSAFEModification(stranger.address))
    safes.modify(tokens(1), -tokens(100), by=stranger)
    assert safes.chain.read(safes.engine.safes(ETH_A, safes.owner.address)) == (tokens(11), tokens(900))


def test_interest_goes_to_the_surplus_and_counts_as_debt(safes: Safes) -> None:
    safes.modify(tokens(10), tokens(1000))

    safes.governor.send(safes.engine.updateAccumulatedRate(ETH_A, safes.accounting.address, RAY // 50))

    assert safes.coins(safes.accounting) == 20 * RAD
    assert safes.chain.read(safes.engine.globalDebt()) == 1020 * RAD


def test_a_safe_below_its_liquidation_price_is_sold_at_a_discount(safes: Safes) -> None:
    buyer = safes.chain.wallet("buyer")
    safes.modify(tokens(10), tokens(6000))
    with pytest.raises(Reverted, match="safe-not-unsafe"):
        buyer.send(safes.sale.liquidateSAFE(safes.owner.address))
    safes.owner.send(safes.engine.transferInternalCoins(safes.owner.address, buyer.address, 6000 * RAD))
    buyer.send(safes.engine.approveSAFEModification(safes.sale.address))

    safes.price(1700)
    buyer.send(safes.sale.liquidateSAFE(safes.owner.address))
    buyer.send(safes.sale.buyCollateral(0, tokens(6000)))

    bought = safes.chain.read(safes.engine.tokenCollateral(ETH_A, buyer.address))
    assert bought == pytest.approx(tokens(6000) * 2 / (1700 * 0.95), rel=1e-9)
    assert safes.coins(safes.accounting) == pytest.approx(6000 * RAD)
    assert safes.chain.read(safes.engine.safes(ETH_A, safes.owner.address)) == (0, 0)


def test_proceeds_pay_the_debt_that_has_no_collateral(safes: Safes) -> None:
    buyer = safes.chain.wallet("buyer")
    safes.modify(tokens(10), tokens(6000))
    safes.owner.send(safes.engine.transferInternalCoins(safes.owner.address, buyer.address, 6000 * RAD))
    buyer.send(safes.engine.approveSAFEModification(safes.sale.address))
    safes.price(1700)
    buyer.send(safes.sale.liquidateSAFE(safes.owner.address))
    unbacked = safes.chain.read(safes.engine.globalUnbackedDebt())

    buyer.send(safes.sale.buyCollateral(0, tokens(6000)))
    buyer.send(safes.accounting.settle())

    assert unbacked == 6000 * RAD
    assert safes.chain.read(safes.engine.globalUnbackedDebt()) < RAD
    assert safes.chain.read(safes.engine.globalDebt()) < RAD


moves = st.lists(st.tuples(st.integers(-20, 20), st.integers(-3000, 3000)), max_size=12)


@given(moves)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_coin_has_a_debtor_and_every_collateral_a_place(
    in_process_chain: Chain, moves: list[tuple[int, int]]
) -> None:
    with in_process_chain.anchor():
        safes = open_safes(in_process_chain)
        for collateral, debt in moves:
            try:
                safes.modify(tokens(collateral), tokens(debt))
            except Reverted:
                continue
        locked, principal = safes.chain.read(safes.engine.safes(ETH_A, safes.owner.address))
        free = safes.chain.read(safes.engine.tokenCollateral(ETH_A, safes.owner.address))
        assert locked + free == tokens(100)
        assert safes.coins(safes.owner) == principal * RAY == safes.chain.read(safes.engine.globalDebt())


def test_coins_and_collateral_change_into_tokens_and_back(safes: Safes) -> None:
    chain, governor, owner = safes.chain, safes.governor, safes.owner
    coin = chain.deploy("rai/Coin", "Rai", "RAI")
    coins = chain.deploy("rai/CoinJoin", safes.engine.address, coin.address)
    weth = chain.deploy_token("rai_WETH")
    joins = chain.deploy("rai/CollateralJoin", safes.engine.address, ETH_A, weth.contract.address)
    governor.send(coin.addAuthorization(coins.address))
    governor.send(safes.engine.addAuthorization(joins.address))
    governor.send(weth.contract.transfer(owner.address, tokens(5)))
    owner.send(weth.contract.approve(joins.address, tokens(5)))
    owner.send(joins.join(owner.address, tokens(5)))
    safes.modify(tokens(10), tokens(1000))
    for contract in (coins, joins):
        owner.send(safes.engine.approveSAFEModification(contract.address))

    owner.send(coins.exit(owner.address, tokens(400)))
    assert chain.read(coin.balanceOf(owner.address)) == tokens(400)
    owner.send(coin.approve(coins.address, tokens(400)))
    owner.send(coins.join(owner.address, tokens(400)))
    owner.send(joins.exit(owner.address, tokens(5)))

    assert safes.coins(owner) == 1000 * RAD and chain.read(coin.totalSupply()) == 0
    assert owner.read(weth.contract.balanceOf(owner.address)) == tokens(5)
