"""Ocean V4: data NFTs, datatokens, and pools of one datatoken and OCEAN in which one stakes OCEAN alone.

Who stakes OCEAN brings no datatokens; a side-staking contract, which holds the datatoken's whole cap, adds them, so that
neither a join nor an exit moves the price.

Source: the contracts of npm's @oceanprotocol/contracts 1.0.0-alpha.20 and 1.1.15, FactoryRouter, ERC721Factory,
ERC20Template, BPool, SideStaking. All amounts are base units; fees and pool shares (BPT) too have 18 decimals.
"""

from dataclasses import dataclass
from typing import final

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import Amount, as_text, tokens
from tokenspice.protocols.data_market import NO_LIMIT, DataMarket, Pool, Vesting
from tokenspice.protocols.ocean_v4_releases import RELEASES, OceanV4Release, OceanV4Terms
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call, Contract
from tokenspice.web3engine.rules import ZERO_ADDRESS
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["OceanV4", "OceanV4Pool", "SideStakingVesting"]

LEAST_STAKED = 10**6  # BConst.sol, MIN_BALANCE, of base units
TEMPLATE = 1  # the factory counts its templates from 1
NO_CONSUME_FEE = 0  # nobody runs a market through which datatokens are bought


@final
@dataclass(frozen=True)
class SideStakingVesting(Vesting):
    """What SideStaking pays out to a publisher.

    After a claim in a block beyond the last one, the contract subtracts that block from the last and every further claim
    reverts (oceanprotocol/contracts, issue 491); so this is over as soon as a claim reached the last block. Rounding
    may leave a few base units unpaid.

    Attributes:
        amount: datatokens to be paid.
        blocks: from the pool's opening to the last payment.
    """

    chain: Chain
    side_staking: Contract
    datatoken: Contract
    amount: Amount
    blocks: int

    def is_over(self) -> bool:
        return self._last_claim() >= self._end()

    def blocks_passed(self) -> int:
        # A call is told no block number, but what is due, and that is so many blocks' worth.
        due = int(self.chain.read(self.side_staking.getAvailableVesting(self.datatoken.address)))
        return self._last_claim() + -(-due * self.blocks // self.amount) - (self._end() - self.blocks)

    def claim(self) -> Call:
        return self.side_staking.getVesting(self.datatoken.address)

    def _last_claim(self) -> int:
        return int(self.chain.read(self.side_staking.getvestingLastBlock(self.datatoken.address)))

    def _end(self) -> int:
        return int(self.chain.read(self.side_staking.getvestingEndBlock(self.datatoken.address)))


@final
@dataclass(frozen=True, eq=False)
class OceanV4Pool(Pool):
    """A pool of Ocean V4, controlled by its side-staking contract."""

    def spot_price(self) -> Amount:
        return int(self.chain.read(self.contract.getSpotPrice(*self._ocean_to_datatoken(), NO_CONSUME_FEE)))

    def cost_of(self, amount: Amount) -> Amount:
        quote = self.contract.getAmountInExactOut(*self._ocean_to_datatoken(), amount, NO_CONSUME_FEE)
        cost, *_fees = self.chain.read(quote)
        return int(cost)

    def _shares_for(self, ocean: Amount) -> Amount:
        return int(self.chain.read(self.contract.calcPoolInSingleOut(self.ocean.contract.address, ocean)))

    def _buying(self, amount: Amount, most_ocean: Amount) -> Call:
        route = [*self._ocean_to_datatoken(), ZERO_ADDRESS]
        return self.contract.swapExactAmountOut(route, [most_ocean, amount, NO_LIMIT, NO_CONSUME_FEE])

    def _selling(self, amount: Amount) -> Call:
        route = [self.datatoken.address, self.ocean.contract.address, ZERO_ADDRESS]
        return self.contract.swapExactAmountIn(route, [amount, 0, NO_LIMIT, NO_CONSUME_FEE])

    def _joining(self, ocean: Amount) -> Call:
        return self.contract.joinswapExternAmountIn(ocean, 0)

    def _exiting(self, shares: Amount) -> Call:
        return self.contract.exitswapPoolAmountIn(shares, 0)

    def _ocean_to_datatoken(self) -> tuple[str, str]:
        return self.ocean.contract.address, self.datatoken.address


@final
class OceanV4(DataMarket[OceanV4Terms]):
    """The protocol on one chain, deployed by the faucet.

    Args:
        chain: where.
        ocean: the OCEAN token there, which the router knows as such: pools with it pay Ocean's community least.
        release: of the contracts.
    """

    def __init__(self, chain: Chain, ocean: Token, release: OceanV4Release = RELEASES["1.0.0-alpha.20"]) -> None:
        self._chain = chain
        self._release = release
        self.ocean = ocean
        owner = chain.faucet
        self._pool_template = self._deploy("BPool").address
        collector = self._deploy("OPFCommunityFeeCollector", owner.address, owner.address).address
        parts = owner.address, ocean.contract.address, self._pool_template, collector
        self._router = self._deploy("FactoryRouter", *parts, [])
        templates = [self._deploy(name).address for name in ("ERC721Template", "ERC20Template")]
        collectors = [collector] if release.factory_knows_collector else []
        self._factory = self._deploy("ERC721Factory", *templates, *collectors, self._router.address)
        self._side_staking = self._deploy("SideStaking", self._router.address)
        owner.send(self._router.addFactory(self._factory.address))
        owner.send(self._router.addSSContract(self._side_staking.address))
        owner.send(self._router.updateMinVestingPeriod(1))

    def open_pool(self, publisher: EvmWallet, number: int, ocean: Amount, terms: OceanV4Terms) -> OceanV4Pool:
        """Create a data NFT, its datatoken and a pool; `publisher` receives half of the first 100 shares.

        Raises:
            StrategyError: the release refuses the terms, or they name too few datatokens for so much OCEAN.
        """
        terms = self._release.applied(terms)
        check_stake(ocean, terms)
        datatoken = self._create_datatoken(publisher, f"DT{number}", terms.DT_cap)
        publisher.send(self.ocean.contract.approve(self._router.address, ocean))
        staking = [terms.DT_per_OCEAN, self.ocean.decimals, terms.vested_amount, terms.vested_blocks, ocean]
        # Who stakes beside, the base token, who pays it, who publishes, who receives the market's fee, the template.
        owner, side_staking = publisher.address, self._side_staking
        addresses = [side_staking.address, self.ocean.contract.address, owner, owner, owner, self._pool_template]
        receipt = publisher.send(datatoken.deployPool(staking, [terms.fee_LP, terms.fee_market], addresses))
        (created,) = datatoken.events(receipt, "NewPool")
        vesting = SideStakingVesting(self._chain, side_staking, datatoken, terms.vested_amount, terms.vested_blocks)
        return OceanV4Pool(
            chain=self._chain,
            contract=self._contract("BPool", created.args["poolAddress"], f"pool{number}"),
            datatoken=datatoken,
            ocean=self.ocean,
            controller=side_staking.address,
            publisher=owner,
            vesting=vesting if terms.vested_amount else None,
            max_out=self._release.max_out,
        )

    def _create_datatoken(self, publisher: EvmWallet, symbol: str, cap: Amount) -> Contract:
        # Two who may deploy and describe beside the owner, where the NFT's description is, whether it may be handed on.
        nft_is = symbol, symbol, TEMPLATE, ZERO_ADDRESS, ZERO_ADDRESS, ""
        owned = [True, publisher.address] if self._release.nft_names_owner else []
        receipt = publisher.send(self._factory.deployERC721Contract(*nft_is, *owned))
        (made,) = self._factory.events(receipt, "NFTCreated")
        nft = self._contract("ERC721Template", made.args["newTokenAddress"], f"NFT of {symbol}")
        # Minter, payment collector, who receives the market's fee of an order, and in which token.
        roles = [publisher.address, publisher.address, publisher.address, ZERO_ADDRESS]
        receipt = publisher.send(nft.createERC20(TEMPLATE, [symbol, symbol], roles, [cap, 0], []))
        (created,) = self._factory.events(receipt, "TokenCreated")
        return self._contract("ERC20Template", created.args["newTokenAddress"], symbol)

    def _deploy(self, name: str, *arguments: object) -> Contract:
        return self._chain.deploy(f"{self._release.contracts}/{name}", *arguments)

    def _contract(self, name: str, address: str, label: str) -> Contract:
        return self._chain.contract(f"{self._release.contracts}/{name}", address, label)


def check_stake(ocean: Amount, terms: OceanV4Terms) -> None:
    """Refuse to open a pool that needs more datatokens than there are, or next to none."""
    needed, spare = ocean * terms.DT_per_OCEAN // tokens(1), terms.DT_cap - terms.vested_amount
    if needed > spare:
        raise StrategyError(
            f"{as_text(ocean)} OCEAN open a pool with {as_text(needed)} datatokens at DT_per_OCEAN = "
            f"{as_text(terms.DT_per_OCEAN)}, and DT_cap less vested_amount is {as_text(spare)}. "
            "Raise DT_cap, or lower DT_per_OCEAN."
        )
    if needed < LEAST_STAKED:
        raise StrategyError(
            f"{as_text(ocean)} OCEAN open a pool with {as_text(needed)} datatokens at DT_per_OCEAN = "
            f"{as_text(terms.DT_per_OCEAN)}, and no pool takes less than {as_text(LEAST_STAKED)}. Raise DT_per_OCEAN."
        )
