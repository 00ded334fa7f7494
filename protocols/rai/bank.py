"""All of a controlled coin but its controller, on a chain: coin, pool, oracles, SAFEs, sales."""

from dataclasses import dataclass
from typing import final

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import Amount
from tokenspice.protocols.rai.coin_pool import CoinPool, create_coin_pool
from tokenspice.protocols.rai.contracts import parameter
from tokenspice.protocols.rai.fixed_point import RAD, RAY, WAD
from tokenspice.protocols.rai.numbers import as_ray, as_wad
from tokenspice.protocols.rai.system_terms import Start, SystemTerms
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call, Contract
from tokenspice.web3engine.token import UNLIMITED, Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["ETH_A", "Bank", "deploy_bank", "fill_pool"]

ETH_A = parameter("ETH-A")
ALL_WETH: Amount = 10**10 * WAD
NO_CEILING = 10**12 * RAD
SET = "modifyParameters(bytes32,uint256)"
SET_OF_TYPE = "modifyParameters(bytes32,bytes32,uint256)"


@final
@dataclass(frozen=True)
class Bank:
    """The contracts, wired. The faucet governs them.

    Attributes:
        coin: what SAFEs draw.
        weth: the collateral.
        pool: of both.
        eth_oracle: takes ether's price of now.
        delayed_oracle: gives SAFEs the one of an update ago.
        medianizer: averages the coin's price.
        engine: keeps SAFEs.
        collateral_join: takes collateral in.
        sale: sells what was confiscated.
        accounting: has surplus and debt without collateral.
        actions: does in one call what SAFEs and bidders want.
    """

    coin: Token
    weth: Token
    pool: CoinPool
    eth_oracle: Contract
    delayed_oracle: Contract
    medianizer: Contract
    engine: Contract
    collateral_join: Contract
    sale: Contract
    accounting: Contract
    actions: Contract

    def open_account(self, wallet: EvmWallet) -> None:
        """Let the pool and the SAFE actions take what `wallet` gives them."""
        self.pool.approve(wallet)
        for token in (self.coin, self.weth):
            wallet.send(token.contract.approve(self.actions.address, UNLIMITED))
        wallet.send(self.engine.approveSAFEModification(self.actions.address))

    def change(self, collateral: Amount, debt: Amount) -> Call:
        """Lock collateral or free it (below 0), and draw coins or wipe principal (below 0), in the sender's SAFE."""
        return self.actions.change(collateral, debt)


def deploy_bank(chain: Chain, terms: SystemTerms, start: Start, symbol: str = "RAI") -> Bank:
    """Deploy it, its pool empty, SAFEs open at the start's prices.

    Args:
        symbol: of the coin.
    """
    governor = chain.faucet
    weth = chain.deploy_token("WETH", supply=ALL_WETH)
    coin = chain.tokens[symbol] = Token(symbol, chain.deploy("rai/Coin", symbol, symbol, label=symbol), is_exact=True)
    pool = create_coin_pool(chain, coin, weth)
    eth_oracle = chain.deploy("rai/SettableOracle", as_wad(start.eth_price), sender=chain.wallet("ether"))
    delayed = chain.deploy("rai/DelayedOracle", eth_oracle.address, terms.oracle_delay)
    slots = (terms.twap_window, 2 * terms.twap_window, terms.twap_slots)
    medianizer = chain.deploy(
        "rai/ConsecutiveSlotsMedianizer", pool.contract.address, coin.contract.address, eth_oracle.address, *slots
    )
    engine = chain.deploy("rai/SafeEngine")
    accounting = chain.deploy("rai/Accounting", engine.address)
    shares = (as_wad(1 + terms.liquidation_penalty), as_wad(1 - terms.liquidation_discount))
    sale = chain.deploy("rai/LiquidationSale", engine.address, ETH_A, accounting.address, *shares)
    joins = chain.deploy("rai/CollateralJoin", engine.address, ETH_A, weth.contract.address)
    coins = chain.deploy("rai/CoinJoin", engine.address, coin.contract.address)
    actions = chain.deploy("rai/SafeActions", joins.address, coins.address, sale.address)
    worth = as_wad(start.eth_price) * RAY // as_wad(start.redemption_price)
    for call in (
        engine.initializeCollateralType(ETH_A),
        *(engine.addAuthorization(part.address) for part in (sale, joins)),
        engine[SET](parameter("globalDebtCeiling"), NO_CEILING),
        engine[SET_OF_TYPE](ETH_A, parameter("debtCeiling"), NO_CEILING),
        engine[SET_OF_TYPE](ETH_A, parameter("safetyPrice"), worth * RAY // as_ray(terms.safety_ratio)),
        coin.contract.addAuthorization(coins.address),
        sale.modifyParameters(parameter("liquidationRatio"), as_ray(terms.liquidation_ratio)),
    ):
        governor.send(call)
    return Bank(coin, weth, pool, eth_oracle, delayed, medianizer, engine, joins, sale, accounting, actions)


def fill_pool(chain: Chain, bank: Bank, provider: EvmWallet, start: Start, terms: SystemTerms) -> None:
    """Let the pool stand at the average price until the medianizer is valid, then bring it to the market price.

    Args:
        provider: holds the coins and the ether.

    Raises:
        StrategyError: the two prices are too far apart.
    """
    first, ether = pool_ether(start, start.average_price), pool_ether(start, start.market_price)
    if first // 2 >= ether:
        raise StrategyError(
            f"start.average_price = {start.average_price:g} is more than twice start.market_price = "
            f"{start.market_price:g}, and the pool cannot be brought from one to the other. Write a lower one."
        )
    provider.send(bank.pool.exchange.addLiquidity(start.pool_RAI // 2, first // 2))
    for slot in range(terms.twap_slots + 1):
        if slot:
            chain.advance(terms.twap_window // terms.twap_slots)
        chain.faucet.send(bank.medianizer.updateResult())
    coins, held = bank.pool.reserves(chain)
    for token, amount in ((bank.coin, start.pool_RAI - coins), (bank.weth, ether - held)):
        provider.send(token.contract.transfer(bank.pool.contract.address, amount))
    provider.send(bank.pool.contract.sync())


def pool_ether(start: Start, price: float) -> Amount:
    """The ether that stands beside the pool's coins at a price in USD per coin."""
    return start.pool_RAI * as_wad(price) // as_wad(start.eth_price)
