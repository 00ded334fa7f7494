"""What a publisher decides about a pool on Ocean V4, and what the published releases make of it.

Source: npm's @oceanprotocol/contracts, ERC721Factory, BConst, SideStaking; and what these contracts do when asked.
"""

from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Annotated, Literal, TypeVar, final

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.parameters import Above, AtLeast, Doc, ParametersBase
from tokenspice.engine.units import Amount, Unit, as_text, tokens

__all__ = ["NO_CAP", "RELEASES", "OceanV4Release", "OceanV4Terms", "OceanV4Version"]

OceanV4Version = Literal["1.0.0-alpha.20", "1.1.15"]
FIRST: OceanV4Version = "1.0.0-alpha.20"  # the one that vests

NO_CAP = 2**256 - 1  # the cap of a datatoken that has none, and how many of it are minted
MOST_FEE = tokens("0.1")  # BConst.sol, MAX_FEE
MOST_VESTED = 10  # SideStaking.sol: at most one part in … of the cap vests


@dataclass(frozen=True)
class OceanV4Terms(ParametersBase):
    """What a publisher decides about a pool. Fees are of what goes into a swap; a release knows their least."""

    DT_cap: Annotated[
        Amount, Above(0), Unit("datatokens"), Doc("that there will ever be; the side-staking contract mints them all")
    ] = tokens(1000)
    DT_per_OCEAN: Annotated[Amount, Above(0), Unit("datatokens per OCEAN"), Doc("staked when the pool opens")] = tokens(
        "0.1"
    )
    vested_amount: Annotated[
        Amount, AtLeast(0), Unit("datatokens"), Doc("of the cap, paid out to the publisher; at most a tenth")
    ] = tokens(100)
    vested_blocks: Annotated[int, AtLeast(1), Unit("blocks"), Doc("over how many they are paid out")] = 600
    fee_LP: Annotated[
        Amount, AtLeast(0), Unit(""), Doc("part of what goes into a swap that stays in the pool; at most 0.1")
    ] = tokens("0.03")
    fee_market: Annotated[
        Amount, AtLeast(0), Doc("part of what goes into a swap that is set aside for the publisher; at most 0.1")
    ] = tokens("0.01")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.vested_amount > self.DT_cap // MOST_VESTED:
            raise StrategyError(
                f"vested_amount = {as_text(self.vested_amount)}: at most a tenth of DT_cap = {as_text(self.DT_cap)} vests."
            )


Terms = TypeVar("Terms", bound=OceanV4Terms)


@final
@dataclass(frozen=True)
class OceanV4Release:
    """Where published versions of the contracts differ.

    Attributes:
        version: of npm's @oceanprotocol/contracts.
        contracts: their folder in contracts/.
        vests: whether a datatoken is capped, and part of the cap may vest. If not, terms cannot ask for either.
        least_fee: of the LPs and of the market.
        market_may_be_free: whether the market's fee may be 0 too.
        least_rate: of datatokens for each OCEAN.
        max_out: what comes out of a swap or an exit is at most this part of what the pool holds.
        factory_knows_collector: whether the factory is told who collects Ocean's fees, or asks the router.
        nft_names_owner: whether who creates an NFT says whose it is, and that it may be handed on.
    """

    version: OceanV4Version
    contracts: str
    vests: bool
    least_fee: Amount
    market_may_be_free: bool
    least_rate: Amount
    max_out: Fraction
    factory_knows_collector: bool
    nft_names_owner: bool

    def applied(self, terms: Terms) -> Terms:
        """Return the terms that a pool of this release opens on.

        Where nothing vests, those are without a cap and a vested amount. Terms which ask for others than the defaults
        are refused rather than ignored, as the contracts would.

        Raises:
            StrategyError: the contracts would refuse the terms, or ignore them.
        """
        self._check_fees(terms)
        if terms.DT_per_OCEAN < self.least_rate:
            raise StrategyError(
                f"DT_per_OCEAN = {as_text(terms.DT_per_OCEAN)}: release {self.version} takes "
                f"{as_text(self.least_rate)} or more."
            )
        return terms if self.vests else self._without_cap(terms)

    def _check_fees(self, terms: OceanV4Terms) -> None:
        for name, may_be_free in {"fee_LP": False, "fee_market": self.market_may_be_free}.items():
            fee = getattr(terms, name)
            if not self.least_fee <= fee <= MOST_FEE and not (may_be_free and fee == 0):
                raise StrategyError(
                    f"{name} = {as_text(fee)}: pools of release {self.version} take {'0, or ' if may_be_free else ''}"
                    f"{as_text(self.least_fee)} to {as_text(MOST_FEE)}."
                )

    def _without_cap(self, terms: Terms) -> Terms:
        defaults = {field.name: field.default for field in fields(OceanV4Terms)}
        if terms.vested_amount not in (0, defaults["vested_amount"]):
            raise StrategyError(
                f"vested_amount = {as_text(terms.vested_amount)}: nothing vests in release {self.version}. Write 0, or "
                f"take release {FIRST}."
            )
        if terms.DT_cap not in (NO_CAP, defaults["DT_cap"]):
            raise StrategyError(
                f"DT_cap = {as_text(terms.DT_cap)}: datatokens of release {self.version} have no cap. Leave it out, or "
                f"take release {FIRST}."
            )
        return replace(terms, DT_cap=NO_CAP, vested_amount=0)


RELEASES: dict[OceanV4Version, OceanV4Release] = {
    FIRST: OceanV4Release(
        version=FIRST,
        contracts="oceanv4",
        vests=True,
        least_fee=tokens("0.000001"),
        market_may_be_free=False,
        least_rate=1,
        max_out=Fraction(1, 3),
        factory_knows_collector=True,
        nft_names_owner=False,
    ),
    "1.1.15": OceanV4Release(
        version="1.1.15",
        contracts="oceanv4-1.1",
        vests=False,
        least_fee=tokens("0.0001"),
        market_may_be_free=True,
        least_rate=10**12 + 1,
        max_out=Fraction(
            49, 100
        ),  # a half, says BConst.sol; but BNum.sol takes no power of 2, as which a half is priced
        factory_knows_collector=False,
        nft_names_owner=True,
    ),
}
