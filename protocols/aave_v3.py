"""Aave V3: a lending market, in which those whose debt outgrows their collateral are liquidated.

Source: the contracts of npm's @aave/core-v3 1.19, deployed as its authors do: the logic in external libraries, pool
and configurator behind proxies of the address provider. Token amounts are base units; what is worth something is
given in USD with 8 decimals, the market's base currency; a health factor has 18 decimals. What the market refuses, it
refuses with a number, which the package's Errors.sol explains.
"""

from dataclasses import dataclass
from typing import Annotated, NamedTuple, final

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.parameters import AtLeast, Between, Doc, ParametersBase
from tokenspice.engine.units import Amount, Unit
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call, Contract, Reader
from tokenspice.web3engine.receipt import Receipt
from tokenspice.web3engine.rules import ZERO_ADDRESS
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["HEALTHY", "USD_DECIMALS", "AaveV3", "Account", "Liquidation", "ReserveTerms"]

USD_DECIMALS = 8
HEALTHY = 10**18  # the health factor below which an account may be liquidated
VARIABLE_RATE = 2  # DataTypes.sol, InterestRateMode
ALL_DEBT = 2**256 - 1  # as much as the close factor allows
RAY_PER_BPS = 10**23  # rates have 27 decimals
BPS = 10_000

POOL_LIBRARIES = ("BorrowLogic", "BridgeLogic", "EModeLogic", "LiquidationLogic", "PoolLogic", "SupplyLogic")


@dataclass(frozen=True)
class ReserveTerms(ParametersBase):
    """On what terms a token is lent, in basis points. Defaults: WETH's in Aave's own market configuration.

    Source: aave-v3-deploy, markets/aave/reservesConfigs.ts and rateStrategies.ts.
    """

    ltv_bps: Annotated[
        int, Between(1, BPS), Unit("bps"), Doc("of the collateral's worth, how much may be borrowed")
    ] = 8_000
    liquidation_threshold_bps: Annotated[
        int,
        Between(1, BPS),
        Unit("bps"),
        Doc("of the collateral's worth, how much may be owed before others may liquidate"),
    ] = 8_250
    liquidation_bonus_bps: Annotated[
        int, AtLeast(1), Unit("bps"), Doc("what a liquidator gets on top of the debt that it pays")
    ] = 500
    protocol_fee_bps: Annotated[int, Between(0, BPS), Unit("bps"), Doc("of that bonus, what the protocol keeps")] = (
        1_000
    )
    reserve_factor_bps: Annotated[
        int, Between(0, BPS), Unit("bps"), Doc("of the interest, what the protocol keeps")
    ] = 1_000
    optimal_usage_bps: Annotated[
        int,
        Between(1, BPS - 1),
        Unit("bps"),
        Doc("of what is supplied, the share lent at which the rate begins to rise steeply"),
    ] = 4_500
    slope_below_bps: Annotated[
        int, AtLeast(0), Unit("bps per year"), Doc("variable rate of interest at the optimal usage")
    ] = 700
    slope_above_bps: Annotated[int, AtLeast(0), Unit("bps per year"), Doc("what full usage adds to it")] = 30_000

    def __post_init__(self) -> None:
        super().__post_init__()
        # PoolConfigurator.sol, configureReserveAsCollateral.
        most = self.liquidation_threshold_bps * (BPS + self.liquidation_bonus_bps) // BPS
        if not (self.ltv_bps <= self.liquidation_threshold_bps and most <= BPS):
            raise StrategyError(
                f"ltv_bps = {self.ltv_bps}, liquidation_threshold_bps = {self.liquidation_threshold_bps}, "
                f"liquidation_bonus_bps = {self.liquidation_bonus_bps}: Aave wants ltv_bps <= "
                f"liquidation_threshold_bps, and that, with the bonus on top, at most {BPS}."
            )


class Account(NamedTuple):
    """What the pool says of a user."""

    collateral: int  # USD
    debt: int  # USD
    available: int  # USD that may still be borrowed
    liquidation_threshold: int  # basis points
    ltv: int  # basis points
    health: int  # 10**18 is the limit; 2**256 - 1 without a debt

    @property
    def bad_debt(self) -> int:
        """USD of the debt that all of the collateral would not pay."""
        return max(self.debt - self.collateral, 0)


class Liquidation(NamedTuple):
    """What a liquidation moved."""

    debt_paid: Amount
    collateral_won: Amount


