"""Where DARC-SPICE's original behaves otherwise than it says: each difference has a name, and a variant holds them all."""

from dataclasses import dataclass, fields

__all__ = ["CORRECTED", "DARC_SPICE", "Variant"]


@dataclass(frozen=True)
class Variant:
    """What a science-funding model does that its description does not say.

    Attributes:
        shares_dice: all agents draw from one generator of Python's, in the order of creation and stepping.
        builds_researchers_three_times: each public or private researcher draws three times, and the first draw counts.
        publishes_by_chance: a public researcher's outlet draws before it publishes.
        reports_the_round_before: a round's integration and novelty are those of the round before, and impact is that of
            the last winner.
        forgets_awards_below_boundary: a rolling treasury forgets its awards once it holds less than its boundary.
        tells_only_when_full: a rolling treasury's winners learn of an award only while all places are taken.
        divides_by_places: a rolling treasury's means divide by the number of places, and impact is the last winner's.
        proposes_without_past: a proposal does not build on what its author did before.
        ignores_revisions: a researcher does not count a revised proposal.
        credits_without_payment: a market counts a winner's assets whether or not they were published.
        splits_by_first_payer: the first payer's ratio decides for all payments of a tick.
        sends_accumulated_payments: the public market sends the treasury what was ever paid, as far as it can.
        counts_publications: the private market counts each publication as an asset.
        affords_what_it_drew: a data provider, who buys an algorithm, asks whether it can afford the asset that it drew.
        curiosity_is_all_or_nothing: a community's curiosity is 0 or 1.
        market_keeps_community_payments: what a community pays stays in the market.
        exponential_is_linear: growth of type "exp" adds one more each time.
        market_condition_stays_true: the condition "market" is true for ever once it was.
        prefers_longer_projects: the preferred duration is "longer", whatever the parameter says.
        logs_zeros_first: the first row's values are zero.
        logs_no_market_value: without a community, the value in markets is not recorded.
        counts_unpublished_assets: a researcher's assets count those of projects that could not be published.
    """

    shares_dice: bool = False
    builds_researchers_three_times: bool = False
    publishes_by_chance: bool = False
    reports_the_round_before: bool = False
    forgets_awards_below_boundary: bool = False
    tells_only_when_full: bool = False
    divides_by_places: bool = False
    proposes_without_past: bool = False
    ignores_revisions: bool = False
    credits_without_payment: bool = False
    splits_by_first_payer: bool = False
    sends_accumulated_payments: bool = False
    counts_publications: bool = False
    affords_what_it_drew: bool = False
    curiosity_is_all_or_nothing: bool = False
    market_keeps_community_payments: bool = False
    exponential_is_linear: bool = False
    market_condition_stays_true: bool = False
    prefers_longer_projects: bool = False
    logs_zeros_first: bool = False
    logs_no_market_value: bool = False
    counts_unpublished_assets: bool = False


CORRECTED = Variant()
DARC_SPICE = Variant(**{field.name: True for field in fields(Variant)})
