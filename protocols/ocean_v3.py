"""Ocean V3: datatokens, and Balancer-V1-style pools of one datatoken and OCEAN.

Source: the contracts of npm's @oceanprotocol/contracts 0.6, DTFactory, DataTokenTemplate, BFactory, BPool.
All amounts are base units; weights and pool shares (BPT) too have 18 decimals.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, final

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.parameters import Above, AtLeast, Between, Doc, ParametersBase
from tokenspice.engine.units import Amount, Unit, in_tokens, tokens
from tokenspice.protocols.data_market import NO_LIMIT, DataMarket, Pool
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call, Contract
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["MIN_SWAP_FEE", "OceanV3", "OceanV3Pool", "OceanV3Terms"]

MIN_SWAP_FEE = tokens("0.000001")  # BConst.sol, MIN_FEE, of the amount that goes in
WEIGHTS = (tokens(1), tokens(50))  # BConst.sol, MIN_WEIGHT and MAX_WEIGHT
MAX_OUT = Fraction(1, 3)  # BConst.sol, MAX_OUT_RATIO


@dataclass(frozen=True)
class OceanV3Terms(ParametersBase):
    """What a publisher decides about a pool. Weights are Balancer's denormalised ones."""

    DT_init: Annotated[Amount, AtLeast(0), Unit("datatokens"), Doc("minted for each pool")] = tokens(1000)
    DT_stake: Annotated[Amount, Above(0), Unit("datatokens"), Doc("of these, how many go into the pool")] = tokens(20)
    pool_weight_DT: Annotated[
        Amount, Between(*WEIGHTS), Unit(""), Doc("the datatoken's weight in the pool; both together at most 50")
    ] = tokens(3)
    pool_weight_OCEAN: Annotated[Amount, Between(*WEIGHTS), Unit(""), Doc("OCEAN's weight in the pool")] = tokens(7)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.DT_stake <= self.DT_init:
            raise StrategyError(
                f"DT_stake = {in_tokens(self.DT_stake):g}: a publisher stakes no more than the "
                f"DT_init = {in_tokens(self.DT_init):g} datatokens that it mints."
            )
        weights = self.pool_weight_DT, self.pool_weight_OCEAN
        if sum(weights) > tokens(50):
            raise StrategyError(
                f"pool_weight_DT = {in_tokens(weights[0]):g} and pool_weight_OCEAN = {in_tokens(weights[1]):g}: "
                "Balancer takes weights that are together at most 50."
            )


@final
@dataclass(frozen=True, eq=False)
class OceanV3Pool(Pool):
    """A pool of Ocean V3; whoever made it controls it. It vests nothing.

    Attributes:
        weights: of datatoken and OCEAN.
    """

    weights: tuple[Amount, Amount]

    def spot_price(self) -> Amount:
        return int(self.chain.read(self.contract.getSpotPrice(self.ocean.contract.address, self.datatoken.address)))

    def cost_of(self, amount: Amount) -> Amount:
        weight_datatoken, weight_ocean = self.weights
        reserves = self.ocean_reserve(), weight_ocean, self.datatoken_reserve(), weight_datatoken
        return int(self.chain.read(self.contract.calcInGivenOut(*reserves, amount, MIN_SWAP_FEE)))

    def _shares_for(self, ocean: Amount) -> Amount:
        reserve = self.ocean_reserve(), self.weights[1], self.total_shares(), sum(self.weights)
        return int(self.chain.read(self.contract.calcPoolInGivenSingleOut(*reserve, ocean, MIN_SWAP_FEE)))

    def _buying(self, amount: Amount, most_ocean: Amount) -> Call:
        return self.contract.swapExactAmountOut(
            self.ocean.contract.address, most_ocean, self.datatoken.address, amount, NO_LIMIT
        )

    def _selling(self, amount: Amount) -> Call:
        return self.contract.swapExactAmountIn(self.datatoken.address, amount, self.ocean.contract.address, 0, NO_LIMIT)

    def _joining(self, ocean: Amount) -> Call:
        return self.contract.joinswapExternAmountIn(self.ocean.contract.address, ocean, 0)

    def _exiting(self, shares: Amount) -> Call:
        return self.contract.exitswapPoolAmountIn(self.ocean.contract.address, shares, 0)


@final
class OceanV3(DataMarket[OceanV3Terms]):
    """The protocol on one chain, deployed by the faucet.

    Args:
        chain: where.
        ocean: the OCEAN token there.
    """

    def __init__(self, chain: Chain, ocean: Token) -> None:
        self._chain = chain
        self.ocean = ocean
        owner = chain.faucet.address
        # The factories clone these; what the templates themselves are called and hold does not matter.
        template = chain.deploy("oceanv3/DataTokenTemplate", "Template", "TEMPLATE", owner, tokens(1), "blob", owner)
        self._datatokens = chain.deploy("oceanv3/DTFactory", template.address, owner)
        self._pools = chain.deploy("oceanv3/BFactory", chain.deploy("oceanv3/BPool").address)

    def open_pool(self, publisher: EvmWallet, number: int, ocean: Amount, terms: OceanV3Terms) -> OceanV3Pool:
        """Mint DT_init datatokens to `publisher`, and stake DT_stake of them and `ocean` for the first 100 shares."""
        datatoken = self._create_datatoken(publisher, f"DT{number}", terms.DT_init)
        publisher.send(datatoken.mint(publisher.address, terms.DT_init))
        receipt = publisher.send(self._pools.newBPool())
        (created,) = self._pools.events(receipt, "BPoolCreated")
        contract = self._chain.contract("oceanv3/BPool", created.args["newBPoolAddress"], f"pool{number}")
        for token, stake in ((datatoken, terms.DT_stake), (self.ocean.contract, ocean)):
            publisher.send(token.approve(contract.address, stake))
        datatoken_side = datatoken.address, terms.DT_stake, terms.pool_weight_DT
        ocean_side = self.ocean.contract.address, ocean, terms.pool_weight_OCEAN
        publisher.send(contract.setup(*datatoken_side, *ocean_side, MIN_SWAP_FEE))
        return OceanV3Pool(
            chain=self._chain,
            contract=contract,
            datatoken=datatoken,
            ocean=self.ocean,
            controller=publisher.address,
            publisher=publisher.address,
            vesting=None,
            max_out=MAX_OUT,
            weights=(terms.pool_weight_DT, terms.pool_weight_OCEAN),
        )

    def _create_datatoken(self, publisher: EvmWallet, symbol: str, cap: Amount) -> Contract:
        receipt = publisher.send(self._datatokens.createToken("", symbol, symbol, cap))
        (created,) = self._datatokens.events(receipt, "TokenCreated")
        return self._chain.contract("oceanv3/DataTokenTemplate", created.args["newTokenAddress"], symbol)
