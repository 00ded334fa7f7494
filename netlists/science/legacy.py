"""When DARC-SPICE's knowledge markets thought that the assets of funded projects were published.

By the corrected rules, assets are published by the payment that publishes them, once.
"""

from collections.abc import Callable, Iterable, Mapping

from tokenspice.agents.science.markets import Credits, Publication
from tokenspice.agents.science.payments import ANY_ASSET
from tokenspice.agents.science.treasury import Award, RollingTreasuryAgent, RoundTreasuryAgent

__all__ = ["credit_each_hour", "credit_each_round", "credit_when_funded"]

FIRST_CREDIT = 20  # tick


def credit_each_round(treasury: RoundTreasuryAgent, period: int) -> Credits:
    """Credit the winner at the end of its round, with the assets of its next proposal; the first one twice."""
    return _credits(lambda: treasury.awards, lambda tick: tick % period == 0 or tick == FIRST_CREDIT)


def credit_each_hour(treasury: RoundTreasuryAgent) -> Credits:
    """Credit each winner in each tick for as long as the award stands."""
    return _credits(lambda: treasury.awards, lambda tick: tick >= FIRST_CREDIT)


def credit_when_funded(treasury: RollingTreasuryAgent) -> Credits:
    """Credit each winner in the tick of the award, whether or not it publishes."""
    return _credits(lambda: treasury.update, lambda tick: True)


def _credits(awards: Callable[[], Mapping[str, Award]], is_due: Callable[[int], bool]) -> Credits:
    def credits(tick: int) -> Iterable[Publication]:
        if not (awards() and is_due(tick)):
            return ()
        return [
            Publication(winner, ANY_ASSET, (winner.proposal or proposal).assets)
            for winner, proposal in awards().values()
        ]

    return credits