@final
class AaveV3:
    """One market on one chain, deployed and administered by the faucet.

    Args:
        chain: where.

    Attributes:
        pool: Pool, which users call and which they approve.
    """

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        admin = chain.faucet
        self._provider = chain.deploy("aavev3/PoolAddressesProvider", "tokenspice", admin.address)
        admin.send(self._provider.setACLAdmin(admin.address))
        roles = chain.deploy("aavev3/ACLManager", self._provider.address)
        admin.send(self._provider.setACLManager(roles.address))
        admin.send(roles.addPoolAdmin(admin.address))
        self._oracle = self._deploy_oracle()
        self.pool = self._deploy_pool()
        self._configurator = self._deploy_configurator()
        self._tokens = [
            chain.deploy(f"aavev3/{name}", self.pool.address).address
            for name in ("AToken", "StableDebtToken", "VariableDebtToken")
        ]
        self._data = chain.deploy("aavev3/AaveProtocolDataProvider", self._provider.address)

    def list_token(self, token: Token, aggregator: Contract, terms: ReserveTerms = ReserveTerms()) -> None:
        """Let users supply, borrow, and pledge a token.

        Args:
            aggregator: answers latestAnswer() with the token's price in USD.
        """
        address, send = token.contract.address, self._chain.faucet.send
        send(self._oracle.setAssetSources([address], [aggregator.address]))
        send(self._configurator.initReserves([self._reserve(token, self._deploy_rates(terms).address)]))
        send(
            self._configurator.configureReserveAsCollateral(
                address, terms.ltv_bps, terms.liquidation_threshold_bps, BPS + terms.liquidation_bonus_bps
            )
        )
        send(self._configurator.setReserveBorrowing(address, True))
        send(self._configurator.setReserveFactor(address, terms.reserve_factor_bps))
        send(self._configurator.setLiquidationProtocolFee(address, terms.protocol_fee_bps))

    def supply(self, wallet: EvmWallet, token: Token, amount: Amount) -> Call:
        """Lend `amount`, which counts as collateral too. Approve it to the pool first."""
        return self.pool.supply(token.contract.address, amount, wallet.address, 0)

    def withdraw(self, wallet: EvmWallet, token: Token, amount: Amount) -> Call:
        """Take back what was supplied."""
        return self.pool.withdraw(token.contract.address, amount, wallet.address)

    def borrow(self, wallet: EvmWallet, token: Token, amount: Amount) -> Call:
        """Borrow at the variable rate."""
        return self.pool.borrow(token.contract.address, amount, VARIABLE_RATE, 0, wallet.address)

    def repay(self, wallet: EvmWallet, token: Token, amount: Amount) -> Call:
        """Pay back up to `amount`. Approve it to the pool first."""
        return self.pool.repay(token.contract.address, amount, VARIABLE_RATE, wallet.address)

    def liquidate(self, user: str, collateral: Token, debt: Token) -> Call:
        """Pay as much of a user's debt as the close factor allows, and receive collateral with the bonus.

        The pool lets half of a debt be paid, and all of it where the health factor is 0.95 or less
        (LiquidationLogic.sol).
        """
        return self.pool.liquidationCall(collateral.contract.address, debt.contract.address, user, ALL_DEBT, False)

    def liquidation(self, receipt: Receipt) -> Liquidation:
        """Read what a liquidation moved."""
        (event,) = self.pool.events(receipt, "LiquidationCall")
        return Liquidation(event.args["debtToCover"], event.args["liquidatedCollateralAmount"])

    def account(self, reader: Reader, user: str) -> Account:
        """Return what the pool says of the user at an address, with prices as they are."""
        return Account(*reader.read(self.pool.getUserAccountData(user)))

    def price(self, reader: Reader, token: Token) -> int:
        """Return a token's price in USD, as the market sees it."""
        return int(reader.read(self._oracle.getAssetPrice(token.contract.address)))

    def supplied_and_owed(self, reader: Reader, token: Token) -> tuple[Amount, Amount]:
        """Return how much of a token is supplied and how much is owed, interest included."""
        address = token.contract.address
        supplied = int(reader.read(self._data.getATokenTotalSupply(address)))
        return supplied, int(reader.read(self._data.getTotalDebt(address)))

    def share_token(self, token: Token) -> Contract:
        """Return the token whose balance is what a user has supplied (AToken)."""
        addresses = self._chain.read(self._data.getReserveTokensAddresses(token.contract.address))
        return self._chain.contract("aavev3/AToken", addresses[0], f"a{token.symbol}")

    def _deploy_oracle(self) -> Contract:
        unit = 10**USD_DECIMALS
        oracle = self._chain.deploy(
            "aavev3/AaveOracle", self._provider.address, [], [], ZERO_ADDRESS, ZERO_ADDRESS, unit
        )
        self._chain.faucet.send(self._provider.setPriceOracle(oracle.address))
        return oracle

    def _deploy_pool(self) -> Contract:
        deploy = self._chain.deploy
        libraries = {name: deploy(f"aavev3/{name}").address for name in POOL_LIBRARIES}
        borrowing = {"BorrowLogic": libraries["BorrowLogic"]}
        libraries["FlashLoanLogic"] = deploy("aavev3/FlashLoanLogic", libraries=borrowing).address
        logic = deploy("aavev3/Pool", self._provider.address, libraries=libraries)
        self._chain.faucet.send(self._provider.setPoolImpl(logic.address))
        return self._chain.contract("aavev3/Pool", self._chain.read(self._provider.getPool()), "aave")

    def _deploy_configurator(self) -> Contract:
        library = self._chain.deploy("aavev3/ConfiguratorLogic").address
        logic = self._chain.deploy("aavev3/PoolConfigurator", libraries={"ConfiguratorLogic": library})
        self._chain.faucet.send(self._provider.setPoolConfiguratorImpl(logic.address))
        address = self._chain.read(self._provider.getPoolConfigurator())
        return self._chain.contract("aavev3/PoolConfigurator", address)

    def _deploy_rates(self, terms: ReserveTerms) -> Contract:
        variable = [terms.optimal_usage_bps, 0, terms.slope_below_bps, terms.slope_above_bps]
        # Nobody here borrows at the stable rate, which Aave has given up since.
        stable = [0, 0, 0, 0, 2_000]
        rates = [bps * RAY_PER_BPS for bps in variable + stable]
        return self._chain.deploy("aavev3/DefaultReserveInterestRateStrategy", self._provider.address, *rates)

    def _reserve(self, token: Token, rates: str) -> tuple[object, ...]:
        # InitReserveInput of ConfiguratorInputTypes.sol.
        treasury = self._chain.wallet("treasury").address
        names = [text for kind in ("a", "variableDebt", "stableDebt") for text in [f"{kind}{token.symbol}"] * 2]
        return (*self._tokens, token.decimals, rates, token.contract.address, treasury, ZERO_ADDRESS, *names, b"")
