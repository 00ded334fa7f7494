"""Commitments to liquidity, as agents keep them."""

from tokenspice.markets.exchange import ONE, ExchangeService, Reason

__all__ = ["commit", "obligation"]

STAKE_TO_VOLUME = "market.liquidity.stakeToCcyVolume"


def commit(service: ExchangeService, party: str, market_id: str, amount: float, fee: float) -> Reason:
    """Commit an amount, or change the commitment to it, unless that is what the party has committed.

    Returns:
        Why it was refused; `Reason.NONE` if it was not, or nothing was to change.
    """
    found = service.party_liquidity_provisions(party, market_id)
    if (
        found
        and any(abs(wanted - amount) < 1e-9 for wanted in (found[0].commitment, found[0].pending))
        and found[0].fee == fee
    ):
        return Reason.NONE
    return service.submit_liquidity(party, market_id, amount, fee)


def obligation(service: ExchangeService, commitment: float) -> float:
    """Return what a commitment obliges to have on each side of the book, in the settlement asset."""
    return commitment * float(service.exchange.network.parameters[STAKE_TO_VOLUME] / ONE)
