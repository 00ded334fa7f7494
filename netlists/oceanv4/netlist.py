"""What does one-sided staking on Ocean V4 do to publisher, staker and speculator? Against Ocean V4's contracts."""

from dataclasses import dataclass, replace
from typing import Annotated

from tokenspice.agents import (
    PublisherAgent,
    PublisherStrategyV4,
    SpeculatorAgent,
    SpeculatorStrategy,
    StakerspeculatorAgent,
    StakerspeculatorStrategy,
    mark_pool,
    networth,
    pools,
)
from tokenspice.engine import (
    COUNT,
    DAY,
    FIRST_ROW,
    HOUR,
    Amount,
    AtLeast,
    Choice,
    Doc,
    Floats,
    LogRow,
    Metric,
    Range,
    Rows,
    Seconds,
    SimStateBase,
    SimStrategyBase,
    Spec,
    StrategyError,
    Study,
    Unit,
    YParam,
    final,
    first_passage,
    in_tokens,
    lines,
    max_drawdown,
    tokens,
)
from tokenspice.protocols import NO_CAP, RELEASES, OceanV4, OceanV4Version, Pool
from tokenspice.web3engine import Chain

AGENTS = ("publisher", "stakerSpeculator", "speculator")
LABELS = ("publisher", "staker", "speculator")

# TokenSPICE's publisher claims from height 600 of its chain on, which is so many blocks after it made its pool, in
# every tick.
LEGACY_BLOCKS_BEFORE_CLAIMS = 558


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    max_ticks: int = 1440  # 60 days of hours
    log_interval: Seconds = 12 * HOUR
    release: Annotated[OceanV4Version, Doc("of Ocean V4's contracts; in 1.1.15 nothing vests")] = "1.0.0-alpha.20"
    legacy: Annotated[bool, Doc("whether vested datatokens are claimed when TokenSPICE's publisher does")] = False
    publisher_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what the publisher begins with")] = tokens(5000)
    stakerSpeculator_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what the staker begins with")] = tokens(5000)
    speculator_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("what the speculator begins with")] = tokens(5000)
    publisher: PublisherStrategyV4 = PublisherStrategyV4(
        s_between_create=DAY, s_between_unstake=500 * DAY, s_between_sellDT=100 * DAY
    )
    stakerSpeculator: StakerspeculatorStrategy = StakerspeculatorStrategy(DAY, part_staked=tokens("0.05"))
    speculator: SpeculatorStrategy = SpeculatorStrategy(3 * DAY, DT_bought=tokens(5), part_sold=tokens("0.5"))

    def __post_init__(self) -> None:
        super().__post_init__()
        RELEASES[self.release].applied(self.publisher)
        if self.legacy and not RELEASES[self.release].vests:
            raise StrategyError(
                f"legacy = true: it is about what vests, which nothing does in release {self.release}. Write legacy=false."
            )


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain) -> None:
        super().__init__(ss, chain)
        self.rugged_pools: list[str] = []
        self.price_fee = ss.publisher.fee_LP
        rugged = self.rugged_pools
        ocean_v4 = OceanV4(chain, chain.deploy_token("OCEAN"), RELEASES[ss.release])
        wallets = {name: chain.wallet(name, OCEAN=getattr(ss, f"{name}_init_OCEAN")) for name in AGENTS}
        publisher, staker, speculator = wallets.items()
        self.addAgent(PublisherAgent(*publisher, ocean_v4, publishing(ss), rugged))
        self.addAgent(StakerspeculatorAgent(*staker, ss.stakerSpeculator, rugged))
        self.addAgent(SpeculatorAgent(*speculator, ss.speculator, rugged))
        self.wallets = wallets

    def price(self, pool: Pool) -> Amount:
        """OCEAN per datatoken as TokenSPICE logs it: as if a market took the LP fee once more, which nobody pays."""
        return int(
            pool.chain.read(
                pool.contract.getSpotPrice(pool.ocean.contract.address, pool.datatoken.address, self.price_fee)
            )
        )


def publishing(ss: SimStrategy) -> PublisherStrategyV4:
    if not ss.legacy:
        return ss.publisher
    return replace(ss.publisher, s_between_getVesting=0, blocks_before_getVesting=LEGACY_BLOCKS_BEFORE_CLAIMS)


def netlist_createLogData(state: SimState) -> LogRow:
    found = pools(state)
    marks = [mark_pool(pool, 0 if pool.is_empty() else state.price(pool)) for pool in found]
    row = LogRow()
    for name, wallet in state.wallets.items():
        row |= networth(name, wallet, marks)
        row[f"DT_{name}"] = in_tokens(found[0].datatokens_of(wallet.address)) if found else 0.0
        row[f"BPT_{name}"] = in_tokens(found[0].shares_of(wallet.address)) if found else 0.0
    first = first_pool(found[0], marks[0].price) if found else dict.fromkeys(POOL_COLUMNS, 0.0)
    return row | first | LogRow(n_pools=len(found), n_rugged=len(state.rugged_pools))


