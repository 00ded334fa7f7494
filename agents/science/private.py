"""Who does research with money of its own: buys what others published, and publishes for the income."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias, final

from tokenspice.agents.science.dice import Dice
from tokenspice.agents.science.ledger import OCEAN
from tokenspice.agents.science.markets import MarketAgent
from tokenspice.agents.science.payments import Payment
from tokenspice.agents.science.treasury import RollingTreasuryAgent
from tokenspice.engine import Above, AgentBase, Amount, Doc, ParametersBase, SimStateBase, Unit, WalletBase, tokens

__all__ = [
    "PRIVATE_ASSETS",
    "PUBLIC_ASSETS",
    "AssetCosts",
    "AssetPrices",
    "AssetType",
    "PrivateResearcherAgent",
    "PrivateTrade",
]

AssetType: TypeAlias = Literal["data", "algo", "compute"]
PUBLIC_ASSETS: tuple[AssetType, ...] = ("data", "algo")
PRIVATE_ASSETS: tuple[AssetType, ...] = ("data", "algo", "compute")

NEW_ASSETS = (1, 10)  # that a publication brings


@dataclass(frozen=True)
class AssetPrices(ParametersBase):
    """OCEAN for one asset of each type."""

    data: Annotated[Amount, Above(0), Unit("OCEAN"), Doc("for data")] = tokens(20_000)
    algo: Annotated[Amount, Above(0), Unit("OCEAN"), Doc("for an algorithm")] = tokens(20_000)
    compute: Annotated[Amount, Above(0), Unit("OCEAN"), Doc("for compute")] = tokens(30_000)

    def of(self, asset: AssetType) -> Amount:
        return {"data": self.data, "algo": self.algo, "compute": self.compute}[asset]


@dataclass(frozen=True)
class AssetCosts(ParametersBase):
    """What an asset costs in each market."""

    private_market: AssetPrices = AssetPrices()
    public_market: AssetPrices = AssetPrices(tokens(1_000), tokens(1_000), tokens(2_000))


@dataclass(frozen=True)
class PrivateTrade:
    """What private researchers trade on.

    Attributes:
        private_market, public_market: where they buy; they publish in the private one.
        costs: of buying.
        publish_cost: of publishing, by the type of what is published.
        affords_what_it_drew: whether a data provider, who buys an algorithm, first asks whether it can afford the
            asset that it drew instead, as with DARC-SPICE.
    """

    private_market: MarketAgent
    public_market: MarketAgent
    costs: AssetCosts
    publish_cost: AssetPrices
    affords_what_it_drew: bool = False


@final
class PrivateResearcherAgent(AgentBase):
    """Acts in the ticks in which the treasury funds something: buys, then publishes, then buys …

    It publishes only while it holds more than after its last publication. A compute provider sells computing time and
    buys nothing.

    Args:
        name: of the agent.
        wallet: of the same ledger as the markets'.
        asset: the type of what it publishes.
        treasury: whose funding it follows.
        trade: where and at which prices.
        dice: its own random stream.

    Attributes:
        total_assets: that it published.
        last_balance: base units held at the beginning of its last step.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        asset: AssetType,
        treasury: RollingTreasuryAgent,
        trade: PrivateTrade,
        *,
        dice: Dice,
    ) -> None:
        super().__init__(name, wallet)
        self.asset = asset
        self.total_assets = 0
        self.last_balance: Amount = 0
        self._treasury = treasury
        self._trade = trade
        self._dice = dice
        self._has_bought = False
        self._held_after_publishing: Amount = 0

    def takeStep(self, state: SimStateBase) -> None:
        held = self.last_balance = self.wallet.balance(OCEAN)
        if not self._treasury.update:
            return
        if not self._has_bought:
            self._has_bought = True
            if held:
                self._buy(held)
        elif held > self._held_after_publishing:
            self._publish(held)

    def _buy(self, held: Amount) -> None:
        trade = self._trade
        in_private = self._dice.choice(["private_market", "public_market"]) == "private_market"
        wanted: AssetType = self._dice.choice(("data", "compute"))
        market = trade.private_market if in_private else trade.public_market
        prices = trade.costs.private_market if in_private else trade.costs.public_market
        if self.asset == "compute":
            return
        bought = "algo" if self.asset == "data" else wanted
        cost = prices.of(bought)
        asked = prices.of(wanted) if trade.affords_what_it_drew else cost
        if held > asked and held >= cost:
            market.take(Payment(self, cost, Fraction(0), bought))

    def _publish(self, held: Amount) -> None:
        cost = self._trade.publish_cost.of(self.asset)
        if held >= cost:
            assets = self._dice.randint(*NEW_ASSETS)
            self.total_assets += assets
            self._trade.private_market.take(Payment(self, cost, Fraction(1), self.asset, assets))
        self._has_bought = False
        self._held_after_publishing = self.wallet.balance(OCEAN)
