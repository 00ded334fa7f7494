"""Discounts, referral rewards and rebates, from what was traded in the epochs before."""

import pytest

from tests.markets.exchange.trading import Trading
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import ONE, FactorFees, Fees, Reason
from tokenspice.markets.exchange.programmes.fee_terms import FeeTerms, rebated
from tokenspice.markets.exchange.programmes.programme import (
    DiscountTier,
    Programme,
    RebateTier,
    ReferralProgramme,
    ReferralTier,
    StakingTier,
    VolumeDiscountProgramme,
    VolumeRebateProgramme,
)
from tokenspice.markets.exchange.programmes.programmes import MICRO, Programmes
from tokenspice.markets.exchange.programmes.referral_sets import ReferralSet, ReferralSets, Team
from tokenspice.markets.exchange.programmes.tiers import FeeFactors

TENTH = FeeFactors.of_all(0.1)
REFERRAL = ReferralProgramme(
    (ReferralTier(0, 1, TENTH, TENTH), ReferralTier(100, 1, FeeFactors.of_all(0.2), FeeFactors.of_all(0.2))),
    (StakingTier(50, 2.0),),
)


def nothing_staked(party: str) -> int:
    return 0


def test_referral_comes_first_then_volume_then_the_reward_each_cut_per_component() -> None:
    terms = FeeTerms("referrer", FeeFactors.of_all(0.1), FeeFactors.of_all(0.1), FeeFactors.of_all(0.5))
    changed = terms.apply(Fees(99, 19, 9, 7, 7))

    # 99 -> -9 = 90 -> -9 = 81 -> 40; 19 -> -1 = 18 -> -1 = 17 -> 8; 9 -> 0 -> 0 -> 4
    assert changed == (Fees(41, 9, 5, 7, 7), 10, 10, 52)