POOL_COLUMNS = ("DT_pool", "DT_1ss_contract", "BPT_total", "BPT_1ss_contract", "DT_price", "pool_OCEAN")


def first_pool(pool: Pool, price: float) -> dict[str, float]:
    """Return what there is of the first pool's tokens, what its fees set aside included."""
    address, side_staking = pool.contract.address, pool.controller
    ocean = int(pool.chain.read(pool.ocean.contract.balanceOf(address)))
    amounts = (
        in_tokens(pool.datatokens_of(address)),
        in_tokens(pool.datatokens_of(side_staking)),
        in_tokens(pool.total_shares()),
        in_tokens(pool.shares_of(side_staking)),
        price,
        in_tokens(ocean),
    )
    return dict(zip(POOL_COLUMNS, amounts, strict=True))


def of_everyone(column: str, title: str) -> YParam:
    return YParam([f"{name}_{column}" for name in AGENTS], LABELS, title, Unit("OCEAN"))


def netlist_charts(header: list[str], values: Floats) -> list[YParam]:
    datatokens, shares = ([f"{token}_{name}" for name in AGENTS] for token in ("DT", "BPT"))
    # All others are nothing beside what side staking holds of a datatoken without a cap.
    is_capped = values[:, header.index("DT_1ss_contract")].max(initial=0) < in_tokens(NO_CAP) / 2
    side_staking = {"DT_1ss_contract": "side staking"} if is_capped else {}
    return [
        of_everyone("OCEAN_networth", "Gain").shown(
            minus=FIRST_ROW, about="Net worth less what each began with, tokens at the price of the day."
        ),
        of_everyone("OCEAN_networth", "Net worth"),
        of_everyone("OCEAN", "In the wallet"),
        of_everyone("OCEAN_in_DTs", "In datatokens, at the price of the day"),
        of_everyone("OCEAN_in_BPTs", "In pool shares, at the price of the day"),
        YParam(
            [*datatokens, "DT_pool", *side_staking], [*LABELS, "pool", *side_staking.values()], "Datatokens", COUNT
        ).shown(where="n_pools", about="Of the first pool."),
        YParam(
            [*shares, "BPT_1ss_contract", "BPT_total"], [*LABELS, "side staking", "total"], "Pool shares", COUNT
        ).shown(where="n_pools", about="Of the first pool."),
        lines("Price of a datatoken", "OCEAN", DT_price="").shown(where="n_pools"),
        lines("OCEAN in the pool", "OCEAN", pool_OCEAN="").shown(where="n_pools"),
        lines("Number of pools", COUNT, n_pools="pools", n_rugged="of these, rugged"),
    ]


def staker_gain(rows: Rows) -> float:
    """Return what the staker gained, as a share of what it began with."""
    worth = rows["stakerSpeculator_OCEAN_networth"]
    return float(worth[-1] / worth[0] - 1)


def rug_gain(rows: Rows) -> float:
    """Return the OCEAN that the publisher's wallet holds in the end, less what it began with."""
    return float(rows["publisher_OCEAN"][-1] - rows["publisher_OCEAN"][0])


def nobody_makes_ocean(state: SimState) -> bool:
    """Tell whether wallets and pools hold no more OCEAN than everyone began with."""
    begun: int = sum(getattr(state.ss, f"{name}_init_OCEAN") for name in AGENTS)
    in_pools = sum(int(pool.chain.read(pool.ocean.contract.balanceOf(pool.contract.address))) for pool in pools(state))
    in_wallets: int = sum(wallet.balance("OCEAN") for wallet in state.wallets.values())
    return in_wallets + in_pools <= begun


netlist_study = Study(
    design={
        "publisher.DT_per_OCEAN": Range("0.02", "0.15", log=True),
        "publisher.vested_amount": Range("0", "100"),
        "publisher.vested_blocks": Choice(300, 600, 1_200),
        "publisher.fee_LP": Range("0.001", "0.1", log=True),
        "publisher.fee_market": Range("0.001", "0.1", log=True),
    },
    environment={
        "publisher.is_malicious": Choice(False, True),
        "publisher.s_wait_to_rug": Range(2 * DAY, 40 * DAY, step=12 * HOUR),
        "stakerSpeculator.part_staked": Range("0.01", "0.2"),
    },
    metrics={
        "staker_gain": Metric(staker_gain),
        "staker_drawdown": max_drawdown("stakerSpeculator_OCEAN_networth"),
        "rug_gain": Metric(rug_gain, unit="OCEAN"),
        "publisher_end": final("publisher_OCEAN_networth", unit="OCEAN"),
        "rug_day": first_passage("n_rugged", at_least=1),
        "pool_end": final("pool_OCEAN", unit="OCEAN"),
    },
    specs=[
        Spec("staker_gain", at_least=-0.05, in_share=0.9),
        Spec("staker_drawdown", at_most=0.2, in_share=0.9),
        Spec("rug_gain", at_most=0, unit="OCEAN", in_share=0.9),
    ],
    invariants={"nobody makes OCEAN": nobody_makes_ocean},
    goals={"staker_gain": "maximise", "pool_end": "maximise"},
)
