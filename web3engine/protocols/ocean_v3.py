"""Ocean V3: datatokens, and Balancer-V1-style pools of one datatoken and OCEAN.

Source: the contracts of npm's @oceanprotocol/contracts 0.6, DTFactory, DataTokenTemplate, BFactory, BPool.
All amounts are base units; weights and pool shares (BPT) too have 18 decimals.
"""

from dataclasses import dataclass
from typing import final

from engine.units import Amount, tokens
from web3engine.chain import Chain
from web3engine.contract import Call, Contract
from web3engine.token import Token
from web3engine.wallet import EvmWallet

__all__ = ["MIN_SWAP_FEE", "OceanV3", "Pool"]

MIN_SWAP_FEE = tokens("0.000001")  # BConst.sol, MIN_FEE, of the amount that goes in
MAX_RATIO_IN = 2  # BConst.sol, MAX_IN_RATIO: a swap may put in half of what the pool holds
NO_LIMIT = 2**255  # a price that no swap reaches


@dataclass(frozen=True)
class Pool:
    """A pool of a datatoken and OCEAN, and the calls that its users make.

    Attributes:
        contract: BPool; its shares are an ERC-20.
        datatoken: DataTokenTemplate.
        ocean: the OCEAN token.
        controller: address of who made the pool.
    """

    contract: Contract
    datatoken: Contract
    ocean: Token
    controller: str

    def exit_to_ocean(self, shares: Amount) -> Call:
        """Give pool shares back for OCEAN alone."""
        return self.contract.exitswapPoolAmountIn(self.ocean.contract.address, shares, 0)

    def sell_datatoken(self, amount: Amount) -> Call:
        """Swap exactly `amount` datatokens for OCEAN. Approve them first."""
        return self.contract.swapExactAmountIn(self.datatoken.address, amount, self.ocean.contract.address, 0, NO_LIMIT)

    def most_datatoken_in(self, wallet: EvmWallet) -> Amount:
        """How many datatokens one swap may put in."""
        held: int = wallet.read(self.contract.getBalance(self.datatoken.address))
        return held // MAX_RATIO_IN


@final
class OceanV3:
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

    def create_datatoken(self, publisher: EvmWallet, symbol: str, cap: Amount) -> Contract:
        """Create a datatoken that `publisher` may mint up to `cap`."""
        receipt = publisher.send(self._datatokens.createToken("", symbol, symbol, cap))
        (created,) = self._datatokens.events(receipt, "TokenCreated")
        return self._chain.contract("oceanv3/DataTokenTemplate", created.args["newTokenAddress"], symbol)

    def create_pool(
        self,
        publisher: EvmWallet,
        name: str,
        datatoken: Contract,
        stakes: tuple[Amount, Amount],
        weights: tuple[Amount, Amount],
    ) -> Pool:
        """Create a pool, stake in it and open it to everyone; `publisher` receives the first 100 shares.

        Args:
            name: what to call the pool in messages.
            stakes: of datatoken and OCEAN.
            weights: of datatoken and OCEAN; each 1 to 50 tokens, together at most 50.
        """
        receipt = publisher.send(self._pools.newBPool())
        (created,) = self._pools.events(receipt, "BPoolCreated")
        contract = self._chain.contract("oceanv3/BPool", created.args["newBPoolAddress"], name)
        for token, stake in zip((datatoken, self.ocean.contract), stakes, strict=True):
            publisher.send(token.approve(contract.address, stake))
        publisher.send(
            contract.setup(
                datatoken.address,
                stakes[0],
                weights[0],
                self.ocean.contract.address,
                stakes[1],
                weights[1],
                MIN_SWAP_FEE,
            )
        )
        return Pool(contract, datatoken, self.ocean, publisher.address)