def test_a_rebate_is_cut_to_what_treasury_and_buy_back_hold() -> None:
    assert rebated(Fees(9, 9, 9, 4, 2), 1000, 1, ONE // 200) == (Fees(9, 9, 9, 1, 0), 5)
    assert rebated(Fees(9, 9, 9, 4, 2), 1000, 1, ONE // 10) == (Fees(9, 9, 9, 0, 0), 6)


def running(*programmes: Programme) -> Programmes:
    made = Programmes()
    for programme in programmes:
        made.enact(programme)
    made.end_epoch(0, nothing_staked)
    return made


def test_a_programme_takes_effect_at_the_end_of_the_epoch() -> None:
    programmes = Programmes()
    programmes.enact(VolumeDiscountProgramme((DiscountTier(0, TENTH),)))
    programmes.record("taker", "maker", 5 * MICRO)
    assert programmes.discount is None
    programmes.end_epoch(0, nothing_staked)

    assert programmes.terms["taker"].volume == TENTH


def test_the_volume_of_the_window_decides_the_tier() -> None:
    programme = VolumeDiscountProgramme((DiscountTier(10, TENTH), DiscountTier(20, FeeFactors.of_all(0.3))), window=2)
    programmes = running(programme)
    found = []
    for volume in (12, 12, 0, 0):
        if volume:
            programmes.record("taker", "maker", volume * MICRO)
        programmes.end_epoch(0, nothing_staked)
        found.append(programmes.terms["taker"].volume.maker if "taker" in programmes.terms else 0.0)

    assert found == [0.1, 0.3, 0.1, 0.0]


def test_referees_get_terms_once_they_have_been_members_for_long_enough() -> None:
    programmes = running(REFERRAL)
    made = programmes.sets.create("referrer", programmes.epoch)
    assert isinstance(made, ReferralSet)
    programmes.sets.join("referee", made.id, programmes.epoch)
    programmes.record("referee", "maker", 150 * MICRO)
    programmes.end_epoch(0, nothing_staked)
    terms = programmes.terms["referee"]

    assert (terms.referrer, terms.referral.maker, terms.reward.maker, terms.multiplier) == ("referrer", 0.2, 0.2, ONE)
    programmes.end_epoch(0, lambda party: 50)
    assert programmes.terms["referee"].multiplier == 2 * ONE
    assert "referrer" not in programmes.terms


def test_makers_are_judged_by_their_part_of_all_maker_volume() -> None:
    programmes = running(VolumeRebateProgramme((RebateTier(0.25, 0.001), RebateTier(0.5, 0.002))))
    for maker, volume in (("a", 60), ("b", 30), ("c", 10)):
        programmes.record("taker", maker, volume * MICRO)
    programmes.end_epoch(0, nothing_staked)

    assert programmes.rebates == {"a": 2 * 10**15, "b": 10**15}


def test_a_programme_that_has_ended_changes_nothing() -> None:
    programmes = running(VolumeDiscountProgramme((DiscountTier(0, TENTH),), ends=100))
    programmes.record("taker", "maker", MICRO)
    programmes.end_epoch(100, nothing_staked)

    assert (programmes.terms, programmes.is_idle) == ({}, True)


def test_discount_reward_and_rebate_reach_the_accounts() -> None:
    trading = Trading(fees=FactorFees(0.01, 0.01, 0.005, 0.005), mark_seconds=1000)
    exchange = trading.exchange
    exchange.enact_programme(REFERRAL)
    exchange.enact_programme(VolumeRebateProgramme((RebateTier(0.5, 0.004),)))
    made = exchange.create_referral_set("referrer")
    assert isinstance(made, ReferralSet)
    assert exchange.join_referral_set("taker", made.id) is Reason.NONE
    trading.market.mark = 100
    trading.trade("taker", "maker", 1, 99)
    for _ in range(13):
        exchange.advance(10)
    before = [sum(trading.accounts(party)) for party in ("taker", "maker")]
    trading.trade("taker", "maker", 1000, 100)

    # 100,000: 1000 maker, 1000 infrastructure, 500 and 500; tenth off, a tenth of the rest to the referrer; rebate 400
    paid, received = (sum(trading.accounts(party)) - old for party, old in zip(("taker", "maker"), before, strict=True))
    assert (paid, received) == (-(900 + 900 + 1000), 810 + 400)
    assert exchange.general("referrer", "USD").balance == 90 + 90
    assert exchange.venue.programmes.saved == {("taker", "USD"): 200}
    assert trading.is_conserved()


def test_a_party_is_in_one_set_and_moves_to_teams_alone() -> None:
    sets = ReferralSets()
    first, second, team = (sets.create(party, 0) for party in ("a", "b", "c"))
    assert isinstance(first, ReferralSet) and isinstance(second, ReferralSet) and isinstance(team, ReferralSet)
    assert sets.update("c", team.id, Team("reds", closed=True, allowed=("x",))) is Reason.NONE

    assert sets.create("a", 0) is Reason.ALREADY_IN_A_SET
    assert sets.join("x", first.id, 1) is Reason.NONE
    assert sets.join("x", second.id, 1) is Reason.ALREADY_IN_A_SET
    assert sets.join("y", team.id, 1) is Reason.TEAM_CLOSED
    assert sets.join("x", team.id, 1) is Reason.NONE
    assert (first.members, team.members) == (["a"], ["c", "x"])
    assert sets.update("a", team.id, None) is Reason.NOT_THE_REFERRER
    assert sets.create("z", 0, Team("reds")) is Reason.TEAM_NAME_TAKEN
    assert sets.join("z", "R9", 0) is Reason.NO_SUCH_SET


@pytest.mark.parametrize("tiers", [(), (DiscountTier(5), DiscountTier(1))])
def test_tiers_ascend(tiers: tuple[DiscountTier, ...]) -> None:
    with pytest.raises(ExchangeError, match="each asking for more than the one before"):
        VolumeDiscountProgramme(tiers)
